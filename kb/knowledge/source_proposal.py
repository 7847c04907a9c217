"""What a source writes about an article whose text was edited here: a draft to look at, never an overwritten text."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from kb import clock
from kb.article_rows import read_article
from kb.knowledge.article_draft import ArticleDraft, DraftState, DraftText
from kb.knowledge.draft_rows import put_draft, read_draft
from kb.knowledge.trust_signals import source_changed
from kb.model import Revision


def propose(connection: sqlite3.Connection, article_id: str, written: Revision) -> None:
    """Keep what the source writes now as a draft of the article; what a colleague is writing is not touched.

    Where a colleague has a draft of it, the source's text is laid beside it. An earlier proposal that nobody wrote to
    is replaced.

    Args:
        connection: Inside the import's transaction.
        article_id: The article.
        written: The text as its source has it.
    """
    article = read_article(connection, article_id)
    if article is None:
        return
    draft, at = read_draft(connection, article_id), clock.now()
    text = replace(
        draft.text if draft is not None else DraftText.of(article),
        title=written.title, body=written.body, summary=written.summary, tags=written.tags,
    )  # fmt: skip
    if draft is not None and draft.edited_by:
        beside = {"title": written.title, "body": written.body, "summary": written.summary}
        put_draft(connection, replace(draft, source_text=beside))
    elif draft is not None:
        put_draft(connection, replace(draft, text=text, version=draft.version + 1, edited_at=at))
    else:
        base = article.revision.number
        put_draft(
            connection,
            ArticleDraft(
                id=article_id, text=text, state=DraftState.EDITING, version=1, base_revision=base, seen_revision=base,
                created_by="", created_at=at, edited_by="", edited_at=at,
            ),
        )  # fmt: skip
    source_changed(connection, article_id)
