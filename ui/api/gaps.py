"""Gaps of the knowledge base: what the runs found, and what is done about each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from assistant.gaps.label import question_line
from assistant.redaction.redact import TeamNumbers
from kb import clock
from kb.errors import NotFound
from kb.gaps.model import GapRun, GapStatus, RunState, Window
from kb.gaps.rows import Row, gap_row, is_about, report, run_row
from kb.model import Role
from kb.reporting.tasks import Task, queue_task
from kb.store import Store
from ui.api.access import Desk, Refused, desk_of, require
from ui.catalogue import percent_text, text
from ui.wire import to_json

router = APIRouter(prefix="/gaps", tags=["gaps"])
Id = Annotated[str, Field(max_length=200)]
_FIRST_SINGLES = 200
_IN_TASK = 20


class Wish(BaseModel):
    """Which demand a run looks at."""

    since: datetime | None = None
    until: datetime | None = None
    locale: str = Field(default="", max_length=20)
    product: str = Field(default="", max_length=200)


class Assignee(BaseModel):
    """Whose a gap is; empty for nobody."""

    user_id: Id = ""


class Standing(BaseModel):
    """Where the work stands."""

    status: GapStatus


class Ignored(BaseModel):
    """Why a gap is left alone, and until when."""

    reason: str = Field(min_length=1, max_length=2000)
    until: datetime


class Word(BaseModel):
    """A note."""

    body: str = Field(min_length=1, max_length=2000)


class Shipped(BaseModel):
    """The article that came out for a gap."""

    article_id: Id
    at: datetime | None = None


class Systems(BaseModel):
    """Which task systems get a task; none means all that are set."""

    systems: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=10)


@router.get("")
def list_gaps(
    request: Request,
    run: Annotated[int, Query(ge=0)] = 0,
    status: Annotated[str, Query(max_length=20)] = "",
    cause: Annotated[str, Query(max_length=40)] = "",
    locale: Annotated[str, Query(max_length=20)] = "",
    product: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    """What the newest run found, or the one that is named: gaps, Pareto shares, counts, changes, single cases.

    A run of one language or product is found only by its number. `runs` are all that can be named.
    """
    require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    runs = [run_row(each) for each in store.gaps.runs.finished()]
    found = store.gaps.runs.get(run) if run else store.gaps.runs.latest(state=RunState.DONE, window=Window())
    if found is None:
        return {"run": None, "runs": runs, "gaps": [], "pareto": {}, "counts": {}, "changes": [], "singles": []}
    rows = store.gaps.rows(found)
    chosen = [each for each in rows if is_about(each, locale=locale, product=product, cause=cause, status=status)]
    whole = report(found, rows, store.gaps.runs.changes(found.id))
    return whole | {"gaps": chosen, "runs": runs, "singles": _singles(desk_of(request), found, 0, _FIRST_SINGLES)}


@router.get("/job")
def job(request: Request) -> dict[str, Any]:
    """How far the newest run is; null before the first."""
    require(request, Role.CONTRIBUTOR)
    newest = desk_of(request).store.gaps.runs.latest()
    return {"job": run_row(newest) if newest else None}


@router.get("/singles")
def singles(
    request: Request,
    run: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """What nobody else asks, of the newest run or the one that is named, by id."""
    require(request, Role.CONTRIBUTOR)
    desk = desk_of(request)
    runs = desk.store.gaps.runs
    found = runs.get(run) if run else runs.latest(state=RunState.DONE, window=Window())
    if found is None:
        return {"singles": [], "total": 0}
    return {"singles": _singles(desk, found, offset, limit), "total": len(_ids(found))}


@router.post("/run", status_code=202)
def start(request: Request, wish: Wish) -> dict[str, Any]:
    """Look for gaps, in a process of its own; GET /gaps/job says how far it is."""
    require(request, Role.LEAD)
    desk = desk_of(request)
    running = desk.store.gaps.runs.latest(state=RunState.RUNNING)
    if running is not None and not running.is_dead(clock.now()):
        raise Refused("gaps_running", 409)
    named = {"--since": clock.to_text(wish.since), "--until": clock.to_text(wish.until), "--locale": wish.locale,
             "--product": wish.product}  # fmt: skip
    given = [part for name, value in named.items() if value for part in (name, value)]
    if desk.aside is None:
        raise Refused("gaps_running", 409)
    desk.aside.start("gaps", *given)
    newest = desk.store.gaps.runs.latest()
    return {"job": run_row(newest) if newest else None}


@router.get("/{gap_id}")
def show(request: Request, gap_id: str) -> dict[str, Any]:
    """One gap as it was found last: with examples in its customers' words, earlier runs, notes, and who did what."""
    require(request, Role.CONTRIBUTOR)
    return _whole(desk_of(request), gap_id)


@router.post("/{gap_id}/assign")
def assign(request: Request, gap_id: str, wish: Assignee) -> dict[str, Any]:
    """Give it to somebody."""
    user = require(request, Role.LEAD)
    desk = desk_of(request)
    desk.store.gaps.assign(gap_id, wish.user_id, actor=user.id)
    return {"gap": _row(desk.store, gap_id)}


@router.post("/{gap_id}/status")
def set_status(request: Request, gap_id: str, wish: Standing) -> dict[str, Any]:
    """Say where the work stands."""
    user = require(request, Role.CONTRIBUTOR)
    desk = desk_of(request)
    desk.store.gaps.set_status(gap_id, wish.status, actor=user.id)
    return {"gap": _row(desk.store, gap_id)}


