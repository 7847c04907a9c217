"""Rows of articles and revisions as the model."""

from __future__ import annotations

import json
import sqlite3

from kb import clock
from kb.model import Article, Audience, Confidence, Governance, Revision

SELECT_ARTICLE = """
    SELECT a.*, r.title, r.body, r.summary, r.tags, r.questions, r.changed_by, r.note, r.created_at AS revised_at
    FROM articles a JOIN revisions r ON r.article_id = a.id AND r.number = a.revision
"""
"""What `article_from` reads; a condition may be put behind it."""


def article_from(row: sqlite3.Row) -> Article:
    """An article with its current revision."""
    return Article(
        id=row["id"],
        source=row["source"],
        source_id=row["source_id"],
        locale=row["locale"],
        url=row["url"],
        product=row["product"],
        audience=Audience(row["audience"]),
        confidence=Confidence(row["confidence"]),
        translation_of=row["translation_of"],
        verified_at=clock.from_text(row["verified_at"]),
        updated_at=clock.from_text(row["updated_at"]),
        owner_id=row["owner_id"],
        governance=Governance(row["governance"]),
        verify_every_days=row["verify_every_days"],
        verify_due_at=clock.from_text(row["verify_due_at"]),
        verified_by=row["verified_by"],
        unverified_reason=row["unverified_reason"],
        published_at=clock.from_text(row["published_at"]),
        merged_into=row["merged_into"],
        deleted_at=clock.from_text(row["deleted_at"]),
        revision=revision_from(row, row["id"], row["revision"], at=row["revised_at"]),
    )


def revision_from(row: sqlite3.Row, article_id: str, number: int, *, at: str | None) -> Revision:
    """A revision from a row that has its texts.

    Args:
        row: With title, body, summary, tags, questions, changed_by and note.
        article_id: Whose text it is.
        number: Which of them.
        at: When it was made, as it is stored.
    """
    return Revision(
        article_id=article_id,
        number=number,
        title=row["title"],
        body=row["body"],
        summary=row["summary"],
        tags=tuple(json.loads(row["tags"])),
        created_at=clock.from_text(at),
        questions=tuple(json.loads(row["questions"])),
        changed_by=row["changed_by"],
        note=row["note"],
    )


def read_article(connection: sqlite3.Connection, article_id: str) -> Article | None:
    """An article as it is inside somebody's transaction; None if there is none."""
    row = connection.execute(SELECT_ARTICLE + " WHERE a.id = ?", (article_id,)).fetchone()
    return None if row is None else article_from(row)
