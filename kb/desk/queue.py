"""The queue: which tickets a filter holds, in which order, page by page, and how many there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb import clock
from kb.database import Database, next_seq
from kb.desk.filter_sql import Asker, counting_path, order, path, where
from kb.desk.filters import Sort, TicketFilter
from kb.desk.restate import calendar_of, restate, restate_all
from kb.model import Ticket
from kb.ticket_rows import SELECT_TICKET, ticket_from

MAX_IDS = 5_000
"""Most tickets that one bulk action takes."""
MAX_CHOICES = 200
"""Most values of a field that are offered to choose from."""
_FIELDS = {"types": "type", "products": "product", "locales": "locale", "priorities": "priority", "topics": "topic"}


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list."""

    tickets: tuple[Ticket, ...]
    """Without their messages."""
    total: int
    """How many there are in all."""
    offset: int
    """How many come before."""


class Queue:
    """The tickets of one database as a list."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def asker(self, user_id: str) -> Asker:
        """What "me", "now" and "today" mean to a user at this moment."""
        now = clock.now()
        return Asker(user_id, now, calendar_of(self._db.connection).day_around(now))

    def page(
        self, wanted: TicketFilter, asker: Asker, *, sort: Sort = Sort.DUE, limit: int = 50, offset: int = 0
    ) -> Page:
        """One page of the tickets that a filter holds; beyond the end, the last page.

        Args:
            wanted: Which.
            asker: Who asks, and when.
            sort: In which order.
            limit: At most so many, 1 or more.
            offset: Skip so many.
        """
        # Words are looked for in every row, so not twice where the first page has all that there are.
        first = self.ids(wanted, asker, sort=sort, limit=limit, expected=0) if wanted.text and not offset else None
        total = len(first) if first is not None and len(first) < limit else self.count(wanted, asker)
        offset = min(offset, max(0, (total - 1) // limit * limit))
        ids = self.ids(wanted, asker, sort=sort, limit=limit, offset=offset, expected=total) if first is None else first
        found = {row["id"]: row for row in self._db.rows_of(SELECT_TICKET + " WHERE t.id IN ({ids})", ids)}
        return Page(tuple(ticket_from(found[one], ()) for one in ids if one in found), total, offset)

    def ids(
        self,
        wanted: TicketFilter,
        asker: Asker,
        *,
        sort: Sort = Sort.DUE,
        limit: int = MAX_IDS,
        offset: int = 0,
        expected: int | None = None,
    ) -> list[str]:
        """Ids of the tickets that a filter holds.

        Args:
            wanted: Which.
            asker: Who asks, and when.
            sort: In which order.
            limit: At most so many.
            offset: Skip so many.
            expected: How many there are, if it is known; only a matter of speed.
        """
        part = where(wanted, asker)
        along = path(wanted, sort, self.count(wanted, asker) if expected is None else expected)
        rows = self._db.rows(
            f"SELECT t.id FROM tickets t {along} WHERE {part.sql} ORDER BY {order(sort)} LIMIT ? OFFSET ?",
            (*part.values, limit, offset),
        )
        return [row["id"] for row in rows]

    def count(self, wanted: TicketFilter, asker: Asker) -> int:
        """How many tickets a filter holds."""
        part = where(wanted, asker)
        row = self._db.row(f"SELECT count(*) AS n FROM tickets t {counting_path(wanted)} WHERE {part.sql}", part.values)
        return 0 if row is None else int(row["n"])

    def counts(self, wanted: Mapping[str, TicketFilter], asker: Asker) -> dict[str, int]:
        """The same for several filters by name."""
        return {name: self.count(one, asker) for name, one in wanted.items()}

    def choices(self) -> dict[str, list[str]]:
        """The values that tickets have, per field of a filter, most frequent first, at most MAX_CHOICES each."""
        found = {
            name: self._values(f"SELECT {column} AS value FROM tickets WHERE {column} <> ''")
            for name, column in _FIELDS.items()
        }
        found["tags"] = self._values("SELECT tag AS value FROM ticket_tags")
        found["companies"] = self._values("SELECT company AS value FROM customers WHERE company <> ''")
        return found

    def unread(self, tickets: Iterable[Ticket], upto: Mapping[str, int]) -> dict[str, int]:
        """How many messages of each ticket a user has not seen, given up to which they have."""
        return {one.id: max(0, one.standing.message_count - 1 - upto.get(one.id, -1)) for one in tickets}

    def wake(self) -> int:
        """Open the pending tickets whose follow-up date has come, so that they are back in the queue; one row each.

        Asked for with every list, since it costs nothing where nothing is to be done. A solved ticket stays solved: it
        is in the view of follow-ups.

        Returns:
            How many were opened.
        """
        now = clock.to_text(clock.now())
        waiting = (
            "SELECT id FROM tickets INDEXED BY tickets_follow_up"
            " WHERE follow_up_at IS NOT NULL AND follow_up_at <= ? AND status = 'pending'"
        )
        if self._db.row(waiting, (now,)) is None:
            return 0
        with self._db.write("wake", "ticket", "") as connection:
            # Another process may have been quicker.
            ids = [row["id"] for row in connection.execute(waiting, (now,)).fetchall()]
            for ticket_id in ids:
                connection.execute(
                    "UPDATE tickets SET status = 'open', status_at = ?, seq = ?, version = version + 1 WHERE id = ?",
                    (now, next_seq(connection), ticket_id),
                )
                restate(connection, ticket_id)
                connection.execute(
                    "INSERT INTO audit (at, actor, verb, noun, noun_id) VALUES (?, 'system', 'wake', 'ticket', ?)",
                    (now, ticket_id),
                )
        return len(ids)

    def catch_up(self) -> int:
        """Work out how every ticket stands, if that is still to be done, as after an update of the product.

        Returns:
            How many tickets were looked at.
        """
        pending = "SELECT 1 FROM desk_settings WHERE name = 'restate'"
        if self._db.row(pending) is None:
            return 0
        detail: dict[str, object] = {}
        with self._db.write("restate", "ticket", "", detail=detail) as connection:
            # Another process may have been quicker.
            if connection.execute(pending).fetchone() is None:
                return 0
            count = detail["tickets"] = restate_all(connection)
            connection.execute("DELETE FROM desk_settings WHERE name = 'restate'")
        return count

    def _values(self, sql: str) -> list[str]:
        rows: Sequence[sqlite3.Row] = self._db.rows(
            f"SELECT value, count(*) AS n FROM ({sql}) GROUP BY value ORDER BY n DESC, value LIMIT ?", (MAX_CHOICES,)
        )
        return [row["value"] for row in rows]
