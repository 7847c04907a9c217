"""Who is in which ticket just now, and who of them writes the reply; in the database, so that servers share it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kb import clock
from kb.database import Database
from kb.errors import NotFound

FRESH = timedelta(seconds=12)
"""Who has not been heard of for so long has left: three signs of life that did not come."""
_FORGET = timedelta(minutes=10)


class Doing(StrEnum):
    """What somebody does in a ticket."""

    VIEWING = "viewing"
    TYPING = "typing"
    """Writes a reply to the customer; one person at a time."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody in a ticket."""

    id: str
    """Of the user."""
    name: str
    doing: Doing


@dataclass(frozen=True, slots=True)
class Room:
    """A ticket as one of those who are in it sees it."""

    others: tuple[Present, ...] = ()
    """Everybody else, by name; each once, however many pages they have open."""
    writer: Present | None = None
    """Who else writes the reply; None if nobody does, or the one who looks does."""
    taken_by: str = ""
    """Who took the reply over from the one who looks; a name, or empty."""


class PresenceBoard:
    """Signs of life of one database's users; nothing of it is audited but a take-over."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def beat(self, ticket_id: str, user_id: str, page: str, doing: Doing, *, now: datetime | None = None) -> Room:
        """Give a sign of life and see who else is there.

        Who begins to type while somebody else writes the reply stays a viewer, and is told who writes.

        Args:
            ticket_id: The ticket.
            user_id: Who.
            page: Tells a user's browser pages apart.
            doing: What they do.
            now: For tests.

        Raises:
            NotFound: No such ticket.
        """
        at = now or clock.now()
        key = (ticket_id, user_id, page)
        with self._db.note() as connection:
            writer = self._writer(connection, ticket_id, user_id, at)
            real = Doing.VIEWING if writer is not None else doing
            connection.execute("DELETE FROM presence WHERE at < ?", (clock.to_text(at - _FORGET),))
            old = connection.execute(
                "SELECT taken_by FROM presence WHERE ticket_id = ? AND user_id = ? AND page = ?", key
            ).fetchone()
            taken_by = old["taken_by"] if old is not None and writer is not None else ""
            try:
                connection.execute(
                    "INSERT INTO presence (ticket_id, user_id, page, doing, at, since, taken_by)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ticket_id, user_id, page) DO UPDATE"
                    " SET since = CASE WHEN doing = excluded.doing THEN since ELSE excluded.since END,"
                    " doing = excluded.doing, at = excluded.at, taken_by = excluded.taken_by",
                    (*key, real.value, clock.to_text(at), clock.to_text(at), taken_by),
                )
            except sqlite3.IntegrityError as error:
                raise NotFound("ticket", ticket_id) from error
        return Room(self.others([ticket_id], except_user=user_id, now=at).get(ticket_id, ()), writer, taken_by)

    def take_over(self, ticket_id: str, user_id: str, page: str, *, now: datetime | None = None) -> Room:
        """Make a user the one who writes the reply; whoever wrote it is told with their next sign of life.

        Args:
            ticket_id: The ticket.
            user_id: Who takes over.
            page: Their browser page.
            now: For tests.

        Raises:
            NotFound: No such ticket.
        """
        at = now or clock.now()
        detail: dict[str, object] = {}
        with self._db.write("take_over", "ticket", ticket_id, actor=user_id, detail=detail) as connection:
            writer = self._writer(connection, ticket_id, user_id, at)
            detail["from"] = writer.id if writer is not None else ""
            name = connection.execute("SELECT name FROM users WHERE id = ?", (user_id,)).fetchone()
            connection.execute(
                "UPDATE presence SET doing = 'viewing', since = ?, taken_by = ?"
                " WHERE ticket_id = ? AND user_id <> ? AND doing = 'typing'",
                (clock.to_text(at), name["name"] if name is not None else "", ticket_id, user_id),
            )
            if connection.execute("SELECT 1 FROM tickets WHERE id = ?", (ticket_id,)).fetchone() is None:
                raise NotFound("ticket", ticket_id)
            connection.execute(
                "INSERT OR REPLACE INTO presence (ticket_id, user_id, page, doing, at, since)"
                " VALUES (?, ?, ?, 'typing', ?, ?)",
                (ticket_id, user_id, page, clock.to_text(at), clock.to_text(at)),
            )
        return Room(self.others([ticket_id], except_user=user_id, now=at).get(ticket_id, ()))

    def leave(self, ticket_id: str, user_id: str, page: str) -> None:
        """Take a page's sign of life away; one that is not there changes nothing."""
        with self._db.note() as connection:
            connection.execute(
                "DELETE FROM presence WHERE ticket_id = ? AND user_id = ? AND page = ?", (ticket_id, user_id, page)
            )

    def others(
        self, ticket_ids: Iterable[str], *, except_user: str, now: datetime | None = None
    ) -> dict[str, tuple[Present, ...]]:
        """Who is in several tickets, by name; tickets without anybody are left out.

        Args:
            ticket_ids: Any number.
            except_user: Who need not be told of themselves.
            now: For tests.
        """
        since = clock.to_text((now or clock.now()) - FRESH)
        # The few who are there at all, and then the tickets: a list of hundreds asks for one small answer.
        rows = self._db.rows(
            "SELECT p.ticket_id, u.id, u.name, max(p.doing = 'typing') AS typing FROM presence p"
            " JOIN users u ON u.id = p.user_id WHERE p.at >= ? AND p.user_id <> ?"
            " GROUP BY p.ticket_id, u.id ORDER BY u.name, u.id",
            (since, except_user),
        )
        wanted, found = set(ticket_ids), dict[str, tuple[Present, ...]]()
        for row in rows:
            if row["ticket_id"] in wanted:
                found[row["ticket_id"]] = (*found.get(row["ticket_id"], ()), _present(row))
        return found

    def _writer(self, connection: sqlite3.Connection, ticket_id: str, user_id: str, now: datetime) -> Present | None:
        row = connection.execute(
            "SELECT u.id, u.name, 1 AS typing FROM presence p JOIN users u ON u.id = p.user_id"
            " WHERE p.ticket_id = ? AND p.user_id <> ? AND p.doing = 'typing' AND p.at >= ?"
            " ORDER BY p.since, u.id LIMIT 1",
            (ticket_id, user_id, clock.to_text(now - FRESH)),
        ).fetchone()
        return None if row is None else _present(row)


def _present(row: sqlite3.Row) -> Present:
    return Present(row["id"], row["name"], Doing.TYPING if row["typing"] else Doing.VIEWING)
