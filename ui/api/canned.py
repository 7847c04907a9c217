"""Canned replies with their merge fields filled."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from assistant.drafts.merge_fields import fill, values_of
from assistant.question import Question, question_of
from kb.model import CannedReply, Role
from kb.store import Store
from ui.api.access import desk_of, require
from ui.wire import to_json

router = APIRouter(prefix="/canned", tags=["canned"])


@router.get("")
def list_canned(
    request: Request,
    locale: Annotated[str, Query(max_length=12)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    ticket_id: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    """All canned replies of a language whose title, shortcut or text contains the words, filled for a ticket."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    values = _values(store, ticket_id, user.name)
    wanted = q.casefold().split()
    found = [c for c in store.canned.list(locale) if all(word in _words(c) for word in wanted)]
    return {"canned": [_filled(canned, values) for canned in found]}


@router.get("/{canned_id}")
def one_canned(
    request: Request, canned_id: str, ticket_id: Annotated[str, Query(max_length=200)] = ""
) -> dict[str, Any]:
    """One canned reply, filled for a ticket."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    return {"canned": _filled(store.canned.get(canned_id), _values(store, ticket_id, user.name))}


def _words(canned: CannedReply) -> str:
    return f"{canned.title} {canned.shortcut} {canned.body}".casefold()


def _values(store: Store, ticket_id: str, agent_name: str) -> dict[str, str]:
    question = question_of(store.tickets.get(ticket_id)) if ticket_id else Question()
    return values_of(question, agent_name=agent_name)


def _filled(canned: CannedReply, values: dict[str, str]) -> dict[str, Any]:
    filled = fill(canned.body, values)
    wire: dict[str, Any] = to_json(canned)
    return wire | {"filled": filled.text, "missing": [placeholder.field for placeholder in filled.placeholders]}
