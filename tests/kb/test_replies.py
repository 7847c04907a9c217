"""Sending is one transaction: message, status, links, events, counts and the forgotten text, or nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.desk import replies
from kb.desk.replies import OutgoingReply
from kb.errors import Conflict, InvalidRow, NotFound
from kb.event import Event, EventKind
from kb.model import Role, TicketStatus
from kb.store import Store
from tests.fakes import DAY, a_canned, a_ticket, an_article, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, an_article("a1"), an_article("a2"), a_ticket("t1", status=TicketStatus.OPEN), a_canned("c1"))
    yield opened
    opened.close()


def reply(store: Store, **wanted: Any) -> OutgoingReply:
    known = store.users.list()
    user = known[0] if known else store.users.create(name="A", email="a@x.example", role=Role.AGENT)
    made: dict[str, Any] = {
        "ticket_id": "t1", "body": "Prova igen.", "author_name": "A", "actor": user.id, "status": TicketStatus.SOLVED,
        "version": 1, "links": (("a1", "resolution"), ("a2", "reference")), "canned_ids": ("c1", "c1", "nowhere"),
        "events": (Event(EventKind.SENT, DAY, article_id="a1", detail={"public": True}),), "tab": "x",
    } | wanted  # fmt: skip
    return OutgoingReply(**made)


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    tables = ("messages", "ticket_links", "events", "audit", "reply_drafts", "canned_replies", "tickets")
    return {name: [tuple(row) for row in store.database.rows(f"SELECT * FROM {name}")] for name in tables}


def test_all_of_it_happens(store: Store) -> None:
    sent = reply(store)
    store.reply_drafts.put("t1", sent.actor, "Prova", tab="x")

    number = store.replies.send(sent)

    ticket = store.tickets.get("t1")
    assert (ticket.messages[number].body, ticket.status, ticket.version) == ("Prova igen.", TicketStatus.SOLVED, 2)
    assert {(link.article_id, link.kind) for link in store.tickets.links(["t1"])} == {
        ("a1", "resolution"),
        ("a2", "reference"),
    }
    events = store.events.list(ticket_id="t1")
    assert {(e.kind, e.article_id, e.user_id, e.detail["message"]) for e in events} == {
        (EventKind.SENT, "a1", sent.actor, number), (EventKind.LINKED, "a1", sent.actor, number),
        (EventKind.LINKED, "a2", sent.actor, number),
    }  # fmt: skip
    assert all(event.at == ticket.messages[number].at for event in events)
    assert store.canned.get("c1").uses == 1
    assert store.reply_drafts.all("t1", sent.actor) == ()
    assert [
        row["verb"] for row in store.database.rows("SELECT verb FROM audit WHERE noun = 'ticket' AND noun_id = 't1'")
    ] == ["reply"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"version": 7}, Conflict),
        ({"ticket_id": "t9"}, NotFound),
        ({"body": " \n"}, InvalidRow),
        ({"links": (("a1", "votes"),)}, InvalidRow),
        ({"events": (Event(EventKind.SENT, DAY, detail={"bad": object()}),)}, TypeError),
    ],
)
def test_a_failed_one_changes_nothing(store: Store, change: dict[str, Any], error: type[Exception]) -> None:
    made = reply(store, **change)
    store.reply_drafts.put("t1", made.actor, "Prova", tab="x")
    before = everything(store)
    with pytest.raises(error):
        store.replies.send(made)
    assert everything(store) == before


@pytest.mark.parametrize("step", ["insert_event", "count_uses", "forget_sent", "restate", "after_message"])
def test_whatever_step_fails_nothing_is_half_done(store: Store, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = reply(store)
    store.reply_drafts.put("t1", made.actor, "Prova", tab="x")
    before = everything(store)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(step)

    monkeypatch.setattr(replies, step, fails)
    with pytest.raises(RuntimeError, match=step):
        store.replies.send(made)
    assert everything(store) == before


def test_a_link_is_counted_once(store: Store) -> None:
    store.replies.send(reply(store, status=TicketStatus.PENDING))
    store.replies.send(reply(store, version=2))
    assert [e.article_id for e in store.events.list() if e.kind is EventKind.LINKED] == ["a2", "a1"]


def test_a_reference_can_become_what_solved_it_but_not_the_other_way(store: Store) -> None:
    store.replies.send(reply(store, links=(("a1", "reference"), ("a2", "resolution"))))
    store.replies.send(reply(store, links=(("a1", "resolution"), ("a2", "reference")), version=2))
    assert {(link.article_id, link.kind) for link in store.tickets.links(["t1"])} == {
        ("a1", "resolution"),
        ("a2", "resolution"),
    }


def test_a_note_on_a_solved_ticket_does_not_solve_it_again(store: Store) -> None:
    store.replies.send(reply(store))
    closed = store.tickets.get("t1").closed_at
    store.replies.send(reply(store, public=False, version=2, links=(), events=()))
    ticket = store.tickets.get("t1")
    assert (ticket.closed_at, ticket.status, ticket.messages[-1].public) == (closed, TicketStatus.SOLVED, False)


def test_what_was_overridden_stands_in_the_audit_row(store: Store) -> None:
    leak = Event(EventKind.OVERRIDDEN, DAY, detail={"quote": "Koden är 4711.", "said": "Koden är 4711."})
    store.replies.send(reply(store, events=(leak,)))
    [row] = store.database.rows("SELECT detail FROM audit WHERE verb = 'reply'")
    assert "Koden är 4711." in row["detail"]
