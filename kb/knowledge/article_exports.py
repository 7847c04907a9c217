"""Which revisions went out to which help centre: told by the audit log, so that no draft is made twice."""

from __future__ import annotations

from kb.database import Database
from kb.errors import NotFound


class ArticleExports:
    """What was written back from one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def was_sent(self, article_id: str, revision: int, to: str) -> bool:
        """Whether a revision is a draft there already."""
        row = self._db.row(
            "SELECT 1 FROM audit WHERE verb = 'export' AND noun = 'article' AND noun_id = ?"
            " AND json_extract(detail, '$.to') = ? AND json_extract(detail, '$.revision') = ?",
            (article_id, to, revision),
        )
        return row is not None

    def note(self, article_id: str, revision: int, to: str, *, actor: str = "system") -> None:
        """Write down that a revision went out.

        Raises:
            NotFound: There is no such article.
        """
        detail = {"to": to, "revision": revision}
        with self._db.write("export", "article", article_id, actor=actor, detail=detail) as connection:
            if connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone() is None:
                raise NotFound("article", article_id)
