"""One article to read in place, its steps, and two articles side by side."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from assistant.comparison import Row, Side, compare
from assistant.customer_form import CustomerForm
from assistant.procedure import procedure_at
from kb import clock
from kb.desk.flags import FlagState
from kb.errors import NotFound
from kb.model import Article, Audience, Role, User
from ui.api.access import Refused, desk_of, require
from ui.api.article_prose import ArticleProse, article_html
from ui.api.flags import flag_rows
from ui.wire import to_json

router = APIRouter(prefix="/articles", tags=["articles"])
Revision = Annotated[int | None, Query(ge=1, le=2**31)]
Offset = Annotated[int, Query(ge=0, le=2**31)]


@router.get("/{article_id}")
def one_article(request: Request, article_id: str, revision: Revision = None) -> dict[str, Any]:
    """One revision as Markdown and safe HTML, with the other languages the article has and what is flagged in it."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    article = readable(request, user, article_id, revision)
    asked = None if article.id == article_id else store.articles.get(article_id)
    translations = store.articles.translations(article)
    return {
        "article": to_json(article),
        "verification": article.verification(clock.now()).value,
        "redirected_from": {"id": asked.id, "title": asked.title} if asked else None,
        "html": article_html(store, article.revision.body, user.locale),
        "markdown": article.revision.body,
        "outdated": store.translations.is_outdated(article.id),
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
    """The numbered procedure of the section that a passage stands in, whole, as Markdown that a customer may get.

    `text` is empty and `count` 0 where the section has none.
    """
    article = readable(request, require(request, Role.AGENT), article_id, revision)
    body = article.revision.body
    found = procedure_at(body, start, end)
    place = {"start": found.start, "end": found.end} if found else None
    return {
        "article_id": article.id,
        "revision": article.revision.number,
        "text": CustomerForm(desk_of(request).store).part(body, found.start, found.end) if found else "",
        "count": found.count if found else 0,
        "place": place,
    }


@router.get("/{article_id}/compare")
def side_by_side(
    request: Request, article_id: str, other: Annotated[str, Query(max_length=200)]
) -> dict[str, Any]:  # fmt: skip
    """Two articles section by section: `rows` pairs the sections, `marks` says where one differs from the other."""
    user = require(request, Role.AGENT)
    one, two = (readable(request, user, each, None) for each in (article_id, other))
    rows = compare(one.revision.body, two.revision.body, one.locale, two.locale)
    prose = ArticleProse(desk_of(request).store, user.locale)
    return {
        "one": _head(one),
        "other": _head(two),
        "rows": [{"one": _side(one, row.one, prose), "other": _side(two, row.other, prose)} for row in rows],
        "differences": sum(_marks(row) for row in rows),
    }


def readable(request: Request, user: User, article_id: str, revision: int | None) -> Article:
    """An article with one of its revisions, as far as a user may read it.

    Raises:
        NotFound: There is none, or it is for its author alone and the user is a reader.
    """
    articles = desk_of(request).store.articles
    # What was merged is read where it went to; an old revision that somebody cites stays readable as it was.
    article = articles.final(article_id) if revision is None else articles.get(article_id, revision)
    if article.deleted_at is not None:
        raise Refused("article_deleted", 410, title=article.title)
    if article.audience is Audience.AUTHOR and not user.role.allows(Role.CONTRIBUTOR):
        raise NotFound("article", article_id)
    return article


def _head(article: Article) -> dict[str, Any]:
    head: dict[str, Any] = to_json(article)
    del head["revision"]["body"]
    head["verification"] = article.verification(clock.now()).value
    return head


def _side(article: Article, side: Side | None, prose: ArticleProse) -> dict[str, Any] | None:
    if side is None:
        return None
    text = article.revision.body[side.start : side.end]
    wire: dict[str, Any] = to_json(side)
    return wire | {"html": prose.html(text), "text": text}


def _marks(row: Row) -> int:
    return sum(len(side.marks) for side in (row.one, row.other) if side is not None)
