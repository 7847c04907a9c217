"""What keeps articles true: how much there is to do, the verification queue, the team's rules, what is never used."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kb import clock
from kb.knowledge.team_rules import MOST_DAYS
from kb.knowledge.unused import UnusedState
from kb.knowledge.upkeep_queue import STATES, QueueFilter
from kb.model import Role
from ui.api.access import Refused, desk_of, require
from ui.upkeep_rows import names_of, queue_rows, unused_counts, unused_rows, upkeep_counts
from ui.wire import to_json

router = APIRouter(prefix="/upkeep", tags=["upkeep"])
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
Word = Annotated[str, Query(max_length=200)]
_Id = Annotated[str, Field(max_length=200)]


class Rules(BaseModel):
    """What the team decides; what is left out stays as it is."""

    only_verified: bool | None = None
    verify_every_days: int | None = Field(default=None, ge=0, le=MOST_DAYS)


class Keep(BaseModel):
    """Articles that are to stay although nobody uses them."""

    ids: list[_Id] = Field(min_length=1, max_length=1000)
    until: datetime | None = None
    """Until when; left out: for good."""
    reason: str = Field(default="", max_length=500)


class Unkeep(BaseModel):
    """Articles that may be proposed for archive again."""

    ids: list[_Id] = Field(min_length=1, max_length=1000)


@router.get("/counts")
def counts(request: Request) -> dict[str, Any]:
    """How much there is to do of each kind."""
    require(request, Role.CONTRIBUTOR)
    return upkeep_counts(desk_of(request).store)


@router.get("/verification")
def verification(
    request: Request, state: Word = "all", locale: Word = "", product: Word = "", owner: Word = "",
    limit: Limit = 50, offset: Offset = 0,
) -> dict[str, Any]:  # fmt: skip
    """Articles that somebody should look at, most damage first; "all" is all but what is verified for some time.

    `owner` is a user's id, or "-" for those without owner.
    """
    require(request, Role.CONTRIBUTOR)
    if state not in ("all", *STATES):
        raise Refused("invalid", 400, detail="state: " + ", ".join(("all", *STATES)))
    store = desk_of(request).store
    wish = QueueFilter(state=state, locale=locale, product=product, owner_id=owner)
    page = store.upkeep.page(wish, limit=limit, offset=offset)
    return {
        "articles": queue_rows(page.articles, names_of(store)), "total": page.total, "counts": dict(page.counts),
        "limit": limit, "offset": offset,
    }  # fmt: skip


@router.get("/settings")
def settings(request: Request) -> dict[str, Any]:
    """The team's rules of verification."""
    require(request, Role.CONTRIBUTOR)
    rules: dict[str, Any] = to_json(desk_of(request).store.team_rules.get())
    return rules


@router.put("/settings")
def change_settings(request: Request, wish: Rules) -> dict[str, Any]:
    """Decide anew whether only verified articles are suggested, and how long a verification lasts."""
    user = require(request, Role.LEAD)
    changed: dict[str, Any] = to_json(
        desk_of(request).store.team_rules.change(
            actor=user.id, only_verified=wish.only_verified, verify_every_days=wish.verify_every_days
        )
    )
    return changed


@router.get("/unused")
def unused(request: Request, state: Word = "all", limit: Limit = 50, offset: Offset = 0) -> dict[str, Any]:
    """Articles that nobody vouches for and nobody uses, longest first; who is noticed now is proposed in a week."""
    require(request, Role.CONTRIBUTOR)
    allowed = ("all", *(each.value for each in UnusedState))
    if state not in allowed:
        raise Refused("invalid", 400, detail="state: " + ", ".join(allowed))
    store = desk_of(request).store
    every = store.unused.list()
    found = [each for each in every if state in ("all", each.state.value)]
    return {
        "articles": unused_rows(store, found[offset : offset + limit], names_of(store)), "total": len(found),
        "counts": unused_counts(every), "limit": limit, "offset": offset,
    }  # fmt: skip


@router.post("/unused/keep")
def keep(request: Request, wish: Keep) -> dict[str, Any]:
    """Leave articles out of the list, for good or until a day."""
    user = require(request, Role.CONTRIBUTOR)
    until = clock.parse(wish.until, name="until")
    done = desk_of(request).store.unused.keep(wish.ids, actor=user.id, until=until, reason=wish.reason.strip())
    return {"done": list(done)}


@router.post("/unused/unkeep")
def unkeep(request: Request, wish: Unkeep) -> dict[str, Any]:
    """Let articles be proposed again."""
    user = require(request, Role.CONTRIBUTOR)
    return {"done": list(desk_of(request).store.unused.unkeep(wish.ids, actor=user.id))}


@router.post("/unused/undo")
def undo_unused(request: Request, wish: Unkeep) -> dict[str, Any]:
    """Take back what was last said about keeping articles."""
    user = require(request, Role.CONTRIBUTOR)
    return {"done": list(desk_of(request).store.unused.undo(wish.ids, actor=user.id))}
