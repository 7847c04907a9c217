"""Two articles side by side: sections that belong together, and what the one says and the other does not. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.drafts.conflicts import contradictions
from assistant.drafts.steps import items_of
from indexer.words import query_stems
from kb.locales import closeness
from kb.markdown import Section, plain, sections

_MOST_SECTIONS = 80
"""Of a longer article the rest stands in one last section."""
_SAME_HEADING, _SAME_CONTENT = 0.5, 0.3
"""Share of common words from which two sections are about one thing."""
_SAME_STEP = 0.5
_NUMBER = re.compile(r"(?<![\w.,:/-])\d+(?:[ .,\u00a0]\d+)*(?:\s?(?:%|°\s?[CF]?|[^\W\d_]+))?")
_NOT_TEXT = re.compile(r"\]\([^()\s]*\)|https?://\S+|(?m:^[ \t]*\d{1,9}[.)])")


class Difference(StrEnum):
    """In what a place differs from the other article."""

    NUMBER = "number"
    """A number that the other section does not have."""
    STEP = "step"
    """A step, or another item of a list, that the other section does not have."""
    CONFLICT = "conflict"
    """The other article says something else about the same."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One place that differs."""

    kind: Difference
    start: int
    """Offsets into the body."""
    end: int
    text: str
    """As a reader sees it."""


@dataclass(frozen=True, slots=True)
class Side:
    """One section of one article."""

    heading: str
    start: int
    end: int
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Two sections that belong together, or one that is alone."""

    one: Side | None
    other: Side | None


def compare(one: str, other: str, locale: str, other_locale: str) -> tuple[Row, ...]:
    """Lay two texts side by side.

    Sections are paired in their order so that headings and words agree most; what has no partner stands alone. In two
    languages that do not read alike, sections are paired by their place, and only numbers are compared.

    Args:
        one: Markdown.
        other: Markdown.
        locale: Language of the first.
        other_locale: Language of the second.

    Returns:
        All sections of both in their order; empty if both texts are.
    """
    alike = closeness(locale, other_locale) > 0
    left, right = _sections(one), _sections(other)
    paired = _aligned(one, other, left, right, locale) if alike else _by_place(left, right)
    found = contradictions(one, other, locale) if alike else []
    spans = [(each.one.start, each.one.end) for each in found], [(each.other.start, each.other.end) for each in found]
    rows = []
    for mine, theirs in paired:
        a = _side(one, mine, other, theirs, locale, spans[0], steps=alike) if mine else None
        b = _side(other, theirs, one, mine, locale, spans[1], steps=alike) if theirs else None
        rows.append(Row(a, b))
    return tuple(rows)


_Pair = tuple[Section | None, Section | None]


def _sections(body: str) -> list[Section]:
    found = sections(body)
    if len(found) <= _MOST_SECTIONS:
        return found
    last = found[_MOST_SECTIONS - 1]
    return [*found[: _MOST_SECTIONS - 1], Section(last.heading, last.anchor, last.level, last.start, len(body))]


def _by_place(left: Sequence[Section], right: Sequence[Section]) -> list[_Pair]:
    longest = max(len(left), len(right))
    return [(left[i] if i < len(left) else None, right[i] if i < len(right) else None) for i in range(longest)]


def _aligned(one: str, other: str, left: Sequence[Section], right: Sequence[Section], locale: str) -> list[_Pair]:
    """The pairing of most likeness that keeps both orders, ties in favour of pairing early."""
    likeness = _likeness(one, other, left, right, locale)
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            paired = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] else -1.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: list[_Pair] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            pairs.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((left[i], None))
            i += 1
        else:
            pairs.append((None, right[j]))
            j += 1
    pairs += [(section, None) for section in left[i:]]
    return pairs + [(None, section) for section in right[j:]]


def _likeness(
    one: str, other: str, left: Sequence[Section], right: Sequence[Section], locale: str
) -> list[list[float]]:
    """How much each section of the one is like each of the other; 0 where they are about different things."""
    mine = [_words(one, section, locale) for section in left]
    theirs = [_words(other, section, locale) for section in right]
    table = []
    for heads, body in mine:
        row = []
        for other_heads, other_body in theirs:
            heading = _share(heads, other_heads) if heads or other_heads else 1.0
            content = _share(body, other_body)
            row.append(heading + content if heading >= _SAME_HEADING or content >= _SAME_CONTENT else 0.0)
        table.append(row)
    return table


def _words(body: str, section: Section, locale: str) -> tuple[frozenset[str], frozenset[str]]:
    heading = frozenset(query_stems(section.heading, locale)) if section.heading else frozenset()
    return heading, frozenset(query_stems(body[section.start : section.end], locale))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _side(
    body: str, section: Section, against: str, partner: Section | None, locale: str,
    conflicts: Sequence[tuple[int, int]], *, steps: bool,
) -> Side:  # fmt: skip
    marks: list[Mark] = []
    for start, end in conflicts:
        if section.start <= start < section.end:
            marks.append(_mark(body, Difference.CONFLICT, start, end))
    if partner is not None:
        if steps:
            marks += _steps_alone(body, section, against, partner, locale)
        marks += _numbers_alone(body, section, against, partner)
    marks.sort(key=lambda mark: (mark.start, mark.end))
    return Side(section.heading, section.start, section.end, tuple(marks))


def _numbers_alone(body: str, section: Section, against: str, partner: Section) -> Iterator[Mark]:
    theirs = {_bare(match[0]) for match in _numbers(against, partner)}
    for match in _numbers(body, section):
        if _bare(match[0]) not in theirs:
            yield _mark(body, Difference.NUMBER, match.start(), match.end())


def _numbers(body: str, section: Section) -> list[re.Match[str]]:
    """Numbers with their units; neither the numbers of steps nor those inside of addresses."""
    hidden = [match.span() for match in _NOT_TEXT.finditer(body, section.start, section.end)]
    return [
        match
        for match in _NUMBER.finditer(body, section.start, section.end)
        if not any(start <= match.start() < end for start, end in hidden)
    ]


def _bare(number: str) -> str:
    digits = re.match(r"[\d .,\u00a0]*\d", number)
    return re.sub(r"[ \u00a0]", "", digits[0]).replace(",", ".") if digits else number


def _steps_alone(body: str, section: Section, against: str, partner: Section, locale: str) -> Iterator[Mark]:
    mine = items_of(body, section.start, section.end)
    theirs = [
        frozenset(query_stems(_NOT_TEXT.sub("]", against[item.inner : item.end]), locale))
        for item in items_of(against, partner.start, partner.end)
    ]
    if not theirs:
        return
    for item in mine:
        words = frozenset(query_stems(_NOT_TEXT.sub("]", body[item.inner : item.end]), locale))
        if words and not any(_share(words, each) >= _SAME_STEP for each in theirs):
            yield _mark(body, Difference.STEP, item.inner, item.end)


def _mark(body: str, kind: Difference, start: int, end: int) -> Mark:
    return Mark(kind, start, end, plain(body[start:end]))
