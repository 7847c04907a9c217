"""Drafts of articles: written, reviewed, published."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import JSONResponse

from kb import clock
from kb.knowledge.article_draft import (
    MAX_BODY,
    MAX_QUESTION,
    MAX_QUESTIONS,
    MAX_SUMMARY,
    MAX_TAG,
    MAX_TAGS,
    MAX_TITLE,
    DraftChanged,
    DraftState,
    DraftText,
)
from kb.knowledge.move import DraftCase, DraftMove, DraftWish
from kb.knowledge.moves import allowed_article_moves, allowed_draft_moves
from kb.model import Audience, Confidence, Governance, Role, User
from kb.store import Store
from ui.api.access import desk_of, require
from ui.api.article_prose import article_html
from ui.api.article_wire import article_head, comment_row, draft_row, draft_wire, names_of
from ui.api.errors import error_body, kb_error_response
from ui.wire import to_json

router = APIRouter(prefix="/article-drafts", tags=["article drafts"])
_Id = Annotated[str, Field(max_length=200)]


class DraftFields(BaseModel):
    """What a writer sets; a field that is left out stays as it is."""

    title: str | None = Field(default=None, max_length=MAX_TITLE)
    body: str | None = Field(default=None, max_length=MAX_BODY)
    summary: str | None = Field(default=None, max_length=MAX_SUMMARY)
    tags: list[Annotated[str, Field(max_length=MAX_TAG)]] | None = Field(default=None, max_length=MAX_TAGS)
    questions: list[Annotated[str, Field(max_length=MAX_QUESTION)]] | None = Field(
        default=None, max_length=MAX_QUESTIONS
    )
    locale: str | None = Field(default=None, max_length=20)
    product: str | None = Field(default=None, max_length=200)
    audience: Audience | None = None
    confidence: Confidence | None = None
    governance: Governance | None = None
    translation_of: _Id | None = None
    owner_id: _Id | None = None
    master_revision: int | None = Field(default=None, ge=0, le=2**31)

    def onto(self, text: DraftText) -> DraftText:
        """The fields that were sent, over what there was."""
        sent = {name: getattr(self, name) for name in DraftFields.model_fields if getattr(self, name) is not None}
        for name in ("tags", "questions"):
            if name in sent:
                sent[name] = tuple(sent[name])
        return replace(text, **sent)


class NewDraft(DraftFields):
    """A draft of a published article, or of a new one."""

    article_id: str = Field(default="", max_length=200)
    from_tickets: list[_Id] = Field(default=[], max_length=2000)


class SavedDraft(DraftFields):
    """What was typed, and the version it was typed into."""

    version: int = Field(ge=1, le=2**31)


class WantedMove(BaseModel):
    """A move and what goes with it."""

    move: DraftMove
    version: int = Field(ge=1, le=2**31)
    reason: str = Field(default="", max_length=2000)
    note: str = Field(default="", max_length=2000)
    at: AwareDatetime | None = None
    reviewer_id: str = Field(default="", max_length=200)


class Page(BaseModel):
    """Which of a user's browser pages it is."""

    page: str = Field(default="", max_length=40, pattern=r"^[\w-]*$")
    leave: bool = False


