"""In which languages articles exist, which translations are outdated, and by which paragraphs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from kb import clock
from kb.errors import NotFound
from kb.knowledge.damage import USE_WINDOW
from kb.knowledge.translations import Family, TranslationState, coverage_of, paragraph_changes, states_of
from kb.locales import UI_LOCALES
from kb.model import Article, Role
from ui.api.access import Refused, desk_of, require
from ui.upkeep_rows import family_rows, locales_of
from ui.wire import to_json

router = APIRouter(prefix="/upkeep/translations", tags=["upkeep"])


@router.get("")
def translations(
    request: Request,
    missing: Annotated[str, Query(max_length=20)] = "",
    product: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    *,
    outdated: bool = False,
) -> dict[str, Any]:
    """The matrix of families and languages, most used first; `coverage` is of all families, whatever the filter.

    `missing` names a language that the families shall lack; `outdated` leaves those with an outdated translation.
    """
    require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    families = store.translations.families()
    locales = locales_of(families)
    if missing and missing not in {*locales, *UI_LOCALES}:
        raise Refused("invalid", 400, detail="missing: " + ", ".join(sorted({*locales, *UI_LOCALES})))
    uses = store.article_uses.since(clock.now() - USE_WINDOW)
    found = [each for each in families if _meant(each, missing, product, outdated=outdated)]
    rows = family_rows(found, locales, uses)
    # The sort is stable: of equally used ones the first by title.
    rows.sort(key=lambda row: -row["uses"])
    return {
        "locales": locales, "families": rows[offset : offset + limit], "total": len(rows),
        "coverage": coverage_of(families, locales), "limit": limit, "offset": offset,
    }  # fmt: skip


@router.get("/{article_id}")
def changes(request: Request, article_id: str) -> dict[str, Any]:
    """The paragraphs of the master that changed since a translation was made."""
    require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    article = store.articles.get(article_id)
    if not article.translation_of:
        raise NotFound("translation", article_id, hint="It is an original; name one of its translations.")
    master, since = store.articles.get(article.translation_of), store.translations.made_from(article_id)
    before = store.articles.get(master.id, since) if since else master
    return {
        "article": _head(article),
        "master": _head(master),
        "since_revision": since,
        "changes": to_json(paragraph_changes(before.revision.body, master.revision.body)),
        "title_before": before.title,
    }


def _meant(family: Family, missing: str, product: str, *, outdated: bool) -> bool:
    states = states_of(family)
    return (
        (not missing or missing not in states)
        and (not outdated or TranslationState.OUTDATED in states.values())
        and product in ("", family.product)
    )


def _head(article: Article) -> dict[str, Any]:
    return {
        "id": article.id, "title": article.title, "locale": article.locale, "revision": article.revision.number,
        "body": article.revision.body, "updated_at": to_json(article.updated_at),
    }  # fmt: skip
