"""Tickets that are kept: as the database has them after every kind of write, and not read anew without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kb import clock, tickets
from kb.desk.escalations import PassOn
from kb.desk.outbox import Post, PostKind
from kb.desk.replies import OutgoingReply
from kb.model import Customer, Role, TicketStatus
from kb.store import Store
from tests.fakes import a_ticket, open_store, put

CUSTOMER = Customer("c1", name="Ida Holm", email="ida@b.example")
ASKED = (("customer", "Help"), ("agent", "Hold the button."))
VERSION = 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, a_ticket("t1", *ASKED, customer=CUSTOMER), a_ticket("t2"))
    yield opened
    opened.close()


def reply(store: Store, *, public: bool) -> None:
    store.replies.send(
        OutgoingReply(
            ticket_id="t1", body="Or pull the plug.", author_name="Anna", actor="u1", status=TicketStatus.SOLVED,
            public=public, version=VERSION,
        )
    )  # fmt: skip


def pass_on(store: Store) -> None:
    anna = store.users.create(name="Anna Berg", email="a@b.example", role=Role.AGENT)
    store.escalations.pass_on(
        PassOn(
            ticket_id="t1", version=VERSION, kind="team", name="Nät", note="Passed on to Nät.", user_id=anna.id,
            user_name=anna.name, status=TicketStatus.PENDING, follow_up_at=clock.now() + timedelta(days=1),
            post=Post(PostKind.MAIL, "t1", "nat@b.example", {"subject": "S", "text": "T"}),
        )
    )  # fmt: skip


def delete(store: Store) -> None:
    with store.database.write("erase", "ticket", "t1") as connection:
        connection.execute("DELETE FROM tickets WHERE id = 't1'")


WRITES: dict[str, Callable[[Store], object]] = {
    "reply": lambda store: reply(store, public=True),
    "note": lambda store: reply(store, public=False),
    "passed on": pass_on,
    "imported with another answer": lambda store: put(
        store, a_ticket("t1", ASKED[0], ("agent", "Hold the knob."), customer=CUSTOMER)
    ),
    "imported with one more": lambda store: put(store, a_ticket("t1", *ASKED, ("customer", "No."), customer=CUSTOMER)),
    "customer of another name": lambda store: put(store, a_ticket("t2", customer=replace(CUSTOMER, name="Ida Berg"))),
    "gone": delete,
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_after_every_write_they_are_as_they_are_stored(store: Store, write: Callable[[Store], object]) -> None:
    before = store.tickets.get_unchanged(["t1", "t2", "none"])
    assert before == store.tickets.get_many(["t1", "t2"])
    write(store)
    after = store.tickets.get_unchanged(["t1", "t2"])

    assert after == store.tickets.get_many(["t1", "t2"])
    assert after != before


def test_what_has_not_changed_is_not_read_anew_and_only_so_many_are_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.tickets.get_unchanged(["t1"])["t1"]
    assert store.tickets.get_unchanged(["t2", "t1"])["t1"] is first
    monkeypatch.setattr(tickets, "_MOST_KEPT", 1)
    store.tickets.get_unchanged(["t2"])
    put(store, a_ticket("t3"))
    assert set(store.tickets.get_unchanged(["t3", "t1"])) == {"t1", "t3"}
    assert len(store.tickets._kept) == 1