@router.get("")
def list_drafts(
    request: Request,
    state: DraftState | None = None,
    mine: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Drafts, what was edited last first, and how many there are in each state."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    found = store.article_drafts.list(state=state, user_id=user.id if mine else "", limit=limit + 1, offset=offset)
    names = names_of(store)
    return {
        "drafts": [draft_row(each, names) for each in found[:limit]],
        "counts": store.article_drafts.counts(),
        "limit": limit,
        "offset": offset,
        "more": len(found) > limit,
    }


@router.post("", status_code=201)
def begin(request: Request, new: NewDraft, response: Response) -> dict[str, Any]:
    """Begin a draft; where the article has one already, that one is given back (200) with the tickets added."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    known = store.article_drafts.find(new.article_id) if new.article_id else None
    article = store.articles.get(new.article_id) if new.article_id else None
    base = DraftText.of(article) if article else DraftText(locale=user.locale, owner_id=user.id)
    draft = store.article_drafts.create(
        user, text=new.onto(base), article_id=new.article_id, from_tickets=new.from_tickets
    )
    response.status_code = 200 if known is not None else 201
    return {"draft": draft_wire(draft)}


@router.get("/{draft_id}")
def one_draft(request: Request, draft_id: str) -> dict[str, Any]:
    """A draft with what is published, what the user may do with it, its comments, and who else has it open."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    draft = store.article_drafts.get(draft_id)
    names = names_of(store)
    return {
        "draft": draft_wire(draft) | {"owner": names.get(draft.text.owner_id, "")},
        **_around(store, draft_id, user),
        "comments": [comment_row(each, names) for each in store.article_comments.of(draft_id, drafts_only=True)],
        "editors": to_json(store.article_editors.others(draft_id, but=user.id)),
        "html": article_html(store, draft.text.body, user.locale),
    }


@router.put("/{draft_id}", response_model=None)
def save(request: Request, draft_id: str, saved: SavedDraft) -> dict[str, Any] | JSONResponse:
    """Save what was typed; 409 with their draft if somebody else saved meanwhile, and nothing is overwritten."""
    user = require(request, Role.CONTRIBUTOR)
    drafts = desk_of(request).store.article_drafts
    try:
        draft = drafts.save(draft_id, user, saved.version, saved.onto(drafts.get(draft_id).text))
    except DraftChanged as error:
        return _theirs(user, error)
    return {"draft": draft_wire(draft)}


@router.post("/{draft_id}/moves", response_model=None)
def move(request: Request, draft_id: str, wanted: WantedMove) -> dict[str, Any] | JSONResponse:
    """Do what the table of moves allows; `draft` is null once it is published or discarded."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    wish = DraftWish(
        version=wanted.version, reason=wanted.reason, note=wanted.note, at=wanted.at, reviewer_id=wanted.reviewer_id
    )
    try:
        moved = store.article_drafts.move(draft_id, wanted.move, user, wish)
    except DraftChanged as error:
        return _theirs(user, error)
    return {"draft": draft_wire(moved.draft) if moved.draft else None, **_around(store, draft_id, user)}


@router.post("/{draft_id}/editing")
def editing(request: Request, draft_id: str, page: Page) -> dict[str, Any]:
    """Say that one has the draft open, or leaves it; hear who else has, and which version there is now."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    if page.leave:
        store.article_editors.leave(draft_id, user.id, page.page)
        return {"editors": [], "version": 0}
    others = store.article_editors.beat(draft_id, user.id, page.page)
    draft = store.article_drafts.get(draft_id)
    return {
        "editors": to_json(others), "version": draft.version, "edited_by": draft.edited_by,
        "published_changed": _around(store, draft_id, user)["published_changed"],
    }  # fmt: skip


def _around(store: Store, draft_id: str, user: User) -> dict[str, Any]:
    """The published article and what the user may do, with the draft or, once it is gone, with the article."""
    article = store.articles.get_many([draft_id]).get(draft_id)
    draft = store.article_drafts.find(draft_id)
    allowed = allowed_article_moves(article, user) if article else []
    current = article.revision.number if article else 0
    return {
        "article": article_head(article) | {"title": article.title, "revision": current,
                                            "verification": article.verification(clock.now()).value}
        if article
        else None,
        "allowed": to_json(allowed_draft_moves(DraftCase(draft, article, user)) if draft else allowed),
        "published_changed": draft is not None and current not in {draft.base_revision, draft.seen_revision},
    }  # fmt: skip


def _theirs(user: User, error: DraftChanged) -> JSONResponse:
    status = kb_error_response(error, user.locale).status_code
    body: dict[str, Any] = {**error_body(user.locale, "draft_changed"), "draft": draft_wire(error.theirs)}
    return JSONResponse(body, status)
