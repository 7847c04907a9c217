"""Duplicates and contradictions across the base: looking for them, and deciding what becomes of each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kb.errors import Conflict
from kb.knowledge.article_pair import ArticlePair, PairKind, PairState
from kb.model import Role
from kb.store import Store
from ui.api.access import Refused, desk_of, require
from ui.api.candidate_rows import run_row
from ui.nightly_upkeep import start_pair_search
from ui.upkeep_rows import names_of, pair_rows
from ui.wire import to_json

router = APIRouter(prefix="/upkeep/pairs", tags=["upkeep"])


class Decision(BaseModel):
    """What becomes of a pair."""

    decision: Literal["open", "resolved", "not_a_pair", "merge"]
    keep: str = Field(default="", max_length=200)
    """For a merge: the article that stays."""
    reason: str = Field(default="", max_length=500)


@router.get("")
def pairs(
    request: Request,
    kind: PairKind | None = None,
    state: PairState = PairState.OPEN,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Pairs, surest first; `counts` is of all pairs in that state, `searched_at` null as long as nobody searched."""
    require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    found = store.article_pairs.list(kind=kind, state=state, limit=limit, offset=offset)
    counts = store.article_pairs.counts(state)
    return {
        "pairs": pair_rows(store, found, names_of(store)),
        "total": counts[kind.value] if kind else sum(counts.values()),
        "counts": {"all": sum(counts.values()), **counts},
        "searched_at": to_json(store.article_pairs.searched_at()), "run": run_row(store.pair_runs.latest()),
        "limit": limit, "offset": offset,
    }  # fmt: skip


@router.get("/job")
def job(request: Request) -> dict[str, Any]:
    """How far the newest search is; null before the first."""
    require(request, Role.CONTRIBUTOR)
    return {"run": run_row(desk_of(request).store.pair_runs.latest())}


@router.post("/search", status_code=202)
def search(request: Request) -> dict[str, Any]:
    """Look through the whole base now, in the background; one at a time."""
    user = require(request, Role.PUBLISHER)
    desk = desk_of(request)
    if desk.aside is None:
        raise Refused("pairs_not_here", 409)
    try:
        run = start_pair_search(desk.store, desk.aside, actor=user.id)
    except Conflict as error:
        raise Refused("pairs_running", 409) from error
    return {"run": run_row(run)}


@router.post("/{pair_id}")
def decide(request: Request, pair_id: int, wish: Decision) -> dict[str, Any]:
    """Merge one into the other, or say that the pair is resolved, or none, or open again."""
    user = require(request, Role.PUBLISHER if wish.decision == "merge" else Role.CONTRIBUTOR)
    store, reason = desk_of(request).store, wish.reason.strip()
    if wish.decision == "merge":
        return _answer(store, store.article_pairs.merge(pair_id, keep=wish.keep, user=user, reason=reason))
    return _answer(
        store, store.article_pairs.decide(pair_id, PairState(wish.decision), actor=user.id, reason=reason)
    )  # fmt: skip


@router.post("/{pair_id}/undo")
def undo(request: Request, pair_id: int) -> dict[str, Any]:
    """Take back what was last decided about a pair, with the merge that went with it."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    return _answer(store, store.article_pairs.undo(pair_id, user=user))


def _answer(store: Store, pair: ArticlePair) -> dict[str, Any]:
    rows = pair_rows(store, [pair], names_of(store))
    return {"pair": rows[0] if rows else None}
