"""How well articles answer a question by themselves: dense and lexical legs, fused, best passage per article."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.fusion import convex
from assistant.weights import Weights
from indexer.encode import Vectors
from indexer.reader import Filter, ShelfReader


@dataclass(frozen=True, slots=True)
class Match:
    """What the two legs say about every noun that either of them found."""

    scores: dict[str, float]
    """0..1 by noun id."""
    passages: dict[str, int]
    """The passage of each noun that answers best."""
    dense: dict[str, float]
    """Best centred cosine by noun id, with what its language adds."""
    lexical: dict[str, float]
    """Best BM25 by noun id."""
    ceiling: float = 0.0
    """About the BM25 of a text that had every word of the question."""


def match(
    shelf: ShelfReader,
    text: str,
    locale: str,
    vector: Vectors,
    chosen: Filter,
    weights: Weights,
    *,
    phrases: Sequence[str] = (),
) -> Match:
    """Match a question with everything on a shelf.

    Args:
        shelf: Where to search.
        text: The question.
        locale: Its language.
        vector: (d,) the question encoded.
        chosen: What may be found.
        weights: How many candidates, and the share of each leg.
        phrases: Must stand in the text word for word; then nothing else is found.
    """
    masks = [shelf.allowed(chosen)] + ([shelf.with_phrases(phrases)] if phrases else [])
    cosine, words = shelf.cosines(vector[None, :])[0], shelf.words(text, locale)
    # The shelf may have grown between one call and the next.
    count = min(len(cosine), len(words), *map(len, masks))
    mask = np.logical_and.reduce([each[:count] for each in masks])
    cosine, words = cosine[:count], words[:count]
    near = cosine + weights.same_language * shelf.closeness(locale)[:count] / 2
    places = np.union1d(
        best_places(cosine, mask, weights.candidates), best_places(words, mask & (words > 0), weights.candidates)
    ).tolist()
    nouns = [shelf.noun[place] for place in places]
    dense = _best(nouns, near[places].tolist())
    lexical = {noun: score for noun, score in _best(nouns, words[places].tolist()).items() if score > 0}
    share = weights.dense_of_codes if _only_codes(text) else weights.dense
    passages = _best_passages(nouns, places, near, words, share)
    return Match(
        scores=convex(dense, lexical, alpha=share),
        passages={noun: int(shelf.dense.ids[place]) for noun, place in passages.items()},
        dense=dense,
        lexical=lexical,
        ceiling=shelf.ceiling(text, locale),
    )


def best_places(scores: Vectors, mask: NDArray[np.bool_], limit: int) -> NDArray[np.int64]:
    """Places of the highest scores among those that a mask allows, best first, ties by place.

    Args:
        scores: (n,).
        mask: (n,).
        limit: Most places, at least 1.
    """
    allowed = np.flatnonzero(mask)
    if len(allowed) > limit:
        found = scores[allowed]
        # All that are as good as the last one stay until the ties are broken.
        least = np.partition(found, len(found) - limit)[len(found) - limit]
        allowed = allowed[found >= least]
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


def _best_passages(
    nouns: Sequence[str], places: Sequence[int], near: Vectors, words: Vectors, alpha: float
) -> dict[str, int]:
    """Place of each noun's best passage."""
    fused = convex(
        dict(zip(places, near[places].tolist(), strict=True)),
        dict(zip(places, words[places].tolist(), strict=True)),
        alpha=alpha,
    )
    best: dict[str, int] = {}
    for noun, place in sorted(zip(nouns, places, strict=True), key=lambda pair: (-fused[pair[1]], pair[1])):
        best.setdefault(noun, place)
    return best
