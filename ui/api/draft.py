"""A cited reply to a ticket; proposed, never sent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from kb.model import Role
from ui.api.access import desk_of, require
from ui.api.asking import Ask, question_from, ticket_of
from ui.catalogue import text
from ui.wire import to_json

router = APIRouter(tags=["draft"])


@router.post("/draft")
def draft(request: Request, ask: Ask) -> dict[str, Any]:
    """A draft with the source of every sentence; its text is empty when nothing can be trusted."""
    user = require(request, Role.AGENT)
    question = question_from(ask, ticket_of(request, ask))
    desk = desk_of(request)
    found = desk.service.draft(question, agent_name=user.name, suggestion=desk.recent.suggest(question))
    wire: dict[str, Any] = to_json(found)
    return wire | {"remarks": [text(user.locale, key) for key in found.notes]}
