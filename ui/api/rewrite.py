"""A draft reworded or translated by the language model, if one is set: checked sentences as they come.

The answer is a stream of server-sent events: `draft` with the composer's draft, `sentence` for every checked line, then
`done` with the whole, or `error`, after which the composer's draft is as good as before.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from assistant.model import Draft
from assistant.question import Question
from assistant.rewriting.model import Checked, RewriteFailed, Rewritten, Style
from assistant.rewriting.rewriter import Rewriter
from kb.locales import UI_LOCALES, normalise_locale
from kb.model import Role, User
from ui.api.access import Refused, desk_of, require
from ui.api.asking import Ask, question_from, ticket_of
from ui.api.draft import remarks
from ui.api.errors import error_body
from ui.api.marks import suggestion_for
from ui.wire import to_json

log = logging.getLogger(__name__)
router = APIRouter(tags=["draft"])


class Wish(Ask):
    """A question as for a draft, and what the model shall do; `locale` is the language of a translation."""

    style: Style = Style.REWRITE


@dataclass(frozen=True, slots=True)
class _Task:
    rewriter: Rewriter
    question: Question
    draft: Draft
    style: Style
    target: str
    user: User


@router.post("/rewrite")
def rewrite(request: Request, wish: Wish) -> StreamingResponse:
    """Compose a draft, then let the model work on it."""
    user = require(request, Role.AGENT)
    desk = desk_of(request)
    if desk.rewriter is None:
        raise Refused("model_off", 409)
    translated = wish.style is Style.TRANSLATE
    # The language of a translation says nothing about the language of the question.
    ask = wish.model_copy(update={"locale": ""}) if translated else wish
    question = question_from(ask, ticket_of(request, ask))
    found = suggestion_for(desk, question)
    target = normalise_locale(wish.locale) if translated and wish.locale else found.locale
    if translated and target not in UI_LOCALES:
        raise Refused("invalid", 400, detail="locale: " + ", ".join(UI_LOCALES))
    draft = desk.service.draft(question, agent_name=user.name, suggestion=replace(found, locale=target))
    task = _Task(desk.rewriter, question, draft, wish.style, target, user)
    return StreamingResponse(_events(task), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _events(task: _Task) -> AsyncIterator[str]:
    yield _event("draft", _wire(task.draft, task.user))
    try:
        stream = task.rewriter.stream(
            task.question, task.draft, task.style, target=task.target, agent_name=task.user.name, user_id=task.user.id
        )
        async with aclosing(stream) as answers:
            async for answer in answers:
                yield _event("done", _done(answer, task.user)) if isinstance(answer, Rewritten) else _sentence(answer)
    except RewriteFailed as error:
        yield _event("error", error_body(task.user.locale, f"model_{error.trouble.value}"))
    except Exception:
        log.exception("a draft could not be rewritten")
        yield _event("error", error_body(task.user.locale, "internal"))


def _sentence(checked: Checked) -> str:
    return _event("sentence", to_json(checked))


def _done(whole: Rewritten, user: User) -> dict[str, Any]:
    tokens = whole.tokens
    return _wire(whole.draft, user) | {
        "removed": to_json(whole.removed), "reworded": whole.reworded, "tokens_in": tokens.sent,
        "tokens_out": tokens.received, "tokens_estimated": tokens.estimated, "cost": tokens.cost,
    }  # fmt: skip


def _wire(draft: Draft, user: User) -> dict[str, Any]:
    wire: dict[str, Any] = to_json(draft)
    return wire | {"remarks": remarks(draft, user.locale)}


def _event(name: str, value: object) -> str:
    # JSON keeps line breaks inside of strings as two characters, so a value is always one line.
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"
