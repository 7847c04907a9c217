"""Standing advice: paragraphs that agents sent to several customers with such tickets in nearly the same words. Pure.

A team without canned replies has them all the same, in its sent mail.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from zlib import crc32

from assistant.drafts.platforms import meant_for
from assistant.drafts.precedents import MOST_PRECEDENTS, Precedent
from assistant.drafts.sentences import Span
from assistant.drafts.ticket import impersonal
from assistant.redaction.redact import TeamNumbers
from kb.model import Message, Ticket

FEWEST_CUSTOMERS = 2
"""Said to one customer it may be about him; said to two in the same words it is what the team says."""
MOST_WORDS = 90
"""Beside it stands what the article says."""
LEAST_WEIGHT = 0.5
"""Below this too few of the similar tickets say it, or hardly similar ones."""
_TRIED_MESSAGES = 3
_FEWEST_LEFT = 12
_SHINGLE = 4
_SAME = 0.8
"""Share of a paragraph's runs of four words that another reply must have to say the same."""
_FEWEST_WORDS = 8
_READ_CHARACTERS = 2000
_PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*\n?)+")
_WORD = re.compile(r"\w+")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s")
_GOES_ON = re.compile(
    r"\W*(?:\((?:[2-9]|[b-z])\)|(?:then|now|next|also|otherwise|after that|both"
    r"|if (?:you have|there is|that|it|this|not)|sedan|därefter|annars|också|om det inte"
    r"|deretter|ellers|derefter|så|hvis (?:det|ikke)|dersom det)\b)",
    re.IGNORECASE,
)
"""How a paragraph begins that goes on from another one."""
_HOLE = re.compile(r"\{[^{}\n]{0,40}\}|\[(?:[a-z]+(?:[ -][a-z]+)*)\](?!\()", re.IGNORECASE)
"""A place that somebody was to fill in, or that was blotted out."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One message that holds standing advice, and which parts of it are that."""

    ticket: Ticket
    message: Message
    spans: tuple[Span, ...]
    """Whole paragraphs in their order; a list stands with the line that announces it."""
    tickets: tuple[str, ...]
    """Ids of the similar tickets in which agents said at least one of them, rising."""
    weight: float
    """How much speaks for it; 0 and more, comparable between questions."""

    @property
    def text(self) -> str:
        """The paragraphs."""
        return "\n\n".join(self.message.body[span.start : span.end] for span in self.spans)

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class _Paragraph:
    span: Span
    words: int
    customers: tuple[int, ...]
    """Numbers of those who were told it, rising."""
    weight: float


class _Said:
    """Who was told which runs of words: of each run a number in which every customer is one bit.

    Numbers, not sets: a hundred thousand small objects for one draft would cost more in tidying up than in use.
    """

    def __init__(self, read: Sequence[Precedent]) -> None:
        self._ids: dict[str, list[str]] = {}
        weights: dict[str, float] = {}
        self._masks: dict[int, int] = {}
        for each in read:
            customer = each.ticket.customer.id if each.ticket.customer else each.ticket.id
            self._ids.setdefault(customer, []).append(each.ticket.id)
            weights[customer] = max(weights.get(customer, 0.0), each.weight)
            bit = 1 << list(self._ids).index(customer)
            for reply in each.replies:
                for shingle in _shingles(reply.body[:_READ_CHARACTERS]):
                    self._masks[shingle] = self._masks.get(shingle, 0) | bit
        total = sum(weights.values())
        self._weights = [weight / total if total else 0.0 for weight in weights.values()]

    def paragraph(self, span: Span, text: str) -> _Paragraph | None:
        """A paragraph with those who were told it; None if it was told to too few, or cannot be quoted."""
        shingles = _shingles(text)
        words = len(text.split())
        if len(shingles) <= _FEWEST_WORDS - _SHINGLE or words > MOST_WORDS or _HOLE.search(text):
            return None
        masks = [self._masks.get(shingle, 0) for shingle in shingles]
        if sum(mask & (mask - 1) > 0 for mask in masks) < _SAME * len(masks):
            return None
        least = _SAME * len(masks)
        told = tuple(n for n in range(len(self._weights)) if sum(mask >> n & 1 for mask in masks) >= least)
        if len(told) < FEWEST_CUSTOMERS:
            return None
        return _Paragraph(span, words, told, sum(self._weights[n] for n in told))

    def tickets(self, paragraphs: Sequence[_Paragraph]) -> tuple[str, ...]:
        """Ids of the tickets of everybody who was told one of some paragraphs, rising."""
        ids = list(self._ids.values())
        return tuple(sorted({ticket for each in paragraphs for n in each.customers for ticket in ids[n]}))


