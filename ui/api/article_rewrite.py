"""The draft of an article in the language model's words, if one is set: a proposal that the writer takes or leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from assistant.rewriting.article import Proposal, reword
from assistant.rewriting.model import RewriteFailed, Trouble
from assistant.writing.word_diff import word_diff
from kb.knowledge.article_draft import ArticleDraft, DraftChanged
from kb.model import Role, User
from kb.store import Store
from ui.api.access import Refused, desk_of, require

router = APIRouter(prefix="/article-drafts", tags=["article writing"])
_LOOK_EVERY_S = 0.5
_GONE = 499
"""Nobody reads it; it stands in logs of requests as "client closed request"."""
_PASSING = frozenset({Trouble.BUSY, Trouble.RATE_LIMITED})


class WantedWords(BaseModel):
    """The version of the draft that the writer sees."""

    version: int = Field(ge=1, le=2**31)


@router.post("/{draft_id}/rewrite", response_model=None)
async def rewrite(request: Request, draft_id: str, wanted: WantedWords) -> dict[str, Any] | Response:
    """Let the model reword the text; nothing is stored."""
    user = require(request, Role.CONTRIBUTOR)
    desk = desk_of(request)
    if desk.rewriter is None:
        raise Refused("model_off", 409)
    draft, people = await asyncio.to_thread(_read, desk.store, draft_id, user)
    if draft.version != wanted.version:
        raise DraftChanged(draft)
    work = reword(desk.rewriter, draft.text, article_id=draft.id, people=people, user_id=user.id)
    try:
        found = await _while_wanted(request, work)
    except RewriteFailed as error:
        raise Refused(f"model_{error.trouble.value}", 503 if error.trouble in _PASSING else 502) from error
    if found is None:
        return Response(status_code=_GONE)
    return await asyncio.to_thread(_wire, draft.text.body, found)


async def _while_wanted(request: Request, work: Coroutine[Any, Any, Proposal]) -> Proposal | None:
    """The proposal; None once the browser has gone away, and then the model is not asked any further."""
    task = asyncio.create_task(work)
    while not task.done():
        await asyncio.wait({task}, timeout=_LOOK_EVERY_S)
        if not task.done() and await request.is_disconnected():
            task.cancel()
            await asyncio.wait({task})
            return None
    return task.result()


def _read(store: Store, draft_id: str, user: User) -> tuple[ArticleDraft, list[str]]:
    """The draft, and the names of those whose tickets it comes from and of who asks."""
    draft = store.article_drafts.get(draft_id)
    tickets = store.tickets.get_many(draft.from_tickets).values()
    names = [user.name, *(ticket.customer.name for ticket in tickets if ticket.customer)]
    names += [message.name for ticket in tickets for message in ticket.messages]
    return draft, list(dict.fromkeys(filter(None, names)))


def _wire(body: str, found: Proposal) -> dict[str, Any]:
    changes = word_diff(body, found.body)
    return {
        "body": found.body, "kept": found.kept, "unchanged": found.body == body,
        "left_out": [{"text": each.text, "reason": each.reason.value} for each in found.left_out],
        "blocks": [{"kind": block.kind.value, "html": block.html} for block in changes.blocks],
        "added": changes.added, "removed": changes.removed, "shortened": changes.shortened,
    }  # fmt: skip
