"""Candidates for articles: what closed tickets ask that no article answers, and what somebody does about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kb.errors import Conflict
from kb.knowledge.article_draft import MAX_QUESTIONS, ArticleDraft, DraftText
from kb.knowledge.candidate import CandidateState, Dismissal, KeptCandidate, Proposal, Sketch
from kb.knowledge.candidates import CandidateFilter, CandidateOrder
from kb.model import Role, User
from kb.store import Store
from ui.api.access import Refused, desk_of, require
from ui.api.candidate_rows import candidate_page, candidate_row, draft_row, run_row
from ui.nightly_capture import start_capture

router = APIRouter(prefix="/candidates", tags=["candidates"])
_PLACES = "|".join([*(state.value for state in CandidateState), "rejected"])
_ID = 200


class Accepted(BaseModel):
    """Which of the tickets do not belong to it."""

    without: list[Annotated[str, Field(max_length=_ID)]] = Field(default_factory=list, max_length=1000)


class Written(Accepted):
    """The published article whose next revision is written; empty: a new article."""

    article_id: str = Field(default="", max_length=_ID)


class Answered(Accepted):
    """The article that answers it; by default the nearest one, with all wordings."""

    article_id: str = Field(default="", max_length=_ID)
    questions: list[Annotated[str, Field(max_length=500)]] | None = Field(default=None, max_length=50)


class Dismissed(BaseModel):
    """Why it is no article."""

    reason: Dismissal
    note: str = Field(default="", max_length=2000)


class Merged(BaseModel):
    """What it becomes a part of."""

    into: str = Field(max_length=_ID)


@router.get("")
def list_candidates(
    request: Request,
    state: Annotated[str, Query(pattern=f"^({_PLACES})$")] = "open",
    proposal: Proposal | None = None,
    locale: Annotated[str, Query(max_length=10)] = "",
    product: Annotated[str, Query(max_length=_ID)] = "",
    text: Annotated[str, Query(max_length=_ID)] = "",
    order: CandidateOrder = CandidateOrder.NEWEST,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Candidates of one place with how many there are in each, what they can be filtered by, and the newest run."""
    require(request, Role.CONTRIBUTOR)
    kept = desk_of(request).store.candidates
    wanted = CandidateFilter(state, proposal, locale, product, text)
    found = kept.list(wanted, order=order, limit=limit + 1, offset=offset)
    counts = kept.counts()
    return {
        "candidates": [candidate_row(each) for each in found[:limit]],
        "counts": {name: count for name, count in counts.items() if ":" not in name},
        "reject_counts": {name.partition(":")[2]: count for name, count in counts.items() if ":" in name},
        "locales": kept.choices("locale"),
        "products": kept.choices("product"),
        "limit": limit,
        "offset": offset,
        "more": len(found) > limit,
        "run": run_row(desk_of(request).store.candidate_runs.latest()),
    }


@router.get("/job")
def job(request: Request) -> dict[str, Any]:
    """How far the newest run is; null before the first."""
    require(request, Role.CONTRIBUTOR)
    return {"run": run_row(desk_of(request).store.candidate_runs.latest())}


@router.post("/run", status_code=202)
def run(request: Request) -> dict[str, Any]:
    """Look for candidates now, in the background; one at a time."""
    user = require(request, Role.CONTRIBUTOR)
    desk = desk_of(request)
    if desk.aside is None:
        raise Refused("capture_not_here", 409)
    try:
        start_capture(desk.store, desk.aside, actor=user.id)
    except Conflict as error:
        raise Refused("capture_running", 409) from error
    return {"run": run_row(desk.store.candidate_runs.latest())}


@router.get("/{candidate_id}")
def one_candidate(request: Request, candidate_id: str) -> dict[str, Any]:
    """One candidate with its draft and the sources of its lines, its newest tickets, the nearest articles to read."""
    user = require(request, Role.CONTRIBUTOR)
    desk = desk_of(request)
    return {"candidate": candidate_page(desk.service, desk.store.candidates.get(candidate_id), user)}


