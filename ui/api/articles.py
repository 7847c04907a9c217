"""One article to read in place, its steps, and two articles side by side."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from assistant.comparison import Row, Side, compare
from assistant.procedure import procedure_at
from kb.desk.flags import FlagState
from kb.errors import NotFound
from kb.model import Article, Audience, Role, User
from ui.api.access import desk_of, require
from ui.api.flags import flag_rows
from ui.api.prose import html_of
from ui.wire import to_json

router = APIRouter(prefix="/articles", tags=["articles"])
Revision = Annotated[int | None, Query(ge=1, le=2**31)]
Offset = Annotated[int, Query(ge=0, le=2**31)]


@router.get("/{article_id}")
def one_article(request: Request, article_id: str, revision: Revision = None) -> dict[str, Any]:
    """One revision as Markdown and safe HTML, with the other languages the article has and what is flagged in it."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    article = _readable(request, user, article_id, revision)
    translations = store.articles.translations(article)
    master = next((other for other in translations if other.id == article.translation_of), None)
    return {
        "article": to_json(article),
        "html": html_of(article.revision.body),
        "markdown": article.revision.body,
        "outdated": _older(article, master),
        "translations": [
            {"id": t.id, "locale": t.locale, "title": t.title, "url": t.url, "updated_at": to_json(t.updated_at)}
            for t in translations
        ],
        "flags": flag_rows(store, store.flags.list(state=FlagState.OPEN, article_id=article.id), user),
    }


@router.get("/{article_id}/steps")
def steps(
    request: Request, article_id: str, start: Offset, end: Offset, revision: Revision = None
) -> dict[str, Any]:  # fmt: skip
    """The numbered procedure of the section that a passage stands in, whole, as Markdown.

    `text` is empty and `count` 0 where the section has none.
    """
    article = _readable(request, require(request, Role.AGENT), article_id, revision)
    body = article.revision.body
    found = procedure_at(body, start, end)
    place = {"start": found.start, "end": found.end} if found else None
    return {
        "article_id": article.id,
        "revision": article.revision.number,
        "text": body[found.start : found.end] if found else "",
        "count": found.count if found else 0,
        "place": place,
    }


@router.get("/{article_id}/compare")
def side_by_side(
    request: Request, article_id: str, other: Annotated[str, Query(max_length=200)]
) -> dict[str, Any]:  # fmt: skip
    """Two articles section by section: `rows` pairs the sections, `marks` says where one differs from the other."""
    user = require(request, Role.AGENT)
    one, two = (_readable(request, user, each, None) for each in (article_id, other))
    rows = compare(one.revision.body, two.revision.body, one.locale, two.locale)
    return {
        "one": _head(one),
        "other": _head(two),
        "rows": [{"one": _side(one, row.one), "other": _side(two, row.other)} for row in rows],
        "differences": sum(_marks(row) for row in rows),
    }


def _readable(request: Request, user: User, article_id: str, revision: int | None) -> Article:
    article = desk_of(request).store.articles.get(article_id, revision)
    if article.audience is Audience.AUTHOR and not user.role.allows(Role.CONTRIBUTOR):
        raise NotFound("article", article_id)
    return article


def _head(article: Article) -> dict[str, Any]:
    head: dict[str, Any] = to_json(article)
    del head["revision"]["body"]
    return head


def _side(article: Article, side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    text = article.revision.body[side.start : side.end]
    wire: dict[str, Any] = to_json(side)
    return wire | {"html": html_of(text), "text": text}


def _marks(row: Row) -> int:
    return sum(len(side.marks) for side in (row.one, row.other) if side is not None)


def _older(article: Article, master: Article | None) -> bool:
    if master is None or article.updated_at is None or master.updated_at is None:
        return False
    return article.updated_at < master.updated_at
