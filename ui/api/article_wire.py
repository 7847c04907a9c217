"""Drafts and articles as pages get them."""

from __future__ import annotations

from typing import Any

from kb.knowledge.article_comments import Comment
from kb.knowledge.article_draft import ArticleDraft
from kb.knowledge.article_history import Deed
from kb.knowledge.article_list import Listed
from kb.knowledge.move import SYSTEM
from kb.model import Article, Revision
from kb.store import Store
from ui.wire import to_json

_HEAVY = ("body", "sources", "source_text")
"""What a row of a list leaves out."""


def names_of(store: Store) -> dict[str, str]:
    """User id -> name; the command line and the server have the program's."""
    return {SYSTEM.id: "Svar"} | {user.id: user.name for user in store.users.list()}


def draft_wire(draft: ArticleDraft) -> dict[str, Any]:
    """A draft with its writer's fields beside all others."""
    wire: dict[str, Any] = to_json(draft)
    text: dict[str, Any] = wire.pop("text")
    return wire | text


def draft_row(draft: ArticleDraft, names: dict[str, str]) -> dict[str, Any]:
    """A draft in a list: with people's names, without its text."""
    wire = {name: value for name, value in draft_wire(draft).items() if name not in _HEAVY}
    people = {f"{role}_name": names.get(wire[role], "") for role in ("created_by", "edited_by", "reviewer_id")}
    return wire | people | {"owner": names.get(draft.text.owner_id, ""), "source_changed": bool(draft.source_text)}


def comment_row(comment: Comment, names: dict[str, str]) -> dict[str, Any]:
    """A comment with its writer's name."""
    wire: dict[str, Any] = to_json(comment)
    return wire | {"by": comment.user_id, "name": names.get(comment.user_id, "")}


def revision_row(revision: Revision, names: dict[str, str]) -> dict[str, Any]:
    """A published text in the history, without its body."""
    wire: dict[str, Any] = to_json(revision)
    del wire["body"]
    return wire | {"at": wire["created_at"], "name": names.get(revision.changed_by, "")}


def deed_row(deed: Deed, names: dict[str, str]) -> dict[str, Any]:
    """A row of the log."""
    wire: dict[str, Any] = to_json(deed)
    return wire | {"actor": deed.user_id, "name": names.get(deed.user_id, "")}


def article_row(listed: Listed, names: dict[str, str], verification: str) -> dict[str, Any]:
    """An article in the owners' list, without its text."""
    wire = article_head(listed.article)
    return wire | {
        "title": listed.article.title, "revision": listed.article.revision.number, "uses": listed.uses,
        "has_draft": listed.has_draft, "owner": names.get(listed.article.owner_id, ""), "verification": verification,
    }  # fmt: skip


def article_head(article: Article) -> dict[str, Any]:
    """An article without its revision."""
    wire: dict[str, Any] = to_json(article)
    del wire["revision"]
    return wire
