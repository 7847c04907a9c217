"""Who has read a ticket up to which message."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from kb import clock
from kb.database import Database, to_json

UNREAD = -1
"""Stands for a ticket that a user never opened."""


class Reads:
    """What the users of one database have read."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def upto(self, user_id: str, ticket_ids: Iterable[str]) -> dict[str, int]:
        """Number of the newest message that a user has seen, per ticket; tickets never opened are left out."""
        rows = self._db.rows(
            "SELECT ticket_id, upto FROM ticket_reads"
            " WHERE user_id = ? AND ticket_id IN (SELECT value FROM json_each(?))",
            (user_id, to_json(list(ticket_ids))),
        )
        return {row["ticket_id"]: row["upto"] for row in rows}

    def mark(self, user_id: str, ticket_id: str) -> int:
        """Note that a user has seen all messages of a ticket; nobody's deed, so it leaves no audit row.

        Returns:
            Up to which message they had seen it before; UNREAD if never.
        """
        before = self.upto(user_id, [ticket_id]).get(ticket_id, UNREAD)
        row = self._db.row("SELECT message_count FROM tickets WHERE id = ?", (ticket_id,))
        # Opening it again is the most common case and must not wait for a writer.
        if row is not None and before != row["message_count"] - 1:
            with self._db.note() as connection:
                mark_read(connection, user_id, ticket_id)
        return before


def mark_read(connection: sqlite3.Connection, user_id: str, ticket_id: str) -> None:
    """The same inside another write, after `restate`; who is no user and what is no ticket changes nothing."""
    connection.execute(
        "INSERT INTO ticket_reads (user_id, ticket_id, upto, at)"
        " SELECT u.id, t.id, t.message_count - 1, ? FROM users u, tickets t WHERE u.id = ? AND t.id = ?"
        " ON CONFLICT (user_id, ticket_id) DO UPDATE SET upto = excluded.upto, at = excluded.at",
        (clock.to_text(clock.now()), user_id, ticket_id),
    )