def standing_advice(precedents: Sequence[Precedent], *, locale: str, without: str = "") -> tuple[Standing, ...]:
    """Find what agents usually say to such a question, the best supported message first; ties in the given order.

    Args:
        precedents: Similar tickets, nearest first; only those in the customer's language are read.
        locale: The customer's language.
        without: Id of the ticket in question, which must not speak for itself.
    """
    read = [p for p in precedents[:MOST_PRECEDENTS] if p.ticket.locale == locale and p.ticket.id != without]
    said = _Said(read)
    found = []
    for each in read:
        for reply in each.replies:
            kept = _best_run(_runs(reply.body[:_READ_CHARACTERS], said))
            if kept:
                spans = tuple(p.span for p in kept)
                found.append(Standing(each.ticket, reply, spans, said.tickets(kept), _strength(kept)))
    return tuple(sorted(found, key=lambda each: -each.weight))


def best_standing(
    precedents: Sequence[Precedent], *, locale: str, without: str = "", team: TeamNumbers | None = None
) -> Standing | None:
    """The best supported message of which enough is left when all that is personal is taken out; None if there is none.

    Args:
        precedents: Similar tickets, nearest first.
        locale: The customer's language.
        without: Id of the ticket in question.
        team: What the team's own numbers look like.
    """
    for found in standing_advice(precedents, locale=locale, without=without)[:_TRIED_MESSAGES]:
        if found.weight < LEAST_WEIGHT:
            break
        kept = replace(found, spans=impersonal(found.ticket, found.message, found.spans, team=team))
        if kept.words >= _FEWEST_LEFT:
            return kept
    return None


def _best_run(runs: Iterable[Sequence[_Paragraph]]) -> list[_Paragraph]:
    """The neighbouring paragraphs up to MOST_WORDS that most speaks for, the first of equals."""
    best: list[_Paragraph] = []
    for run in runs:
        for first in range(len(run)):
            last, words = first, 0
            while last < len(run) and words + run[last].words <= MOST_WORDS:
                words += run[last].words
                last += 1
            if _strength(run[first:last]) > _strength(best):
                best = list(run[first:last])
    return best


def _strength(paragraphs: Sequence[_Paragraph]) -> float:
    return sum(paragraph.weight * math.sqrt(paragraph.words) for paragraph in paragraphs)


def _runs(body: str, said: _Said) -> Iterator[list[_Paragraph]]:
    """Neighbouring paragraphs that agents said to several customers; none begins with the items of a list."""
    run: list[_Paragraph] = []
    for span in _blocks(body):
        paragraph = said.paragraph(span, body[span.start : span.end])
        if paragraph is None:
            if run:
                yield run
            run = []
        elif run or not _leans(body[span.start : span.end]):
            run.append(paragraph)
    if run:
        yield run


def _leans(text: str) -> bool:
    """Whether a paragraph only makes sense behind another: items, the second of several, one platform of many."""
    return bool(_ITEM.match(text) or _GOES_ON.match(text) or meant_for(text))


@lru_cache(maxsize=4096)
def _blocks(body: str) -> tuple[Span, ...]:
    """Paragraphs; a line that announces something stays with what it announces, and the items of a list together."""
    found: list[Span] = []
    for match in _PARAGRAPH.finditer(body):
        text = match.group().strip()
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        before = body[found[-1].start : found[-1].end] if found else ""
        announced = before.rstrip(" *_").endswith(":")
        if announced or (_ITEM.match(text) and _ITEM.match(before)):
            found[-1] = Span(found[-1].start, start + len(text))
        else:
            found.append(Span(start, start + len(text)))
    return tuple(found)


@lru_cache(maxsize=16384)
def _shingles(text: str) -> tuple[int, ...]:
    """Checksums of the distinct runs of four words, folded, in order."""
    words = _WORD.findall(text.casefold())
    runs = (" ".join(words[n : n + _SHINGLE]) for n in range(len(words) - _SHINGLE + 1))
    return tuple(dict.fromkeys(crc32(run.encode("utf-8", "surrogatepass")) for run in runs))
