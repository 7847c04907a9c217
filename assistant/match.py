"""How well articles answer a question by themselves: dense and lexical legs, fused, best passage per article."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.fusion import LEAST_COSINE, stretch
from assistant.weights import Weights
from indexer.cosines import Cosines, within_reach
from indexer.encode import Vectors
from indexer.reader import Filter


@dataclass(frozen=True, slots=True)
class Match:
    """What the two legs say about every noun that either of them found, and about the twins of those."""

    scores: dict[str, float]
    """0..1 by noun id: the cosine, and the shares of the question's words and grams and its codes on top, stretched."""
    passages: dict[str, int]
    """The passage that answers best, of each noun that either leg found: not of a twin that was only brought in."""
    dense: dict[str, float]
    """Best centred cosine by noun id."""
    lexical: dict[str, float]
    """Best BM25 by noun id."""
    ceiling: float = 0.0
    """About the BM25 of a text that had every word of the question."""


class Matched(Protocol):
    """A shelf that can be matched with: as it is, or as it would be with another text in it."""

    @property
    def noun(self) -> Sequence[str]:
        """What each place belongs to."""
        ...

    def allowed(self, chosen: Filter) -> NDArray[np.bool_]:
        """(n,) which passages may be found."""
        ...

    def words(self, text: str, locale: str) -> NDArray[np.float32]:
        """(n,) BM25 over stems."""
        ...

    def grams(self, text: str, locale: str) -> NDArray[np.float32]:
        """(n,) the share of the question's pieces of words."""
        ...

    def with_codes(self, text: str) -> NDArray[np.bool_]:
        """(n,) in which passages a code of the question stands."""
        ...

    def with_phrases(self, phrases: Sequence[str]) -> NDArray[np.bool_]:
        """(n,) in which passages all phrases stand."""
        ...

    def ceiling(self, text: str, locale: str) -> float:
        """About the BM25 of a passage with every word."""
        ...

    def nearly(self, vectors: Vectors, locale: str = "") -> Cosines:
        """(v, n) cosines."""
        ...

    def place_of(self, noun_id: str) -> int | None:
        """Place of a noun's newest passage."""
        ...

    def passage_id(self, place: int) -> int:
        """Id of the passage at a place."""
        ...


def match(
    shelf: Matched,
    text: str,
    locale: str,
    vector: Callable[[], Vectors],
    chosen: Filter,
    weights: Weights,
    *,
    phrases: Sequence[str] = (),
    twins: Mapping[str, str] | None = None,
) -> Match:
    """Match a question with everything on a shelf.

    Args:
        shelf: Where to search.
        text: The question.
        locale: Its language.
        vector: Gives the (d,) question encoded; called once the words are looked up, for it may take a moment.
        chosen: What may be found.
        weights: How many candidates, and what each leg counts.
        phrases: Must stand in the text word for word; then nothing else is found.
        twins: For articles in other languages, the one that says the same in the question's own.
    """
    masks = [shelf.allowed(chosen)] + ([shelf.with_phrases(phrases)] if phrases else [])
    words, grams, coded = shelf.words(text, locale), shelf.grams(text, locale), shelf.with_codes(text)
    ceiling = shelf.ceiling(text, locale)
    cosines = shelf.nearly(vector()[None, :], locale)
    # The shelf may have grown between one call and the next.
    count = min(len(cosines), len(words), len(grams), len(coded), *map(len, masks))
    mask = np.logical_and.reduce([each[:count] for each in masks])
    cosines, words = cosines.first(count), words[:count]
    on_top = weights.words * words / max(ceiling, 1e-9) + weights.grams * grams[:count] + weights.code * coded[:count]
    share, cosine = weights.dense_of_codes if _only_codes(text) else 1.0, cosines.best(0, mask, weights.candidates)
    fused = share * cosine + on_top.astype(np.float32)
    reach = within_reach(fused, mask, weights.candidates, 2 * share * float(cosines.errors[0]))
    cosines.sharpen(reach)
    fused[reach] = share * cosine[reach] + on_top[reach].astype(np.float32)
    places = np.union1d(
        best_places(cosine, mask, weights.candidates), best_places(fused, mask, weights.candidates)
    ).tolist()
    nouns = [shelf.noun[place] for place in places]
    passages = _best_passages(nouns, places, fused)
    scores = _best(nouns, fused[places].tolist())
    if twins and not phrases:
        known = {noun: twins[noun] for noun in scores if noun in twins and _is_allowed(shelf, twins[noun], mask)}
        scores = _own_first(scores, known, weights.twin)
    return Match(
        scores=stretch(scores, LEAST_COSINE),
        passages={noun: shelf.passage_id(place) for noun, place in passages.items()},
        dense=_best(nouns, cosine[places].tolist()),
        lexical={noun: score for noun, score in _best(nouns, words[places].tolist()).items() if score > 0},
        ceiling=ceiling,
    )


def _is_allowed(shelf: Matched, noun: str, mask: NDArray[np.bool_]) -> bool:
    place = shelf.place_of(noun)
    return place is not None and place < len(mask) and bool(mask[place])


def _own_first(scores: Mapping[str, float], twins: Mapping[str, str], behind: float) -> dict[str, float]:
    """The better score of two translations goes to the one in the question's language; the other stands behind it."""
    moved = dict(scores)
    for noun, score in scores.items():
        own = twins.get(noun)
        if own is not None:
            moved[own] = max(moved.get(own, -math.inf), score)
    for noun in scores:
        if noun in twins:
            moved[noun] = min(moved[noun], moved[twins[noun]] - behind)
    return moved


def best_places(scores: Vectors, mask: NDArray[np.bool_], limit: int) -> NDArray[np.int64]:
    """Places of the highest scores among those that a mask allows, best first, ties by place.

    Args:
        scores: (n,).
        mask: (n,).
        limit: Most places, at least 1.
    """
    # All that are as good as the last one stay until the ties are broken.
    allowed = within_reach(scores, mask, limit, 0.0)
    best: NDArray[np.int64] = allowed[np.lexsort((allowed, -scores[allowed]))][:limit]
    return best


def _only_codes(text: str) -> bool:
    return all(any(c.isdigit() for c in word) for word in text.split())


def _best(nouns: Sequence[str], scores: Sequence[float]) -> dict[str, float]:
    best: dict[str, float] = {}
    for noun, score in zip(nouns, scores, strict=True):
        if score > best.get(noun, -math.inf):
            best[noun] = score
    return best


def _best_passages(nouns: Sequence[str], places: Sequence[int], fused: Vectors) -> dict[str, int]:
    """Place of each noun's best passage."""
    best: dict[str, int] = {}
    for noun, place in sorted(zip(nouns, places, strict=True), key=lambda pair: (-float(fused[pair[1]]), pair[1])):
        best.setdefault(noun, place)
    return best
