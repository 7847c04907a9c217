"""Rows of drafts as the model, and back."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import fields

from kb import clock
from kb.database import to_json
from kb.knowledge.article_draft import ArticleDraft, DraftState, DraftText
from kb.model import Audience, Confidence, Governance

_TEXT = tuple(each.name for each in fields(DraftText))


def draft_from(row: sqlite3.Row) -> ArticleDraft:
    """A draft from its row."""
    return ArticleDraft(
        id=row["id"],
        text=DraftText(
            title=row["title"], body=row["body"], summary=row["summary"], tags=tuple(json.loads(row["tags"])),
            questions=tuple(json.loads(row["questions"])), locale=row["locale"], product=row["product"],
            audience=Audience(row["audience"]), confidence=Confidence(row["confidence"]),
            governance=Governance(row["governance"]), translation_of=row["translation_of"], owner_id=row["owner_id"],
            master_revision=row["master_revision"],
        ),
        state=DraftState(row["state"]),
        version=row["version"],
        base_revision=row["base_revision"],
        seen_revision=row["seen_revision"],
        created_by=row["created_by"],
        created_at=clock.from_text(row["created_at"]) or clock.now(),
        edited_by=row["edited_by"],
        edited_at=clock.from_text(row["edited_at"]) or clock.now(),
        note=row["note"],
        sent_back=row["sent_back"],
        reviewer_id=row["reviewer_id"],
        approved_by=row["approved_by"],
        publish_at=clock.from_text(row["publish_at"]),
        scheduled_by=row["scheduled_by"],
        from_tickets=tuple(json.loads(row["from_tickets"])),
        sources=tuple(json.loads(row["sources"])),
        candidate_id=row["candidate_id"],
        source_text=json.loads(row["source_text"] or "{}"),
    )  # fmt: skip


def columns_of(draft: ArticleDraft) -> dict[str, object]:
    """A draft as its row."""
    text = {name: getattr(draft.text, name) for name in _TEXT}
    return text | {
        "tags": to_json(list(draft.text.tags)),
        "questions": to_json(list(draft.text.questions)),
        "audience": draft.text.audience.value,
        "confidence": draft.text.confidence.value,
        "governance": draft.text.governance.value,
        "id": draft.id,
        "state": draft.state.value,
        "version": draft.version,
        "base_revision": draft.base_revision,
        "seen_revision": draft.seen_revision,
        "created_by": draft.created_by,
        "created_at": clock.to_text(draft.created_at),
        "edited_by": draft.edited_by,
        "edited_at": clock.to_text(draft.edited_at),
        "note": draft.note,
        "sent_back": draft.sent_back,
        "reviewer_id": draft.reviewer_id,
        "approved_by": draft.approved_by,
        "publish_at": clock.to_text(draft.publish_at),
        "scheduled_by": draft.scheduled_by,
        "from_tickets": to_json(list(draft.from_tickets)),
        "sources": to_json([dict(each) for each in draft.sources]),
        "candidate_id": draft.candidate_id,
        "source_text": to_json(dict(draft.source_text)) if draft.source_text else "",
    }


def put_draft(connection: sqlite3.Connection, draft: ArticleDraft) -> None:
    """Store a draft as it is, inside somebody's transaction."""
    row = columns_of(draft)
    names = ", ".join(row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    connection.execute(
        f"INSERT INTO article_drafts ({names}) VALUES ({', '.join(':' + name for name in row)})"
        f" ON CONFLICT (id) DO UPDATE SET {updates}",
        row,
    )


def read_draft(connection: sqlite3.Connection, draft_id: str) -> ArticleDraft | None:
    """A draft as it is inside somebody's transaction; None if there is none."""
    row = connection.execute("SELECT * FROM article_drafts WHERE id = ?", (draft_id,)).fetchone()
    return None if row is None else draft_from(row)
