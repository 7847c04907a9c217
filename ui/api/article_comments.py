"""Comments on drafts of articles."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kb.errors import NotFound
from kb.knowledge.article_comments import MAX_COMMENT
from kb.model import Role
from ui.api.access import desk_of, require
from ui.api.article_wire import comment_row, names_of

router = APIRouter(prefix="/article-drafts/{draft_id}/comments", tags=["article drafts"])


class NewComment(BaseModel):
    """What is said, and about which words."""

    body: str = Field(min_length=1, max_length=MAX_COMMENT)
    quote: str = Field(default="", max_length=MAX_COMMENT)


class Dealt(BaseModel):
    """Whether a comment is dealt with."""

    resolved: bool


@router.post("", status_code=201)
def say(request: Request, draft_id: str, new: NewComment) -> dict[str, Any]:
    """Say something about a draft; nobody's unsaved text is outdated by it."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    return {
        "comment": comment_row(store.article_comments.add(draft_id, user, new.body, quote=new.quote), names_of(store))
    }


@router.patch("/{comment_id}")
def resolve(request: Request, draft_id: str, comment_id: int, dealt: Dealt) -> dict[str, Any]:
    """Say that a comment is dealt with, or open it again."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    if store.article_comments.get(comment_id).article_id != draft_id:
        raise NotFound("comment", str(comment_id))
    comment = store.article_comments.resolve(comment_id, user, resolved=dealt.resolved)
    return {"comment": comment_row(comment, names_of(store))}
