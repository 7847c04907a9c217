"""What a command asks about: a stored ticket, a text, or standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assistant.question import Question
    from kb.store import Store

MAX_STDIN_BYTES = 5_000_000
"""More than this on standard input is no question."""


def check_choice(ticket: str | None, text: str | None, batch: Path | None, out: Path | None) -> None:
    """Refuse anything but exactly one way to ask.

    Raises:
        click.UsageError: None or several of --ticket, --text and --batch; or only one of --batch and --out.
    """
    if sum(value is not None for value in (ticket, text, batch)) != 1:
        raise click.UsageError("Name exactly one of --ticket ID, --text TEXT and --batch IN.jsonl.")
    if (batch is None) != (out is None):
        raise click.UsageError("--batch IN.jsonl and --out OUT.jsonl belong together.")


def question_for(store: Store, ticket: str | None, text: str | None, locale: str) -> Question:
    """The question that --ticket or --text asks.

    Args:
        store: Where tickets are.
        ticket: Id of a stored ticket.
        text: The words; "-" reads them from standard input.
        locale: Their language, empty if nobody said; wins over the ticket's own.

    Raises:
        NotFound: No such ticket.
        InvalidRow: The locale is no language.
        click.UsageError: The text is empty.
    """
    from dataclasses import replace

    from assistant.question import Question, question_of
    from kb.locales import normalise_locale

    spoken = normalise_locale(locale)
    if ticket is not None:
        question = question_of(store.tickets.get(ticket))
        return replace(question, locale=spoken) if locale else question
    words = readable(_stdin() if text == "-" else text or "")
    if not words.strip():
        raise click.UsageError("The text is empty; say what the customer asks.")
    return Question(body=words, locale=spoken)


def readable(text: str) -> str:
    """Text from the command line with what is no UTF-8 in it replaced."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _stdin() -> str:
    return sys.stdin.buffer.read(MAX_STDIN_BYTES).decode("utf-8-sig", "replace")
