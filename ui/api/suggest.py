"""Suggestions for a ticket, or for what an agent types during a call."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, BackgroundTasks, Request

from assistant.drafts.merge_fields import fill, values_of
from assistant.model import Suggestion
from assistant.question import Question, question_of
from kb.model import Role
from ui.api.access import desk_of, require
from ui.api.asking import Ask, question_from, ticket_of
from ui.api.prose import html_of, letter_html
from ui.wire import at_least_in_ten, in_ten, to_json

router = APIRouter(tags=["suggest"])


@router.post("/suggest")
def suggest(request: Request, ask: Ask, afterwards: BackgroundTasks) -> dict[str, Any]:
    """Articles, similar solved tickets and canned replies, best first, with the confidence in them.

    `in_ten` says it in words: so many of ten such lists are useful; below `least_in_ten` nothing is shown as good.
    """
    user = require(request, Role.AGENT)
    ticket = ticket_of(request, ask)
    question = question_from(ask, ticket)
    desk = desk_of(request)
    found = desk.recent.suggest(question)
    if not found.confident and not ask.typing:
        # Behind the answer: a writer may have to wait for another process.
        afterwards.add_task(desk.service.log_miss, question, found, user_id=user.id)
    least = at_least_in_ten(desk.settings.min_confidence)
    asked_by = question_of(ticket) if ticket else Question()
    return suggestion_json(found, asked_by, user.name) | {"in_ten": in_ten(found.confidence), "least_in_ten": least}


def suggestion_json(found: Suggestion, asked_by: Question, agent_name: str) -> dict[str, Any]:
    """The suggestion under the dataclasses' names, with rendered passages and filled canned replies."""
    wire: dict[str, Any] = to_json(found)
    for article in wire["articles"]:
        article["passage"]["html"] = html_of(article["passage"]["text"])
    for ticket in wire["tickets"]:
        ticket["html"] = letter_html(ticket["resolution"])
    values = values_of(asked_by, agent_name=agent_name)
    for canned in wire["canned"]:
        filled = fill(canned["body"], values)
        canned["filled"], canned["missing"] = filled.text, [placeholder.field for placeholder in filled.placeholders]
    return wire
