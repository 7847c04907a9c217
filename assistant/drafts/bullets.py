"""What to say next in a phone call: an answer as a few bullets of one or two sentences, warnings first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from assistant.drafts.answer_parts import Piece
from assistant.drafts.sentences import Span, split
from assistant.drafts.steps import is_warning, items_of

SENTENCES = 2
"""More cannot be said in one breath."""
_MARK = re.compile(r"(?:[ \t]*(?:[-*+]|\d{1,9}[.)]|>|#{1,6})[ \t]+)+")
_SAYS_SOMETHING = re.compile(r"[^\W_]")


class Rank(IntEnum):
    """What a bullet is, the more urgent the lower."""

    WARNING = 0
    STEP = 1
    TEXT = 2


@dataclass(frozen=True, slots=True)
class Bullet:
    """A few sentences that are said together."""

    spans: tuple[Span, ...]
    """Places in the body, without the marks of lists and quotations."""
    rank: Rank


def bullets_of(body: str, pieces: Iterable[Piece], locale: str) -> tuple[Bullet, ...]:
    """Cut what is to be quoted into bullets, in the order of the text.

    Headings and lines that only announce steps are left out. A step of more sentences goes on in the next
    bullet.

    Args:
        body: The text that is quoted.
        pieces: What of it.
        locale: Its language.
    """
    found: list[Bullet] = []
    for piece in pieces:
        if piece.heading:
            continue
        if piece.marker:
            found += _cut(body, piece.start, piece.end, locale, Rank.STEP)
            continue
        at = piece.start
        for item in items_of(body, piece.start, piece.end):
            found += _paragraphs(body, at, item.start, locale)
            found += _cut(body, item.inner, item.end, locale, Rank.STEP if item.number else Rank.TEXT)
            at = item.end
        found += _paragraphs(body, at, piece.end, locale)
    return tuple(_without_announcements(body, found))


def chosen(ranks: Sequence[Rank], most: int) -> tuple[int, ...]:
    """Which bullets to say: warnings first, then the others in order; of too many, plain text gives way to steps.

    Args:
        ranks: Of bullets in the order of the text.
        most: So many at most; where steps are too many, the last ones are left out.

    Returns:
        Their numbers from 0, in the order in which they are said.
    """
    warnings = [n for n, rank in enumerate(ranks) if rank is Rank.WARNING]
    steps = [n for n, rank in enumerate(ranks) if rank is Rank.STEP]
    texts = [n for n, rank in enumerate(ranks) if rank is Rank.TEXT]
    room = most - len(warnings)
    kept = texts[: max(0, room - len(steps))] if steps else texts
    return tuple([*warnings, *sorted(steps + kept)][:most])


def _paragraphs(body: str, start: int, end: int, locale: str) -> list[Bullet]:
    found: list[Bullet] = []
    at = start
    for gap in [*re.finditer(r"\n[ \t]*\n", body[start:end]), None]:
        stop = start + gap.start() if gap else end
        found += _cut(body, at, stop, locale, Rank.TEXT)
        at = start + gap.end() if gap else end
    return found


def _cut(body: str, start: int, end: int, locale: str, rank: Rank) -> list[Bullet]:
    """The sentences of a stretch of text, at most two together."""
    warns = rank is Rank.TEXT and is_warning(body[start:end])
    spans = [_bare(body, start + s.start, start + s.end) for s in split(body[start:end], locale)]
    kept = [s for s in spans if _SAYS_SOMETHING.search(body, s.start, s.end)]
    groups = [tuple(kept[n : n + SENTENCES]) for n in range(0, len(kept), SENTENCES)]
    return [Bullet(group, Rank.WARNING if warns else rank) for group in groups]


def _without_announcements(body: str, bullets: Sequence[Bullet]) -> Iterator[Bullet]:
    """Steps speak for themselves; the points of another list need the line before them."""
    for each, following in zip(bullets, [*bullets[1:], None], strict=False):
        announced = following is not None and following.rank is Rank.STEP and each.rank is not Rank.STEP
        spans = each.spans[:-1] if announced and _announces(body, each.spans[-1]) else each.spans
        if spans:
            yield Bullet(spans, each.rank)


def _bare(body: str, start: int, end: int) -> Span:
    mark = _MARK.match(body, start, end)
    return Span(mark.end() if mark else start, end)


def _announces(body: str, span: Span) -> bool:
    return body[span.start : span.end].rstrip(" *_").endswith(":")
