"""Changing tickets: one audit row for each, nothing overwritten unseen, and the way back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kb import clock
from kb.desk.changes import MAX_AT_ONCE, TicketChange, from_data, to_data
from kb.desk.restate import restate
from kb.errors import Conflict, InvalidRow, NotFound
from kb.model import Role, TicketStatus, User
from kb.store import Store
from tests.fakes import DAY, a_ticket, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    for number in range(4):
        put(opened, a_ticket(f"t{number}", ("customer", "Hej"), status=TicketStatus.OPEN, tags=("a",)))
    yield opened
    opened.close()


@pytest.fixture
def mia(store: Store) -> User:
    return store.users.create(name="Mia", email="mia@firma.example", role=Role.AGENT)


def audit(store: Store, verb: str) -> list[tuple[str, str, dict[str, Any]]]:
    rows = store.database.rows("SELECT * FROM audit WHERE noun = 'ticket' AND verb = ? ORDER BY id", (verb,))
    return [(row["actor"], row["noun_id"], json.loads(row["detail"])) for row in rows]


def test_every_field_can_be_changed(store: Store, mia: User) -> None:
    wish = TicketChange(
        status=TicketStatus.PENDING, priority="Urgent", type=" Fault  report ", assignee_id=mia.id, tags=("b", "c", "b"),
        product="Hub", locale="no", topic="Network", follow_up_at=DAY,
    )  # fmt: skip
    store.changes.change("t1", wish, actor=mia.id, version=1)

    now = store.tickets.get("t1")
    assert (now.status, now.priority, now.type, now.assignee_id) == (
        TicketStatus.PENDING,
        "urgent",
        "Fault report",
        mia.id,
    )
    assert (now.tags, now.product, now.locale, now.topic, now.follow_up_at) == (("b", "c"), "Hub", "nb", "Network", DAY)
    assert now.version == 2
    [(actor, noun_id, detail)] = audit(store, "change")
    assert (actor, noun_id, detail["before"]["tags"], detail["after"]["tags"]) == (mia.id, "t1", ["a"], ["b", "c"])


def test_what_is_so_already_is_no_change(store: Store) -> None:
    seq = store.seq()
    store.changes.change("t1", TicketChange(status=TicketStatus.OPEN, tags=("a",)), actor="u")
    assert (store.tickets.get("t1").version, store.seq()) == (1, seq)


@pytest.mark.parametrize(
    ("wish", "is_indexed"),
    [(TicketChange(product="Hub"), True), (TicketChange(status=TicketStatus.CLOSED), True), (TicketChange(tags=()), False),
     (TicketChange(assignee_id="", priority="low"), False)],
)  # fmt: skip
def test_only_what_can_be_found_is_indexed_again(store: Store, wish: TicketChange, is_indexed: bool) -> None:
    seq = store.seq()
    store.changes.change("t1", wish, actor="u")
    assert (store.seq() > seq) is is_indexed


def test_solving_closes_and_opening_again_does_not_stay_closed(store: Store) -> None:
    store.changes.change("t1", TicketChange(status=TicketStatus.SOLVED), actor="u")
    solved = store.tickets.get("t1").closed_at
    assert solved is not None
    store.changes.change("t1", TicketChange(status=TicketStatus.CLOSED), actor="u")
    assert store.tickets.get("t1").closed_at == solved
    store.changes.change("t1", TicketChange(status=TicketStatus.OPEN), actor="u")
    assert store.tickets.get("t1").closed_at is None


@pytest.mark.parametrize(
    ("ticket_id", "wish", "version", "error"),
    [
        ("t9", TicketChange(priority="low"), None, NotFound),
        ("t1", TicketChange(assignee_id="nobody"), None, NotFound),
        ("t1", TicketChange(priority="low"), 7, Conflict),
        ("t1", TicketChange(), None, InvalidRow),
        ("t1", TicketChange(type="x" * 201), None, InvalidRow),
        ("t1", TicketChange(tags=tuple(str(n) for n in range(201))), None, InvalidRow),
        ("t1", TicketChange(locale="klingon"), None, InvalidRow),
    ],
)
def test_what_cannot_be_changed_leaves_everything(
    store: Store, ticket_id: str, wish: TicketChange, version: int | None, error: type[Exception]
) -> None:
    before = store.tickets.get("t1")
    with pytest.raises(error):
        store.changes.change(ticket_id, wish, actor="u", version=version)
    assert store.tickets.get("t1") == before
    assert audit(store, "change") == []


def test_what_is_changed_here_survives_an_import(store: Store) -> None:
    store.changes.change("t1", TicketChange(priority="urgent", add_tags=("vip",)), actor="u")
    put(
        store,
        a_ticket("t1", ("customer", "Hej"), subject="New", status=TicketStatus.OPEN, product="Hub", priority="low"),
    )

    now = store.tickets.get("t1")
    assert (now.subject, now.priority, now.tags, now.product) == ("New", "urgent", ("a", "vip"), "Hub")


def test_a_status_set_here_lasts_until_the_customer_writes(store: Store) -> None:
    store.changes.change("t1", TicketChange(status=TicketStatus.SOLVED), actor="u")
    put(store, a_ticket("t1", ("customer", "Hej"), subject="New", status=TicketStatus.OPEN))
    assert store.tickets.get("t1").status is TicketStatus.SOLVED

    later = clock.now() + timedelta(minutes=1)
    put(store, a_ticket("t1", ("customer", "Igen"), created_at=later, status=TicketStatus.OPEN))
    assert store.tickets.get("t1").status is TicketStatus.OPEN


def test_many_change_in_one_transaction_with_a_row_each(store: Store, mia: User) -> None:
    store.tickets.reply("t2", "Mine", author_name="O", actor="o", status=TicketStatus.OPEN, version=1)

    done = store.changes.change_many(
        ["t0", "t9", "t2", "t1", "t0"], TicketChange(assignee_id=mia.id, add_tags=("x",), remove_tags=("a",)),
        actor=mia.id, versions={"t0": 1, "t2": 1},
    )  # fmt: skip

    assert done.ids == ("t0", "t1")
    assert [(one.id, type(one.reason)) for one in done.refused] == [("t9", NotFound), ("t2", Conflict)]
    assert [(ticket.assignee_id, ticket.tags) for ticket in store.tickets.get_many(["t0", "t1"]).values()] == [
        (mia.id, ("x",))
    ] * 2
    assert store.tickets.get("t2").assignee_id == ""
    assert [noun_id for _, noun_id, _ in audit(store, "change")] == ["t0", "t1"]
    [(_, noun_id, detail)] = audit(store, "change_many")
    assert (noun_id, detail["changed"], detail["refused"]) == ("4", 2, 2)


def test_a_fault_in_the_middle_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(connection: Any, ticket_id: str) -> None:
        if ticket_id == "t2":
            raise RuntimeError("power cut")
        restate(connection, ticket_id)

    monkeypatch.setattr("kb.desk.changes.restate", breaks)
    with pytest.raises(RuntimeError, match="power cut"):
        store.changes.change_many(["t1", "t2"], TicketChange(priority="low"), actor="u")
    assert store.tickets.get("t1").priority == "normal"
    assert audit(store, "change") == []


def test_a_change_of_many_can_be_taken_back_once(store: Store) -> None:
    store.changes.change("t1", TicketChange(priority="high", tags=()), actor="u")
    done = store.changes.change_many(["t0", "t1"], TicketChange(priority="low", add_tags=("x",)), actor="u")

    back = store.changes.undo(done.undo_id, actor="u")

    assert (back.ids, back.refused, back.undo_id) == (("t0", "t1"), (), "")
    assert [(t.priority, t.tags) for t in store.tickets.get_many(["t0", "t1"]).values()] == [
        ("normal", ("a",)),
        ("high", ()),
    ]
    assert [noun_id for _, noun_id, _ in audit(store, "undo")] == ["t0", "t1"]
    with pytest.raises(NotFound):
        store.changes.undo(done.undo_id, actor="u")


def test_what_a_colleague_changed_since_is_not_taken_back(store: Store) -> None:
    done = store.changes.change_many(["t0", "t1"], TicketChange(priority="low"), actor="u")
    store.changes.change("t1", TicketChange(priority="urgent"), actor="other")

    back = store.changes.undo(done.undo_id, actor="u")

    assert (back.ids, [one.id for one in back.refused]) == (("t0",), ["t1"])
    assert store.tickets.get("t1").priority == "urgent"


def test_nobody_takes_back_what_another_did_or_too_late(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    done = store.changes.change_many(["t0"], TicketChange(priority="low"), actor="u")
    with pytest.raises(NotFound):
        store.changes.undo(done.undo_id, actor="other")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=90))
    with pytest.raises(NotFound):
        store.changes.undo(done.undo_id, actor="u")


def test_there_is_a_most(store: Store) -> None:
    with pytest.raises(InvalidRow, match="5,001 tickets at once; allowed: at most 5,000"):
        store.changes.change_many([str(n) for n in range(MAX_AT_ONCE + 1)], TicketChange(priority="low"), actor="u")


def test_a_change_is_read_as_it_is_written() -> None:
    wish = TicketChange(status=TicketStatus.OPEN, assignee_id="", tags=(), add_tags=("x",), follow_up_at=None)
    assert from_data(to_data(wish)) == wish
    assert to_data(TicketChange(priority="low")) == {"priority": "low"}
