"""Notes during a call: what an agent types while a customer talks, kept until it becomes an internal note."""

from __future__ import annotations

from datetime import datetime

from kb import clock
from kb.database import Database


class CallNotes:
    """One unfinished note per ticket and user."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, ticket_id: str, user_id: str) -> str:
        """What the user has typed; empty if nothing."""
        row = self._db.row("SELECT body FROM call_notes WHERE ticket_id = ? AND user_id = ?", (ticket_id, user_id))
        return "" if row is None else str(row["body"])

    def is_on(self, ticket_id: str, user_id: str, *, since: datetime) -> bool:
        """Whether the user typed notes for this ticket from then on: the call is probably still going on."""
        row = self._db.row(
            "SELECT 1 FROM call_notes WHERE ticket_id = ? AND user_id = ? AND updated_at >= ?",
            (ticket_id, user_id, clock.to_text(since)),
        )
        return row is not None

    def put(self, ticket_id: str, user_id: str, body: str) -> None:
        """Remember what the user has typed; an empty text forgets it.

        No audit row: it comes every second while somebody types, and the note that grows from it has a row of its own.
        """
        with self._db.note() as connection:
            if body:
                connection.execute(
                    "INSERT INTO call_notes (ticket_id, user_id, body, updated_at) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (ticket_id, user_id) DO UPDATE"
                    " SET body = excluded.body, updated_at = excluded.updated_at",
                    (ticket_id, user_id, body, clock.to_text(clock.now())),
                )
            else:
                connection.execute("DELETE FROM call_notes WHERE ticket_id = ? AND user_id = ?", (ticket_id, user_id))
