"""Published articles: the owners' list, what is done with one or many, and their history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kb import clock
from kb.errors import NotFound
from kb.knowledge.article_list import ArticleFilter, ArticleSort
from kb.knowledge.move import ArticleMove, ArticleState, ArticleWish
from kb.knowledge.moves import allowed_article_moves, state_of
from kb.knowledge.verification import Verification
from kb.model import Article, Audience, Confidence, Governance, Role, User
from kb.store import Store
from ui.api.access import desk_of, require
from ui.api.article_wire import article_head, article_row, deed_row, names_of, revision_row
from ui.api.errors import error_of
from ui.wire import to_json

router = APIRouter(prefix="/articles", tags=["articles"])
_Text = Annotated[str, Query(max_length=200)]


class Wanted(BaseModel):
    """A move and what goes with it; each move reads what it needs."""

    move: ArticleMove
    reason: str = Field(default="", max_length=2000)
    revision: int = Field(default=0, ge=0, le=2**31)
    audience: Audience | None = None
    confidence: Confidence | None = None
    governance: Governance | None = None
    owner_id: str = Field(default="", max_length=200)
    into: str = Field(default="", max_length=200)
    days: int | None = Field(default=None, ge=0, le=100_000)
    question: str = Field(default="", max_length=500)
    undoes: ArticleMove | None = None
    """For undo: the move that is meant; where another one came since, nothing is done."""

    def wish(self) -> ArticleWish:
        """What goes with the move."""
        return ArticleWish(**{name: getattr(self, name) for name in ArticleWish.__dataclass_fields__})


class WantedOfMany(Wanted):
    """The same with several articles."""

    ids: list[Annotated[str, Field(max_length=200)]] = Field(min_length=1, max_length=500)


@router.get("")
def list_articles(
    request: Request,
    text: _Text = "",
    state: Annotated[str, Query(pattern="^(published|archived|merged|deleted|all)$")] = "published",
    confidence: Confidence | None = None,
    audience: Audience | None = None,
    locale: _Text = "",
    product: _Text = "",
    owner: _Text = "",
    verification: Verification | None = None,
    sort: ArticleSort = ArticleSort.UPDATED,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Articles as their owners see them; `confidence=archived` means the archived ones."""
    require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    archived = confidence is Confidence.ARCHIVED
    wanted = ArticleState.ARCHIVED if archived else None if state == "all" else ArticleState(state)
    chosen = ArticleFilter(
        text=text, state=wanted, confidence=None if archived else confidence, audience=audience, locale=locale,
        product=product, owner_id=owner, verification=verification, sort=sort, limit=limit, offset=offset,
    )  # fmt: skip
    found, total = store.article_list.page(chosen)
    names, now = names_of(store), clock.now()
    products, locales = store.articles.choices()
    return {
        "articles": [
            article_row(each, names, each.article.verification(now).value) | {"state": state_of(each.article).value}
            for each in found
        ],
        "total": total,
        "limit": limit,
        "offset": offset,
        "choices": {
            "products": products,
            "locales": locales,
            "owners": [{"id": owner_id, "name": name} for owner_id, name in store.article_list.owners()],
        },
    }


@router.post("/bulk")
def move_many(request: Request, wanted: WantedOfMany) -> dict[str, Any]:
    """Do the same with many articles; what is refused is told with its reason, and the others are done."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    done, refused = store.article_moves.move_many(wanted.ids, wanted.move, user, wanted.wish())
    return {"done": done, "refused": [{"id": each.id, **error_of(each.error, user.locale)} for each in refused]}


@router.post("/{article_id}/moves")
def move(request: Request, article_id: str, wanted: Wanted) -> dict[str, Any]:
    """Do what the table of moves allows."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    return _answer(store, store.article_moves.move(article_id, wanted.move, user, wanted.wish()), user)


@router.get("/{article_id}/history")
def history(request: Request, article_id: str, saves: bool = False) -> dict[str, Any]:
    """The published texts, newest first, and who did what; `saves` adds every save of a draft."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    names = names_of(store)
    article = store.articles.get_many([article_id]).get(article_id)
    revisions = store.article_history.revisions(article_id)
    return {
        "revisions": [revision_row(each, names) for each in revisions],
        "log": [deed_row(each, names) for each in store.article_history.log(article_id, saves=saves)],
        **(_answer(store, article, user) if article else {"article": None, "allowed": []}),
    }


@router.get("/{article_id}/allowed")
def allowed(request: Request, article_id: str) -> dict[str, Any]:
    """What the user may do with an article; nothing for readers."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    article = store.articles.get(article_id)
    if article.audience is Audience.AUTHOR and not user.role.allows(Role.CONTRIBUTOR):
        raise NotFound("article", article_id)
    return _answer(store, article, user)


def _answer(store: Store, article: Article, user: User) -> dict[str, Any]:
    head = article_head(article) | {
        "title": article.title, "revision": article.revision.number, "state": state_of(article).value,
        "verification": article.verification(clock.now()).value,
    }  # fmt: skip
    last = store.article_moves.last(article.id)
    return {"article": head, "allowed": to_json(allowed_article_moves(article, user, last))}
