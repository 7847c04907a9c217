"""The lead's figures: the dashboard in one answer, articles, searches in vain, audits of links, teams, the digest."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from assistant.measures.dashboard import dashboard, figure_data
from assistant.measures.definitions import BY_NAME, OTHERS, tickets_of
from assistant.measures.digest import digest_of
from assistant.measures.figure import share
from assistant.measures.groups import hidden_of
from assistant.measures.knowledge import moments_of
from assistant.measures.measures import Measures
from assistant.measures.window import mask_of
from kb import clock
from kb.errors import NotFound
from kb.model import Role
from kb.reporting.article_uses import SORTS
from kb.reporting.digest_plan import DigestPlan
from kb.reporting.link_audits import LinkAudit
from kb.reporting.window import Window
from ui.api.access import desk_of, locale_of, require
from ui.catalogue import text
from ui.digest import digest_text
from ui.wire import to_json

router = APIRouter(prefix="/measures", tags=["measures"])
Word = Annotated[str, Field(max_length=200)]


def measures_of(request: Request) -> Measures:
    """The figures of this server, whose facts stay in memory."""
    found: Measures = request.app.state.measures
    return found


def window_of(
    request: Request, since: Word = "", until: Word = "", locale: Word = "", product: Word = "", team: Word = ""
) -> Window:
    """The window that an address names."""
    return measures_of(request).window(since=since, until=until, locale=locale, product=product, team=team)


Asked = Annotated[Window, Depends(window_of)]


@router.get("/dashboard")
def show_dashboard(request: Request, window: Asked) -> dict[str, Any]:
    """Everything that the lead's page shows of a window."""
    require(request, Role.LEAD)
    page: dict[str, Any] = to_json(dashboard(measures_of(request), window))
    return page


@router.get("/definitions")
def list_definitions(request: Request) -> dict[str, Any]:
    """What every figure means, in the reader's language."""
    require(request, Role.LEAD)
    locale = locale_of(request)
    units = {name: each.unit for name, each in BY_NAME.items()} | dict(OTHERS)
    return {
        "definitions": [
            {"name": name, "unit": unit, "label": text(locale, f"definition.{name}.name"),
             "text": text(locale, f"definition.{name}.text")}
            for name, unit in units.items()
        ]
    }  # fmt: skip


@router.get("/tickets")
def list_tickets(
    request: Request,
    window: Asked,
    figure: Word,
    part: bool = False,
    limit: Annotated[int, Query(ge=1, le=5000)] = 5000,
) -> dict[str, Any]:
    """The ids of the tickets that a figure is of, or of its numerator; none where the figure is not shown."""
    require(request, Role.LEAD)
    if figure not in BY_NAME:
        raise NotFound("figure", figure, hint=f"There are: {', '.join(BY_NAME)}.")
    frame = measures_of(request).frame()
    mask = mask_of(frame, window)
    hidden = hidden_of(frame, mask) if window.narrowed else None
    ids = [] if hidden else tickets_of(figure, frame, mask, part=part)
    return {"ids": ids[:limit], "total": len(ids), "hidden": hidden}


