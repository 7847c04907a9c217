"""Batches: one question per line in, one answer per line out, a few at a time, whatever the size of the file."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import click

from assistant.question import Question
from kb.errors import InvalidRow, KBError
from kb.importers.fields import Row, id_of, locale_of, tags_of, text_of, time_of
from kb.locales import UNDETERMINED, normalise_locale
from kb.store import Store
from ui.commands.output import plain
from ui.commands.progress import bar

CHUNK = 64
"""Questions that are answered together."""
MAX_LINE_BYTES = 20_000_000
REJECTED = 3
"""Exit code when lines were rejected."""

Answer = Callable[[Sequence[Question]], list[dict[str, Any]]]
"""Answers questions in their order; the ids are added here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a batch."""

    id: str
    question: Question


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that cannot be read."""

    line: int
    reason: str


def run(source: Path, target: Path, answer: Answer, *, store: Store, locale: str = "") -> None:
    """Answer a file of questions.

    Args:
        source: JSON Lines, also gzipped.
        target: Written aside and renamed when all is done.
        answer: Answers one chunk.
        store: Tells when a stored ticket was asked, so that nothing newer speaks for it.
        locale: For lines that name no language.

    Raises:
        click.exceptions.Exit: With code 3, when lines were rejected.
        KBError: The file is no text or no gzip, or the target cannot be written.
    """
    rejected = answered = 0
    chunk: list[Asked] = []
    spoken = normalise_locale(locale)

    def flush(out: IO[str]) -> None:
        nonlocal answered
        if chunk:
            known = _dated(store, chunk)
            for asked, found in zip(known, answer([a.question for a in known]), strict=True):
                out.write(json.dumps({"id": asked.id, **found}, ensure_ascii=False) + "\n")
            answered += len(chunk)
            chunk.clear()

    with _aside(target) as out, bar("Answering", "questions") as move:
        for entry in questions_in(source, spoken):
            if isinstance(entry, Broken):
                rejected += 1
                click.echo(f"{source}:{entry.line}: {plain(entry.reason)}", err=True)
                continue
            chunk.append(entry)
            if len(chunk) == CHUNK:
                flush(out)
                move(answered, 0)
        flush(out)
    click.echo(f"{answered:,} answered, {rejected:,} rejected: {target}", err=True)
    if rejected:
        raise click.exceptions.Exit(REJECTED)


def questions_in(source: Path, locale: str = UNDETERMINED) -> Iterator[Asked | Broken]:
    """Read a batch line by line; blank lines are passed over.

    Args:
        source: JSON Lines, also gzipped.
        locale: For lines that name no language.

    Raises:
        KBError: The file cannot be read to its end.
    """
    for number, raw in enumerate(_lines(source), start=1):
        if not raw.strip():
            continue
        if len(raw) > MAX_LINE_BYTES:
            yield Broken(number, f"the line is longer than {MAX_LINE_BYTES:,} bytes")
            continue
        try:
            yield _asked(raw, locale)
        except InvalidRow as error:
            yield Broken(number, error.message)


def _asked(raw: bytes, locale: str) -> Asked:
    try:
        row: Row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidRow("the line is no UTF-8; save the file as UTF-8") from None
    except (ValueError, RecursionError):
        raise InvalidRow("the line is no JSON; each line must be one whole JSON object") from None
    if not isinstance(row, dict):
        raise InvalidRow('the line is no JSON object; write {"id": …, "subject": …, "body": …}')
    ticket_id = id_of(row, "id")
    if not ticket_id:
        raise InvalidRow("id is missing; every line needs one")
    subject, body, query = (text_of(row, name) for name in ("subject", "body", "query"))
    if not (subject or body or query).strip():
        raise InvalidRow("subject, body and query are all missing or empty; say what is asked")
    spoken = locale_of(row)
    question = Question(
        subject=subject,
        body=body or query,
        locale=locale if spoken == UNDETERMINED else spoken,
        product=text_of(row, "product").strip(),
        topic=text_of(row, "topic").strip(),
        tags=tags_of(row),
        ticket_id=ticket_id,
        created_at=time_of(row, "created_at"),
    )
    return Asked(ticket_id, question)


def _dated(store: Store, chunk: Sequence[Asked]) -> list[Asked]:
    """Give questions that are stored tickets the time at which they were asked: nothing newer may speak for them."""
    stored = store.tickets.get_many([asked.id for asked in chunk if asked.question.created_at is None])
    dated: list[Asked] = []
    for asked in chunk:
        ticket = stored.get(asked.id)
        # Ids of other systems may collide; the subject tells whether it is the same ticket.
        if ticket is not None and ticket.subject.strip() == asked.question.subject.strip():
            dated.append(Asked(asked.id, replace(asked.question, created_at=ticket.created_at)))
        else:
            dated.append(asked)
    return dated


def _lines(source: Path) -> Iterator[bytes]:
    """Lines of a file; one that is longer than allowed is cut, so that it costs no memory."""
    with gzip.open(source) if source.suffix == ".gz" else source.open("rb") as file:
        try:
            while line := file.readline(MAX_LINE_BYTES + 1):
                yield line
                while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n") and line:
                    line = file.readline(MAX_LINE_BYTES + 1)
        except (EOFError, gzip.BadGzipFile) as error:
            raise KBError(
                f"{source} is damaged or no gzip file: {error}.", hint="Nothing was written; copy the file again."
            ) from error


@contextmanager
def _aside(target: Path) -> Iterator[IO[str]]:
    """Open a file that gets its name when the block ends well, and is gone when it does not."""
    if target.exists() and not target.is_file():
        # A pipe or a terminal cannot be renamed to.
        with target.open("w", encoding="utf-8", errors="replace") as out:
            yield out
        return
    place = target.resolve()
    aside = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with aside.open("w", encoding="utf-8", errors="replace") as out:
            yield out
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)
