"""Search the articles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from kb.model import Audience, Role
from ui.api.access import desk_of, require
from ui.api.prose import html_of
from ui.wire import to_json

router = APIRouter(tags=["search"])
READABLE = (Audience.INTERNAL.value, Audience.PARTNER.value, Audience.PUBLIC.value)
"""What every agent may read; a colleague's own unfinished texts are not among it."""


@router.get("/search")
def search(
    request: Request,
    q: Annotated[str, Query(max_length=4000)],
    locale: Annotated[str, Query(max_length=12)] = "",
    product: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """Articles by words and meaning; "quoted phrases" word for word."""
    require(request, Role.AGENT)
    service = desk_of(request).service
    hits = service.search(q, locale=locale, product=product, limit=limit, audiences=READABLE) if q.strip() else []
    wire: list[dict[str, Any]] = to_json(hits)
    for article in wire:
        article["passage"]["html"] = html_of(article["passage"]["text"])
    return {"query": q, "articles": wire}