@router.get("/articles")
def list_articles(
    request: Request,
    window: Asked,
    sort: Literal["shown", "used", "linked", "solved", "dismissed", "reopened", "title"] = "shown",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """How articles did in the tickets of a window."""
    require(request, Role.LEAD)
    measures = measures_of(request)
    measures.frame()
    found, total = measures.store.reporting.uses.performance(window, sort=sort, limit=limit, offset=offset)
    rows = [asdict(each) | {"satisfaction": figure_data(share(each.satisfied, each.rated))} for each in found]
    return {"articles": rows, "total": total, "sorts": list(SORTS), "limit": limit, "offset": offset}


@router.get("/searches")
def list_searches(request: Request, window: Asked, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> dict[str, Any]:
    """What was asked in vain, and how people put it the second time."""
    require(request, Role.LEAD)
    measures = measures_of(request)
    since, until = moments_of(window, measures.zone)
    misses = measures.store.reporting.misses
    return {
        "zero": to_json(misses.list(since, until, limit=limit)),
        "reformulated": to_json(misses.reformulations(since, until, limit=limit)),
        "total": misses.count(since, until),
    }


class Draw(BaseModel):
    """A sample to be drawn."""

    since: Word = ""
    until: Word = ""
    locale: Word = ""
    product: Word = ""
    team: Word = ""
    size: int = Field(default=50, ge=1, le=1000)
    seed: int | None = Field(default=None, ge=0, le=2**31)
    """None: a new one; it is stored with the sample."""


class Mark(BaseModel):
    """What a reviewer says of a link."""

    ticket_id: Word
    article_id: Word
    right: bool | None
    """None takes the mark back."""


@router.get("/audits")
def list_audits(request: Request) -> dict[str, Any]:
    """The samples of links that were drawn, newest first."""
    require(request, Role.PUBLISHER)
    return {"audits": [_audit(each) for each in desk_of(request).store.reporting.audits.list()]}


@router.post("/audits", status_code=201)
def draw_audit(request: Request, draw: Draw) -> dict[str, Any]:
    """Draw a random sample of links."""
    user = require(request, Role.LEAD)
    measures = measures_of(request)
    wishes = {name: str(value) for name, value in draw.model_dump(exclude={"size", "seed"}).items()}
    measures.frame()
    seed = secrets.randbelow(2**31) if draw.seed is None else draw.seed
    audits = measures.store.reporting.audits
    audit = audits.draw(measures.window(**wishes), size=draw.size, seed=seed, actor=user.id)
    return {"audit": _audit(audit), "links": to_json(audits.links(audit.id))}


@router.get("/audits/{audit_id}")
def show_audit(request: Request, audit_id: int) -> dict[str, Any]:
    """One sample with its links."""
    require(request, Role.PUBLISHER)
    audits = desk_of(request).store.reporting.audits
    return {"audit": _audit(audits.get(audit_id)), "links": to_json(audits.links(audit_id))}


@router.post("/audits/{audit_id}/marks")
def mark_link(request: Request, audit_id: int, mark: Mark) -> dict[str, Any]:
    """Mark a link of a sample as right or wrong."""
    user = require(request, Role.PUBLISHER)
    audits = desk_of(request).store.reporting.audits
    return {"audit": _audit(audits.mark(audit_id, mark.ticket_id, mark.article_id, right=mark.right, actor=user.id))}


class TeamMembers(BaseModel):
    """Who is in a team."""

    people: list[Word] = Field(max_length=500)
    """Names or e-mail addresses; none takes the team away."""


@router.get("/teams")
def list_teams(request: Request) -> dict[str, Any]:
    """The teams that figures are broken down by, with how many people each has."""
    require(request, Role.LEAD)
    return {
        "teams": [{"name": name, "people": n} for name, n in desk_of(request).store.reporting.teams.sizes().items()]
    }


@router.put("/teams/{name}")
def set_team(request: Request, name: str, members: TeamMembers) -> dict[str, Any]:
    """Set who is in a team."""
    user = require(request, Role.ADMIN)
    return {"name": name, "people": desk_of(request).store.reporting.teams.put(name, members.people, actor=user.id)}


class Plan(BaseModel):
    """Who gets the digest when."""

    to: list[Word] = Field(default_factory=list, max_length=50)
    webhook: Annotated[str, Field(max_length=2000)] = ""
    weekday: Word = "mon"
    hour: int = Field(default=7, ge=0, le=23)
    locale: Word = "en"


@router.get("/digest")
def show_digest(request: Request) -> dict[str, Any]:
    """The plan of the weekly digest, and what it would say now in the reader's language."""
    require(request, Role.LEAD)
    measures = measures_of(request)
    digest = digest_of(measures, now=clock.now())
    subject, body = digest_text(digest, locale_of(request))
    sent = measures.store.reporting.notices.of(f"digest:{digest.week}")
    return {
        "plan": asdict(measures.store.reporting.digests.get()), "week": digest.week, "subject": subject, "text": body,
        "can_mail": desk_of(request).settings.outgoing.can_mail,
        "sent": [{"id": each.id, "system": each.system, "target": each.target, "state": each.state.value,
                  "error": each.error, "at": to_json(each.at)} for each in sent if each.system != "none"],
    }  # fmt: skip


@router.put("/digest")
def set_digest(request: Request, plan: Plan) -> dict[str, Any]:
    """Set who gets the digest when; the webhook's address is an admin's to name."""
    store = desk_of(request).store
    changed = plan.webhook != store.reporting.digests.get().webhook
    user = require(request, Role.ADMIN if changed else Role.LEAD)
    wish = DigestPlan(tuple(plan.to), plan.webhook, plan.weekday, plan.hour, plan.locale)
    return {"plan": asdict(store.reporting.digests.set(wish, actor=user.id))}


@router.get("/notices")
def list_notices(request: Request, about: Word) -> dict[str, Any]:
    """What became of the tasks and digests that belong to something, e.g. "gap:17"; and which systems take tasks."""
    require(request, Role.PUBLISHER)
    desk = desk_of(request)
    return {
        "notices": [{"id": each.id, "system": each.system, "state": each.state.value, "tries": each.tries,
                     "at": to_json(each.at), "error": each.error} for each in desk.store.reporting.notices.of(about)],
        "systems": [target.system for target in desk.settings.tasks],
    }  # fmt: skip


@router.post("/notices/{notice_id}/retry")
def retry_notice(request: Request, notice_id: int) -> dict[str, Any]:
    """Begin again with what was given up."""
    user = require(request, Role.LEAD)
    desk_of(request).store.reporting.notices.retry(notice_id, actor=user.id)
    return {"id": notice_id, "state": "waiting"}


def _audit(audit: LinkAudit) -> dict[str, Any]:
    plain: dict[str, Any] = to_json(audit)
    return plain | {"accuracy": figure_data(share(audit.right, audit.marked))}
