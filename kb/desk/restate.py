"""Bringing up to date what a fast list needs to know of a ticket; runs inside the write that changed it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from kb import clock
from kb.desk.due import Calendar
from kb.desk.hours import Hours, hours_from_data, rank_of
from kb.desk.standing import DueKind, Standing

NEVER = "9999"
"""Stands in the database for no time, so that an index can order by it; later than every time."""
HOURS = "hours"
_RUNNING = "open"
_RESOLVED = frozenset({"solved", "closed"})
_SELECT = (
    "SELECT t.id, t.subject, t.status, t.priority, t.created_at, t.follow_up_at, t.status_at, t.clock_from,"
    " t.clock_used_s, t.tags, c.name, c.email, c.company"
    " FROM tickets t LEFT JOIN customers c ON c.id = t.customer_id"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What counts of a message."""

    author: str
    public: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """How much working time a ticket has used, and since when it runs."""

    since: datetime | None
    """None while it stands still: while the customer is to answer, and once it is resolved."""
    used_s: int = 0


def clock_after(clock_: Clock, *, status: str, at: datetime, calendar: Calendar) -> Clock:
    """What a status makes of the clock: it runs while a ticket is open, and stands still while it is anything else.

    Args:
        clock_: How it was.
        status: The ticket's status now.
        at: When it became so.
        calendar: The team's hours.
    """
    if status == _RUNNING:
        return clock_ if clock_.since is not None else replace(clock_, since=at)
    if clock_.since is None:
        return clock_
    return Clock(None, clock_.used_s + calendar.between(clock_.since, at))


def standing_of(
    turns: Sequence[Turn],
    *,
    status: str,
    priority: str,
    created_at: datetime,
    follow_up_at: datetime | None,
    running: Clock,
    calendar: Calendar,
) -> Standing:
    """How a ticket stands. Pure.

    A bot's answer is no reply: the customer waits on. Of several things the one that is due first counts; in a tie the
    first reply comes before the solution, and both before the follow-up.

    Args:
        turns: Its messages in their order.
        status: "open", "pending", "solved" or "closed".
        priority: A word of PRIORITIES, or another, which counts as "normal".
        created_at: When it was made; counts as the newest moment where there are no messages.
        follow_up_at: When somebody wants to see it again.
        running: Its clock.
        calendar: The team's hours and targets.
    """
    public = [turn for turn in turns if turn.public]
    replied = any(turn.author == "agent" for turn in public)
    waits_since: datetime | None = None
    for turn in public:
        if turn.author == "agent":
            waits_since = None
        elif turn.author == "customer" and waits_since is None:
            waits_since = turn.at
    first = solve = None
    if running.since is not None:
        target = calendar.hours.target(priority)
        solve = calendar.after(running.since, max(0, target.solution * 60 - running.used_s))
        if not replied:
            first = calendar.after(running.since, max(0, target.first_reply * 60 - running.used_s))
    due: list[tuple[datetime, int, str]] = []
    for order, (moment, kind) in enumerate(
        ((first, DueKind.FIRST_REPLY), (solve, DueKind.SOLUTION), (follow_up_at, DueKind.FOLLOW_UP))
    ):
        if moment is not None:
            due.append((moment, order, kind.value))
    due_at, _, due_kind = min(due, default=(None, 0, ""))
    return Standing(
        last_at=max((turn.at for turn in turns), default=created_at),
        last_author=turns[-1].author if turns else "",
        message_count=len(turns),
        waits_since=None if status in _RESOLVED else waits_since,
        due_at=due_at,
        due_kind=due_kind,
        first_due_at=first,
        solve_due_at=solve,
    )


def standing_from(row: sqlite3.Row) -> Standing:
    """Read what `restate` wrote from a row of tickets."""
    return Standing(
        last_at=clock.from_text(row["last_at"] or None),
        last_author=row["last_author"],
        message_count=row["message_count"],
        waits_since=_moment(row["waits_since"]),
        due_at=_moment(row["due_at"]),
        due_kind=row["due_kind"],
        first_due_at=clock.from_text(row["first_due_at"]),
        solve_due_at=clock.from_text(row["solve_due_at"]),
    )


