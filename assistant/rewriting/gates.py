"""The gates that a language model's sentence must pass: what its source does not say is not taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafts.checks import claims
from assistant.drafts.sentences import texts
from assistant.language import detect
from assistant.rewriting.meanings import is_opposite, negations_in, numbers_in, stakes_in, units_in
from assistant.rewriting.model import Line, Reason
from assistant.rewriting.opaque import CLOSE, OPEN, tokens_in, visible, without_tokens
from indexer.encode import Encoder
from indexer.words import query_stems, stems, stop_stems

MIN_COSINE = 0.86
"""Least likeness of a translation to its source. Of 6,279 pairs of sentences that stand in the same place of an article
of the demo data in two languages 98 % are as alike, and 34 % of the other pairs of the same articles: it keeps out what
is about something else, and the other gates keep out the rest."""
MIN_COSINE_SAME = 0.92
"""The same for a rewording, which stays in its language; good ones have 0.96 and more (`cases/sentences.yaml`)."""
NEAREST_WITHIN = 0.02
"""So much nearer may another sentence of the draft be; 99 % of the same pairs are within it."""
MIN_SHARED = 0.4
"""Least share of a rewording's words (stems without stop words) that its source has."""
MIN_COVERED = 0.6
"""Least share of a source's words that its rewording still has."""
MIN_LENGTH = 0.5
"""Least share of its source's characters: what is much shorter leaves something out."""
_LONGEST = {False: (1.4, 25), True: (1.3, 15)}
"""Times the length of the source, and characters on top; for a rewording and for a translation, of which 99 % of the
same pairs are within. A translation is held tighter, since nothing else says that a clause was added to it."""
_NEW_IN_A_ROW = 3
"""So many new words in a row, stop words aside, are no rewording but an addition."""
_DOMAIN = re.compile(r"(?<![\w@])(?:[\w-]+\.)+[a-z]{2,24}(?!\w)", re.IGNORECASE)
_HTML = re.compile(r"<[A-Za-z/!?]|!\[|\]\(|\]:|```|~~~|\{\{|\}\}|^\s*#{1,6}\s|\|", re.MULTILINE)
_GENITIVE = re.compile(r"(?:['’]s|['’]|s)$")
_FIRST = re.compile(r"[\W_]*([^\W\d_][\w'’-]*)")
_SMALL = frozenset("I I'm I'll I've I'd I’m I’ll I’ve I’d".split())
_COPIED = 4
"""A sentence of so many words that comes back unchanged was not translated."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for one line."""

    line: Line
    locale: str
    """Language that the answer must have."""

    @property
    def translated(self) -> bool:
        """Whether the answer is in another language than its source."""
        return self.locale != self.line.locale


class Likeness:
    """How alike sentences are to those that a draft is made of.

    Args:
        encoder: What makes vectors; the thresholds here are those of multilingual-e5-small.
        lines: The sentences of the draft that were sent.
    """

    def __init__(self, encoder: Encoder, lines: Sequence[Line]) -> None:
        self._encoder = encoder
        parts = [[line.text, *texts(line.text, line.locale)] for line in lines]
        self._vectors = [encoder.passages([without_tokens(text) for text in each]) for each in parts]

    def of(self, text: str) -> list[float]:
        """The cosine of a text to every line, in their order: to the whole of it or to one of its sentences."""
        vector = self._encoder.passages([without_tokens(text)])[0]
        return [float((each @ vector).max()) for each in self._vectors]


def fault(text: str, asked: Asked, likeness: Likeness) -> Reason | None:
    """The first gate that one sentence of an answer fails; None if its source supports it.

    Args:
        text: One sentence, its tokens still in it.
        asked: The line that it is meant for.
        likeness: To all lines that were sent.
    """
    return _wrong_form(text, asked) or _unsupported(text, asked) or _wrong_meaning(text, asked, likeness)


def loss(said: Sequence[str], asked: Asked) -> Reason | None:
    """What the kept sentences of a line lack all together: tokens, numbers, units, names, a denial.

    Args:
        said: They passed `fault` one by one.
        asked: The line that they are meant for.
    """
    line, whole = asked.line, " ".join(said)
    if sorted(tokens_in(whole)) != sorted(tokens_in(line.text)):
        return Reason.PLACEHOLDER
    if _too_long(whole, line.text, translated=asked.translated):
        return Reason.LONGER
    if numbers_in(without_tokens(line.text), line.locale) != numbers_in(without_tokens(whole), asked.locale):
        return Reason.LOST
    if units_in(line.text, line.locale) != units_in(whole, asked.locale):
        return Reason.UNIT
    if negations_in(line.text, line.locale) != negations_in(whole, asked.locale):
        return Reason.NEGATION
    if len(whole) < MIN_LENGTH * len(line.text):
        return Reason.LOST
    if not asked.translated and shared(without_tokens(line.text), without_tokens(whole), line.locale) < MIN_COVERED:
        return Reason.LOST
    names = {_bare(name) for name in _names(line.text)}
    return Reason.LOST if names - {_bare(word) for word in re.findall(r"[\w'’-]+", whole)} else None


