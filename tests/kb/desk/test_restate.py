"""How a ticket stands: who waits, what is due, when the clock stands still; and that every verb keeps it right."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kb import clock, schema
from kb.desk.changes import TicketChange
from kb.desk.due import Calendar
from kb.desk.hours import hours_from_data
from kb.desk.restate import Clock, Turn, clock_after, standing_of
from kb.desk.standing import Standing
from kb.model import TicketStatus
from kb.store import Store
from tests.fakes import DAY, a_ticket, open_store, put

# Round the clock, so that an hour is an hour.
CALENDAR = Calendar(
    hours_from_data(
        {
            "country": "none", "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "24h"),
            "targets": {"normal": {"first_reply": "4h", "solution": "24h"}},
        }
    )
)  # fmt: skip


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def stands(*turns: tuple[str, float], status: str = "open", since: float | None = 0, used_h: float = 0) -> Standing:
    made = [Turn("agent" if who == "note" else who, who != "note", at(when)) for who, when in turns]
    running = Clock(None if since is None else at(since), int(used_h * 3600))
    return standing_of(
        made, status=status, priority="normal", created_at=DAY, follow_up_at=None, running=running, calendar=CALENDAR
    )


@pytest.mark.parametrize(
    ("turns", "waits"),
    [
        ([("customer", 0)], 0),
        ([("customer", 0), ("customer", 5)], 0),
        ([("customer", 0), ("agent", 1)], None),
        ([("customer", 0), ("agent", 1), ("customer", 2), ("customer", 3)], 2),
        ([("customer", 0), ("bot", 0.1)], 0),
        ([("customer", 0), ("note", 1)], 0),
        ([("agent", 0)], None),
        ([], None),
    ],
)
def test_who_waits_since_when(turns: list[tuple[str, float]], waits: float | None) -> None:
    assert stands(*turns).waits_since == (None if waits is None else at(waits))


def test_nobody_waits_in_a_resolved_ticket() -> None:
    assert stands(("customer", 0), status="solved", since=None).waits_since is None


def test_the_first_reply_is_due_until_there_is_one() -> None:
    before, after = stands(("customer", 0)), stands(("customer", 0), ("agent", 1))

    assert (before.due_at, before.due_kind, before.solve_due_at) == (at(4), "first_reply", at(24))
    assert (after.due_at, after.due_kind, after.first_due_at) == (at(24), "solution", None)


def test_a_note_and_a_bot_are_no_first_reply() -> None:
    assert stands(("customer", 0), ("note", 1), ("bot", 1)).due_kind == "first_reply"


def test_the_clock_stands_still_while_the_customer_is_to_answer() -> None:
    running = Clock(at(0))
    paused = clock_after(running, status="pending", at=at(3), calendar=CALENDAR)
    assert paused == Clock(None, 3 * 3600)
    assert clock_after(paused, status="pending", at=at(9), calendar=CALENDAR) == paused
    assert stands(("customer", 0), ("agent", 3), status="pending", since=None, used_h=3).due_at is None

    again = clock_after(paused, status="open", at=at(50), calendar=CALENDAR)
    assert again == Clock(at(50), 3 * 3600)
    # Three of twenty-four hours were used before.
    assert stands(("customer", 0), ("agent", 3), ("customer", 50), since=50, used_h=3).due_at == at(50 + 21)


def test_what_used_more_than_its_time_is_due_at_once() -> None:
    assert stands(("customer", 0), ("agent", 1), since=50, used_h=30).due_at == at(50)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def test_a_reply_pauses_and_the_customers_answer_starts_again(store: Store) -> None:
    put(store, a_ticket("t1", ("customer", "Hej"), status=TicketStatus.OPEN))
    assert store.tickets.get("t1").standing.due_kind == "first_reply"

    store.tickets.reply("t1", "?", author_name="A", actor="u", status=TicketStatus.PENDING, version=1)
    paused = store.tickets.get("t1").standing
    assert (paused.due_at, paused.waits_since, paused.last_author, paused.message_count) == (None, None, "agent", 2)

    later = clock.now() + timedelta(minutes=5)
    ticket = a_ticket("t1", ("customer", "Hej"), status=TicketStatus.OPEN)
    answered = ticket.messages[0], type(ticket.messages[0])(1, ticket.messages[0].author, True, later, "Så här")
    put(store, a_ticket("t1", status=TicketStatus.OPEN, messages=answered))
    now = store.tickets.get("t1")
    assert (now.status, now.standing.due_kind, now.standing.waits_since) == (TicketStatus.OPEN, "solution", later)


def test_a_reached_follow_up_ends_with_the_next_public_reply(store: Store) -> None:
    put(store, a_ticket("t1", ("customer", "Hej"), status=TicketStatus.PENDING))
    store.changes.change("t1", TicketChange(follow_up_at=at(1)), actor="u")
    assert store.tickets.get("t1").standing.due_kind == "follow_up"

    store.tickets.reply("t1", "note", author_name="A", actor="u", status=TicketStatus.PENDING, public=False, version=2)
    assert store.tickets.get("t1").follow_up_at == at(1)
    store.tickets.reply("t1", "Gick det?", author_name="A", actor="u", status=TicketStatus.PENDING, version=3)
    assert store.tickets.get("t1").follow_up_at is None


def test_a_follow_up_still_to_come_stays(store: Store) -> None:
    put(store, a_ticket("t1", ("customer", "Hej"), status=TicketStatus.PENDING))
    later = clock.now() + timedelta(days=2)
    store.changes.change("t1", TicketChange(follow_up_at=later), actor="u")

    store.tickets.reply("t1", "Gick det?", author_name="A", actor="u", status=TicketStatus.SOLVED, version=2)

    assert store.tickets.get("t1").follow_up_at == later


def test_a_pending_ticket_is_back_when_its_follow_up_comes(store: Store) -> None:
    later = clock.now() + timedelta(days=2)
    for number, (status, when) in enumerate(
        [(TicketStatus.PENDING, at(1)), (TicketStatus.PENDING, later), (TicketStatus.SOLVED, at(1))]
    ):
        put(store, a_ticket(f"t{number}", ("customer", "Hej"), ("agent", "?"), status=status))
        store.changes.change(f"t{number}", TicketChange(follow_up_at=when), actor="u")

    assert (store.queue.wake(), store.queue.wake()) == (1, 0)

    now = store.tickets.get_many(["t0", "t1", "t2"])
    assert [ticket.status.value for ticket in now.values()] == ["open", "pending", "solved"]
    assert now["t0"].follow_up_at == at(1)
    # Our turn again: the clock runs on.
    assert now["t0"].standing.solve_due_at is not None
    rows = store.database.rows("SELECT noun_id FROM audit WHERE verb = 'wake' ORDER BY id")
    assert [row["noun_id"] for row in rows] == ["t0", ""]


def test_a_database_from_before_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "svar.db"
    old = sqlite3.connect(path, isolation_level=None)
    old.row_factory = sqlite3.Row
    for number, migration in enumerate(schema.MIGRATIONS[:6], start=1):
        migration(old)
        old.execute(f"PRAGMA user_version = {number}")
    old.execute("INSERT INTO customers (id, name) VALUES ('c', 'Åsa Öberg')")
    old.execute(
        "INSERT INTO tickets (id, source, source_id, subject, status, locale, tags, customer_id, created_at,"
        " content_hash, seq) VALUES ('t1', 's', 't1', 'Lampan', 'open', 'sv', '[\"vip\",\"retur\"]', 'c', ?, '', 1)",
        (clock.to_text(DAY),),
    )
    old.execute(
        "INSERT INTO messages (ticket_id, number, author, public, at, body) VALUES ('t1', 0, 'customer', 1, ?, 'Hej')",
        (clock.to_text(at(1)),),
    )
    old.close()

    store = open_store(tmp_path)
    found = store.tickets.get("t1").standing
    assert (found.last_at, found.last_author, found.message_count, found.waits_since) == (at(1), "customer", 1, at(1))
    assert found.due_kind == "first_reply"
    tags = store.database.rows("SELECT tag FROM ticket_tags ORDER BY tag")
    assert [row["tag"] for row in tags] == ["retur", "vip"]
    assert store.queue.catch_up() == 0
    store.close()
