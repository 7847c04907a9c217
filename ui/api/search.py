"""Search the articles, and ask: the answering passage, what was probably meant, and what was searched before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from assistant.model import ArticleHit
from assistant.question import Question
from assistant.service import Service
from kb.locales import UNDETERMINED, normalise_locale
from kb.model import Audience, Confidence, Role
from ui.api.access import Desk, Refused, desk_of, require
from ui.api.article_prose import ArticleProse
from ui.api.asking import Ask, question_from, ticket_of
from ui.api.marks import suggestion_for
from ui.wire import to_json

router = APIRouter(tags=["search"])
READABLE = (Audience.INTERNAL.value, Audience.PARTNER.value, Audience.PUBLIC.value)
"""What every agent may read; a colleague's own unfinished texts are not among it."""
SEARCHABLE = tuple(state.value for state in Confidence if state is not Confidence.ARCHIVED)
_FEW = 3
"""Fewer hits than this, and one is told how many there are without the language filter."""
_ELSEWHERE = 20
Words = Annotated[str, Field(max_length=4000)]


class Searched(BaseModel):
    """A search that stood long enough to be meant."""

    q: Words


@dataclass(frozen=True, slots=True)
class _Wish:
    text: str
    locale: str
    product: str
    audiences: tuple[str, ...]
    states: tuple[str, ...]

    def run(self, service: Service, *, limit: int, anywhere: bool = False) -> list[ArticleHit]:
        return service.search(
            self.text, locale="" if anywhere else self.locale, product=self.product, limit=limit,
            audiences=self.audiences, states=self.states,
        )  # fmt: skip


@router.get("/search")
def search(
    request: Request,
    q: Annotated[str, Query(max_length=4000)],
    locale: Annotated[str, Query(max_length=12)] = "",
    product: Annotated[str, Query(max_length=200)] = "",
    audience: Annotated[str, Query(max_length=60)] = "",
    state: Annotated[str, Query(max_length=60)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    *,
    answer: bool = False,
) -> dict[str, Any]:
    """Articles by words and meaning; "quoted phrases" word for word.

    `audience` and `state` name one or several, separated by commas; empty means all. With `answer` the best hit's
    answering sentence comes along. `did_you_mean` is what was probably meant where words are spelt as no article
    spells them, and `elsewhere` counts, by language, what the language filter hides where it leaves few hits.
    """
    user = require(request, Role.AGENT)
    desk = desk_of(request)
    wish = _Wish(q, locale, product, _among("audience", audience, READABLE), _among("state", state, SEARCHABLE))
    hits = wish.run(desk.service, limit=limit) if q.strip() else []
    found = {
        "query": q,
        "articles": articles_json(hits, ArticleProse(desk.store, user.locale)),
        "did_you_mean": desk.service.correct(q, locale=locale or UNDETERMINED) if q.strip() else "",
        "elsewhere": _elsewhere(desk, wish) if locale and len(hits) < _FEW and q.strip() else {},
        "flags": desk.store.flags.open_of(hit.id for hit in hits),
    }
    return found | {"answer": answer_json(desk, q, hits)} if answer else found


@router.get("/search/choices")
def choices(request: Request) -> dict[str, Any]:
    """What the filters of a search can be set to."""
    require(request, Role.AGENT)
    products, locales = desk_of(request).store.articles.choices()
    return {"products": products, "locales": locales, "states": list(SEARCHABLE), "audiences": list(READABLE)}


@router.post("/ask")
async def ask(request: Request, ask: Ask) -> dict[str, Any]:
    """The sentence of the best passage that answers what was typed, and what was probably meant.

    What is searched is what POST /suggest searched for the same words a moment ago. `answer` is null where nothing was
    found; `confident` says whether it is to be trusted. Words with `typing` may be refused, as POST /suggest has it.
    """
    require(request, Role.AGENT)
    async with desk_of(request).turns.one(typing=ask.typing):
        return await run_in_threadpool(_asked, request, ask)


def _asked(request: Request, ask: Ask) -> dict[str, Any]:
    desk = desk_of(request)
    question: Question = question_from(ask, ticket_of(request, ask))
    found = suggestion_for(desk, question)
    text = question.text
    return {
        "query": text,
        "confident": found.confident,
        "answer": answer_json(desk, text, found.articles, trusted=found.confident),
        # Whose ticket it is says nothing about the language that an agent searches in.
        "did_you_mean": desk.service.correct(ask.text or ask.subject, locale=ask.locale or UNDETERMINED),
    }


@router.get("/searches")
def searches(request: Request) -> dict[str, Any]:
    """What the user searched for lately, newest first."""
    user = require(request, Role.AGENT)
    return {"searches": to_json(desk_of(request).store.searches.of(user.id))}


@router.post("/searches", status_code=201)
def remember_search(request: Request, searched: Searched) -> dict[str, Any]:
    """Remember a search; nobody else sees it."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    store.searches.put(user.id, searched.q)
    return {"searches": to_json(store.searches.of(user.id))}


@router.delete("/searches")
def forget_searches(request: Request, q: Annotated[str, Query(max_length=4000)] = "") -> dict[str, Any]:
    """Forget one search, or all of the user's."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    store.searches.erase(user.id, q)
    return {"searches": to_json(store.searches.of(user.id))}


def articles_json(hits: Sequence[ArticleHit], prose: ArticleProse) -> list[dict[str, Any]]:
    """Hits with their passages rendered."""
    wire: list[dict[str, Any]] = to_json(hits)
    for article in wire:
        article["passage"]["html"] = prose.html(article["passage"]["text"])
    return wire


def answer_json(
    desk: Desk, text: str, hits: Sequence[ArticleHit], *, trusted: bool = False
) -> dict[str, Any] | None:  # fmt: skip
    """The answering sentence; its article is the hit with its id."""
    found = desk.service.answer(text.replace('"', " "), hits, trusted=trusted)
    return to_json(found) if found is not None else None


def _elsewhere(desk: Desk, wish: _Wish) -> dict[str, int]:
    own = normalise_locale(wish.locale)
    hits = wish.run(desk.service, limit=_ELSEWHERE, anywhere=True)
    least = hits[0].score / 2 if hits else 0.0
    return dict(Counter(hit.locale for hit in hits if hit.score >= least and hit.locale not in (own, UNDETERMINED)))


def _among(name: str, text: str, allowed: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(part for part in text.split(",") if part)
    if not set(wanted) <= set(allowed):
        raise Refused("invalid", 400, detail=f"{name}: " + ", ".join(allowed))
    return wanted or tuple(allowed)
