"""Mentions: who is meant by an @, what is stored with a note, and what the one who is meant sees."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.desk.mentions import MAX_EXCERPT, mentioned
from kb.errors import Conflict
from kb.model import Role, TicketStatus, User
from kb.store import Store
from tests.fakes import a_ticket, open_store, put

PEOPLE = (
    ("a1", "Anna Berg"),
    ("a2", "Anna Bergström"),
    ("bo", "Bo Ek"),
    ("ås", "Åsa-Lena Öberg"),
    ("ol", "Ole  Kirk Christiansen"),
    ("c1", "Cia Lund"),
    ("c2", "Cia Lund"),
    ("x", "  "),
)


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("@Anna Berg, har du sett detta?", ["a1"]),
        ("@Anna Bergström vet", ["a2"]),
        ("@anna  berg @BO EK", ["a1", "bo"]),
        ("@Bo kan du?", ["bo"]),
        ("@Anna kan du?", []),
        ("Fråga @Åsa-Lena Öberg.", ["ås"]),
        ("@åsa-lena", ["ås"]),
        ("@Ole Kirk Christiansen", ["ol"]),
        ("@Ole Kirk", ["ol"]),
        ("@Cia Lund", ["c1", "c2"]),
        ("(@Bo)", ["bo"]),
        ("@Bo @Bo Ek", ["bo"]),
        ("@Bosse", []),
        ("bo@bo.example, Bo Ek", []),
        ("x@Bo", []),
        ("@", []),
        ("@ Bo", []),
        ("", []),
    ],
)
def test_who_is_meant(body: str, meant: list[str]) -> None:
    assert [user_id for user_id, _ in mentioned(body, PEOPLE)] == meant


def test_names_are_words_and_no_patterns() -> None:
    assert mentioned("@.* @(", [("a", ".*"), ("b", "(")]) == [("a", 0), ("b", 4)]
    assert mentioned("@Anna", []) == []


@given(body=st.text(alphabet="@AnaBoEk .,\n", max_size=200))
def test_places_are_where_the_names_stand(body: str) -> None:
    for user_id, place in mentioned(body, [("a", "Anna"), ("b", "Bo Ek")]):
        said = " ".join(body[place + 1 :].split()).casefold()
        assert body[place] == "@"
        assert said.startswith("anna" if user_id == "a" else "bo")


def test_a_note_of_a_megabyte_is_read_in_a_moment() -> None:
    colleagues = [(str(n), f"Anna{n} Berg{n}") for n in range(300)]
    began = time.perf_counter()
    assert mentioned("@Anna " * 170_000, colleagues) == []
    assert time.perf_counter() - began < 5


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, a_ticket("t1"))
    yield opened
    opened.close()


def users(store: Store) -> tuple[User, User]:
    anna, bo = (
        store.users.create(name=name, email=f"{name[:2]}@firma.example", role=Role.AGENT)
        for name in ("Anna Berg", "Bo Ek")
    )
    return anna, bo


def say(store: Store, user: User, body: str, *, public: bool = False, version: int = 1) -> None:
    store.tickets.reply(
        "t1", body, author_name=user.name, actor=user.id, status=TicketStatus.OPEN, public=public, version=version
    )


def test_a_note_mentions_others_and_never_its_writer(store: Store) -> None:
    anna, bo = users(store)
    say(store, anna, "@Bo Ek och @Anna Berg: se <b>här</b>")

    (found,) = store.mentions.of(bo.id)

    assert (found.ticket_id, found.subject, found.by_name, found.read) == ("t1", "Subject of t1", "Anna Berg", False)
    assert found.excerpt == "@Bo Ek och @Anna Berg: se <b>här</b>"
    assert found.at == store.tickets.get("t1").messages[-1].at
    assert (store.mentions.unread(bo.id), store.mentions.unread(anna.id)) == (1, 0)


def test_a_reply_to_the_customer_mentions_nobody(store: Store) -> None:
    anna, bo = users(store)
    say(store, anna, "@Bo Ek hjälper dig", public=True)
    assert store.mentions.of(bo.id) == []


def test_a_note_that_was_not_stored_mentions_nobody(store: Store) -> None:
    anna, bo = users(store)
    with pytest.raises(Conflict, match="Somebody else changed this ticket"):
        say(store, anna, "@Bo Ek", version=7)
    assert store.mentions.unread(bo.id) == 0


def test_reading_marks_a_tickets_mentions_once(store: Store) -> None:
    anna, bo = users(store)
    put(store, a_ticket("t2"))
    say(store, anna, "@Bo Ek först")
    say(store, anna, "@Bo sedan", version=2)

    assert store.mentions.read(bo.id, "t2") == 0
    assert store.mentions.read(bo.id, "t1") == 2
    assert store.mentions.read(bo.id, "t1") == 0
    assert [each.read for each in store.mentions.of(bo.id)] == [True, True]
    assert [each.excerpt for each in store.mentions.of(bo.id, limit=1)] == ["@Bo sedan"]


def test_of_a_long_note_the_words_around_the_name_are_shown(store: Store) -> None:
    anna, bo = users(store)
    say(store, anna, "ord " * 5000 + "@Bo Ek titta\nhär " + "ord " * 5000)
    (found,) = store.mentions.of(bo.id)
    assert "@Bo Ek titta här" in found.excerpt
    assert found.excerpt.startswith("… ")
    assert len(found.excerpt) <= MAX_EXCERPT + 4


def test_colleagues_who_left_are_not_mentioned(store: Store) -> None:
    anna, bo = users(store)
    with store.database.write("leave", "user", bo.id) as connection:
        connection.execute("UPDATE users SET active = 0 WHERE id = ?", (bo.id,))
    say(store, anna, "@Bo Ek")
    assert store.mentions.of(bo.id) == []
