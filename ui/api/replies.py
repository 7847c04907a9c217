"""Replies: what is typed and not yet sent, what is looked at before it goes out, and sending it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from assistant.replies.check import Check, canned_in, check_reply, sent_events
from assistant.replies.inside import Leak
from kb import clock
from kb.desk.replies import RESOLUTION, OutgoingReply
from kb.event import Event, EventKind
from kb.internal_blocks import internal_blocks
from kb.model import Role, Ticket, TicketStatus, User
from kb.reply_drafts import Origin, TypedReply
from kb.store import Store
from ui.api.access import Desk, Refused, desk_of, require
from ui.api.errors import error_body
from ui.api.prose import open_fields
from ui.api.ticket_answer import whole
from ui.wire import to_json

router = APIRouter(prefix="/tickets", tags=["tickets"])
MAX_REPLY = 100_000
"""Characters of a reply."""
MAX_KEPT = 250_000
"""Characters of what is typed and not sent; all of it is kept, also what is too long to be sent."""
_Id = Annotated[str, Field(max_length=200)]


class From(BaseModel):
    """Where a text that was put into a reply comes from."""

    kind: Literal["article", "ticket", "canned", "note"]
    id: _Id
    revision: int = Field(default=0, ge=0, le=2**31)


class Link(BaseModel):
    """An article that a reply is linked to."""

    article_id: _Id
    kind: Literal["resolution", "reference"] = "resolution"


class Outgoing(BaseModel):
    """A text that is about to reach a customer, and what the agent has been warned of."""

    body: str = Field(max_length=MAX_REPLY)
    origins: list[From] = Field(default_factory=list, max_length=200)
    overridden: list[Annotated[str, Field(max_length=20_000)]] = Field(default_factory=list, max_length=200)
    """Sentences that are for colleagues alone and go out all the same."""
    foreign_ok: bool = False
    """It may be in another language than the customer's."""


class Reply(Outgoing):
    """What an agent sends."""

    status: TicketStatus
    version: int = Field(ge=0)
    article_ids: list[_Id] = Field(default_factory=list, max_length=20)
    """Articles that resolved it; the short form of `links`."""
    links: list[Link] = Field(default_factory=list, max_length=20)
    public: bool = True
    tab: str = Field(default="", max_length=40)
    drafted: str = Field(default="", max_length=MAX_REPLY)
    """What was put in from the proposed reply, as it was proposed."""


class Typed(BaseModel):
    """What an agent has typed so far in one tab."""

    body: str = Field(max_length=MAX_KEPT)
    public: bool = True
    tab: str = Field(default="", max_length=40)
    base: int = Field(default=0, ge=0, le=2**53)
    """The version that this text grew from."""
    seen: int = Field(default=0, ge=0, le=2**53)
    """The newest version of another tab that the user has been told of."""
    origins: list[From] = Field(default_factory=list, max_length=200)
    drafted: str = Field(default="", max_length=MAX_REPLY)


@router.post("/{ticket_id}/reply")
def reply(request: Request, ticket_id: str, reply: Reply) -> Response:
    """Add the user's message, set the status, link the articles and log what was sent, all at once or not at all."""
    user = require(request, Role.AGENT)
    desk = desk_of(request)
    store = desk.store
    if not reply.body.strip():
        raise Refused("empty_message", 400)
    ticket = store.tickets.get(ticket_id)
    origins = _origins(reply.origins)
    found = _looked_at(desk, ticket, reply, user, origins) if reply.public else Check()
    if _stops(found, reply):
        return _refusal(found, user)
    kinds = dict.fromkeys(reply.article_ids, RESOLUTION) | {each.article_id: each.kind for each in reply.links}
    articles = store.articles.get_many([*kinds, *(each.id for each in origins if each.kind == "article")])
    kinds = {each: kind for each, kind in kinds.items() if each in articles}
    store.replies.send(
        OutgoingReply(
            ticket_id=ticket_id, body=reply.body, author_name=user.name, actor=user.id, status=reply.status,
            version=reply.version, public=reply.public, links=tuple(kinds.items()),
            events=sent_events(
                reply.body, public=reply.public, articles=list(articles.values()), kinds=kinds, drafted=reply.drafted,
                overridden=found.internal,
            ),
            canned_ids=canned_in(desk.service, reply.body, origins) if reply.public else (), tab=reply.tab,
            outgoing=desk.settings.outgoing,
        )
    )  # fmt: skip
    return JSONResponse(whole(store, store.tickets.get(ticket_id), user))


