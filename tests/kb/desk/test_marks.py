"""What agents say about suggestions: pins, what is set aside, links by hand, notes of a call, recent searches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kb.desk.article_links import LinkKind
from kb.desk.dismissals import Reason
from kb.desk.searches import KEPT
from kb.errors import InvalidRow, NotFound
from kb.model import EventKind, Role, TicketStatus
from kb.store import Store
from tests.fakes import a_ticket, an_article, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, an_article("a1", url="https://help.example/a1"), an_article("a2"))
    put(opened, a_ticket("t1", status=TicketStatus.OPEN), a_ticket("t2"))
    yield opened
    opened.close()


@pytest.fixture
def user_id(store: Store) -> str:
    return store.users.create(
        name="Anna Nord", email="anna@firma.example", role=Role.AGENT, locale="sv", password="en lång mening"
    ).id


def kinds(store: Store) -> list[str]:
    return [event.kind.value for event in reversed(store.events.list())]


def test_pins_are_everybodys_in_the_order_they_were_set(store: Store, user_id: str) -> None:
    store.pins.put("t1", "a2", actor=user_id)
    store.pins.put("t1", "a1", actor="somebody else")
    store.pins.put("t1", "a2", actor="somebody else")

    assert [(pin.article_id, pin.by) for pin in store.pins.of("t1")] == [("a2", "Anna Nord"), ("a1", "")]
    assert store.pins.of("t2") == ()

    store.pins.remove("t1", "a2", actor="anybody")
    store.pins.remove("t1", "a2", actor="anybody")
    assert [pin.article_id for pin in store.pins.of("t1")] == ["a1"]


@pytest.mark.parametrize(("ticket", "article"), [("t9", "a1"), ("t1", "a9")])
def test_only_what_is_there_can_be_pinned_or_set_aside(store: Store, ticket: str, article: str) -> None:
    with pytest.raises(NotFound, match="9"):
        store.pins.put(ticket, article, actor="u")
    with pytest.raises(NotFound, match="9"):
        store.dismissals.put(ticket, article, Reason.OUTDATED, actor="u")
    with pytest.raises(NotFound, match="9"):
        store.article_links.put(ticket, article, LinkKind.REFERENCE, actor="u")
    assert store.events.list() == []


def test_setting_aside_logs_the_reason_and_taking_back_too(store: Store, user_id: str) -> None:
    store.dismissals.put("t1", "a1", Reason.TOO_LONG, actor=user_id, revision=1, rank=3, confidence=0.7)

    (aside,) = store.dismissals.of("t1")
    assert (aside.article_id, aside.reason, aside.by) == ("a1", Reason.TOO_LONG, "Anna Nord")
    (event,) = store.events.list()
    assert (event.kind, event.rank, event.revision, event.confidence) == (EventKind.DISMISSED, 3, 1, 0.7)
    assert dict(event.detail) == {"reason": "too_long"}

    assert store.dismissals.take_back("t1", "a1", actor=user_id)
    assert not store.dismissals.take_back("t1", "a1", actor=user_id)
    assert store.dismissals.of("t1") == ()
    assert kinds(store) == ["dismissed", "restored"]


def test_a_second_reason_takes_the_firsts_place(store: Store) -> None:
    store.dismissals.put("t1", "a1", Reason.TOO_LONG, actor="u1")
    store.dismissals.put("t1", "a1", Reason.OUTDATED, actor="u2")

    assert [each.reason for each in store.dismissals.of("t1")] == [Reason.OUTDATED]


def test_a_reference_is_listed_and_never_evidence(store: Store) -> None:
    store.article_links.put("t2", "a1", LinkKind.REFERENCE, actor="u")
    store.article_links.put("t2", "a2", LinkKind.RESOLUTION, actor="u")

    assert {(link.article_id, link.kind) for link in store.tickets.links(["t2"])} == {
        ("a1", "reference"), ("a2", "resolution"),
    }  # fmt: skip
    assert [article for ticket in store.tickets.linked_since(0) for article, _ in ticket.links] == ["a2"]
    assert store.tickets.link_counts() == [("a2", 1)]
    assert store.tickets.count_links() == 1
    assert store.events.deeds([EventKind.LINKED]) == [(EventKind.LINKED, "t2", "a2")]


def test_a_link_may_be_said_anew_and_taken_away(store: Store) -> None:
    version = store.tickets.get("t2").version
    store.article_links.put("t2", "a1", LinkKind.REFERENCE, actor="u")
    store.article_links.put("t2", "a1", LinkKind.REFERENCE, actor="u")
    store.article_links.put("t2", "a1", LinkKind.RESOLUTION, actor="u")
    assert [link.kind for link in store.tickets.links(["t2"])] == ["resolution"]
    assert [event.detail["kind"] for event in reversed(store.events.list())] == ["reference", "resolution"]
    seq = store.seq()

    store.article_links.remove("t2", "a1", actor="u")

    assert store.tickets.links(["t2"]) == []
    assert store.seq() > seq, "the search takes it in"
    assert store.tickets.get("t2").version == version, "nobody's unsent reply is outdated"


def test_the_help_desks_own_link_is_not_removed_here(store: Store) -> None:
    put(store, a_ticket("t3"), an_article("a3"), links=["a3"])
    with store.database.write("test", "link", "a3") as connection:
        connection.execute("UPDATE ticket_links SET article_id = 'a3' WHERE ticket_id = 't3'")

    with pytest.raises(InvalidRow, match="help desk"):
        store.article_links.remove("t3", "a3", actor="u")


def test_an_import_keeps_agents_links_of_both_kinds(store: Store) -> None:
    store.article_links.put("t2", "a1", LinkKind.REFERENCE, actor="u")
    store.article_links.put("t2", "a2", LinkKind.RESOLUTION, actor="u")

    put(store, replace(a_ticket("t2"), subject="Another subject"))

    assert {link.kind for link in store.tickets.links(["t2"])} == {"reference", "resolution"}


def test_notes_of_a_call_are_each_users_own(store: Store, user_id: str) -> None:
    store.call_notes.put("t1", user_id, "Hubben blinkar")
    store.call_notes.put("t1", user_id, "Hubben blinkar gult")

    assert store.call_notes.get("t1", user_id) == "Hubben blinkar gult"
    assert store.call_notes.get("t1", "another") == ""
    store.call_notes.put("t1", user_id, "")
    assert store.call_notes.get("t1", user_id) == ""


def test_recent_searches_are_newest_first_once_and_forgotten_on_demand(store: Store, user_id: str) -> None:
    for words in ("hub", "batteri", "hub", "  ", "retur"):
        store.searches.put(user_id, words)

    assert [each.words for each in store.searches.of(user_id)] == ["retur", "hub", "batteri"]
    assert store.searches.of("another") == ()
    store.searches.erase(user_id, "hub")
    assert [each.words for each in store.searches.of(user_id)] == ["retur", "batteri"]
    store.searches.erase(user_id)
    assert store.searches.of(user_id) == ()


def test_a_search_that_went_on_is_one_search_and_the_oldest_go(store: Store, user_id: str) -> None:
    for words in ("rou", "router", "router offline"):
        store.searches.put(user_id, words)
    assert [each.words for each in store.searches.of(user_id)] == ["router offline"]

    for n in range(KEPT + 5):
        store.searches.put(user_id, f"{n} sökning")
    assert len(store.searches.of(user_id, limit=100)) == KEPT