@router.post("/{gap_id}/ignore")
def ignore(request: Request, gap_id: str, wish: Ignored) -> dict[str, Any]:
    """Leave it alone until a day; it returns earlier when twice as many ask."""
    user = require(request, Role.LEAD)
    desk = desk_of(request)
    until = clock.parse(wish.until, name="until")
    if until is not None:
        desk.store.gaps.ignore(gap_id, wish.reason, until, actor=user.id)
    return {"gap": _row(desk.store, gap_id)}


@router.post("/{gap_id}/note", status_code=201)
def note(request: Request, gap_id: str, wish: Word) -> dict[str, Any]:
    """Write a word about it."""
    user = require(request, Role.CONTRIBUTOR)
    desk = desk_of(request)
    desk.store.gaps.note(gap_id, wish.body, actor=user.id)
    return {"gap": _row(desk.store, gap_id), "notes": _notes(desk.store, gap_id)}


@router.post("/{gap_id}/ship")
def ship(request: Request, gap_id: str, wish: Shipped) -> dict[str, Any]:
    """Note that its article came out: the next run compares before and after."""
    user = require(request, Role.LEAD)
    desk = desk_of(request)
    at = clock.parse(wish.at, name="at") or clock.now()
    desk.store.gaps.ship(gap_id, wish.article_id, at, actor=user.id)
    return {"gap": _row(desk.store, gap_id)}


@router.post("/{gap_id}/task", status_code=202)
def task(request: Request, gap_id: str, wish: Systems) -> dict[str, Any]:
    """Make a task of it in the team's task systems; each gets it once.

    `queued` says how many wait to be sent because of this; `tasks` what became of all.
    """
    user = require(request, Role.LEAD)
    desk = desk_of(request)
    if not desk.settings.tasks:
        raise Refused("no_task_system", 409)
    row = _row(desk.store, gap_id)
    address = f"/ui/lead?tab=gaps&gap={gap_id}"
    wanted = Task(key=f"gap:{gap_id}", title=row["label"], text=task_text(row, user.locale), url=address)
    queued = desk.store.gaps.task(
        gap_id,
        lambda connection: len(
            queue_task(connection, wanted, systems=wish.systems, settings=desk.settings.tasks, at=clock.now())
        ),
        actor=user.id,
    )
    return {"queued": queued, "tasks": to_json(desk.store.reporting.notices.of(wanted.key)), "gap": row}


def _whole(desk: Desk, gap_id: str) -> dict[str, Any]:
    store = desk.store
    row = _row(store, gap_id)
    history = store.gaps.runs.history(gap_id)
    runs = {run_id: run_row(store.gaps.runs.get(run_id)) for run_id, _ in history}
    names = {user.id: user.name for user in store.users.list()}
    record = store.gaps.get(gap_id)
    return {
        "gap": row | {"examples": _examples(desk, row["examples"])},
        "history": [{"run": runs[run_id], "row": gap_row(each.figures, record)} for run_id, each in history],
        "notes": _notes(store, gap_id),
        "closure": row["closure"],
        "log": [each | {"actor_name": names.get(each["actor"], each["actor"])} for each in store.gaps.log(gap_id)],
    }


def _row(store: Store, gap_id: str) -> Row:
    record = store.gaps.get(gap_id)
    history = store.gaps.runs.history(gap_id)
    if not history:
        raise NotFound("gap", gap_id, hint="`svar gaps` lists them.")
    run = store.gaps.runs.get(history[0][0])
    rows = {row["id"]: row for row in store.gaps.rows(run)}
    return rows.get(gap_id) or gap_row(history[0][1].figures, record)


def _notes(store: Store, gap_id: str) -> list[dict[str, Any]]:
    names = {user.id: user.name for user in store.users.list()}
    return [to_json(each) | {"user_name": names.get(each.user_id, "")} for each in store.gaps.notes(gap_id)]


def _examples(desk: Desk, ids: list[str]) -> list[dict[str, Any]]:
    tickets = desk.store.tickets.get_many(ids)
    team = TeamNumbers.of(desk.settings)
    return [
        {"id": each, "text": question_line(tickets[each], team=team), "locale": tickets[each].locale,
         "created_at": to_json(tickets[each].created_at)}
        for each in ids
        if each in tickets
    ]  # fmt: skip


def _ids(run: GapRun) -> list[str]:
    found = run.summary.get("singles")
    return [str(each) for each in found] if isinstance(found, list) else []


def _singles(desk: Desk, run: GapRun, offset: int, limit: int) -> list[dict[str, Any]]:
    ids = _ids(run)[offset : offset + limit]
    known = {each["id"]: each for each in _examples(desk, ids)}
    return [known.get(each, {"id": each, "text": "", "locale": "", "created_at": None}) for each in ids]


def task_text(row: Row, locale: str) -> str:
    """What a task elsewhere says of a gap: its cause, what to do, what it costs, the nearest article, its tickets.

    Args:
        row: The gap.
        locale: The language of whoever sends the task.
    """

    def say(key: str, **values: object) -> str:
        return text(locale, key, **values)

    near, cost = row["nearest"], f"{say('lead.fact_minutes')}: {row['minutes']:.0f} min"
    sure = say("lead.confidence", share=percent_text(locale, near["confidence"])) if near else ""
    lines = [
        row["label"], "",
        f"{say('lead.cause')}: {say('cause.' + row['cause'])}. {say('remedy.' + row['remedy'])}.",
        f"{say('lead.fact_tickets')}: {row['count']}. {say('lead.fact_customers')}: {row['customers']}. {cost}.",
        f"{say('lead.nearest')} {near['title']} ({sure})" if near else say("lead.nothing_near"),
        f"{say('lead.fact_tickets')}: " + ", ".join(row["tickets"][:_IN_TASK]),
    ]  # fmt: skip
    return "\n".join(lines)
