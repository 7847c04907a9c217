"""A cited reply to a ticket; proposed, never sent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from assistant.drafts.compose import CONFLICT, UNANSWERED
from assistant.drafts.style import Style
from assistant.model import Draft
from kb.model import Role
from ui.api.access import desk_of, require
from ui.api.asking import Ask, question_from, ticket_of
from ui.api.marks import suggestion_for
from ui.catalogue import text
from ui.wire import to_json

router = APIRouter(tags=["draft"])


_SHOWN_ELSEWHERE = (CONFLICT, UNANSWERED)
"""Notes that say no more than `conflicts` and `unanswered` do."""


class Wanted(Ask):
    """A question, and what kind of reply is wanted."""

    style: Style = Style.STANDARD


@router.post("/draft")
def draft(request: Request, ask: Wanted) -> dict[str, Any]:
    """A draft with the source of every sentence; its text is empty when nothing can be trusted."""
    user = require(request, Role.AGENT)
    question = question_from(ask, ticket_of(request, ask))
    desk = desk_of(request)
    suggestion = suggestion_for(desk, question)
    found = desk.service.draft(question, agent_name=user.name, suggestion=suggestion, style=ask.style)
    wire: dict[str, Any] = to_json(found)
    return wire | {"remarks": remarks(found, user.locale)}


def remarks(found: Draft, locale: str) -> list[str]:
    """What the agent is told about a draft, in his language; contradictions stand in `conflicts`."""
    told = [text(locale, key) for key in found.notes if key not in _SHOWN_ELSEWHERE]
    if found.unanswered:
        asked = ", ".join(text(locale, "draft.quoted", text=question) for question in found.unanswered)
        told.append(text(locale, "draft.unanswered", questions=asked))
    return told