@router.post("/{ticket_id}/copied", status_code=201)
def copied(request: Request, ticket_id: str, text: Outgoing) -> Response:
    """Log that a reply was copied, to be sent by another program; refused for the same reasons as sending it."""
    user = require(request, Role.AGENT)
    desk = desk_of(request)
    ticket = desk.store.tickets.get(ticket_id)
    found = _looked_at(desk, ticket, text, user, _origins(text.origins))
    if _stops(found, text):
        return _refusal(found, user)
    articles = desk.store.articles.get_many(each.id for each in text.origins if each.kind == "article")
    events = sent_events(
        text.body, public=True, articles=list(articles.values()), kinds={}, drafted="", overridden=found.internal
    )
    desk.store.events.append([_as_copied(event, ticket_id, user) for event in events])
    return JSONResponse({"copied": True}, 201)


@router.put("/{ticket_id}/draft")
def save_typed(request: Request, ticket_id: str, typed: Typed) -> dict[str, Any]:
    """Remember what the user has typed in a tab; an empty text forgets it. Says what newer texts other tabs have."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    store.tickets.get(ticket_id)
    version = store.reply_drafts.put(
        ticket_id, user.id, typed.body, tab=typed.tab, public=typed.public, base=typed.base,
        origins=_origins(typed.origins), drafted=typed.drafted,
    )  # fmt: skip
    others = _others(store, ticket_id, user, tab=typed.tab, seen=typed.seen)
    return {"saved": True, "characters": len(typed.body), "version": version, "others": others}


@router.get("/{ticket_id}/drafts")
def typed_elsewhere(
    request: Request,
    ticket_id: str,
    tab: Annotated[str, Query(max_length=40)] = "",
    seen: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> dict[str, Any]:
    """What the user has typed in other tabs since a version, newest first."""
    user = require(request, Role.AGENT)
    return {"others": _others(desk_of(request).store, ticket_id, user, tab=tab, seen=seen)}


def _looked_at(desk: Desk, ticket: Ticket, text: Outgoing, user: User, origins: list[Origin]) -> Check:
    if internal_blocks(text.body):
        raise Refused("internal_marks", 400)
    if open_fields(text.body):
        raise Refused("placeholders", 400, fields=", ".join(open_fields(text.body)))
    return check_reply(desk.service, ticket, text.body, user_id=user.id, origins=origins)


def _stops(found: Check, text: Outgoing) -> bool:
    told = frozenset(text.overridden)
    return any(leak.quote not in told for leak in found.internal) or (
        found.language is not None and not text.foreign_ok
    )


def _refusal(found: Check, user: User) -> Response:
    code = "internal_text" if found.internal else "other_language"
    body: dict[str, Any] = {**error_body(user.locale, code)}
    language = to_json(found.language) if found.language else None
    body["check"] = {"internal": [_leak(leak) for leak in found.internal], "language": language}
    return JSONResponse(body, 409)


def _leak(leak: Leak) -> dict[str, Any]:
    source = {"kind": leak.kind.value, "id": leak.id, "title": leak.title, "audience": leak.audience}
    return {"quote": leak.quote, "said": leak.said, "source": source}


def _origins(origins: list[From]) -> list[Origin]:
    return [Origin(each.kind, each.id, each.revision) for each in origins]


def _others(store: Store, ticket_id: str, user: User, *, tab: str, seen: int) -> list[dict[str, Any]]:
    rows = store.reply_drafts.all(ticket_id, user.id)
    mine = next((row.body for row in rows if row.tab == tab), None)
    return [typed_json(row) for row in rows if row.tab != tab and row.version > seen and row.body != mine]


def typed_json(row: TypedReply) -> dict[str, Any]:
    """What somebody has typed in a tab, as the page reads it."""
    return {
        "tab": row.tab, "body": row.body, "public": row.public, "version": row.version, "at": to_json(row.at),
        "origins": to_json(row.origins), "drafted": row.drafted,
    }  # fmt: skip


def _as_copied(event: Event, ticket_id: str, user: User) -> Event:
    kind = EventKind.COPIED if event.kind is EventKind.SENT else event.kind
    detail = {**event.detail, "by": "reply"}
    return Event(kind, clock.now(), user.id, ticket_id, event.article_id, event.revision, detail=detail)
