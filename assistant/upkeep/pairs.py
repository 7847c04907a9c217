"""Whether two articles in one language say the same, or contradict each other, by their texts. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.drafts.conflicts import contradictions, negations
from assistant.drafts.platforms import platforms_in
from assistant.drafts.sentences import Span, split
from assistant.model import ConflictKind
from indexer.words import query_stems, stems
from kb.knowledge.article_pair import PairKind, PairPlace, PlaceKind

SAME_TEXT = 0.5
"""Share of the shorter text's runs of three words that the longer one has, from which two articles say the same. Of
180 copies that were shortened, shuffled or changed all lie above .6; of 3,000 neighbouring pairs of a real help centre
one in a hundred does."""
SAME_MATTER, SAME_MEANING = 0.25, 0.6
"""The share, and the cosine, from which two articles are enough about the same for a contradiction to be one."""
NEARLY_A_COPY = 0.7
"""From this share on every number and every "not" that differs is one too many."""
READING = 1
"""Which way of reading texts this is; one higher when `are_apart` decides otherwise, so that all are read again."""
_RUN = 3
_FEWEST_RUNS = 12
_OWN_THEME = 2
"""A word of the title that stands more than so many times as often in its own article is the article's own theme."""
_SAME_SENTENCE = 0.6
_MOST_PLACES = 12
_WORD = re.compile(r"\w+(?:[.,:]\d+)*")


@dataclass(frozen=True)
class PairText:
    """One article's text as it is compared; its words are worked out once."""

    id: str
    title: str
    body: str
    locale: str

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each stem stands in the body."""
        return Counter(self._stems)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Every run of three stems of the body."""
        found = self._stems
        return frozenset(tuple(found[i : i + _RUN]) for i in range(len(found) - _RUN + 1))

    @cached_property
    def subject(self) -> frozenset[str]:
        """Stems of the title's words that mean something."""
        return frozenset(query_stems(self.title, self.locale))

    @cached_property
    def _stems(self) -> list[str]:
        return list(stems(self.body, self.locale))


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two articles have to do with each other."""

    kind: PairKind
    score: float
    """0..1, how surely they are one article too many."""
    places: tuple[PairPlace, ...]
    """Where they contradict each other; empty for duplicates."""


def common_text(one: PairText, other: PairText) -> float:
    """Share 0..1 of the shorter text's runs of three words that the longer one has.

    Where the shorter is but a sentence, which many articles may hold, of all runs that either has.
    """
    both, shorter = len(one.runs & other.runs), min(len(one.runs), len(other.runs))
    whole = shorter if shorter >= _FEWEST_RUNS else len(one.runs | other.runs)
    return both / whole if whole else 0.0


def are_two_subjects(one: PairText, other: PairText) -> bool:
    """Whether each title has a word that is its own article's theme and not the other's.

    "On Android" and "on iOS" are two articles, however much of their text they share.
    """
    named = platforms_in(one.title), platforms_in(other.title)
    if named[0] and named[1] and not named[0] & named[1]:
        return True
    return _has_own_theme(one, other) and _has_own_theme(other, one)


def _has_own_theme(one: PairText, other: PairText) -> bool:
    return any(one.counts[word] > _OWN_THEME * other.counts[word] for word in one.subject - other.subject)


def are_apart(one: PairText, other: PairText) -> bool:
    """Whether two texts are no pair wherever their vectors lie: they share too little, or are about two subjects."""
    return common_text(one, other) < SAME_MATTER or are_two_subjects(one, other)


def likeness(one: PairText, other: PairText, cosine: float) -> Likeness | None:
    """Tell whether two articles in one language are duplicates or contradict each other; None: neither.

    They are duplicates where they share enough text, and contradict each other where they answer the same and differ in
    an amount, a number of steps or a negation. The score is the mean of the share and the cosine.

    Args:
        one: An article.
        other: Another one.
        cosine: Of their vectors, centred.
    """
    common = common_text(one, other)
    if are_apart(one, other):
        return None
    score = round((common + max(0.0, cosine)) / 2, 4)
    if common >= SAME_TEXT or cosine >= SAME_MEANING:
        places = _contradictions(one, other, common)
        if places:
            return Likeness(PairKind.CONTRADICTION, score, places[:_MOST_PLACES])
    return Likeness(PairKind.DUPLICATE, score, ()) if common >= SAME_TEXT else None


def _contradictions(one: PairText, other: PairText, common: float) -> tuple[PairPlace, ...]:
    found = {
        (each.one.start, each.one.end): _place(each.kind, one.body, each.one, other.body, each.other)
        for each in contradictions(one.body, other.body, one.locale)
        if each.kind is ConflictKind.STEPS or _is_one_sentence(one, each.one, other, each.other)
    }
    if common >= NEARLY_A_COPY:
        for mine, theirs, kind in _differing(one, other):
            found.setdefault((mine.start, mine.end), _place(kind, one.body, mine, other.body, theirs))
    return tuple(found[key] for key in sorted(found))


def _differing(one: PairText, other: PairText) -> list[tuple[Span, Span, ConflictKind]]:
    """Sentences of two near copies that are the same but for a number or a negation."""
    mine, theirs = _sentences(one), _sentences(other)
    said = {words for _, words in theirs}
    heard = {words for _, words in mine}
    found = []
    for span, words in mine:
        if words in said or not words:
            continue
        # What both texts say word for word has its partner already.
        left = [(place, each) for place, each in theirs if each and each not in heard]
        place, best = max(left, key=lambda each: _share(words, each[1]), default=(span, ()))
        if _share(words, best) < _SAME_SENTENCE:
            continue
        kind = _kind(words, best)
        if kind is not None:
            found.append((span, place, kind))
    return found


def _kind(one: Sequence[str], other: Sequence[str]) -> ConflictKind | None:
    mine, theirs = set(one) - set(other), set(other) - set(one)
    numbers = [{word for word in words if word[0].isdigit()} for words in (mine, theirs)]
    if numbers[0] and numbers[1]:
        return ConflictKind.NUMBERS
    if negations(" ".join(one)) != negations(" ".join(other)) and len(mine | theirs) <= _RUN:
        return ConflictKind.ADVICE
    return None


def _is_one_sentence(one: PairText, mine: Span, other: PairText, theirs: Span) -> bool:
    """Whether two places are one sentence with a difference: commas and a name that both mention are none."""
    words = _words(one.body, mine), _words(other.body, theirs)
    return words[0] != words[1] and _share(*words) >= _SAME_SENTENCE


def _words(body: str, span: Span) -> tuple[str, ...]:
    return tuple(_WORD.findall(body[span.start : span.end].casefold()))


def _sentences(text: PairText) -> list[tuple[Span, tuple[str, ...]]]:
    return [(span, _words(text.body, span)) for span in split(text.body, text.locale)]


def _share(one: Sequence[str], other: Sequence[str]) -> float:
    mine, theirs = set(one), set(other)
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def _place(kind: ConflictKind, one: str, mine: Span, other: str, theirs: Span) -> PairPlace:
    return PairPlace(
        PlaceKind(kind.value), mine.start, mine.end, one[mine.start : mine.end], theirs.start, theirs.end,
        other[theirs.start : theirs.end],
    )  # fmt: skip
