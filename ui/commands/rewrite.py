"""`svar draft --rewrite` and `--translate`: the draft after the language model worked on it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from assistant.rewriting.model import Removed, RewriteFailed, Rewritten, Style, Trouble
from kb.errors import SettingInvalid
from kb.locales import UI_LOCALES, normalise_locale
from ui.commands.cards import draft_lines
from ui.commands.failure import tell
from ui.commands.output import plain, print_json
from ui.wire import to_json

if TYPE_CHECKING:
    from assistant.model import Draft
    from assistant.question import Question
    from assistant.rewriting.rewriter import Rewriter
    from assistant.service import Service

COMPOSED = 3
"""Exit code: the draft is as it was composed, since the model gave nothing that can be used."""


def show(service: Service, question: Question, translate: str, *, as_json: bool) -> int:
    """Draft, rewrite and print.

    Args:
        service: What answers.
        question: What the customer asks.
        translate: Language to translate into; empty to reword.
        as_json: Print one JSON object.

    Returns:
        The exit code.

    Raises:
        RewriteFailed: No language model is set.
        SettingInvalid: The language is none of the five.
        InvalidRow: It is no language at all.
    """
    from assistant.rewriting.rewriter import Rewriter

    rewriter = Rewriter.open(service.store, service.settings)
    if rewriter is None:
        raise RewriteFailed(Trouble.OFF)
    target = normalise_locale(translate) if translate else ""
    if target and target not in UI_LOCALES:
        raise SettingInvalid("--translate", translate, ", ".join(UI_LOCALES))
    found = service.suggest(question)
    suggestion = replace(found, locale=target or found.locale)
    draft = service.draft(question, suggestion=suggestion)
    try:
        whole, code = asyncio.run(_whole(rewriter, question, draft, target)), 0
    except RewriteFailed as error:
        whole, code = Rewritten(draft), tell(f"{error} The draft is as it was composed.", code=COMPOSED)
    if as_json:
        _print_json(whole)
    else:
        draft_lines(whole.draft)
        _removed_lines(whole.removed)
    return code


async def _whole(rewriter: Rewriter, question: Question, draft: Draft, target: str) -> Rewritten:
    style = Style.TRANSLATE if target else Style.REWRITE
    async with aclosing(rewriter.stream(question, draft, style, target=target or draft.locale)) as answers:
        async for answer in answers:
            if isinstance(answer, Rewritten):
                return answer
    return Rewritten(draft)


def _print_json(whole: Rewritten) -> None:
    tokens = whole.tokens
    print_json(
        to_json(whole.draft)
        | {
            "removed": to_json(whole.removed), "reworded": whole.reworded, "tokens_in": tokens.sent,
            "tokens_out": tokens.received, "tokens_estimated": tokens.estimated, "cost": tokens.cost,
        }
    )  # fmt: skip


def _removed_lines(removed: tuple[Removed, ...]) -> None:
    if removed:
        click.echo(f"\nLeft out of the language model's answer: {len(removed)}")
    for each in removed:
        click.echo(f"     {each.reason.value}: {plain(each.text)}")
