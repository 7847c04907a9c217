"""Which blocks of an article answer a question: whole steps with their warning, whole paragraphs, no tables. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.drafts.answer_parts import Part, Piece, Unit, parts_of, words
from assistant.drafts.captions import without_captions
from assistant.drafts.relevance import Relevance
from assistant.drafts.sentences import Span, split
from assistant.drafts.steps import needed

TARGET_WORDS = 70
"""Half of the agents' own first replies have less than 60 to 90 words, courtesy and all."""
STEPS_BEYOND = 150
"""Steps are never cut, so they may exceed the target by so much; then a link serves the customer better."""
LONGEST_STEPS = TARGET_WORDS + STEPS_BEYOND
SHORT_INTRO = 40
"""An introduction up to this length may stand before the steps; a longer one is an answer of its own."""
LEAST_GAP = 0.4
"""A block that scores so much less than the best one is left to the link."""
_MANY_SECTIONS = 3
_SECOND_SECTION = 2
_NUMBERED = re.compile(r"(?P<number>\d{1,2})(?P<mark>[.)]) ")
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


class Depth(StrEnum):
    """How far an answer goes into an article."""

    DIRECT = "direct"
    """Only what answers best; steps if it is them."""
    USUAL = "usual"
    PROCEDURE = "procedure"
    """All steps that concern the customer, whatever their length."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The pieces of an article that answer, in the order of the article; none when nothing can be quoted."""

    pieces: tuple[Piece, ...] = ()
    steps: bool = False
    rest: Rest = Rest.WHOLE
    tried: tuple[Span, ...] = ()
    """Steps that were left out since the customer did them already: the first sentence of each."""


def choose_answer(body: str, asked: Relevance, *, target: int = TARGET_WORDS, depth: Depth = Depth.USUAL) -> Answer:
    """Pick the blocks of an article that answer a question.

    A section about the very error code comes before all; sections with numbered headings are one procedure. Else the
    blocks that score best are taken while there is room; an introduction is followed by the steps that come after it,
    and a warning before the first heading goes along with any steps. Sections for other platforms than the customer's
    are left out, and steps that he already tried.

    Args:
        body: Markdown of one revision.
        asked: What is known of the question.
        target: About so many words; steps that are taken are whole and may exceed it.
        depth: What is looked for; an article without steps has no procedure and answers as usual.
    """
    parts = parts_of(body)
    if not any(part.units for part in parts):
        return Answer(rest=Rest.TABLE if any(part.table for part in parts) else Rest.REST)
    picker = _Picker(body, parts, asked, target, depth)
    best = picker.best()
    if best is None:
        return Answer(rest=Rest.REST)
    taken = picker.procedure(best) or _take_run(parts, best) or picker.up_to(best) or picker.take()
    if not taken:
        return _first_sentences(body, asked.locale, parts[best], target if depth is Depth.DIRECT else TARGET_WORDS)
    answer = _without_the_needless(body, _arrange(parts, picker.to_the_point(taken)), asked)
    return replace(answer, pieces=without_captions(body, answer.pieces))


_Taken = dict[int, list[Unit]]
"""Units to quote by the number of their part."""


