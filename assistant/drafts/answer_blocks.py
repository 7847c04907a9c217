"""Which blocks of an article answer a question: whole steps with their warning, whole paragraphs, no tables. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.drafts.answer_parts import Part, Piece, Unit, parts_of, words
from assistant.drafts.sentences import split
from indexer.words import codes, query_stems, stems

TARGET_WORDS = 140
"""Agents' own first replies in the demo tickets have 20 to 150 words; more than this nobody reads to the end."""
LONGEST_STEPS = 260
"""Steps are never cut, so they may exceed the target; beyond this a link serves the customer better than the text."""
SHORT_INTRO = 60
"""An introduction up to this length may stand before the steps; a longer one is an answer of its own."""
_SHORT_QUESTION = 6
_MANY_SECTIONS = 3
_SECOND_SECTION = 2
_NUMBERED = re.compile(r"\d{1,2}[.)] ")
_ABOVE = re.compile(
    r"\b(?:ovan|ovenfor|ovanfor|(?:som|trinnene|punktene|stega|trina) over|(?:as|see|steps) above)\b", re.IGNORECASE
)
"""Words by which a section leans on the one before it."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")


class Rest(StrEnum):
    """What of the article the answer leaves out; names the template of the link."""

    WHOLE = "whole"
    REST = "rest"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Answer:
    """The pieces of an article that answer, in the order of the article; none when nothing can be quoted."""

    pieces: tuple[Piece, ...] = ()
    steps: bool = False
    rest: Rest = Rest.WHOLE


def choose_answer(body: str, locale: str, *, passage: tuple[int, int] | None, question: str) -> Answer:
    """Pick the blocks of an article that answer a question.

    The section of the matched passage comes first, with the steps that it holds; an introduction is followed by the
    steps that come after it; a warning before the first heading goes along with any steps.

    Args:
        body: Markdown of one revision.
        locale: Language of the body.
        passage: Span of the match; None where only the article is known.
        question: What the customer wrote; words in common decide between sections.
    """
    parts = parts_of(body)
    if not any(part.units for part in parts):
        return Answer(rest=Rest.TABLE if any(part.table for part in parts) else Rest.REST)
    asked = _Asked(passage, locale, frozenset(query_stems(question, locale)), frozenset(codes(question)))
    home = _home(parts, asked)
    taken = _take_run(parts, home) or _take_up_to(parts, home, asked) or _take(parts, home, asked)
    if not taken:
        return _first_sentences(body, locale, parts[home])
    return _arrange(parts, taken)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is known of the question."""

    passage: tuple[int, int] | None
    locale: str
    terms: frozenset[str]
    codes: frozenset[str]

    def overlap(self, unit: Unit) -> int:
        """Characters of a unit that the matched passage holds."""
        start, end = self.passage or (0, 0)
        return max(0, min(unit.end, end) - max(unit.start, start))

    def shared(self, part: Part) -> int:
        """Words that the question and a section have in common."""
        return len(self.terms & set(stems(part.readable, self.locale)))

    @property
    def few(self) -> int:
        """Common words that are no coincidence: one of a short question, two of a longer one."""
        return 1 if len(self.terms) <= _SHORT_QUESTION else 2

    def code_in(self, text: str) -> bool:
        """Whether a text names an error code of the question."""
        return bool(self.codes & set(codes(text)))


_Taken = dict[int, list[Unit]]
"""Units to quote by the number of their part."""


def _home(parts: Sequence[Part], asked: _Asked) -> int:
    """The section to answer from."""
    named = _named(parts, asked)
    if named is not None:
        return named
    covered = [sum(asked.overlap(unit) for unit in part.units) for part in parts]
    best = max(range(len(parts)), key=covered.__getitem__)
    # "Write to us if nothing helped" matches every question and answers none.
    if covered[best] and not _is_contact(parts[best]):
        return best
    usable = [n for n, part in enumerate(parts) if part.units and not _is_contact(part)]
    if not usable:
        return next(n for n, part in enumerate(parts) if part.units)
    return usable[0] if usable[0] == 0 else max(usable, key=lambda n: asked.shared(parts[n]))


def _named(parts: Sequence[Part], asked: _Asked) -> int | None:
    """The section whose heading has an error code of the question, unless the article as a whole is about that code."""
    intro = _intro(parts)
    if intro and asked.code_in(intro.readable):
        return None
    for number, part in enumerate(parts):
        if part.units and not _is_contact(part) and asked.code_in(part.title):
            return number
    return None


def _intro(parts: Sequence[Part]) -> Part | None:
    """What stands before the first heading."""
    return parts[0] if parts[0].heading is None else None


def _is_contact(part: Part) -> bool:
    short = part.heading is not None and words(part.text) <= SHORT_INTRO
    return short and not part.steps and bool(_MAIL.search(part.text))


