"""Where colleagues named the user in their notes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kb.model import Role
from ui.api.access import desk_of, require
from ui.wire import to_json

router = APIRouter(prefix="/mentions", tags=["mentions"])


class Opened(BaseModel):
    """A ticket that the user has opened."""

    ticket_id: str = Field(max_length=200)


@router.get("")
def mentions(request: Request) -> dict[str, Any]:
    """The user's mentions, unread first, and how many of all are unread."""
    user = require(request, Role.AGENT)
    drawer = desk_of(request).store.mentions
    return {"mentions": to_json(drawer.of(user.id)), "unread": drawer.unread(user.id)}


@router.post("/read")
def read(request: Request, opened: Opened) -> dict[str, int]:
    """Mark the user's mentions in a ticket as read."""
    user = require(request, Role.AGENT)
    drawer = desk_of(request).store.mentions
    return {"read": drawer.read(user.id, opened.ticket_id), "unread": drawer.unread(user.id)}
