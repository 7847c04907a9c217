"""One article to read in place."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from kb.errors import NotFound
from kb.model import Article, Audience, Role
from ui.api.access import desk_of, require
from ui.api.prose import html_of
from ui.wire import to_json

router = APIRouter(prefix="/articles", tags=["articles"])


@router.get("/{article_id}")
def one_article(
    request: Request, article_id: str, revision: Annotated[int | None, Query(ge=1, le=2**31)] = None
) -> dict[str, Any]:
    """One revision as Markdown and safe HTML, with the other languages the article has."""
    user = require(request, Role.AGENT)
    articles = desk_of(request).store.articles
    article = articles.get(article_id, revision)
    if article.audience is Audience.AUTHOR and not user.role.allows(Role.CONTRIBUTOR):
        raise NotFound("article", article_id)
    translations = articles.translations(article)
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
    }


def _older(article: Article, master: Article | None) -> bool:
    if master is None or article.updated_at is None or master.updated_at is None:
        return False
    return article.updated_at < master.updated_at
