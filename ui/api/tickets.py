"""One ticket with its conversation."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from kb.model import Role
from ui.api.access import desk_of, require
from ui.api.ticket_answer import whole

router = APIRouter(prefix="/tickets", tags=["tickets"])


@router.get("/{ticket_id}")
def one_ticket(request: Request, ticket_id: str) -> dict[str, Any]:
    """One ticket with its messages, the customer's earlier tickets, links, and the user's unsent reply."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    return whole(store, store.tickets.get(ticket_id), user)