def _take_run(parts: Sequence[Part], home: int) -> _Taken:
    """Sections with numbered headings are one procedure: as many as fit, from the first; none if home is not one."""
    run = _numbered_run(parts, home)
    intro = _intro(parts)
    lead = [0] if intro and run and run[0] == 1 and words(intro.text) <= SHORT_INTRO else []
    taken: _Taken = {}
    used = 0
    for number in [*lead, *run]:
        used += words(parts[number].text)
        if len(taken) > len(lead) and used > LONGEST_STEPS:
            break
        taken[number] = list(parts[number].units)
    return taken


def _numbered_run(parts: Sequence[Part], home: int) -> range:
    """Neighbouring sections with numbered headings, around home or right behind the introduction."""
    numbered = [bool(part.heading and _NUMBERED.match(part.title)) for part in parts]
    at = 1 if home == 0 and _intro(parts) else home
    if at >= len(parts) or not numbered[at]:
        return range(0)
    first = last = at
    while first and numbered[first - 1]:
        first -= 1
    while last + 1 < len(parts) and numbered[last + 1]:
        last += 1
    return range(first, last + 1) if last > first else range(0)


def _take_up_to(parts: Sequence[Part], home: int, asked: _Asked) -> _Taken:
    """An article about the very error of the question is read from its beginning: its sections build on one another."""
    intro = _intro(parts)
    if home < _SECOND_SECTION or intro is None or not asked.code_in(intro.readable):
        return {}
    taken = {n: list(parts[n].units) for n in range(home + 1) if parts[n].units}
    total = sum(unit.words for units in taken.values() for unit in units)
    return taken if total <= LONGEST_STEPS else {}


def _take(parts: Sequence[Part], home: int, asked: _Asked) -> _Taken:
    """The home section, and what it needs to be understood or acted upon."""
    taken: _Taken = {}
    units = parts[home].units
    matched = [unit for unit in units if asked.overlap(unit)]
    _add(taken, home, [*matched, *(unit for unit in units if unit not in matched)])
    intro = _intro(parts)
    own = asked.shared(parts[home])
    if home and intro and words(intro.text) <= SHORT_INTRO and asked.shared(intro) >= max(asked.few, own // 2):
        _add(taken, 0, intro.units)
    if not parts[home].steps:
        short_intro = home == 0 and sum(unit.words for unit in units) <= SHORT_INTRO
        steps = _best_steps(parts, asked, at_least=0 if short_intro else own + 1)
        _add(taken, steps, parts[steps].units if steps else ())
    for number in [n for n in taken if n and n - 1 not in taken]:
        if _ABOVE.search(parts[number].readable):
            taken[number - 1] = list(parts[number - 1].units)
    return taken


def _best_steps(parts: Sequence[Part], asked: _Asked, *, at_least: int) -> int:
    """The section with steps that has most words in common with the question, the first of equals; 0 if none."""
    steps = [n for n, part in enumerate(parts) if n and part.steps and asked.shared(part) >= at_least]
    return max(steps, key=lambda n: asked.shared(parts[n]), default=0)


def _add(taken: _Taken, number: int, units: Iterable[Unit]) -> None:
    """Take the units that still fit; the first steps may go beyond the target, since they are never cut."""
    for unit in units:
        flat = [each for inside in taken.values() for each in inside]
        used = sum(each.words for each in flat)
        first_steps = unit.steps and not any(each.steps for each in flat)
        if used + unit.words <= (LONGEST_STEPS if first_steps else TARGET_WORDS):
            taken.setdefault(number, []).append(unit)


def _arrange(parts: Sequence[Part], taken: _Taken) -> Answer:
    steps = any(unit.steps for units in taken.values() for unit in units) or len(taken) >= _MANY_SECTIONS
    pieces: list[Piece] = []
    if steps and 0 not in taken and _intro(parts):
        pieces += [Piece(*unit.warning) for unit in parts[0].units if unit.warning]
    for number in sorted(taken):
        units = sorted(taken[number], key=lambda unit: unit.start)
        heading = parts[number].heading
        if heading and units and (len(taken) > 1 or units[0].listed):
            pieces.append(heading)
        pieces += [Piece(unit.start, unit.end) for unit in units]
    whole = all(len(taken.get(n, ())) == len(part.units) and not part.table for n, part in enumerate(parts))
    table = any(parts[number].table for number in taken)
    return Answer(tuple(pieces), steps, Rest.TABLE if table else Rest.WHOLE if whole else Rest.REST)


def _first_sentences(body: str, locale: str, part: Part) -> Answer:
    """The beginning of a paragraph that is too long to be quoted whole; nothing of steps that are."""
    unit = part.units[0]
    if unit.steps:
        return Answer(rest=Rest.REST)
    end, used = 0, 0
    for span in split(body[unit.start : unit.end], locale):
        used += words(body[unit.start + span.start : unit.start + span.end])
        if end and used > TARGET_WORDS:
            break
        end = span.end
    return Answer((Piece(unit.start, unit.start + end),), rest=Rest.REST)
