"""Which sentences of a reply come from a text, also where a few words were changed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.drafts.sentences import Span, split

SAME = 0.5
"""Share of the shorter one's pairs of words that two sentences must have in common: one word changed in six, or two in
ten, leave more than that."""
FEWEST = 4
"""Fewest pairs of words in common: five words on end."""
FEWEST_SHORT = 3
"""The same for sentences of four or five words, of which SAME_SHORT must agree: half of one is in every letter."""
SAME_SHORT = 0.8
READ_CHARACTERS = 60_000
"""More of one text is not compared."""
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w.,:/-])[A-Za-z]{0,4}[-/]?\d[\d .-]{2,}\d(?![\w:]|[.,-]\d)")
_FEWEST_DIGITS = 4
_COMMON_NUMBER = re.compile(r"(?:19|20)\d\d(?:[-. ]\d{1,2}){0,2}|\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)?\d\d")
"""Years and dates say nothing about where a text comes from."""
_WORD = re.compile(r"\w+")
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """A place of a reply that another text has, too."""

    start: int
    end: int
    said: str
    """The sentence of the other text, or the number or address that both have."""


def overlaps(reply: str, source: str, *, known: Sequence[str] = ()) -> tuple[Overlap, ...]:
    """The sentences of a reply that were taken from a text, in order, each with the one it comes from.

    Two sentences are the same if they share at least FEWEST pairs of neighbouring words and these are at least SAME of
    the pairs of the shorter one (FEWEST_SHORT and SAME_SHORT for short ones), so one half of a sentence counts as well
    as two that were joined: the overlap coefficient |A & B| / min(|A|, |B|) of D. Szymkiewicz (1934) over the shingles
    of A. Broder, "On the resemblance and containment of documents" (1997). Case, marks and Markdown do not count.
    Beside that an e-mail or web address, and a number of four digits or more, is found by itself.

    Args:
        reply: What is about to be sent.
        source: The other text.
        known: Texts that the reader has or may have; what stands there just as well was not taken from the source.
    """
    theirs = _read(source[:READ_CHARACTERS])
    told = [_read(text[:READ_CHARACTERS]) for text in known]
    secrets = theirs.telling.difference(*(each.telling for each in told))
    found = []
    said = _read(reply)
    for span, pairs in zip(said.spans, said.pairs, strict=True):
        shared, place = max(((_shared(pairs, other), -n) for n, other in enumerate(theirs.pairs)), default=(0, 0))
        if shared and shared > max((_shared(pairs, other) for each in told for other in each.pairs), default=0):
            taken = theirs.spans[-place]
            found.append(Overlap(span.start, span.end, source[taken.start : taken.end]))
            continue
        both = secrets & frozenset(_telling(reply[span.start : span.end])) if secrets else ()
        found += [Overlap(span.start, span.end, secret) for secret in sorted(both)[:1]]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as it is compared."""

    spans: tuple[Span, ...]
    pairs: tuple[Pairs, ...]
    """Of each sentence."""
    telling: frozenset[str]
    """Addresses and long numbers in it."""


@lru_cache(maxsize=256)
def _read(text: str) -> _Read:
    # The same few texts stand beside a reply each time that it is looked at.
    spans = split(text, "")
    return _Read(spans, tuple(_pairs(text[s.start : s.end]) for s in spans), frozenset(_telling(text)))


def _pairs(text: str) -> Pairs:
    words = _WORD.findall(_ADDRESS.sub(" ", text).casefold())
    return frozenset(pairwise(words))


def _shared(a: Pairs, b: Pairs) -> int:
    """How many pairs two sentences share; 0 if that is too few to be the same."""
    shared, shorter = len(a & b), min(len(a), len(b))
    is_same = shared >= SAME * shorter if shared >= FEWEST else shared >= max(FEWEST_SHORT, SAME_SHORT * shorter)
    return shared if is_same else 0


def _telling(text: str) -> Iterator[str]:
    """Addresses and long numbers, in one spelling."""
    for match in _ADDRESS.finditer(text):
        yield match[0].rstrip(".,;:!?").casefold()
    for match in _NUMBER.finditer(_ADDRESS.sub(" ", text)):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) >= _FEWEST_DIGITS and not _COMMON_NUMBER.fullmatch(match[0].strip()):
            yield re.sub(r"[\s.-]", "", match[0]).casefold()
