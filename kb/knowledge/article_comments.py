"""Comments on drafts: what colleagues say about a text before it is published, and what was resolved."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.article_rows import read_article
from kb.database import Database
from kb.errors import InvalidRow, KBError, NotFound
from kb.knowledge.draft_rows import read_draft
from kb.knowledge.move import DraftCase, DraftMove
from kb.knowledge.moves import check_draft_move
from kb.model import User

MAX_COMMENT = 5_000


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a draft."""

    id: int
    article_id: str
    user_id: str
    at: datetime
    body: str
    quote: str = ""
    """The words it is about; empty: the whole."""
    revision: int = 0
    """The revision that the draft became; 0 while it is a draft."""
    resolved_by: str = ""
    resolved_at: datetime | None = None


class ArticleComments:
    """The comments of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, article_id: str, *, drafts_only: bool = False) -> list[Comment]:
        """The comments of an article, oldest first; `drafts_only` leaves out those of published revisions."""
        rows = self._db.rows(
            "SELECT * FROM article_comments WHERE article_id = ? AND (revision = 0 OR ?) ORDER BY id",
            (article_id, not drafts_only),
        )
        return [_comment(row) for row in rows]

    def get(self, comment_id: int) -> Comment:
        """Read one comment.

        Raises:
            NotFound: No such comment.
        """
        row = self._db.row("SELECT * FROM article_comments WHERE id = ?", (comment_id,))
        if row is None:
            raise NotFound("comment", str(comment_id))
        return _comment(row)

    def add(self, draft_id: str, user: User, body: str, *, quote: str = "") -> Comment:
        """Say something about a draft; its version stays, so nobody's unsaved text is outdated by it.

        Args:
            draft_id: Which draft.
            user: Who says it.
            body: What.
            quote: The words it is about.

        Raises:
            NotFound: No such draft.
            PermissionDenied: The role is too small.
            InvalidRow: It is empty or too long.
        """
        said = body.strip()
        if not said or len(said) > MAX_COMMENT:
            raise InvalidRow(f"a comment has 1 to {MAX_COMMENT} characters; this one has {len(said)}")
        detail: dict[str, object] = {}
        with self._db.write("comment", "article_draft", draft_id, actor=user.id, detail=detail) as connection:
            draft = read_draft(connection, draft_id)
            if draft is None:
                raise NotFound("draft", draft_id)
            check_draft_move(DraftMove.COMMENT, DraftCase(draft, read_article(connection, draft_id), user))
            row = connection.execute(
                "INSERT INTO article_comments (article_id, user_id, at, body, quote) VALUES (?, ?, ?, ?, ?)",
                (draft_id, user.id, clock.to_text(clock.now()), said, quote.strip()[:MAX_COMMENT]),
            )
            if row.lastrowid is None:
                raise KBError("The comment was not stored.")
            detail["comment"] = row.lastrowid
        return self.get(row.lastrowid)

    def resolve(self, comment_id: int, user: User, *, resolved: bool = True) -> Comment:
        """Say that a comment is dealt with, or that it is not.

        Args:
            comment_id: Which comment.
            user: Who says so.
            resolved: False opens it again.

        Raises:
            NotFound: No such comment, or its draft is no more.
            PermissionDenied: The role is too small.
        """
        comment = self.get(comment_id)
        verb = "resolve" if resolved else "reopen"
        detail: dict[str, object] = {"comment": comment_id}
        with self._db.write(verb, "article_draft", comment.article_id, actor=user.id, detail=detail) as connection:
            draft = read_draft(connection, comment.article_id)
            if draft is None:
                raise NotFound("draft", comment.article_id)
            check_draft_move(DraftMove.COMMENT, DraftCase(draft, read_article(connection, draft.id), user))
            connection.execute(
                "UPDATE article_comments SET resolved_by = ?, resolved_at = ? WHERE id = ?",
                (user.id if resolved else "", clock.to_text(clock.now()) if resolved else None, comment_id),
            )
        return self.get(comment_id)


def _comment(row: sqlite3.Row) -> Comment:
    return Comment(
        id=row["id"], article_id=row["article_id"], user_id=row["user_id"],
        at=clock.from_text(row["at"]) or clock.now(), body=row["body"], quote=row["quote"], revision=row["revision"],
        resolved_by=row["resolved_by"], resolved_at=clock.from_text(row["resolved_at"]),
    )  # fmt: skip
