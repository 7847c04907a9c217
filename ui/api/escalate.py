"""Passing a ticket on to a team or an e-mail address: what would go, and sending exactly that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from assistant.drafts.handover import Handover, handover_of
from assistant.question import question_of
from assistant.redaction.redact import TeamNumbers
from kb.desk.escalations import PassOn
from kb.desk.outbox import Post, PostKind
from kb.desk.teams import Team
from kb.model import Role, Ticket, TicketStatus, User
from kb.settings_outgoing import Outgoing, mail_address
from ui.api.access import Desk, Refused, desk_of, require
from ui.api.marks import suggestion_for
from ui.catalogue import text
from ui.handover_text import Covering, letter, payload_of, subject_of
from ui.wire import to_json

router = APIRouter(tags=["escalate"])
INSIDE, MAIL, WEBHOOK, OFF = "inside", "mail", "webhook", "off"
"""By which way a team is reached; OFF: by mail, which is not set up."""


class To(BaseModel):
    """Whom a ticket goes to: a team, or an e-mail address."""

    team: str = Field(default="", max_length=60)
    email: str = Field(default="", max_length=300)
    notes: bool = False
    """Internal notes go along."""
    comment: str = Field(default="", max_length=10_000)
    """The agent's own words."""
    follow_up: date | None = None
    """The day on which the ticket comes back."""


class Wish(To):
    """A ticket that is to be passed on."""

    version: Annotated[int, Field(ge=0)]
    seen: str = Field(max_length=64)
    """The `seen` of the preview that the agent looked at."""
    status: TicketStatus = TicketStatus.PENDING


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a ticket goes."""

    kind: str
    """"team" or "mail"."""
    name: str
    way: str
    address: str
    """What the agent sees of it: the address, or a webhook's host; empty inside."""
    outside: bool
    team: Team | None = None


@router.get("/teams")
def teams(request: Request) -> dict[str, Any]:
    """Whom tickets can be passed on to, and when they come back by default; no addresses of webhooks, no secrets."""
    require(request, Role.AGENT)
    desk = desk_of(request)
    outgoing = desk.settings.outgoing
    return {
        "teams": [_shown(_to_team(team, outgoing)) for team in desk.store.teams.list()],
        "mail": outgoing.can_mail,
        "mail_domains": list(outgoing.mail_domains),
        "follow_up": desk.store.escalations.next_business_day().isoformat(),
    }


@router.post("/tickets/{ticket_id}/pass-on/preview")
def preview(request: Request, ticket_id: str, to: To) -> dict[str, Any]:
    """What would go, word for word; nothing is changed and nothing is sent."""
    user = require(request, Role.AGENT)
    desk = desk_of(request)
    ticket = desk.store.tickets.get(ticket_id)
    found = _destination(desk, to)
    handover, covering = _handover(desk, ticket, found, to), _covering(user, to)
    return {
        **_shown(found),
        "version": ticket.version,
        "subject": subject_of(ticket, handover),
        "text": letter(ticket, handover, covering),
        "redacted": handover.redacted,
        "private": sum(not message.public for message in ticket.messages),
        "seen": _digest(letter(ticket, handover, covering)),
    }


@router.post("/tickets/{ticket_id}/pass-on")
def pass_on(request: Request, ticket_id: str, wish: Wish) -> dict[str, Any]:
    """Pass the ticket on: note, status, tag, follow-up date and what is sent, all or nothing."""
    user = require(request, Role.AGENT)
    desk = desk_of(request)
    ticket = desk.store.tickets.get(ticket_id)
    found = _destination(desk, wish)
    if found.way == OFF:
        raise Refused("mail_off", 409)
    handover, covering = _handover(desk, ticket, found, wish), _covering(user, wish)
    if _digest(letter(ticket, handover, covering)) != wish.seen:
        raise Refused("preview_changed", 409)
    desk.store.escalations.pass_on(
        PassOn(
            ticket_id=ticket_id, version=wish.version, kind=found.kind, name=found.name,
            note=_note(found, covering), user_id=user.id, user_name=user.name, status=wish.status,
            follow_up_at=_opening(desk, wish.follow_up), post=_post(ticket, handover, covering, found),
        )
    )  # fmt: skip
    return {"passed_on": to_json(desk.store.escalations.of(ticket_id)), "name": found.name, "way": found.way}


@router.post("/outbox/{post_id}/retry")
def retry(request: Request, post_id: int) -> dict[str, bool]:
    """Try again to send what was given up."""
    user = require(request, Role.AGENT)
    desk_of(request).store.outbox.retry(post_id, actor=user.id)
    return {"waiting": True}


def _destination(desk: Desk, to: To) -> Destination:
    outgoing = desk.settings.outgoing
    if bool(to.team) == bool(to.email.strip()):
        raise Refused("pass_on_to_whom", 400)
    if to.team:
        return _to_team(desk.store.teams.get(to.team), outgoing)
    address = mail_address(to.email)
    if not address:
        raise Refused("bad_address", 400)
    if outgoing.mail_domains and address.rpartition("@")[2] not in outgoing.mail_domains:
        raise Refused("address_not_allowed", 400, domains=", ".join(outgoing.mail_domains))
    return Destination("mail", address, MAIL if outgoing.can_mail else OFF, address, outside=True)


def _to_team(team: Team, outgoing: Outgoing) -> Destination:
    if team.webhook:
        return Destination("team", team.name, WEBHOOK, urlsplit(team.webhook).hostname or "", team.outside, team)
    if team.email:
        return Destination("team", team.name, MAIL if outgoing.can_mail else OFF, team.email, team.outside, team)
    return Destination("team", team.name, INSIDE, "", team.outside, team)


def _shown(found: Destination) -> dict[str, Any]:
    return {
        "id": found.team.id if found.team is not None else "", "kind": found.kind, "name": found.name,
        "way": found.way, "address": found.address, "outside": found.outside,
    }  # fmt: skip


def _handover(desk: Desk, ticket: Ticket, found: Destination, to: To) -> Handover:
    suggestion = suggestion_for(desk, question_of(ticket))
    articles = suggestion.articles if suggestion.confident else ()
    return handover_of(ticket, articles, notes=to.notes, outside=found.outside, team=TeamNumbers.of(desk.settings))


def _covering(user: User, to: To) -> Covering:
    return Covering(user.name, to.comment, to.follow_up, user.locale)


def _opening(desk: Desk, day: date | None) -> datetime | None:
    return None if day is None else desk.store.escalations.opening_of(day)


def _post(ticket: Ticket, handover: Handover, covering: Covering, found: Destination) -> Post | None:
    if found.way == MAIL:
        content = {"subject": subject_of(ticket, handover), "text": letter(ticket, handover, covering)}
        return Post(PostKind.MAIL, ticket.id, found.address, content)
    if found.way == WEBHOOK and found.team is not None:
        payload = payload_of(ticket, handover, covering, to=found.name)
        return Post(PostKind.WEBHOOK, ticket.id, found.team.id, payload)
    return None


def _note(found: Destination, covering: Covering) -> str:
    """What colleagues read in the ticket; the agent's own words are quoted in it."""
    lines = [text(covering.locale, f"pass_on.note_{found.way}", name=found.name, address=found.address)]
    if covering.follow_up is not None:
        lines.append(text(covering.locale, "pass_on.back_on", day=covering.follow_up.isoformat()))
    comment = covering.comment.strip()
    return "\n\n".join([" ".join(lines), comment] if comment else [" ".join(lines)])


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:32]
