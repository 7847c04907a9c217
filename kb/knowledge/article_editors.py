"""Who has a draft open just now; in the database, so that servers share it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb import clock
from kb.database import Database
from kb.desk.presence import FRESH
from kb.errors import NotFound

_FORGET = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who has a draft open."""

    id: str
    """Of the user."""
    name: str


class ArticleEditors:
    """Signs of life of those who have drafts open; nobody's deed, so not audited."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def beat(self, draft_id: str, user_id: str, page: str = "", *, now: datetime | None = None) -> list[Editor]:
        """Give a sign of life and see who else has the draft open.

        Args:
            draft_id: The draft.
            user_id: Who.
            page: Tells a user's browser pages apart.
            now: For tests.

        Raises:
            NotFound: No such draft: it was published or discarded meanwhile.
        """
        at = now or clock.now()
        with self._db.note() as connection:
            connection.execute("DELETE FROM article_editors WHERE at < ?", (clock.to_text(at - _FORGET),))
            try:
                connection.execute(
                    "INSERT OR REPLACE INTO article_editors (article_id, user_id, page, at) VALUES (?, ?, ?, ?)",
                    (draft_id, user_id, page, clock.to_text(at)),
                )
            except sqlite3.IntegrityError as error:
                raise NotFound("draft", draft_id) from error
        return self.others(draft_id, but=user_id, now=at)

    def others(self, draft_id: str, *, but: str = "", now: datetime | None = None) -> list[Editor]:
        """Who has a draft open, by name, each once.

        Args:
            draft_id: The draft.
            but: Who need not be told of themselves.
            now: For tests.
        """
        rows = self._db.rows(
            "SELECT DISTINCT u.id, u.name FROM article_editors e JOIN users u ON u.id = e.user_id"
            " WHERE e.article_id = ? AND e.at >= ? AND u.id <> ? ORDER BY u.name, u.id",
            (draft_id, clock.to_text((now or clock.now()) - FRESH), but),
        )
        return [Editor(row["id"], row["name"]) for row in rows]

    def leave(self, draft_id: str, user_id: str, page: str = "") -> None:
        """Take a page's sign of life away; one that is not there changes nothing."""
        with self._db.note() as connection:
            connection.execute(
                "DELETE FROM article_editors WHERE article_id = ? AND user_id = ? AND page = ?",
                (draft_id, user_id, page),
            )
