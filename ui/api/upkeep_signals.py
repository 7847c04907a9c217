"""Signals for and against articles: what was said, what it changed, and taking it back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from kb import clock
from kb.model import Role
from ui.api.access import desk_of, require
from ui.upkeep_rows import names_of, signal_rows

router = APIRouter(prefix="/upkeep/signals", tags=["upkeep"])


@router.get("")
def signals(
    request: Request,
    article_id: Annotated[str, Query(max_length=200)] = "",
    state: Literal["open", "undone", "all"] = "all",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Signals newest first; the open ones still mean something and can be undone."""
    require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    found = store.trust_signals.list(article_id=article_id, state=state, limit=limit, offset=offset)
    standing = store.trust_signals.standing_of([each.article_id for each in found])
    open_ids = [each.id for group in standing.values() for each in group]
    return {
        "signals": signal_rows(store, found, names_of(store), open_ids),
        "total": store.trust_signals.count(article_id=article_id, state=state), "limit": limit, "offset": offset,
    }  # fmt: skip


@router.post("/{signal_id}/undo")
def undo(request: Request, signal_id: int) -> dict[str, Any]:
    """Take a signal back: the article is again what its other signals say."""
    user = require(request, Role.PUBLISHER)
    store = desk_of(request).store
    signal = store.trust_signals.undo(signal_id, actor=user.id)
    article = store.articles.get(signal.article_id)
    return {
        "signal": signal_rows(store, [signal], names_of(store), ())[0],
        "article": {
            "id": article.id, "verification": article.verification(clock.now()).value,
            "unverified_reason": article.unverified_reason,
        },
    }  # fmt: skip
