"""Who else is in a ticket, and who writes the reply."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kb.desk.presence import Doing, Room
from kb.model import Role, User
from kb.store import Store
from ui.api.access import desk_of, require
from ui.wire import to_json

router = APIRouter(prefix="/presence", tags=["presence"])
Page = Annotated[str, Field(max_length=40, pattern=r"^[\w-]*$")]


class Life(BaseModel):
    """A sign of life."""

    doing: Doing = Doing.VIEWING
    page: Page = ""
    """Tells the pages of one user apart."""


class Taker(BaseModel):
    """Who takes over."""

    page: Page = ""


@router.post("/{ticket_id}")
def beat(request: Request, ticket_id: str, life: Life) -> dict[str, Any]:
    """Say that one is there; hear who else is, who writes, and how far what was sent has come."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    return _answer(store, ticket_id, user, store.presence.beat(ticket_id, user.id, life.page, life.doing))


@router.post("/{ticket_id}/take-over")
def take_over(request: Request, ticket_id: str, taker: Taker) -> dict[str, Any]:
    """Become the one who writes the reply; whoever did is told, and keeps the text."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    return _answer(store, ticket_id, user, store.presence.take_over(ticket_id, user.id, taker.page))


@router.delete("/{ticket_id}")
def leave(
    request: Request, ticket_id: str, page: Annotated[str, Query(max_length=40, pattern=r"^[\w-]*$")] = ""
) -> dict[str, bool]:
    """Say that one is gone."""
    user = require(request, Role.AGENT)
    desk_of(request).store.presence.leave(ticket_id, user.id, page)
    return {"left": True}


def _answer(store: Store, ticket_id: str, user: User, room: Room) -> dict[str, Any]:
    return {
        "others": to_json(room.others),
        "writer": to_json(room.writer),
        "taken_by": room.taken_by,
        "passed_on": to_json(store.escalations.of(ticket_id)),
        "deliveries": to_json(list(store.outbox.deliveries(ticket_id).values())),
        "mentions": store.mentions.unread(user.id),
    }
