"""Unfinished replies: what an agent has typed and not yet sent survives reloads and crashes."""

from __future__ import annotations

from kb import clock
from kb.database import Database


class ReplyDrafts:
    """One unfinished reply per ticket and user."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, ticket_id: str, user_id: str) -> str:
        """What the user had typed; empty if nothing."""
        row = self._db.row("SELECT body FROM reply_drafts WHERE ticket_id = ? AND user_id = ?", (ticket_id, user_id))
        return "" if row is None else str(row["body"])

    def put(self, ticket_id: str, user_id: str, body: str) -> None:
        """Remember what the user has typed; an empty text forgets it.

        Leaves no audit row: it changes nothing that is known, comes every second while somebody types, and the reply
        that grows from it has a row of its own.
        """
        with self._db.note() as connection:
            if body:
                connection.execute(
                    "INSERT INTO reply_drafts (ticket_id, user_id, body, updated_at) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (ticket_id, user_id) DO UPDATE"
                    " SET body = excluded.body, updated_at = excluded.updated_at",
                    (ticket_id, user_id, body, clock.to_text(clock.now())),
                )
            else:
                connection.execute("DELETE FROM reply_drafts WHERE ticket_id = ? AND user_id = ?", (ticket_id, user_id))
