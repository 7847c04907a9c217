"""Duplicates and contradictions across the base: looking for them, and deciding what becomes of each."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from assistant.upkeep.search_pairs import search_pairs
from kb.errors import InvalidRow
from kb.knowledge.article_pair import ArticlePair, PairKind, PairState
from kb.knowledge.move import ArticleMove, ArticleWish
from kb.model import Role
from ui.api.access import desk_of, require
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
        "searched_at": to_json(store.article_pairs.searched_at()), "limit": limit, "offset": offset,
    }  # fmt: skip


@router.post("/search")
def search(request: Request) -> dict[str, Any]:
    """Look through the whole base anew; takes some seconds for each thousand articles."""
    user = require(request, Role.PUBLISHER)
    desk, began = desk_of(request), time.perf_counter()
    found = search_pairs(desk.store, desk.settings, actor=user.id)
    return {"found": found, "took_s": round(time.perf_counter() - began, 2)}


@router.post("/{pair_id}")
def decide(request: Request, pair_id: int, wish: Decision) -> dict[str, Any]:
    """Merge one into the other, or say that the pair is resolved, or none, or open again."""
    user = require(request, Role.PUBLISHER if wish.decision == "merge" else Role.CONTRIBUTOR)
    store = desk_of(request).store
    pair = store.article_pairs.get(pair_id)
    state = PairState.RESOLVED if wish.decision == "merge" else PairState(wish.decision)
    if wish.decision == "merge":
        goes = _other(pair, wish.keep)
        store.article_moves.move(goes, ArticleMove.MERGE, user, ArticleWish(into=wish.keep, reason=wish.reason))
    decided = store.article_pairs.decide(pair_id, state, actor=user.id, reason=wish.reason.strip())
    rows = pair_rows(store, [decided], names_of(store))
    return {"pair": rows[0] if rows else None}


def _other(pair: ArticlePair, keep: str) -> str:
    if keep not in (pair.one_id, pair.other_id):
        raise InvalidRow(f"keep is {keep!r}; allowed: {pair.one_id} or {pair.other_id}")
    return pair.other_id if keep == pair.one_id else pair.one_id
