"""Presence: who is in a ticket, one writer at a time, take-over, and what happens when nobody says goodbye."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.desk.presence import FRESH, Doing
from kb.errors import NotFound
from kb.model import Role, User
from kb.store import Store
from tests.fakes import a_ticket, open_store, put

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
VIEWING, TYPING = Doing.VIEWING, Doing.TYPING


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, a_ticket("t1"), a_ticket("t2"))
    yield opened
    opened.close()


@pytest.fixture
def people(store: Store) -> list[User]:
    return staff(store)


def staff(store: Store) -> list[User]:
    return [
        store.users.create(name=name, email=f"{name}@firma.example", role=Role.AGENT) for name in ("Anna", "Bo", "Cia")
    ]


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def names(store: Store, ticket: str, me: User, seconds: float) -> list[tuple[str, str]]:
    found = store.presence.others([ticket], except_user=me.id, now=after(seconds)).get(ticket, ())
    return [(each.name, each.doing.value) for each in found]


def test_everybody_sees_the_others_once_and_never_themselves(store: Store, people: list[User]) -> None:
    anna, bo, cia = people
    store.presence.beat("t1", anna.id, "p1", VIEWING, now=NOW)
    store.presence.beat("t1", anna.id, "p2", VIEWING, now=NOW)
    store.presence.beat("t2", cia.id, "p1", VIEWING, now=NOW)

    room = store.presence.beat("t1", bo.id, "p1", VIEWING, now=after(1))

    assert [(each.name, each.doing) for each in room.others] == [("Anna", VIEWING)]
    assert names(store, "t1", anna, 1) == [("Bo", "viewing")]
    assert set(store.presence.others(["t1", "t2", "nowhere"], except_user="", now=after(1))) == {"t1", "t2"}


@pytest.mark.parametrize(("seconds", "there"), [(FRESH.total_seconds(), True), (FRESH.total_seconds() + 0.1, False)])
def test_who_is_not_heard_of_has_left(store: Store, people: list[User], seconds: float, *, there: bool) -> None:
    store.presence.beat("t1", people[0].id, "p", TYPING, now=NOW)

    assert bool(names(store, "t1", people[1], seconds)) is there
    room = store.presence.beat("t1", people[1].id, "p", TYPING, now=after(seconds))
    assert (room.writer is not None) is there


def test_leaving_takes_one_page_away(store: Store, people: list[User]) -> None:
    anna, bo, _ = people
    for page in ("p1", "p2"):
        store.presence.beat("t1", anna.id, page, VIEWING, now=NOW)
    store.presence.leave("t1", anna.id, "p1")
    assert names(store, "t1", bo, 0) == [("Anna", "viewing")]
    store.presence.leave("t1", anna.id, "p2")
    store.presence.leave("t1", anna.id, "never")
    assert names(store, "t1", bo, 0) == []


def test_the_second_writer_stays_a_viewer_and_is_told_who_writes(store: Store, people: list[User]) -> None:
    anna, bo, _ = people
    assert store.presence.beat("t1", anna.id, "p", TYPING, now=NOW).writer is None

    room = store.presence.beat("t1", bo.id, "p", TYPING, now=after(1))

    assert room.writer is not None
    assert room.writer.name == "Anna"
    assert names(store, "t1", anna, 1) == [("Bo", "viewing")]
    assert store.presence.beat("t1", anna.id, "p", TYPING, now=after(2)).writer is None


def test_taking_over_tells_the_one_who_wrote_and_leaves_an_audit_row(store: Store, people: list[User]) -> None:
    anna, bo, _ = people
    for page in ("p1", "p2"):
        store.presence.beat("t1", anna.id, page, TYPING, now=NOW)
    store.presence.beat("t1", bo.id, "p", VIEWING, now=NOW)

    assert store.presence.take_over("t1", bo.id, "p", now=after(1)).writer is None

    for page in ("p1", "p2"):
        room = store.presence.beat("t1", anna.id, page, TYPING, now=after(2))
        assert room.writer is not None
        assert (room.writer.name, room.taken_by) == ("Bo", "Bo")
    row = store.database.row("SELECT * FROM audit WHERE verb = 'take_over'")
    assert row is not None
    assert (row["actor"], row["noun_id"], row["detail"]) == (bo.id, "t1", f'{{"from":"{anna.id}"}}')

    # Back again, and nothing of the first time is left.
    store.presence.take_over("t1", anna.id, "p1", now=after(3))
    assert store.presence.beat("t1", anna.id, "p1", TYPING, now=after(4)).taken_by == ""
    assert store.presence.beat("t1", bo.id, "p", TYPING, now=after(4)).taken_by == "Anna"


def test_an_old_take_over_is_forgotten_once_nobody_writes(store: Store, people: list[User]) -> None:
    anna, bo, cia = people
    store.presence.beat("t1", anna.id, "p", TYPING, now=NOW)
    store.presence.take_over("t1", bo.id, "p", now=after(1))
    store.presence.leave("t1", bo.id, "p")
    store.presence.beat("t1", anna.id, "p", VIEWING, now=after(2))
    store.presence.beat("t1", cia.id, "p", TYPING, now=after(3))

    room = store.presence.beat("t1", anna.id, "p", VIEWING, now=after(4))

    assert room.writer is not None
    assert (room.writer.name, room.taken_by) == ("Cia", "")


def test_signs_of_life_are_no_changes(store: Store, people: list[User]) -> None:
    before = store.seq(), store.database.rows("SELECT count(*) FROM audit")[0][0]
    store.presence.beat("t1", people[0].id, "p", TYPING, now=NOW)
    store.presence.leave("t1", people[0].id, "p")
    assert (store.seq(), store.database.rows("SELECT count(*) FROM audit")[0][0]) == before


def test_old_rows_go_on_the_way(store: Store, people: list[User]) -> None:
    store.presence.beat("t1", people[0].id, "p", VIEWING, now=NOW)
    store.presence.beat("t2", people[1].id, "p", VIEWING, now=NOW + timedelta(hours=1))
    assert [row["ticket_id"] for row in store.database.rows("SELECT ticket_id FROM presence")] == ["t2"]


def test_a_ticket_that_is_not_there(store: Store, people: list[User]) -> None:
    with pytest.raises(NotFound, match="No ticket with id 'nowhere'"):
        store.presence.beat("nowhere", people[0].id, "p", VIEWING)
    with pytest.raises(NotFound, match="No ticket with id 'nowhere'"):
        store.presence.take_over("nowhere", people[0].id, "p")
    assert store.database.rows("SELECT * FROM presence") == []


def test_two_processes_share_it(tmp_path: Path, store: Store, people: list[User]) -> None:
    other = open_store(tmp_path)
    store.presence.beat("t1", people[0].id, "p", TYPING, now=NOW)
    room = other.presence.beat("t1", people[1].id, "p", TYPING, now=after(1))
    assert room.writer is not None
    assert room.writer.name == "Anna"
    other.close()


_STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["view", "type", "take", "leave"]), st.floats(0, 9)), max_size=25
)


@settings(max_examples=40)
@given(steps=_STEPS)
def test_there_is_never_more_than_one_writer(steps: list[tuple[int, str, float]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        put(store, a_ticket("t1"))
        users, at = staff(store), 0.0
        for who, what, pause in steps:
            at += pause
            user = users[who].id
            if what == "leave":
                store.presence.leave("t1", user, "p")
            elif what == "take":
                store.presence.take_over("t1", user, "p", now=after(at))
            else:
                store.presence.beat("t1", user, "p", TYPING if what == "type" else VIEWING, now=after(at))
            there = store.presence.others(["t1"], except_user="", now=after(at)).get("t1", ())
            assert sum(each.doing is TYPING for each in there) <= 1
        store.close()
