"""What helps while an article is written: preview, checks, comparison, the live test, and the template."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from assistant.customer_form import CustomerForm
from assistant.question import Question
from assistant.writing.checklist import Finding, Point
from assistant.writing.examine import Examination, examine
from assistant.writing.links import CheckedLink
from assistant.writing.template import ArticleTemplate, template_of
from assistant.writing.trial import Trials
from assistant.writing.word_diff import word_diff
from kb import clock
from kb.knowledge.article_draft import MAX_BODY, DraftText
from kb.knowledge.article_templates import LONGEST
from kb.locales import UNDETERMINED, normalise_locale
from kb.markdown_view import VARIABLE
from kb.model import Article, Revision, Role
from ui.api.access import Refused, desk_of, require
from ui.api.article_drafts import DraftFields
from ui.api.article_prose import article_html, customer_html
from ui.api.articles import readable
from ui.catalogue import text
from ui.wire import to_json

router = APIRouter(tags=["article writing"])
MAX_ASKED = 2_000
"""Characters of a question that a draft is tried with."""
_trials = Trials()


class Preview(BaseModel):
    """A text as it is being typed."""

    markdown: str = Field(max_length=MAX_BODY)
    locale: str = Field(default="", max_length=20)
    audience: Literal["agent", "customer"] = "agent"


class Examined(DraftFields):
    """A draft as it is being typed, and what it comes from."""

    article_id: str = Field(default="", max_length=200)
    from_tickets: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=2000)


class Tried(DraftFields):
    """A draft as it is being typed, and a customer's question."""

    question: str = Field(max_length=MAX_ASKED)
    article_id: str = Field(default="", max_length=200)
    question_locale: str = Field(default="", max_length=20)


class Template(BaseModel):
    """A team's own template; an empty one goes back to the shipped one."""

    locale: str = Field(max_length=20)
    markdown: str = Field(max_length=LONGEST)


@router.post("/articles/preview")
def preview(request: Request, shown: Preview) -> dict[str, Any]:
    """The HTML that agents, or customers, will see; empty where the text is too long to be more than plain."""
    user = require(request, Role.CONTRIBUTOR)
    store = desk_of(request).store
    known = store.article_variables.values()
    named = dict.fromkeys(match["name"] for match in VARIABLE.finditer(shown.markdown))
    if shown.audience == "customer":
        html = customer_html(shown.markdown, known, CustomerForm(store).url)
    else:
        html = article_html(store, shown.markdown, user.locale)
    return {"html": html, "unknown_variables": [name for name in named if name not in known]}


@router.post("/articles/check")
def check(request: Request, examined: Examined) -> dict[str, Any]:
    """The checklist, the reading level, the links and the nearest articles of a draft that need not be saved."""
    user = require(request, Role.CONTRIBUTOR)
    draft = examined.onto(DraftText())
    found = examine(desk_of(request).service, draft, article_id=examined.article_id, from_tickets=examined.from_tickets)
    return examination_json(found, user.locale)


@router.post("/articles/try")
def try_out(request: Request, tried: Tried) -> dict[str, Any]:
    """At which rank a draft would come for a question, and which articles it would push down; nothing is stored."""
    require(request, Role.CONTRIBUTOR)
    if not tried.question.strip():
        raise Refused("question_missing", 400)
    desk = desk_of(request)
    draft = tried.onto(DraftText())
    article = article_of(draft, tried.article_id or uuid.uuid4().hex)
    question = Question(body=tried.question, locale=tried.question_locale or UNDETERMINED, product=draft.product)
    scope = draft.product if desk.settings.scope == "product" else ""
    return dict(to_json(_trials.run(desk.service.engine, question, article, scope=scope)))