def _wrong_form(text: str, asked: Asked) -> Reason | None:
    line = asked.line
    tokens = tokens_in(text)
    known = tokens_in(line.text)
    if any(tokens.count(token) > known.count(token) for token in tokens):
        return Reason.PLACEHOLDER
    bare = without_tokens(text)
    if OPEN in bare or CLOSE in bare:
        return Reason.PLACEHOLDER
    if visible(text) != text or _HTML.search(text) or bare.count("[") > without_tokens(line.text).count("["):
        return Reason.MARKUP
    if text.count("**") % 2 or (text.count("**") > 0 and "*" not in line.text):
        return Reason.MARKUP
    return None


def _unsupported(text: str, asked: Asked) -> Reason | None:
    line = asked.line
    ours, theirs = without_tokens(text), without_tokens(line.text)
    addresses = {claim for claim in claims(ours) if "@" in claim or "://" in claim}
    if (addresses | set(_DOMAIN.findall(ours))) - {*claims(theirs), *_DOMAIN.findall(theirs)}:
        return Reason.ADDRESS
    if numbers_in(ours, asked.locale) - numbers_in(theirs, line.locale):
        return Reason.NUMBER
    if units_in(ours, asked.locale) - units_in(theirs, line.locale):
        return Reason.UNIT
    known = {_bare(word) for word in re.findall(r"[\w'’-]+", theirs)}
    if any(_bare(name) not in known for name in _names(ours)):
        return Reason.NAME
    if stakes_in(ours) - stakes_in(theirs):
        return Reason.SENSITIVE
    if negations_in(ours, asked.locale) > negations_in(theirs, line.locale):
        return Reason.NEGATION
    if is_opposite(ours, asked.locale, theirs, line.locale):
        return Reason.OPPOSITE
    return None


def _wrong_meaning(text: str, asked: Asked, likeness: Likeness) -> Reason | None:
    line = asked.line
    ours, theirs = without_tokens(text), without_tokens(line.text)
    if detect(ours, prior=asked.locale) != asked.locale:
        return Reason.LANGUAGE
    if asked.translated and len(ours.split()) >= _COPIED and ours.casefold() == theirs.casefold():
        return Reason.LANGUAGE
    if _too_long(text, line.text, translated=asked.translated):
        return Reason.LONGER
    if not asked.translated and (
        shared(ours, theirs, line.locale) < MIN_SHARED or _new_in_a_row(ours, theirs, line.locale) >= _NEW_IN_A_ROW
    ):
        return Reason.WORDS
    cosines = likeness.of(text)
    own = cosines[line.number - 1]
    least = MIN_COSINE if asked.translated else MIN_COSINE_SAME
    return Reason.MEANING if own < least or own < max(cosines) - NEAREST_WITHIN else None


def shared(text: str, source: str, locale: str) -> float:
    """Share 0..1 of the words of a text, stemmed and without stop words, that its source has; 1 for no words."""
    own = [stem for stem in query_stems(text, locale) if len(stem) > 1]
    known = set(stems(source, locale))
    return sum(stem in known for stem in own) / len(own) if own else 1.0


def _new_in_a_row(text: str, source: str, locale: str) -> int:
    """The most words in a row that the source does not have, stop words and single letters aside."""
    known, stop = set(stems(source, locale)), stop_stems(locale)
    longest = now = 0
    for stem in stems(text, locale):
        if len(stem) > 1 and stem not in stop:
            now = 0 if stem in known else now + 1
            longest = max(longest, now)
    return longest


def _too_long(text: str, source: str, *, translated: bool) -> bool:
    times, more = _LONGEST[translated]
    return len(text) > times * len(source) + more


def _names(text: str) -> list[str]:
    """Words with a capital that no sentence begins with; codes and addresses are looked at elsewhere."""
    first = _FIRST.match(text)
    begin = first.start(1) if first else 0
    opening = text[begin:].split(maxsplit=1)[0].strip(".,:;!?*_\"'”»)") if first else ""
    # "Tryck", but not "iPhone" or "VPN": a capital inside of a word is no beginning of a sentence.
    ordinary = opening[1:].islower() or len(opening) == 1
    rest = text[:begin] + text[begin : begin + 1].lower() + text[begin + 1 :] if ordinary else text
    found = [claim for claim in claims(rest) if not any(c.isdigit() for c in claim) and "@" not in claim]
    return [name for name in found if "://" not in name and name not in _SMALL]


def _bare(name: str) -> str:
    return _GENITIVE.sub("", name.casefold())
