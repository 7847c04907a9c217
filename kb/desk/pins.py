"""Pinned articles: what somebody holds on to for a ticket, on top of its suggestions for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.database import Database
from kb.errors import NotFound


@dataclass(frozen=True, slots=True)
class Pin:
    """One article on top of one ticket's suggestions."""

    ticket_id: str
    article_id: str
    user_id: str
    """Who pinned it first."""
    at: datetime
    by: str = ""
    """That user's name."""


class Pins:
    """The pinned articles of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, ticket_id: str) -> tuple[Pin, ...]:
        """What is pinned to a ticket, first pinned first; nothing for a ticket that is not there."""
        rows = self._db.rows(
            "SELECT p.*, coalesce(u.name, '') AS name FROM pins p LEFT JOIN users u ON u.id = p.user_id"
            " WHERE p.ticket_id = ? ORDER BY p.at, p.article_id",
            (ticket_id,),
        )
        return tuple(
            Pin(row["ticket_id"], row["article_id"], row["user_id"], clock.from_text(row["at"]) or clock.now(),
                row["name"])
            for row in rows
        )  # fmt: skip

    def put(self, ticket_id: str, article_id: str, *, actor: str) -> None:
        """Pin an article to a ticket; one that is pinned stays as it is.

        Raises:
            NotFound: No such ticket, or no such article.
        """
        with self._db.write("pin", "ticket", ticket_id, actor=actor, detail={"article": article_id}) as connection:
            for noun, table, wanted in (("ticket", "tickets", ticket_id), ("article", "articles", article_id)):
                if connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (wanted,)).fetchone() is None:
                    raise NotFound(noun, wanted)
            connection.execute(
                "INSERT OR IGNORE INTO pins (ticket_id, article_id, user_id, at) VALUES (?, ?, ?, ?)",
                (ticket_id, article_id, actor, clock.to_text(clock.now())),
            )

    def remove(self, ticket_id: str, article_id: str, *, actor: str) -> None:
        """Take a pin away, whoever set it; nothing happens if there is none."""
        with self._db.write("unpin", "ticket", ticket_id, actor=actor, detail={"article": article_id}) as connection:
            connection.execute("DELETE FROM pins WHERE ticket_id = ? AND article_id = ?", (ticket_id, article_id))
