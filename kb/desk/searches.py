"""What a user searched for lately: theirs alone, and theirs to erase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.database import Database

KEPT = 20
"""Of each user the newest so many are kept."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search."""

    words: str
    at: datetime


class Searches:
    """The recent searches of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, user_id: str, *, limit: int = 8) -> tuple[Search, ...]:
        """A user's searches, newest first, each once."""
        rows = self._db.rows(
            "SELECT words, at FROM searches WHERE user_id = ? ORDER BY at DESC, rowid DESC LIMIT ?", (user_id, limit)
        )
        return tuple(Search(row["words"], clock.from_text(row["at"]) or clock.now()) for row in rows)

    def put(self, user_id: str, words: str) -> None:
        """Remember a search; the oldest beyond KEPT is forgotten, and so is one that this one goes on from.

        No audit row: it changes nothing that is known.

        Args:
            user_id: Whose.
            words: What was searched; blanks at the ends do not count, and nothing is kept of nothing.
        """
        words = words.strip()
        if not words:
            return
        with self._db.note() as connection:
            connection.execute("DELETE FROM searches WHERE user_id = ? AND words = ?", (user_id, words))
            connection.execute(
                "INSERT INTO searches (user_id, words, at) VALUES (?, ?, ?)",
                (user_id, words, clock.to_text(clock.now())),
            )
            # "rout", typed with a pause on the way to "router", is no search of its own.
            connection.execute(
                "DELETE FROM searches WHERE user_id = ? AND words <> ? AND rowid = (SELECT rowid FROM searches"
                " WHERE user_id = ? AND words <> ? ORDER BY rowid DESC LIMIT 1)"
                " AND substr(?, 1, length(words)) = words",
                (user_id, words, user_id, words, words),
            )
            connection.execute(
                "DELETE FROM searches WHERE user_id = ? AND rowid NOT IN (SELECT rowid FROM searches WHERE user_id = ?"
                " ORDER BY at DESC, rowid DESC LIMIT ?)",
                (user_id, user_id, KEPT),
            )

    def erase(self, user_id: str, words: str = "") -> None:
        """Forget one search, or all of a user's."""
        with self._db.note() as connection:
            connection.execute("DELETE FROM searches WHERE user_id = ? AND ? IN ('', words)", (user_id, words))
