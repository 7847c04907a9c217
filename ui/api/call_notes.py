"""Notes during a call, kept while they are typed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kb.model import Role
from ui.api.access import desk_of, require

router = APIRouter(prefix="/tickets", tags=["tickets"])


class Notes(BaseModel):
    """What was typed so far."""

    body: str = Field(max_length=100_000)


@router.get("/{ticket_id}/call-notes")
def call_notes(request: Request, ticket_id: str) -> dict[str, Any]:
    """What the user has typed during this ticket's call; empty if nothing."""
    user = require(request, Role.AGENT)
    return {"body": desk_of(request).store.call_notes.get(ticket_id, user.id)}


@router.put("/{ticket_id}/call-notes")
def save_call_notes(request: Request, ticket_id: str, notes: Notes) -> dict[str, Any]:
    """Remember what the user has typed; an empty text forgets it."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    store.tickets.get(ticket_id)
    store.call_notes.put(ticket_id, user.id, notes.body)
    return {"saved": True, "characters": len(notes.body)}
