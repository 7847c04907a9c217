"""Writing to articles inside somebody's transaction: columns, revisions, verification, what an import must leave."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from kb import clock
from kb.article_rows import read_article
from kb.database import next_seq, to_json
from kb.errors import NotFound
from kb.knowledge.article_draft import DraftText
from kb.knowledge.team_rules import rules_of
from kb.knowledge.verification import next_due
from kb.model import Article, Confidence, Role, User

TEXT = "text"
"""The name in own_fields of title, text, summary, tags and questions."""
OWN = "svar"
"""The source of what is written here."""


def require_article(connection: sqlite3.Connection, article_id: str) -> Article:
    """An article as it is inside the transaction.

    Raises:
        NotFound: No such article.
    """
    article = read_article(connection, article_id)
    if article is None:
        raise NotFound("article", article_id, hint="`svar article list` lists ids.")
    return article


def update_article(
    connection: sqlite3.Connection, article_id: str, columns: Mapping[str, object], *, searched: bool = True
) -> None:
    """Set columns of an article, and take a step of the change counter where search is concerned.

    Args:
        connection: Inside a transaction.
        article_id: Which one.
        columns: Name -> value as it is stored.
        searched: Whether the index or its readers must notice.
    """
    values = dict(columns)
    if searched:
        values["seq"] = next_seq(connection)
    names = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE articles SET {names} WHERE id = :article_id", values | {"article_id": article_id})


def keep_from_import(connection: sqlite3.Connection, article_id: str, names: Iterable[str]) -> None:
    """Note which columns were decided here, so that the next import leaves them as they are."""
    row = connection.execute("SELECT source, own_fields FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row["source"] == OWN:
        return
    kept = sorted({*json.loads(row["own_fields"]), *names})
    connection.execute("UPDATE articles SET own_fields = ? WHERE id = ?", (to_json(kept), article_id))


def add_revision(
    connection: sqlite3.Connection, article_id: str, text: DraftText, *, by: User, at: datetime, note: str = ""
) -> int:
    """Append a revision; the article does not point at it yet.

    Returns:
        Its number.
    """
    number = 1 + int(
        connection.execute(
            "SELECT coalesce(max(number), 0) FROM revisions WHERE article_id = ?", (article_id,)
        ).fetchone()[0]
    )
    connection.execute(
        "INSERT INTO revisions (article_id, number, title, body, summary, tags, created_at, questions, changed_by,"
        " note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id, number, text.title, text.body, text.summary, to_json(list(text.tags)), clock.to_text(at),
            to_json(list(text.questions)), by.id, note,
        ),
    )  # fmt: skip
    return number


def vouched(
    connection: sqlite3.Connection, *, by: User, at: datetime, confidence: Confidence, every_days: int | None
) -> dict[str, object]:
    """The verification columns after somebody published a text.

    A publisher who publishes as validated vouches for it; what anybody else publishes nobody vouches for yet.

    Args:
        connection: Knows the team's interval.
        by: Who published.
        at: When.
        confidence: As what.
        every_days: What the article says about its interval.
    """
    if confidence is not Confidence.VALIDATED or not by.role.allows(Role.PUBLISHER):
        return {"verified_at": None, "verified_by": "", "verify_due_at": None, "unverified_reason": ""}
    due = next_due(at, every_days=every_days, team_days=rules_of(connection).verify_every_days)
    return {
        "verified_at": clock.to_text(at), "verified_by": by.id, "verify_due_at": clock.to_text(due),
        "unverified_reason": "",
    }  # fmt: skip
