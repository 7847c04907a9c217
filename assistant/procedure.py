"""The numbered procedure of the section that a passage stands in, whole. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.drafts.steps import Item, items_of

_FEWEST = 2
"""A single numbered line is no procedure."""
_MARK = re.compile(r"(?m)^ {0,3}(?:(?P<fence>```+|~~~+)|(?P<heading>#{1,6})(?=[ \t]))")


@dataclass(frozen=True, slots=True)
class Procedure:
    """Steps, as they stand in the text."""

    start: int
    """Where the first step's number stands."""
    end: int
    count: int


def procedure_at(body: str, start: int, end: int) -> Procedure | None:
    """The numbered steps of the section that a passage belongs to: from the first to the last, with all between.

    Of several procedures in one section the one that the passage holds most of, else the next one behind its
    beginning, else the last one before it.

    Args:
        body: Markdown of one revision.
        start: Where the passage begins.
        end: Where it ends.

    Returns:
        None where the section has no two steps.
    """
    first, last = _section(body, start)
    runs = [_procedure(run) for run in _runs(body, items_of(body, first, last)) if len(run) >= _FEWEST]
    if not runs:
        return None
    return max(runs, key=lambda run: (_common(run, start, end), run.start >= start, -abs(run.start - start)))


def _section(body: str, at: int) -> tuple[int, int]:
    """From the heading above a place to the next heading below it."""
    marks = _headings(body)
    before = [mark for mark in marks if mark <= at]
    after = [mark for mark in marks if mark > at]
    return (before[-1] if before else 0), (after[0] if after else len(body))


# The same articles are suggested again and again, while somebody types.
@lru_cache(maxsize=1024)
def _headings(body: str) -> tuple[int, ...]:
    found: list[int] = []
    fence = ""
    for match in _MARK.finditer(body):
        mark = match["fence"]
        if mark and not fence:
            fence = mark[:3]
        elif mark and mark.startswith(fence):
            fence = ""
        elif match["heading"] and not fence:
            found.append(match.start())
    return tuple(found)


def _runs(body: str, items: Sequence[Item]) -> list[list[Item]]:
    """Numbered items whose numbers rise, or that Markdown counts by itself; bullets between them belong to them."""
    found: list[list[Item]] = []
    for item in items:
        if not item.number:
            continue
        last = found[-1][-1] if found else None
        counted = last is not None and item.number == last.number and not body[last.end : item.start].strip()
        if last is not None and (item.number > last.number or counted):
            found[-1].append(item)
        else:
            found.append([item])
    return found


def _procedure(run: Sequence[Item]) -> Procedure:
    return Procedure(run[0].start, run[-1].end, len(run))


def _common(run: Procedure, start: int, end: int) -> int:
    return max(0, min(run.end, end) - max(run.start, start))
