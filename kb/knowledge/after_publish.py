"""What follows from publishing an article, in the same transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from kb.knowledge.article_draft import ArticleDraft
from kb.knowledge.candidate_moves import published as candidate_published


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An article that has just been published."""

    article_id: str
    revision: int
    at: datetime
    user_id: str
    """Who published it, or had it published at a time."""
    draft: ArticleDraft
    """What it was published from; forgotten now."""


def after_publish(connection: sqlite3.Connection, published: Published) -> None:
    """Keep the books of whoever made the draft.

    Args:
        connection: Inside the transaction that published.
        published: The article.
    """
    candidate_published(
        connection, published.article_id, published.revision, user_id=published.user_id, at=published.at
    )
