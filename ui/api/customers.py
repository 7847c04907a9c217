"""The customer of a ticket: what all systems know, earlier tickets page by page, and what they said afterwards."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kb import clock
from kb.desk.customers import CustomerRecord
from kb.desk.satisfaction import Satisfaction
from kb.model import Customer, Role, User
from kb.store import Store
from ui.api.access import Refused, desk_of, require
from ui.api.ticket_answer import links_of
from ui.api.ticket_rows import rows_of
from ui.wire import to_json

router = APIRouter(prefix="/tickets", tags=["customers"])
MAX_COMMENT = 4_000


class Said(BaseModel):
    """What a customer told an agent about how it went."""

    worked: bool | None = None
    score: float | None = Field(default=None, ge=1, le=10)
    scale: float = Field(default=5, ge=2, le=10)
    comment: str = Field(default="", max_length=MAX_COMMENT)


@router.get("/{ticket_id}/customer")
def customer_of_ticket(
    request: Request,
    ticket_id: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """Who asks: what each system says about them, their other tickets newest first, and their answers."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    ticket = store.tickets.get(ticket_id)
    if ticket.customer is None:
        return {"customer": None, "earlier": [], "earlier_total": 0, "offset": offset, "limit": limit}
    earlier = store.tickets.earlier_of(ticket, limit=limit, offset=offset)
    return {
        "customer": to_json(ticket.customer),
        "earlier": rows_of(store, earlier, user.id),
        "earlier_total": store.customers.count_tickets(ticket.customer.id) - 1,
        "offset": offset,
        "limit": limit,
        **_known(store, ticket.customer),
    }


@router.get("/{ticket_id}/satisfaction")
def satisfaction_of_ticket(request: Request, ticket_id: str) -> dict[str, Any]:
    """What the customer said about a ticket, newest first."""
    require(request, Role.AGENT)
    store = desk_of(request).store
    store.tickets.get(ticket_id)
    return {"satisfaction": [_answer(store, said) for said in store.satisfaction.of_ticket(ticket_id)]}


@router.post("/{ticket_id}/satisfaction", status_code=201)
def record_satisfaction(request: Request, ticket_id: str, said: Said) -> dict[str, Any]:
    """Write down what the customer said; it counts for or against the articles that are linked to the ticket."""
    user = require(request, Role.AGENT)
    if said.worked is None and said.score is None and not said.comment.strip():
        raise Refused("nothing_said", 400)
    store = desk_of(request).store
    stored = store.satisfaction.record(_satisfaction(ticket_id, said, user))
    return {"satisfaction": _answer(store, stored), "links": links_of(store, ticket_id)}


@router.delete("/{ticket_id}/satisfaction/{source_id}")
def withdraw_satisfaction(request: Request, ticket_id: str, source_id: str) -> dict[str, Any]:
    """Take back what the user wrote down by mistake."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    store.satisfaction.withdraw(ticket_id, source_id, actor=user.id)
    return {"links": links_of(store, ticket_id)}


def _satisfaction(ticket_id: str, said: Said, user: User) -> Satisfaction:
    return Satisfaction(
        source="",
        source_id="",
        at=clock.now(),
        ticket_id=ticket_id,
        score=said.score,
        scale=said.scale if said.score is not None else None,
        worked=said.worked,
        comment=said.comment.strip(),
        recorded_by=user.id,
    )


def _known(store: Store, customer: Customer) -> dict[str, Any]:
    records = store.customers.records(customer.id)
    bought = [product for record in records for product in record.products]
    spoken = [record.locale for record in records if record.locale]
    answers = store.satisfaction.of_customer(customer.id)
    return {
        "company": customer.company,
        "languages": list(dict.fromkeys([*spoken, *store.customers.languages(customer.id)])),
        "products": list(dict.fromkeys(bought)),
        "asked_about": [name for name in store.customers.products(customer.id) if name not in bought],
        "first_seen": to_json(store.customers.first_seen(customer.id)),
        "systems": _systems(store, customer, records),
        "satisfaction": [_answer(store, said) for said in answers],
    }


def _systems(store: Store, customer: Customer, records: list[CustomerRecord]) -> list[dict[str, Any]]:
    """Each system with its fields, the ticket's own first; a system that says nothing more is left out."""
    now = clock.now()
    own = [{
        "source": ", ".join(store.customers.sources(customer.id)), "source_id": "", "from_tickets": True,
        "fields": dict(customer.attributes), "updated_at": None, "imported_at": None, "stale": False,
    }] if customer.attributes else []  # fmt: skip
    return own + [
        {
            "source": record.source,
            "source_id": record.source_id,
            "from_tickets": False,
            "name": record.name,
            "email": record.email,
            "company": record.company,
            "locale": record.locale,
            "products": list(record.products),
            "fields": dict(record.attributes),
            "updated_at": to_json(record.updated_at),
            "imported_at": to_json(record.imported_at),
            "stale": record.is_stale(now),
        }
        for record in records
    ]


def _answer(store: Store, said: Satisfaction) -> dict[str, Any]:
    row: dict[str, Any] = to_json(said)
    names = {user.id: user.name for user in store.users.list()} if said.recorded_by else {}
    return row | {"recorded_by_name": names.get(said.recorded_by, "")}
