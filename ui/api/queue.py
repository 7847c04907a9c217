"""The queue: tickets page by page, what they can be filtered by, and changing one or many."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from kb import clock
from kb.desk.changes import MAX_AT_ONCE, Changed, TicketChange
from kb.desk.filters import Sort, TicketFilter, checked, filter_to_data
from kb.errors import Conflict, KBError
from kb.model import Role, TicketStatus
from ui.api.access import desk_of, locale_of, require
from ui.api.ticket_answer import whole
from ui.api.ticket_rows import rows_of
from ui.catalogue import text

router = APIRouter(prefix="/tickets", tags=["queue"])
Word = Annotated[str, Field(max_length=200)]
Several = Annotated[list[Word], Query(max_length=50)]
Id = Annotated[str, Field(max_length=200)]


class Change(BaseModel):
    """What becomes of a ticket's fields; what is left out stays as it is."""

    version: int | None = Field(default=None, ge=0)
    """Of one ticket: the version that the user saw."""
    status: TicketStatus | None = None
    priority: Word | None = None
    type: Word | None = None
    assignee_id: Word | None = None
    tags: list[Word] | None = Field(default=None, max_length=200)
    add_tags: list[Word] = Field(default_factory=list, max_length=200)
    remove_tags: list[Word] = Field(default_factory=list, max_length=200)
    product: Word | None = None
    locale: Word | None = None
    topic: Word | None = None
    follow_up_at: datetime | None = None

    def wish(self) -> TicketChange:
        """The change as the desk knows it."""
        given = self.model_dump(exclude_unset=True, exclude={"version"})
        for name in ("tags", "add_tags", "remove_tags"):
            if given.get(name) is not None:
                given[name] = tuple(given[name])
        if given.get("follow_up_at") is not None:
            given["follow_up_at"] = clock.parse(given["follow_up_at"], name="follow_up_at")
        return TicketChange(**given)


class Bulk(BaseModel):
    """One change for many tickets."""

    ids: list[Id] = Field(min_length=1, max_length=MAX_AT_ONCE)
    change: Change
    versions: dict[Id, int] = Field(default_factory=dict, max_length=MAX_AT_ONCE)
    """The versions that the user saw, of the tickets that they saw; others are changed whatever they are."""


def wanted_of(
    status: Several = [],  # noqa: B006 - FastAPI copies defaults
    priority: Several = [],  # noqa: B006
    type: Several = [],  # noqa: B006, A002 - the name in the address
    company: Several = [],  # noqa: B006
    product: Several = [],  # noqa: B006
    locale: Several = [],  # noqa: B006
    assignee: Several = [],  # noqa: B006
    tag: Several = [],  # noqa: B006
    min_age_h: int | None = None,
    max_age_h: int | None = None,
    due: Word = "",
    follow_up: Word = "",
    unread: bool = False,
    waiting: bool = False,
    q: Word = "",
) -> TicketFilter:
    """The filter that an address names; fields with several values stand in it several times."""
    return checked(
        TicketFilter(
            statuses=tuple(part for word in status for part in word.split(",")),
            priorities=tuple(priority), types=tuple(type), companies=tuple(company), products=tuple(product),
            locales=tuple(locale), assignees=tuple(assignee), tags=tuple(tag), min_age_h=min_age_h,
            max_age_h=max_age_h, due=due, follow_up=follow_up, unread=unread, waiting=waiting, text=q,
        )
    )  # fmt: skip


Wanted = Annotated[TicketFilter, Depends(wanted_of)]


@router.get("")
def list_tickets(
    request: Request,
    wanted: Wanted,
    sort: Sort = Sort.DUE,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """One page of the tickets that a filter holds, and how many it holds."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    store.queue.wake()
    asker = store.queue.asker(user.id)
    page = store.queue.page(wanted, asker, sort=sort, limit=limit, offset=offset)
    return {
        "tickets": rows_of(store, list(page.tickets), user.id),
        "total": page.total,
        "filter": filter_to_data(wanted),
        "sort": sort,
        "limit": limit,
        "offset": page.offset,
        "more": page.offset + len(page.tickets) < page.total,
    }


@router.get("/ids")
def list_ids(request: Request, wanted: Wanted, sort: Sort = Sort.DUE) -> dict[str, Any]:
    """The ids of all tickets that a filter holds, at most as many as one change takes."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    ids = store.queue.ids(wanted, store.queue.asker(user.id), sort=sort, limit=MAX_AT_ONCE + 1)
    return {"ids": ids[:MAX_AT_ONCE], "more": len(ids) > MAX_AT_ONCE}


@router.get("/choices")
def list_choices(request: Request) -> dict[str, Any]:
    """The values that tickets have, per field of a filter, most frequent first."""
    require(request, Role.AGENT)
    return desk_of(request).store.queue.choices()


@router.patch("/{ticket_id}")
def change_ticket(request: Request, ticket_id: str, change: Change) -> dict[str, Any]:
    """Change a ticket's fields; answers what GET does."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    store.changes.change(ticket_id, change.wish(), actor=user.id, version=change.version)
    return whole(store, store.tickets.get(ticket_id), user)


@router.post("/bulk")
def change_tickets(request: Request, bulk: Bulk) -> dict[str, Any]:
    """Change many tickets at once; says which were refused and why, and how to take it back."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    done = store.changes.change_many(bulk.ids, bulk.change.wish(), actor=user.id, versions=bulk.versions)
    return _changed(request, done)


@router.post("/bulk/{undo_id}/undo")
def undo_change(request: Request, undo_id: str) -> dict[str, Any]:
    """Take a change of many back; tickets that were changed since stay as they are."""
    user = require(request, Role.AGENT)
    return _changed(request, desk_of(request).store.changes.undo(undo_id, actor=user.id))


def _changed(request: Request, done: Changed) -> dict[str, Any]:
    locale = locale_of(request)
    return {
        "changed": list(done.ids),
        "undo_id": done.undo_id,
        "refused": [{"id": one.id, **_reason(locale, one.reason)} for one in done.refused],
    }


def _reason(locale: str, error: KBError) -> dict[str, str]:
    code = "conflict" if isinstance(error, Conflict) else "not_found"
    return {"code": code, "message": text(locale, f"bulk.refused.{code}")}
