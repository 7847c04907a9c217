"""Data sets to measure with: folders in the interchange format, with labels or queries beside the articles."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.question import Question, question_in
from indexer.problem import first_burst
from kb import clock
from kb.errors import KBError
from kb.locales import UNDETERMINED, normalise_locale
from kb.model import Ticket


@dataclass(frozen=True, slots=True)
class Labelled:
    """One question with the articles that answer it."""

    id: str
    question: Question
    relevant: frozenset[str]
    locale: str


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


def load_dataset(folder: Path) -> Dataset:
    """Find articles*, tickets*, queries* and label files (dev*, labels*) of a folder, .jsonl or .jsonl.gz.

    Raises:
        KBError: There are no articles, or neither labels nor queries, or a row is broken.
    """
    if not folder.is_dir():
        raise KBError(f"There is no folder {folder}.", hint="Name a folder with articles.jsonl and queries or labels.")
    articles = _files(folder, "articles")
    labels = {
        str(row["id"]): _ids(row)
        for file in [*_files(folder, "dev"), *_files(folder, "labels")]
        for row in _rows(file, "id", "articles")
    }
    queries = tuple(_labelled(row) for file in _files(folder, "queries") for row in _rows(file, "id", "query"))
    if not articles or not (labels or queries):
        raise KBError(
            f"{folder} is no data set to measure with.",
            hint="It needs articles*.jsonl(.gz) and queries*.jsonl, or tickets*.jsonl(.gz) with dev*.jsonl.",
        )
    return Dataset(folder.name, articles, _files(folder, "tickets"), labels, queries)


def question_at_arrival(ticket: Ticket) -> Question:
    """What a ticket asked when it came in: the first burst only, since everything later may hold the answer."""
    return question_in(ticket, first_burst(ticket.messages), as_of=ticket.created_at)


def tickets_before(files: tuple[Path, ...], until: datetime | None, target: Path) -> int:
    """Copy the tickets created before a moment into one file.

    Args:
        files: Ticket files.
        until: Aware; None copies all.
        target: Written anew.

    Returns:
        How many were copied.
    """
    copied = 0
    with target.open("w", encoding="utf-8") as out:
        for file in files:
            for row in _rows(file, "id", "created_at"):
                created = clock.parse(row["created_at"], name="created_at")
                if until is None or (created is not None and created < until):
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
                    copied += 1
    return copied


def _labelled(row: dict[str, object]) -> Labelled:
    locale = normalise_locale(row.get("locale"))
    return Labelled(
        id=str(row["id"]),
        question=Question(body=str(row["query"]), locale=locale or UNDETERMINED),
        relevant=_ids(row),
        locale=locale,
    )


def _ids(row: dict[str, object]) -> frozenset[str]:
    found = row.get("articles")
    return frozenset(str(each) for each in found) if isinstance(found, list) else frozenset()


def _files(folder: Path, stem: str) -> tuple[Path, ...]:
    return tuple(sorted([*folder.glob(f"{stem}*.jsonl"), *folder.glob(f"{stem}*.jsonl.gz")]))


def _rows(file: Path, *needed: str) -> Iterator[dict[str, object]]:
    """The rows of a file; each must have the needed fields."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if not isinstance(row, dict) or any(name not in row for name in needed):
                raise KBError(
                    f"{file}:{number} is no row of a data set.",
                    hint=f"It must be a JSON object with {' and '.join(needed)}.",
                )
            yield row
