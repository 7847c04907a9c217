"""Tickets: the list, one conversation, replies, and what is typed but not sent."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kb import clock
from kb.model import Author, Event, EventKind, Message, Role, Ticket, TicketStatus, User
from kb.store import Store
from ui.api.access import Refused, desk_of, require
from ui.api.prose import letter_html, open_fields, preview
from ui.wire import to_json

router = APIRouter(prefix="/tickets", tags=["tickets"])
MAX_REPLY = 100_000
"""Characters of a reply."""


class Reply(BaseModel):
    """What an agent sends."""

    body: str = Field(max_length=MAX_REPLY)
    status: TicketStatus
    version: int = Field(ge=0)
    article_ids: list[Annotated[str, Field(max_length=200)]] = Field(default_factory=list, max_length=20)
    public: bool = True


class Typed(BaseModel):
    """What an agent has typed so far."""

    body: str = Field(max_length=MAX_REPLY)


@router.get("")
def list_tickets(
    request: Request,
    status: Annotated[str, Query(max_length=60)] = "",
    locale: Annotated[str, Query(max_length=12)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """One page of the list, newest first, and how many tickets there are per status."""
    require(request, Role.AGENT)
    store = desk_of(request).store
    page = store.tickets.page(statuses=_statuses(status), locale=locale, text=q, limit=limit + 1, offset=offset)
    shown = page[:limit]
    return {
        "tickets": _rows(store, shown),
        "counts": store.tickets.counts(),
        "limit": limit,
        "offset": offset,
        "more": len(page) > limit,
    }


@router.get("/{ticket_id}")
def one_ticket(request: Request, ticket_id: str) -> dict[str, Any]:
    """One ticket with its messages, the customer's earlier tickets, links, and the user's unsent reply."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    return _whole(store, store.tickets.get(ticket_id), user)


@router.post("/{ticket_id}/reply")
def reply(request: Request, ticket_id: str, reply: Reply) -> dict[str, Any]:
    """Add the user's message, set the status, link the articles, and log what was sent."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    if not reply.body.strip():
        raise Refused("empty_message", 400)
    if reply.public and open_fields(reply.body):
        raise Refused("placeholders", 400, fields=", ".join(open_fields(reply.body)))
    known = store.articles.get_many(reply.article_ids)
    ticket = store.tickets.reply(
        ticket_id, reply.body, author_name=user.name, actor=user.id, status=reply.status, public=reply.public,
        version=reply.version, article_ids=list(known),
    )  # fmt: skip
    store.reply_drafts.put(ticket_id, user.id, "")
    at = clock.now()
    store.events.append(
        [
            Event(
                EventKind.SENT,
                at,
                user.id,
                ticket_id,
                article.id,
                article.revision.number,
                detail={"public": reply.public},
            )
            for article in known.values()
        ]
        or [Event(EventKind.SENT, at, user.id, ticket_id, detail={"public": reply.public})]
    )
    return _whole(store, ticket, user)


@router.put("/{ticket_id}/draft")
def save_typed(request: Request, ticket_id: str, typed: Typed) -> dict[str, Any]:
    """Remember what the user has typed; an empty text forgets it."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    store.tickets.get(ticket_id)
    if store.reply_drafts.get(ticket_id, user.id) != typed.body:
        store.reply_drafts.put(ticket_id, user.id, typed.body)
    return {"saved": True, "characters": len(typed.body)}


def _statuses(text: str) -> list[TicketStatus]:
    try:
        return [TicketStatus(part) for part in text.split(",") if part]
    except ValueError:
        raise Refused("invalid", 400, detail="status: " + ", ".join(TicketStatus)) from None


def _rows(store: Store, tickets: list[Ticket]) -> list[dict[str, Any]]:
    previews = store.tickets.previews(ticket.id for ticket in tickets)
    turns = store.tickets.last_turns(ticket.id for ticket in tickets)
    rows: list[dict[str, Any]] = to_json(tickets)
    for ticket, row in zip(tickets, rows, strict=True):
        author, at = turns.get(ticket.id, ("", ticket.created_at))
        del row["messages"]
        row |= {"preview": preview(previews.get(ticket.id, "")), "last_at": to_json(at), "last_author": author}
    return rows


def _whole(store: Store, ticket: Ticket, user: User) -> dict[str, Any]:
    links = store.tickets.links([ticket.id])
    articles = store.articles.get_many(link.article_id for link in links)
    one: dict[str, Any] = to_json(ticket)
    one["messages"] = [_message(message) for message in ticket.messages]
    return {
        "ticket": one,
        "earlier": _rows(store, store.tickets.earlier_of(ticket)),
        "links": [
            to_json(link) | {"title": articles[link.article_id].title, "url": articles[link.article_id].url}
            for link in links
            if link.article_id in articles
        ],
        "reply_draft": store.reply_drafts.get(ticket.id, user.id),
    }


def _message(message: Message) -> dict[str, Any]:
    # A customer's letter is plain text; ours are Markdown, and are shown as the customer sees them.
    ours = message.author is not Author.CUSTOMER
    row: dict[str, Any] = to_json(message)
    return row | {"html": letter_html(message.body) if ours else ""}
