"""Who of the customers with similar tickets was told what, in nearly the same words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_
from zlib import crc32

from assistant.drafts.consensus import Consensus
from assistant.drafts.precedents import Precedent
from assistant.drafts.sentences import Span
from assistant.drafts.ticket import is_courtesy, is_deed
from kb.model import Ticket

FEWEST_CUSTOMERS = 2
"""Said to one customer it may be about him; said to two in the same words it is what the team says."""
MOST_WORDS = 90
"""Of one paragraph, and of all that is quoted of what agents usually say: beside it stands what the article says."""
READ_CHARACTERS = 2000
"""Of each message."""
_SHINGLE = 4
_SAME = 0.8
"""Share of a paragraph's runs of four words that another reply must have to say the same."""
_FEWEST_WORDS = 5
_ENDS = 6
"""So many words at either end tell a paragraph from others."""
_END_CHARACTERS = 80
_FIRST = 0
"""Stands for whatever comes before the first paragraph."""
_WORD = re.compile(r"\w+")
_PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*\n?)+")
ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s")
_HOLE = re.compile(r"\{[^{}\n]{0,40}\}|\[(?:[a-z]+(?:[ -][a-z]+)*)\](?!\()", re.IGNORECASE)
"""A place that somebody was to fill in, or that was blotted out."""
LOST_LINK = re.compile(r"[ \t]*\{(?:web )?(?:link|länk|lenke|lenkje)\}", re.IGNORECASE)
"""What an export leaves of a link; the words around it are whole without it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Something that the team says."""

    span: Span
    words: int
    customers: tuple[int, ...]
    """Numbers of those who were told it, rising."""
    weight: float
    """Their share of all, 0..1."""


class Told:
    """Who was told which runs of words: of each run a number in which every customer is one bit.

    Numbers, not sets: a hundred thousand small objects for one draft would cost more in tidying up than in use.

    Args:
        read: Similar tickets, nearest first.
    """

    def __init__(self, read: Sequence[Precedent]) -> None:
        self._ids: dict[str, list[str]] = {}
        weights: dict[str, float] = {}
        self._masks: dict[int, int] = {}
        self._before: dict[int, set[int]] = {}
        self._orders: list[dict[int, int]] = []
        for each in read:
            customer = _customer(each.ticket)
            self._ids.setdefault(customer, []).append(each.ticket.id)
            weights[customer] = max(weights.get(customer, 0.0), each.weight)
            bit = 1 << list(self._ids).index(customer)
            for reply in each.replies:
                body = reply.body[:READ_CHARACTERS]
                for shingle in _shingles(body):
                    self._masks[shingle] = self._masks.get(shingle, 0) | bit
                order = _order(body)
                for beginning, before in order:
                    self._before.setdefault(beginning, set()).add(before)
                self._orders.append({beginning: number for number, (beginning, _) in enumerate(order)})
        total = sum(weights.values())
        self._weights = [weight / total if total else 0.0 for weight in weights.values()]
        self._read = read

    def customer(self, ticket: Ticket) -> int:
        """Number of who asked."""
        return list(self._ids).index(_customer(ticket))

    @cached_property
    def consensus(self) -> Consensus:
        """What all of them were told, in the order of their numbers."""
        texts: dict[str, list[str]] = {customer: [] for customer in self._ids}
        for each in self._read:
            texts[_customer(each.ticket)] += [reply.body[:READ_CHARACTERS] for reply in each.replies]
        return Consensus(zip(self._weights, texts.values(), strict=True))

    def paragraph(self, span: Span, text: str) -> Paragraph | None:
        """One with those who were told it; None if it was told to too few, or cannot be quoted."""
        shingles = _shingles(text)
        words = len(text.split())
        few = len(shingles) <= _FEWEST_WORDS - _SHINGLE
        if few or words > MOST_WORDS or _HOLE.search(LOST_LINK.sub("", text)):
            return None
        masks = [self._masks.get(shingle, 0) for shingle in shingles]
        if sum(mask & (mask - 1) > 0 for mask in masks) < _SAME * len(masks):
            return None
        least = _SAME * len(masks)
        anybody = reduce(or_, masks)
        near = [n for n in range(len(self._weights)) if anybody >> n & 1]
        told = tuple(n for n in near if sum(mask >> n & 1 for mask in masks) >= least)
        if len(told) < FEWEST_CUSTOMERS or is_deed(text):
            return None
        return Paragraph(span, words, told, sum(self._weights[n] for n in told))

    def follows(self, text: str) -> bool:
        """Whether a paragraph stood behind the same other one whenever it was said: then it may need that one."""
        before = self._before.get(_beginning(text), ())
        return len(before) == 1 and _FIRST not in before

    def precedes(self, text: str, other: str) -> bool:
        """Whether a paragraph stands before another one in more messages than behind it."""
        first, second = _beginning(text), _beginning(other)
        both = [order for order in self._orders if first in order and second in order]
        return 2 * sum(order[first] < order[second] for order in both) > len(both)

    def tickets(self, paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
        """Ids of the tickets of everybody who was told one of some paragraphs, rising."""
        ids = list(self._ids.values())
        return tuple(sorted({ticket for each in paragraphs for n in each.customers for ticket in ids[n]}))


def around_lost_links(body: str, span: Span) -> Iterator[Span]:
    """The parts of a paragraph before, between and after lost links."""
    start = span.start
    for match in LOST_LINK.finditer(body, span.start, span.end):
        if body[start : match.start()].strip():
            yield Span(start, match.start())
        start = match.end() + len(body[match.end() : span.end]) - len(body[match.end() : span.end].lstrip())
    if body[start : span.end].strip():
        yield Span(start, span.end)


def _customer(ticket: Ticket) -> str:
    return ticket.customer.id if ticket.customer else ticket.id


@lru_cache(maxsize=16384)
def _shingles(text: str) -> tuple[int, ...]:
    """Hashes of the distinct runs of four words, folded, in order; they differ from process to process."""
    words = _WORD.findall(text.casefold())
    runs = zip(*(words[n:] for n in range(_SHINGLE)), strict=False)
    return tuple(dict.fromkeys(map(hash, runs)))


@lru_cache(maxsize=4096)
def paragraphs_of(body: str) -> tuple[Span, ...]:
    """Paragraphs; a line that announces something stays with what it announces, and the items of a list together."""
    found: list[Span] = []
    for match in _PARAGRAPH.finditer(body):
        text = match.group().strip()
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        before = body[found[-1].start : found[-1].end] if found else ""
        announced = before.rstrip(" *_").endswith(":")
        if announced or (ITEM.match(text) and ITEM.match(before)):
            found[-1] = Span(found[-1].start, start + len(text))
        else:
            found.append(Span(start, start + len(text)))
    return tuple(found)


@lru_cache(maxsize=4096)
def _order(body: str) -> tuple[tuple[int, int], ...]:
    """Of every paragraph how it begins, and how the one before it ends; courtesy is none."""
    found, before = [], _FIRST
    for span in paragraphs_of(body):
        text = body[span.start : span.end]
        found.append((_beginning(text), before))
        before = _FIRST if is_courtesy(text) else _sum(_WORD.findall(text[-_END_CHARACTERS:].casefold())[-_ENDS:])
    return tuple(found)


def _beginning(text: str) -> int:
    return _sum(_WORD.findall(text[:_END_CHARACTERS].casefold())[:_ENDS])


def _sum(words: Sequence[str]) -> int:
    return crc32(" ".join(words).encode("utf-8", "surrogatepass"))