def calendar_of(connection: sqlite3.Connection) -> Calendar:
    """The team's hours as they are set now; the defaults where nothing is."""
    row = connection.execute("SELECT value FROM desk_settings WHERE name = ?", (HOURS,)).fetchone()
    return _calendar("" if row is None else str(row[0]))


def restate(connection: sqlite3.Connection, ticket_id: str) -> None:
    """Work out anew what depends on a ticket's messages, status, priority and times; a missing ticket changes nothing.

    Every verb that writes one of these calls it, after its own writes and in the same transaction.
    """
    row = connection.execute(_SELECT + " WHERE t.id = ?", (ticket_id,)).fetchone()
    if row is not None:
        _restate(connection, row, calendar_of(connection))


def restate_all(connection: sqlite3.Connection) -> int:
    """The same for every ticket, e.g. after the team's hours were set.

    Returns:
        How many there are.
    """
    rows = connection.execute(_SELECT).fetchall()
    calendar = calendar_of(connection)
    for row in rows:
        _restate(connection, row, calendar)
    return len(rows)


def _restate(connection: sqlite3.Connection, row: sqlite3.Row, calendar: Calendar) -> None:
    turns = [
        Turn(str(turn[0]), bool(turn[1]), clock.from_text(turn[2]) or clock.now())
        for turn in connection.execute(
            "SELECT author, public, at FROM messages WHERE ticket_id = ? ORDER BY number", (row["id"],)
        )
    ]
    created = clock.from_text(row["created_at"]) or clock.now()
    follow_up = clock.from_text(row["follow_up_at"])
    newest = max((turn.at for turn in turns), default=created)
    # Without a record of when the status became what it is, it did with the newest message.
    changed = max(newest, clock.from_text(row["status_at"]) or newest)
    used = row["clock_used_s"]
    # Seen for the first time: it runs since the customer wrote.
    before = Clock(created) if used is None else Clock(clock.from_text(row["clock_from"]), used)
    running = clock_after(before, status=row["status"], at=changed, calendar=calendar)
    now = standing_of(
        turns, status=row["status"], priority=row["priority"], created_at=created, follow_up_at=follow_up,
        running=running, calendar=calendar,
    )  # fmt: skip
    words = " ".join((row["subject"], row["id"], row["name"] or "", row["email"] or "", row["company"] or ""))
    connection.execute(
        "UPDATE tickets SET last_at = ?, last_author = ?, message_count = ?, waits_since = ?, clock_from = ?,"
        " clock_used_s = ?, first_due_at = ?, solve_due_at = ?, due_at = ?, due_kind = ?, urgency = ?, words = ?"
        " WHERE id = ?",
        (
            clock.to_text(now.last_at), now.last_author, now.message_count, clock.to_text(now.waits_since) or NEVER,
            clock.to_text(running.since), running.used_s, clock.to_text(now.first_due_at),
            clock.to_text(now.solve_due_at), clock.to_text(now.due_at) or NEVER, now.due_kind,
            rank_of(row["priority"]), words.casefold(), row["id"],
        ),
    )  # fmt: skip
    _put_tags(connection, row["id"], json.loads(row["tags"]))


def _put_tags(connection: sqlite3.Connection, ticket_id: str, tags: Sequence[str]) -> None:
    connection.execute("DELETE FROM ticket_tags WHERE ticket_id = ?", (ticket_id,))
    if tags:
        connection.executemany("INSERT OR IGNORE INTO ticket_tags VALUES (?, ?)", [(tag, ticket_id) for tag in tags])


def _moment(text: str) -> datetime | None:
    return None if text == NEVER else clock.from_text(text)


@lru_cache(maxsize=8)
def _calendar(text: str) -> Calendar:
    return Calendar(hours_from_data(json.loads(text)) if text else Hours())
