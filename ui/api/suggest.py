"""Suggestions for a ticket, or for what an agent types during a call; and what speaks for them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from assistant.drafts.merge_fields import fill, values_of
from assistant.drafts.ticket import people_of
from assistant.model import Suggestion
from assistant.question import Question, question_of
from assistant.redaction.redact import TeamNumbers, redact
from kb.model import Role, User
from ui.api.access import Refused, desk_of, require
from ui.api.article_prose import ArticleProse
from ui.api.asking import Ask, question_from, ticket_of
from ui.api.marks import dismissals_of, marks_json, suggestion_for, suggestion_without, with_pins
from ui.api.prose import letter_html
from ui.wire import at_least_in_ten, in_ten, to_json

router = APIRouter(tags=["suggest"])
_MOST_TICKETS = 20


@router.post("/suggest")
async def suggest(request: Request, ask: Ask, afterwards: BackgroundTasks) -> JSONResponse:
    """Articles, similar solved tickets and canned replies, best first, with the confidence in them.

    `in_ten` says it in words: so many of ten such lists are useful; below `least_in_ten` nothing is shown as good.
    What was set aside for the ticket is not there, what is pinned to it comes first. `flags` counts the flagged
    paragraphs of each article. Where more is asked than can be answered, words with `typing` are refused after .7 s
    ("crowded"): ask again with what stands there by then.
    """
    user = require(request, Role.AGENT)
    async with desk_of(request).turns.one(typing=ask.typing):
        return await run_in_threadpool(_suggest, request, ask, afterwards, user)


def _suggest(request: Request, ask: Ask, afterwards: BackgroundTasks, user: User) -> JSONResponse:
    ticket = ticket_of(request, ask)
    question = question_from(ask, ticket)
    desk = desk_of(request)
    dismissed = dismissals_of(desk, question)
    found = suggestion_without(desk, question, dismissed)
    if not found.confident and not ask.typing:
        # Behind the answer: a writer may have to wait for another process.
        afterwards.add_task(desk.service.log_miss, question, found, user_id=user.id)
    # The ticket's own suggestions only: what is typed is asked of everything alike.
    pins = desk.store.pins.of(ask.ticket_id) if ask.ticket_id and not (ask.text or ask.subject) else ()
    found = with_pins(desk, question, found, pins)
    least = at_least_in_ten(desk.settings.min_confidence)
    asked_by = question_of(ticket) if ticket else Question()
    # Written here: on the event loop it would keep everybody waiting.
    return JSONResponse(
        suggestion_json(found, asked_by, user.name, ArticleProse(desk.store, user.locale))
        | {"in_ten": in_ten(found.confidence), "least_in_ten": least}
        | marks_json(desk, found.articles, pins, dismissed)
    )


@router.post("/wanted", status_code=201)
def wanted(request: Request, ask: Ask) -> dict[str, bool]:
    """Write down that an article is missing; the words are kept without personal data, once a day."""
    user = require(request, Role.AGENT)
    question = question_from(ask, ticket_of(request, ask))
    desk = desk_of(request)
    found = suggestion_for(desk, question)
    return {"wanted": desk.service.log_wanted(question, found, user_id=user.id)}


@router.get("/evidence")
def evidence(request: Request, ids: Annotated[str, Query(max_length=5000)]) -> dict[str, Any]:
    """The tickets that spoke for an article, in the order of their ids: subject without other people's details, dates.

    `ids` are separated by commas; those that are not stored are left out.
    """
    require(request, Role.AGENT)
    desk = desk_of(request)
    wanted_ids = [part for part in ids.split(",") if part]
    if len(wanted_ids) > _MOST_TICKETS:
        raise Refused("invalid", 400, detail=f"ids: at most {_MOST_TICKETS}")
    stored = desk.store.tickets.get_many(wanted_ids)
    team = TeamNumbers.of(desk.settings)
    rows = []
    for ticket in (stored[i] for i in dict.fromkeys(wanted_ids) if i in stored):
        subject = redact(ticket.subject, people=people_of(ticket), locale=ticket.locale, team=team).text
        rows.append(
            {
                "id": ticket.id, "subject": subject, "locale": ticket.locale, "status": ticket.status.value,
                "created_at": to_json(ticket.created_at), "closed_at": to_json(ticket.closed_at),
            }
        )  # fmt: skip
    return {"tickets": rows}


def suggestion_json(
    found: Suggestion, asked_by: Question, agent_name: str, prose: ArticleProse
) -> dict[str, Any]:  # fmt: skip
    """The suggestion under the dataclasses' names, with rendered passages and filled canned replies."""
    wire: dict[str, Any] = to_json(found)
    for article in wire["articles"]:
        article["passage"]["html"] = prose.html(article["passage"]["text"])
    for ticket in wire["tickets"]:
        ticket["html"] = letter_html(ticket["resolution"])
    values = values_of(asked_by, agent_name=agent_name)
    for canned in wire["canned"]:
        filled = fill(canned["body"], values)
        canned["filled"], canned["missing"] = filled.text, [placeholder.field for placeholder in filled.placeholders]
    return wire