@router.get("/articles/{article_id}/diff")
def diff(
    request: Request,
    article_id: str,
    since: Annotated[int | None, Query(alias="from", ge=1, le=2**31)] = None,
    to: Annotated[str, Query(pattern=r"^(draft|[1-9]\d{0,8})$")] = "",
) -> dict[str, Any]:
    """What changed between two revisions, or from one to the draft, word by word.

    Without `to` it is the draft, or the current revision where there is no draft; without `from` it is the current
    revision, or the one before where that is what it is compared with.
    """
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    draft = store.article_drafts.find(article_id) if user.role.allows(Role.CONTRIBUTOR) else None
    if to == "draft" and draft is None:
        raise Refused("no_draft", 404)
    if draft is not None and to in {"", "draft"}:
        newer: dict[str, Any] = {"number": "draft", "title": draft.text.title, "at": to_json(draft.edited_at)}
        body = draft.text.body
        older = readable(request, user, article_id, since).revision if draft.base_revision else None
    else:
        current = readable(request, user, article_id, int(to) if to else None).revision
        newer, body = _side(current), current.body
        older = readable(request, user, article_id, since or max(1, current.number - 1)).revision
    before = _side(older) if older else {"number": 0, "title": "", "at": None}
    changes = word_diff(older.body if older else "", body)
    return {
        "from": before, "to": newer, "title_html": word_diff(str(before["title"]), str(newer["title"])).html,
        "blocks": [{"kind": block.kind.value, "html": block.html} for block in changes.blocks],
        "added": changes.added, "removed": changes.removed, "shortened": changes.shortened,
    }  # fmt: skip


@router.get("/article-template")
def template(request: Request, locale: Annotated[str, Query(max_length=20)] = "") -> dict[str, Any]:
    """What a new article begins with, and the parts that it should have."""
    user = require(request, Role.AGENT)
    chosen = normalise_locale(locale) if locale else user.locale
    return template_json(template_of(chosen, desk_of(request).store.article_templates.of(chosen)), user.locale)


@router.put("/article-template")
def set_template(request: Request, wanted: Template) -> dict[str, Any]:
    """Word the template of a language."""
    user = require(request, Role.LEAD)
    store = desk_of(request).store
    locale = normalise_locale(wanted.locale)
    store.article_templates.put(locale, wanted.markdown, actor=user.id)
    return template_json(template_of(locale, store.article_templates.of(locale)), user.locale)


def article_of(draft: DraftText, article_id: str) -> Article:
    """The article that a draft would be once it is published."""
    revision = Revision(
        article_id, 1, draft.title, draft.body, draft.summary, draft.tags, clock.now(), questions=draft.questions
    )
    return Article(
        id=article_id, source="svar", source_id=article_id, locale=draft.locale, revision=revision,
        product=draft.product, audience=draft.audience, confidence=draft.confidence,
        translation_of=draft.translation_of, updated_at=clock.now(), verified_at=clock.now(),
    )  # fmt: skip


def examination_json(found: Examination, locale: str) -> dict[str, Any]:
    """An examination with a sentence for every point, in the reader's language."""
    reading = to_json(found.reading)
    return {
        "score": {state.value: found.count(state) for state in Finding},
        "checklist": [_point(point, locale) for point in found.points],
        "reading": reading | {"text": text(locale, f"reading.{reading['level']}", lix=reading["lix"])},
        "links": [_link(link) for link in found.links],
        "nearest": to_json(found.nearest),
    }


def template_json(found: ArticleTemplate, locale: str) -> dict[str, Any]:
    """A template with a hint for each of its known parts, in the reader's language."""
    parts = [
        {"key": part.key, "heading": part.heading, "required": part.required,
         "hint": text(locale, f"template.{part.key}") if part.key else ""}
        for part in found.sections
    ]  # fmt: skip
    return {"markdown": found.markdown, "sections": parts, "own": found.own}


def _point(point: Point, locale: str) -> dict[str, Any]:
    detail = {name: _said(value, locale) for name, value in point.detail.items()}
    place = {"start": point.place[0], "end": point.place[1]} if point.place else None
    said = text(locale, f"standard.{point.key}.{point.state.value}", **detail)
    return {"key": point.key, "state": point.state.value, "text": said, "detail": to_json(point.detail), "place": place}


def _said(value: object, locale: str) -> str:
    """A value as it stands in a sentence; names of fields and kinds in the reader's language."""
    if isinstance(value, list | tuple):
        return ", ".join(text(locale, f"standard.name.{each}").removeprefix("standard.name.") for each in value)
    return str(value)


def _link(checked: CheckedLink) -> dict[str, Any]:
    link = checked.link
    return {
        "text": link.text, "target": link.target, "kind": link.kind.value, "state": checked.state.value,
        "now": checked.now, "place": {"start": link.start, "end": link.end},
    }  # fmt: skip


def _side(revision: Revision) -> dict[str, Any]:
    return {"number": revision.number, "title": revision.title, "at": to_json(revision.created_at)}
