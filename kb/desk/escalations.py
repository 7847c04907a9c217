"""Passing a ticket on: to a team, an e-mail address or a webhook, with everything that follows, in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from kb import clock
from kb.database import Database, next_seq, to_json
from kb.desk.mentions import insert_mentions
from kb.desk.outbox import Delivery, Post, delivery_of, insert_post
from kb.desk.reads import mark_read
from kb.desk.restate import calendar_of, restate
from kb.errors import Conflict, InvalidRow, NotFound
from kb.event import Event, EventKind
from kb.events import insert_event
from kb.model import RESOLVED, Author, TicketStatus

TAG = "passed-on"
_MAX_AHEAD = timedelta(days=366)
_LOOK_DAYS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn:
    """A ticket that is passed on, ready to go."""

    ticket_id: str
    version: int
    """The version of the ticket that the agent saw."""
    kind: str
    """"team" or "mail"."""
    name: str
    """To whom, as it is shown: the team's name or the address."""
    note: str
    """The internal note that says so, in Markdown."""
    user_id: str
    user_name: str
    status: TicketStatus
    """The ticket's status after it."""
    follow_up_at: datetime | None = None
    """When the ticket comes back; None: not by itself."""
    post: Post | None = None
    """What is sent; None where nothing leaves Svar."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """One time that a ticket was passed on."""

    kind: str
    name: str
    at: datetime
    user_name: str
    """Who passed it on; empty if that user is gone."""
    follow_up_at: datetime | None
    delivery: Delivery | None
    """How far what was sent has come; None where nothing left Svar."""


class Escalations:
    """What was passed on in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def pass_on(self, wish: PassOn) -> int:
        """Write the note, set status, tag and follow-up date, log it, and put what is to be sent into the outbox.

        Args:
            wish: What is to be done.

        Returns:
            Number of the note in the ticket.

        Raises:
            NotFound: No such ticket.
            Conflict: Somebody changed the ticket since the agent read it.
            InvalidRow: The follow-up date has passed, or is more than a year ahead.
        """
        at = clock.now()
        if wish.follow_up_at is not None and not at < wish.follow_up_at <= at + _MAX_AHEAD:
            raise InvalidRow("the follow-up date must lie ahead, by a year at most")
        detail: dict[str, object] = {"to": wish.name, "kind": wish.kind, "status": wish.status.value}
        with self._db.write("pass_on", "ticket", wish.ticket_id, actor=wish.user_id, detail=detail) as connection:
            number = _note(connection, wish, at)
            post_id = None
            if wish.post is not None:
                payload = {**wish.post.payload, "at": clock.to_text(at)}
                post_id = insert_post(connection, replace(wish.post, payload=payload), at=at)
            connection.execute(
                "INSERT INTO escalations (ticket_id, user_id, at, kind, name, follow_up_at, outbox_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    wish.ticket_id, wish.user_id, clock.to_text(at), wish.kind, wish.name,
                    clock.to_text(wish.follow_up_at), post_id,
                ),
            )  # fmt: skip
            logged = {"to": wish.kind, "name": wish.name, "message": number, "sent": post_id is not None}
            insert_event(connection, Event(EventKind.PASSED_ON, at, wish.user_id, wish.ticket_id, detail=logged))
            restate(connection, wish.ticket_id)
            mark_read(connection, wish.user_id, wish.ticket_id)
        return number

    def of(self, ticket_id: str, *, limit: int = 5) -> Sequence[Escalation]:
        """How often a ticket was passed on, newest first.

        Args:
            ticket_id: The ticket.
            limit: At most so many.
        """
        rows = self._db.rows(
            "SELECT e.kind AS passed_kind, e.name, e.at AS passed_at, e.follow_up_at, u.name AS user_name, o.*"
            " FROM escalations e LEFT JOIN users u ON u.id = e.user_id LEFT JOIN outbox o ON o.id = e.outbox_id"
            " WHERE e.ticket_id = ? ORDER BY e.id DESC LIMIT ?",
            (ticket_id, limit),
        )
        return [_escalation(row) for row in rows]

    def next_business_day(self, *, now: datetime | None = None) -> date:
        """The team's next working day, in its zone: what a follow-up date is by default.

        Args:
            now: For tests.

        Returns:
            Tomorrow for a team that is not open within two months.
        """
        calendar = calendar_of(self._db.connection)
        today = (now or clock.now()).astimezone(calendar.zone).date()
        ahead = (today + timedelta(days=days) for days in range(1, _LOOK_DAYS))
        return next((day for day in ahead if calendar.spans(day)), today + timedelta(days=1))

    def opening_of(self, day: date) -> datetime:
        """When a day begins for the team: its opening, or eight in the morning where it is closed.

        Args:
            day: In the team's zone.
        """
        calendar = calendar_of(self._db.connection)
        spans = calendar.spans(day)
        return spans[0][0] if spans else datetime.combine(day, time(8), calendar.zone)


def _note(connection: sqlite3.Connection, wish: PassOn, at: datetime) -> int:
    row = connection.execute(
        "SELECT version, status, tags, own_fields FROM tickets WHERE id = ?", (wish.ticket_id,)
    ).fetchone()
    if row is None:
        raise NotFound("ticket", wish.ticket_id)
    if row["version"] != wish.version:
        raise Conflict(
            "Somebody else changed this ticket while you were writing.",
            hint="Reload it to see what is new; nothing was passed on.",
        )
    number = connection.execute(
        "INSERT INTO messages (ticket_id, number, author, public, at, name, body, own)"
        " SELECT ?, coalesce(max(number), -1) + 1, ?, 0, ?, ?, ?, 1 FROM messages WHERE ticket_id = ? RETURNING number",
        (wish.ticket_id, Author.AGENT.value, clock.to_text(at), wish.user_name, wish.note, wish.ticket_id),
    ).fetchone()["number"]
    insert_mentions(connection, wish.ticket_id, wish.note, at=at, by_id=wish.user_id, by_name=wish.user_name)
    tags = json.loads(row["tags"])
    # The tags are the team's own from here on: the next import leaves them.
    own = sorted({*json.loads(row["own_fields"]), "tags"})
    connection.execute(
        "UPDATE tickets SET version = version + 1, seq = ?, tags = ?, own_fields = ?, follow_up_at = ? WHERE id = ?",
        (
            next_seq(connection), to_json(tags if TAG in tags else [*tags, TAG]), to_json(own),
            clock.to_text(wish.follow_up_at), wish.ticket_id,
        ),
    )  # fmt: skip
    if row["status"] != wish.status.value:
        closed = clock.to_text(at) if wish.status in RESOLVED else None
        connection.execute(
            "UPDATE tickets SET status = ?, status_at = ?, closed_at = ? WHERE id = ?",
            (wish.status.value, clock.to_text(at), closed, wish.ticket_id),
        )
    return int(number)


def _escalation(row: sqlite3.Row) -> Escalation:
    return Escalation(
        kind=row["passed_kind"],
        name=row["name"],
        at=clock.from_text(row["passed_at"]) or clock.now(),
        user_name=row["user_name"] or "",
        follow_up_at=clock.from_text(row["follow_up_at"]),
        delivery=delivery_of(row) if row["id"] is not None else None,
    )
