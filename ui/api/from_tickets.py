"""An article from tickets that somebody chose: first whether there is one already, then a draft of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from assistant.capture.same_or_new import MOST_TICKETS, same_or_new
from kb.errors import NotFound
from kb.model import RESOLVED, Role, Ticket
from kb.store import Store
from ui.api.access import Refused, desk_of, require
from ui.api.article_prose import ArticleProse
from ui.api.candidate_rows import candidate_row, draft_row, near_rows, sketch_row
from ui.api.candidates import begin_draft

router = APIRouter(prefix="/candidates", tags=["candidates"])


class Chosen(BaseModel):
    """Closed tickets that ask the same."""

    ticket_ids: list[Annotated[str, Field(max_length=200)]] = Field(min_length=1, max_length=MOST_TICKETS)
    check: bool = True
    """Only look; false: write the draft, whatever there is."""


@router.post("/from-tickets")
def from_tickets(request: Request, chosen: Chosen) -> JSONResponse:
    """Say which article may answer some tickets and how one would look (200), or begin its draft (201)."""
    user = require(request, Role.CONTRIBUTOR)
    desk = desk_of(request)
    tickets = _closed(desk.store, chosen.ticket_ids)
    found = same_or_new(desk.service, tickets)
    prose = ArticleProse(desk.store, user.locale)
    said: dict[str, Any] = {
        "proposal": found.proposal.value,
        "confidence": found.confidence,
        "nearest": near_rows(desk.store, found.nearest, prose, user),
        "reject_reason": found.rejected.value if found.rejected else None,
        "question": found.sketch.title,
    }
    if chosen.check:
        known = sorted(set(desk.store.candidates.holding(chosen.ticket_ids).values()))
        candidates = [candidate_row(desk.store.candidates.get(each)) for each in known]
        return JSONResponse(said | {"draft": sketch_row(found.sketch, prose), "candidates": candidates})
    products = {ticket.product for ticket in tickets}
    draft = begin_draft(
        desk.store, user, found.sketch, locale=tickets[0].locale, product=products.pop() if len(products) == 1 else "",
        tickets=[ticket.id for ticket in tickets],
    )  # fmt: skip
    return JSONResponse(said | {"draft": draft_row(draft)}, 201)


def _closed(store: Store, ids: list[str]) -> list[Ticket]:
    """The tickets in the order in which they were chosen.

    Raises:
        NotFound: One of them is not stored.
        Refused: The contact is not over yet.
    """
    wanted = list(dict.fromkeys(ids))
    stored = store.tickets.get_many(wanted)
    for each in wanted:
        if each not in stored:
            raise NotFound("ticket", each)
        if stored[each].status not in RESOLVED:
            raise Refused("ticket_open", 409, id=each[:80])
    return [stored[each] for each in wanted]