class _Picker:
    """Scores every unit of one article once, and takes the best."""

    def __init__(self, body: str, parts: Sequence[Part], asked: Relevance, target: int, depth: Depth) -> None:
        self._parts, self._asked, self._target, self._depth = parts, asked, target, depth
        usable = [n for n, part in enumerate(parts) if part.units and asked.concerns(part)]
        # "Write to us if nothing helped" matches every question and answers none.
        usable = [n for n in usable if not _is_contact(parts[n])] or usable
        self._scored = sorted(
            (
                (asked.score(body, unit, _title(parts[n]), place=unit.start / len(body)), n, unit)
                for n in usable
                for unit in parts[n].units
            ),
            key=lambda each: (-each[0], each[1], each[2].start),
        )

    def best(self) -> int | None:
        """The section to answer from; None if there is none for this customer."""
        named = _named(self._parts, self._asked)
        if named is not None:
            return named
        return self._scored[0][1] if self._scored else None

    def procedure(self, home: int) -> _Taken:
        """Every section with steps for this customer; of an article about several errors the one about his."""
        if self._depth is not Depth.PROCEDURE:
            return {}
        named = _named(self._parts, self._asked)
        if named is not None and self._parts[named].steps:
            return {named: list(self._parts[named].units)}
        run = _take_run(self._parts, home, longest=None)
        usable = {n for _, n, _ in self._scored if self._parts[n].steps}
        return run or {n: list(self._parts[n].units) for n in sorted(usable)}

    def up_to(self, home: int) -> _Taken:
        """What an article about the very error says up to a section, unless only the best is wanted."""
        return {} if self._depth is Depth.DIRECT else _take_up_to(self._parts, home, self._asked)

    def take(self) -> _Taken:
        """The best units that fit, and what they need to be understood or acted upon."""
        taken: _Taken = {}
        named = _named(self._parts, self._asked)
        if named is not None:
            self._add(taken, named, self._parts[named].units)
        least = self._scored[0][0] - LEAST_GAP if self._scored else 0.0
        for score, number, unit in self._scored:
            if score >= least and unit not in taken.get(number, ()):
                self._add(taken, number, [unit])
        self._add_steps(taken)
        for number in [n for n in taken if n and n - 1 not in taken]:
            if _ABOVE.search(self._parts[number].readable):
                taken[number - 1] = list(self._parts[number - 1].units)
        return taken

    def to_the_point(self, taken: _Taken) -> _Taken:
        """The same without the introduction, unless it answers best itself; its warnings stay."""
        first = self._parts[0]
        if len(taken) < 2 or 0 not in taken or first.heading is not None or self._scored[0][1] == 0:
            return taken
        if _ABOVE.search(self._parts[1].readable):
            return taken
        warnings = [unit for unit in taken[0] if unit.warning]
        return {number: units for number, units in {**taken, 0: warnings}.items() if units}

    def _add_steps(self, taken: _Taken) -> None:
        """Of an article of which only the introduction was taken, the steps that it leads to."""
        if self._depth is Depth.DIRECT or any(taken) or sum(u.words for u in taken.get(0, ())) > SHORT_INTRO:
            return
        with_steps = [n for n, part in enumerate(self._parts) if n and part.steps and self._asked.concerns(part)]
        if with_steps:
            best = max(with_steps, key=lambda n: self._asked.shared(self._parts[n]))
            self._add(taken, best, self._parts[best].units)

    def _add(self, taken: _Taken, number: int, units: Iterable[Unit]) -> None:
        """Take the units that still fit; the first steps may go beyond the target, since they are never cut."""
        for unit in units:
            flat = [each for inside in taken.values() for each in inside]
            used = sum(each.words for each in flat)
            if used + unit.words <= self._target + self._beyond(unit, flat):
                taken.setdefault(number, []).append(unit)

    def _beyond(self, unit: Unit, taken: Sequence[Unit]) -> int:
        """By how many words a unit may exceed the target."""
        if self._depth is Depth.DIRECT:
            return STEPS_BEYOND if unit.steps and not taken else 0
        first_steps = unit.steps and not any(each.steps for each in taken)
        return min(STEPS_BEYOND, 3 * self._target) if first_steps else 0


def _title(part: Part) -> str:
    return part.title if part.heading is not None else ""


def _named(parts: Sequence[Part], asked: Relevance) -> int | None:
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


def _take_run(parts: Sequence[Part], home: int, *, longest: int | None = LONGEST_STEPS) -> _Taken:
    """Sections with numbered headings are one procedure: as many as fit, from the first; none if home is not one."""
    run = _numbered_run(parts, home)
    intro = _intro(parts)
    lead = [0] if intro and run and run[0] == 1 and words(intro.text) <= SHORT_INTRO else []
    taken: _Taken = {}
    used = 0
    for number in [*lead, *run]:
        used += words(parts[number].text)
        if longest is not None and len(taken) > len(lead) and used > longest:
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


def _take_up_to(parts: Sequence[Part], home: int, asked: Relevance) -> _Taken:
    """An article about the very error of the question is read from its beginning: its sections build on one another."""
    intro = _intro(parts)
    if home < _SECOND_SECTION or intro is None or not asked.code_in(intro.readable):
        return {}
    taken = {n: list(parts[n].units) for n in range(home + 1) if parts[n].units}
    total = sum(unit.words for units in taken.values() for unit in units)
    return taken if total <= LONGEST_STEPS else {}


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


def _without_the_needless(body: str, answer: Answer, asked: Relevance) -> Answer:
    """Leave out single steps that are for another platform or that the customer already did."""
    inquiry, locale = asked.inquiry, asked.locale
    if not (inquiry.platforms or inquiry.tried):
        return answer
    pieces: list[Piece] = []
    tried: list[Span] = []
    for piece in answer.pieces:
        if piece.heading:
            pieces.append(piece)
            continue
        left = needed(body, piece.start, piece.end, inquiry, locale)
        pieces += left.pieces
        tried += left.tried
    return replace(answer, pieces=tuple(pieces), tried=tuple(tried))


def _first_sentences(body: str, locale: str, part: Part, target: int) -> Answer:
    """The beginning of a paragraph that is too long to be quoted whole; nothing of steps that are."""
    unit = part.units[0]
    if unit.steps:
        return Answer(rest=Rest.REST)
    end, used = 0, 0
    for span in split(body[unit.start : unit.end], locale):
        used += words(body[unit.start + span.start : unit.start + span.end])
        if end and used > target:
            break
        end = span.end
    return Answer((Piece(unit.start, unit.start + end),), rest=Rest.REST)
