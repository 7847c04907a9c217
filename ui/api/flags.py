"""Flagged paragraphs: agents say what is wrong or outdated, whoever owns the article says what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kb import clock
from kb.desk.flags import Flag, FlagReason, FlagState, where_now
from kb.desk.quotes import Place, paragraph_of
from kb.errors import NotFound, PermissionDenied
from kb.markdown import plain, sections
from kb.model import Article, Audience, Role, User
from kb.store import Store
from ui.api.access import Refused, desk_of, require
from ui.wire import to_json

router = APIRouter(prefix="/flags", tags=["flags"])


class NewFlag(BaseModel):
    """A paragraph as it was read, or its offsets, and what is the matter with it."""

    article_id: str = Field(max_length=200)
    revision: int = Field(ge=1, le=2**31)
    text: str = Field(default="", max_length=20_000)
    """The paragraph as a reader sees it."""
    start: int = Field(default=-1, ge=-1, le=2**31)
    """Offsets into the revision's Markdown; -1 where only the text is known."""
    end: int = Field(default=-1, ge=-1, le=2**31)
    reason: FlagReason
    note: str = Field(default="", max_length=2000)
    ticket_id: str = Field(default="", max_length=200)


class Outcome(BaseModel):
    """What became of a flag."""

    state: FlagState
    answer: str = Field(default="", max_length=2000)


@router.get("")
def list_flags(
    request: Request,
    state: FlagState | None = None,
    article_id: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Flags newest first, each with where its paragraph stands today, and how many there are per state."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    found = store.flags.list(state=state, article_id=article_id, limit=limit + 1, offset=offset)
    return {
        "flags": flag_rows(store, found[:limit], user),
        "counts": store.flags.counts(),
        "limit": limit,
        "offset": offset,
        "more": len(found) > limit,
    }


@router.post("", status_code=201)
def flag(request: Request, new: NewFlag) -> dict[str, Any]:
    """Flag a paragraph; the ticket at hand comes with it."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    article = store.articles.get(new.article_id, new.revision)
    if not _may_read(article, user):
        raise NotFound("article", new.article_id)
    if new.ticket_id:
        store.tickets.get(new.ticket_id)
    body = article.revision.body
    place = Place(new.start, new.end) if new.start >= 0 else paragraph_of(body, new.text)
    if place is None:
        raise Refused("no_such_paragraph", 409)
    stored = store.flags.raise_one(
        Flag(
            article_id=article.id, revision=new.revision, start=place.start, end=place.end,
            quote=body[place.start : place.end], heading=_heading_at(body, place.start), reason=new.reason,
            note=new.note.strip(), ticket_id=new.ticket_id, user_id=user.id, at=clock.now(),
        )
    )  # fmt: skip
    return {"flag": flag_rows(store, [stored], user)[0]}


@router.put("/{flag_id}")
def close_flag(request: Request, flag_id: int, outcome: Outcome) -> dict[str, Any]:
    """Close a flag as done or rejected, or open it again; who flagged it may take it back."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    known = store.flags.get(flag_id)
    takes_back = known.user_id == user.id and outcome.state is FlagState.REJECTED
    if not (takes_back or user.role.allows(Role.CONTRIBUTOR)):
        raise PermissionDenied("Only who flagged it, or a contributor, may close a flag.")
    closed = store.flags.close(flag_id, outcome.state, actor=user.id, answer=outcome.answer.strip())
    return {"flag": flag_rows(store, [closed], user)[0]}


def flag_rows(store: Store, flags: list[Flag], user: User) -> list[dict[str, Any]]:
    """Flags for a page: with the article's title, the paragraph's words, and where it stands now.

    Args:
        store: The database.
        flags: What to show; those of articles that the user may not read are left out.
        user: Who looks.

    Returns:
        Each with `place` {start, end} in the current revision, or null and `lost` true where its words are gone.
    """
    articles = store.articles.get_many(each.article_id for each in flags)
    names = {each.id: each.name for each in store.users.list()} if flags else {}
    rows = []
    for each in flags:
        article = articles.get(each.article_id)
        if article is None or not _may_read(article, user):
            continue
        place = where_now(each, article.revision.body, article.revision.number)
        rows.append(
            to_json(each)
            | {
                "title": article.title, "locale": article.locale, "text": plain(each.quote),
                "by": names.get(each.user_id, ""), "closed_by_name": names.get(each.closed_by, ""),
                "current_revision": article.revision.number, "lost": place is None,
                "place": to_json(place) if place else None,
            }
        )  # fmt: skip
    return rows


def _may_read(article: Article, user: User) -> bool:
    return article.audience is not Audience.AUTHOR or user.role.allows(Role.CONTRIBUTOR)


def _heading_at(body: str, at: int) -> str:
    return next((s.heading for s in sections(body) if s.start <= at < s.end), "")
