"""What an agent says about one suggestion of a ticket: pin it, set it aside, link it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kb.desk.article_links import LinkKind
from kb.desk.dismissals import Reason
from kb.errors import NotFound
from kb.model import Audience, Role, User
from kb.store import Store
from ui.api.access import desk_of, require
from ui.api.ticket_answer import whole
from ui.wire import to_json

router = APIRouter(prefix="/tickets", tags=["suggest"])


class SetAside(BaseModel):
    """Why an article does not help, and how it was shown."""

    reason: Reason
    revision: int = Field(default=0, ge=0, le=2**31)
    rank: int = Field(default=0, ge=0, le=1000)
    confidence: float = Field(default=0.0, ge=0.0, le=1.0)


class Link(BaseModel):
    """An article, and what it has to do with the ticket."""

    article_id: Annotated[str, Field(max_length=200)]
    kind: LinkKind = LinkKind.RESOLUTION


@router.put("/{ticket_id}/pins/{article_id}")
def pin(request: Request, ticket_id: str, article_id: str) -> dict[str, Any]:
    """Keep an article on top of this ticket's suggestions, for everybody."""
    user, store = _may(request, article_id)
    store.pins.put(ticket_id, article_id, actor=user.id)
    return {"pins": to_json(store.pins.of(ticket_id))}


@router.delete("/{ticket_id}/pins/{article_id}")
def unpin(request: Request, ticket_id: str, article_id: str) -> dict[str, Any]:
    """Take a pin away; nothing happens if there is none."""
    user, store = _may(request)
    store.tickets.get(ticket_id)
    store.pins.remove(ticket_id, article_id, actor=user.id)
    return {"pins": to_json(store.pins.of(ticket_id))}


@router.put("/{ticket_id}/dismissals/{article_id}")
def set_aside(request: Request, ticket_id: str, article_id: str, why: SetAside) -> dict[str, Any]:
    """Say that an article does not help here, and why; it is suggested for this ticket no more."""
    user, store = _may(request, article_id)
    store.dismissals.put(
        ticket_id, article_id, why.reason, actor=user.id, revision=why.revision, rank=why.rank,
        confidence=why.confidence,
    )  # fmt: skip
    return {"set_aside": to_json(store.dismissals.of(ticket_id))}


@router.delete("/{ticket_id}/dismissals/{article_id}")
def take_back(request: Request, ticket_id: str, article_id: str) -> dict[str, Any]:
    """Let an article be suggested for this ticket again."""
    user, store = _may(request)
    store.tickets.get(ticket_id)
    taken_back = store.dismissals.take_back(ticket_id, article_id, actor=user.id)
    return {"taken_back": taken_back, "set_aside": to_json(store.dismissals.of(ticket_id))}


@router.post("/{ticket_id}/links")
def link(request: Request, ticket_id: str, link: Link) -> dict[str, Any]:
    """Link an article to the ticket: "resolution" for what solved it, "reference" for what is only related."""
    user, store = _may(request, link.article_id)
    store.article_links.put(ticket_id, link.article_id, link.kind, actor=user.id)
    return whole(store, store.tickets.get(ticket_id), user)


@router.delete("/{ticket_id}/links/{article_id}")
def unlink(request: Request, ticket_id: str, article_id: str) -> dict[str, Any]:
    """Take an agent's link away; the help desk's own links stay and are refused."""
    user, store = _may(request)
    ticket = store.tickets.get(ticket_id)
    store.article_links.remove(ticket_id, article_id, actor=user.id)
    return whole(store, ticket, user)


def _may(request: Request, article_id: str = "") -> tuple[User, Store]:
    """Who asks; an article that is still its author's alone is not there for anybody else."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    if article_id and store.articles.get(article_id).audience is Audience.AUTHOR:
        raise NotFound("article", article_id)
    return user, store