@router.post("/{candidate_id}/accept", status_code=201)
def accept(request: Request, candidate_id: str, written: Written) -> dict[str, Any]:
    """Make an article draft of a candidate, or the next revision of the article that it is about.

    Publishing the draft links the tickets and answers the candidate; discarding it opens the candidate again.
    """
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    kept = store.candidates.get(candidate_id)
    tickets = _left(kept, written.without)
    if written.article_id:
        draft = _begin_revision(store, user, kept, article_id=written.article_id, tickets=tickets)
    else:
        draft = begin_draft(
            store, user, kept.candidate.sketch, locale=kept.candidate.locale, product=kept.candidate.product,
            tickets=tickets, candidate_id=candidate_id,
        )  # fmt: skip
    return {"draft": draft_row(draft), "candidate": candidate_row(store.candidates.get(candidate_id))}


@router.post("/{candidate_id}/add_question")
def add_question(request: Request, candidate_id: str, answered: Answered) -> dict[str, Any]:
    """Say that an article answers it: the wordings become questions of that article, the tickets are linked with it."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    kept = store.candidates.get(candidate_id)
    nearest = kept.candidate.nearest
    article_id = answered.article_id or (nearest[0].id if nearest else "")
    if not article_id:
        raise Refused("no_near_article", 409)
    sketch = kept.candidate.sketch
    questions = [sketch.title, *sketch.questions] if answered.questions is None else answered.questions
    after = store.candidates.answer(
        candidate_id, article_id, user, questions=questions, tickets=_left(kept, answered.without)
    )
    article = store.articles.get(article_id)
    return {
        "article": {"id": article.id, "title": article.title, "revision": article.revision.number},
        "candidate": candidate_row(after),
    }


@router.post("/{candidate_id}/dismiss")
def dismiss(request: Request, candidate_id: str, dismissed: Dismissed) -> dict[str, Any]:
    """Say no; it comes back once twice as many tickets ask it."""
    user = require(request, Role.CONTRIBUTOR)
    drawer = desk_of(request).store.candidates
    kept = drawer.dismiss(candidate_id, dismissed.reason, actor=user.id, note=dismissed.note)
    return {"candidate": candidate_row(kept)}


@router.post("/{candidate_id}/reopen")
def reopen(request: Request, candidate_id: str) -> dict[str, Any]:
    """Take back that it was dismissed or merged into another one."""
    user = require(request, Role.CONTRIBUTOR)
    return {"candidate": candidate_row(desk_of(request).store.candidates.reopen(candidate_id, actor=user.id))}


@router.post("/{candidate_id}/merge")
def merge(request: Request, candidate_id: str, merged: Merged) -> dict[str, Any]:
    """Make it a part of another candidate; gives that one."""
    user = require(request, Role.CONTRIBUTOR)
    drawer = desk_of(request).store.candidates
    return {"candidate": candidate_row(drawer.merge(candidate_id, merged.into, actor=user.id))}


def begin_draft(
    store: Store, user: User, sketch: Sketch, *, locale: str, product: str, tickets: list[str], candidate_id: str = ""
) -> ArticleDraft:
    """Begin an article draft with the text of a sketch.

    Args:
        store: The database.
        user: Who writes it.
        sketch: The text, with where it comes from.
        locale: Its language.
        product: Empty where it is about none, or several.
        tickets: Ids; publishing links them.
        candidate_id: What it is made of; empty: of chosen tickets.
    """
    text = DraftText(
        title=sketch.title, body=sketch.body, questions=sketch.questions, locale=locale, product=product,
        owner_id=user.id,
    )  # fmt: skip
    sources = [
        {"line": each.line, "ticket_id": each.ticket_id, "message": each.message, "start": each.start, "end": each.end}
        for each in sketch.lines
    ]
    return store.article_drafts.create(
        user, text=text, from_tickets=tickets, sources=sources, candidate_id=candidate_id
    )  # fmt: skip


def _begin_revision(
    store: Store, user: User, kept: KeptCandidate, *, article_id: str, tickets: list[str]
) -> ArticleDraft:  # fmt: skip
    """The next revision of a published article, with the customers' wordings as questions that it answers."""
    text = DraftText.of(store.articles.get(article_id))
    sketch = kept.candidate.sketch
    questions = dict.fromkeys([*text.questions, sketch.title, *sketch.questions])
    return store.article_drafts.create(
        user,
        text=replace(text, questions=tuple(questions)[:MAX_QUESTIONS]),
        article_id=article_id,
        from_tickets=tickets,
        candidate_id=kept.candidate.id,
    )


def _left(kept: KeptCandidate, without: list[str]) -> list[str]:
    unwanted = frozenset(without)
    return [ticket for ticket in kept.candidate.tickets if ticket not in unwanted]
