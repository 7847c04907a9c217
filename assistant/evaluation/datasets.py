"""Data sets to measure with: folders in the interchange format, with labels or queries beside the articles."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from assistant.question import Question, question_in
from indexer.problem import first_burst
from kb import clock
from kb.errors import InvalidRow, KBError
from kb.locales import UNDETERMINED, normalise_locale
from kb.model import Ticket

Row = dict[str, object]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One question with the articles that answer it."""

    id: str
    question: Question
    relevant: frozenset[str]
    """Ids of the articles that answer it; empty if nothing does."""
    locale: str
    group: str = ""
    """What is compared with what in an experiment, e.g. "da>nb" or "own"."""
    within: tuple[str, ...] = ()
    """Only answers in these languages count and are searched; empty: all."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A folder to measure with."""

    name: str
    articles: tuple[Path, ...]
    tickets: tuple[Path, ...]
    labels: dict[str, frozenset[str]]
    """Article ids by ticket id; the question is that ticket's own."""
    queries: tuple[Labelled, ...]
    """Questions that stand by themselves."""
    parallel: tuple[Mapping[str, str], ...] = ()
    """The same article in several languages: article ids by language."""
    canned: tuple[Path, ...] = ()
    """Files and folders of canned replies."""


def load_dataset(folder: Path, *, labelled: bool = True) -> Dataset:
    """Find articles*, tickets*, queries*, parallel* and label files (dev*, labels*) of a folder, .jsonl or .jsonl.gz.

    Args:
        folder: Where they are.
        labelled: Whether there must be labels or queries. If not, tickets will do; articles and canned replies may
            then be folders of Markdown, `articles` and `canned`, and tickets the files of a folder `tickets`.

    Raises:
        KBError: There are no articles, or nothing to ask, or a row is broken.
    """
    if not folder.is_dir():
        raise KBError(f"There is no folder {folder}.", hint="Name a folder with articles.jsonl and queries or labels.")
    articles, tickets = _files(folder, "articles"), _files(folder, "tickets")
    if not labelled:
        articles = articles or _folder(folder / "articles")
        tickets = tickets or _files(folder / "tickets", "")
    labels = {
        str(row["id"]): _ids(row)
        for file in [*_files(folder, "dev"), *_files(folder, "labels")]
        for row in rows(file, "id", "articles")
    }
    queries = tuple(item for file in _files(folder, "queries") for item in load_questions(file))
    if not articles or not (labels or queries or (tickets and not labelled)):
        needed = "tickets*.jsonl(.gz)" + (" with dev*.jsonl" if labelled else "")
        raise KBError(
            f"{folder} is no data set to measure with.",
            hint=f"It needs articles*.jsonl(.gz) and queries*.jsonl, or {needed}.",
        )
    parallel = tuple(_by_locale(row) for file in _files(folder, "parallel") for row in rows(file))
    canned = () if labelled else _files(folder, "canned") or _folder(folder / "canned")
    return Dataset(folder.name, articles, tickets, labels, queries, parallel, canned)


def load_questions(file: Path) -> list[Labelled]:
    """The questions of one file, in its order: rows with id, query, locale and, where something answers it, articles.

    Raises:
        KBError: The file is missing, or a row is broken.
    """
    return [_labelled(row) for row in rows(file, "id", "query")]


def question_at_arrival(ticket: Ticket) -> Question:
    """What a ticket asked when it came in: the first burst only, since everything later may hold the answer."""
    return question_in(ticket, first_burst(ticket.messages), as_of=ticket.created_at)


def tickets_before(files: Sequence[Path], until: datetime | None, target: Path, *, last: int | None = None) -> int:
    """Copy the tickets created before a moment into one file.

    Args:
        files: Ticket files.
        until: Aware; None copies all.
        target: Written anew.
        last: Only so many of those that link an article, the newest by creation, ties by id; None: all tickets.

    Returns:
        How many were copied.
    """
    if last is None:
        return write_rows((row for _, row in _created_before(files, until)), target)
    linked = [
        (created, str(row["id"]), row) for created, row in _created_before(files, until) if row.get("article_links")
    ]
    linked.sort(key=lambda entry: entry[:2])
    return write_rows((row for _, _, row in linked[max(0, len(linked) - last) :]), target)


def sample(items: Sequence[_Item], limit: int | None) -> list[_Item]:
    """At most so many questions, spread evenly over all of them so that every part of a file is met; None: all."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[number * len(items) // limit] for number in range(limit)]


def rows(file: Path, *needed: str) -> Iterator[Row]:
    """The rows of a .jsonl or .jsonl.gz file; blank lines are passed over.

    Args:
        file: What to read.
        *needed: Fields that every row must have.

    Raises:
        KBError: The file is missing or cannot be read, or a row is no object with those fields.
    """
    try:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _row(file, number, line, needed)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise KBError(f"Cannot read {file}: {error}.", hint="Name a .jsonl or .jsonl.gz file in UTF-8.") from error


def write_rows(kept: Iterable[Row], target: Path) -> int:
    """Write rows into a file of JSON Lines, anew; returns how many."""
    count = 0
    with target.open("w", encoding="utf-8") as out:
        for row in kept:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _created_before(files: Sequence[Path], until: datetime | None) -> Iterator[tuple[datetime, Row]]:
    for file in files:
        for row in rows(file, "id", "created_at"):
            created = clock.parse(row["created_at"], name="created_at")
            if created is not None and (until is None or created < until):
                yield created, row


def _row(file: Path, number: int, line: str, needed: Sequence[str]) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or any(name not in row for name in needed):
        raise KBError(
            f"{file}:{number} is no row of a data set.",
            hint=f"It must be a JSON object{' with ' + ' and '.join(needed) if needed else ''}.",
        )
    return row


def _labelled(row: Row) -> Labelled:
    locale = normalise_locale(row.get("locale"))
    return Labelled(
        id=str(row["id"]),
        question=Question(body=str(row["query"]), locale=locale or UNDETERMINED),
        relevant=_ids(row),
        locale=locale,
    )


def _by_locale(row: Row) -> dict[str, str]:
    """A parallel item: its fields that are language tags; a file may say more about it."""
    found = {}
    for name, value in row.items():
        # "id" is the row's own name here, although it is also the tag of Indonesian.
        if name == "id" or not isinstance(value, str):
            continue
        try:
            locale = normalise_locale(name)
        except InvalidRow:
            continue
        if locale != UNDETERMINED:
            found[locale] = value
    return found


def _ids(row: Row) -> frozenset[str]:
    found = row.get("articles")
    return frozenset(str(each) for each in found) if isinstance(found, list) else frozenset()


def _files(folder: Path, stem: str) -> tuple[Path, ...]:
    return tuple(sorted([*folder.glob(f"{stem}*.jsonl"), *folder.glob(f"{stem}*.jsonl.gz")]))


def _folder(folder: Path) -> tuple[Path, ...]:
    return (folder,) if folder.is_dir() else ()
