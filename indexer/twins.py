"""Articles that say the same in two languages, found by their vectors where nobody linked them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from indexer.encode import Vectors
from indexer.frame import centre

SURE = 0.6
"""Least cosine at which two articles that are each other's nearest count as translations of each other."""
_SHRINK = 20.0
_AT_ONCE = 1024


def twins(
    articles: Sequence[str], locales: Mapping[str, str], passages: Sequence[str], vectors: Vectors, turn: Vectors | None
) -> list[tuple[str, str]]:
    """Pairs of articles in different languages that are each other's nearest.

    Args:
        articles: Article ids.
        locales: Their languages.
        passages: (n,) article id of each passage.
        vectors: (n, d) their raw vectors.
        turn: (d, d) applied after centring, see `Frame`.

    Returns:
        (article, its twin) in both directions, by id; at most one twin per language, the first of equals.
    """
    if not len(passages):
        return []
    code = {article_id: i for i, article_id in enumerate(articles)}
    owner = np.array([code[each] for each in passages], np.int64)
    spoken = np.array([locales[each] for each in articles], np.str_)
    middles = np.zeros((len(articles), vectors.shape[1]), np.float32)
    np.add.at(middles, owner, _placed(vectors, spoken[owner], turn))
    middles = centre(middles, np.float32(0.0))
    found: list[tuple[str, str]] = []
    places = [np.flatnonzero(spoken == locale) for locale in sorted(set(spoken.tolist()))]
    for one, other in combinations(places, 2):
        for row, column in _mutual(middles[one], middles[other]):
            pair = articles[one[row]], articles[other[column]]
            found += [pair, pair[::-1]]
    return sorted(found)


def _mutual(rows: Vectors, columns: Vectors) -> list[tuple[int, int]]:
    """Places of those that are each other's nearest and near enough, the first of equals."""
    nearest = np.zeros(len(rows), np.int64)
    back, best = np.zeros(len(columns), np.int64), np.full(len(columns), -np.inf, np.float32)
    # All cosines at once would be gigabytes for tens of thousands of articles.
    for start in range(0, len(rows), _AT_ONCE):
        # Rounded, so that the same text in two places ties in whatever order the numbers were added up.
        cosines = np.round(rows[start : start + _AT_ONCE] @ columns.T, 5)
        nearest[start : start + _AT_ONCE] = cosines.argmax(axis=1)
        highest = cosines.max(axis=0)
        closer = highest > best
        back[closer] = start + cosines.argmax(axis=0)[closer]
        best[closer] = highest[closer]
    sure = np.flatnonzero((best >= SURE) & (nearest[back] == np.arange(len(columns))))
    return [(int(back[column]), int(column)) for column in sure]


def _placed(vectors: Vectors, spoken: np.ndarray[tuple[int], np.dtype[np.str_]], turn: Vectors | None) -> Vectors:
    """Centred per language, more than for a search: here nothing but the other language is looked at."""
    mean = vectors.mean(axis=0)
    moved = vectors.copy()
    for locale in set(spoken.tolist()):
        own = spoken == locale
        moved[own] -= (vectors[own].sum(axis=0) + _SHRINK * mean) / (own.sum() + _SHRINK)
    unit = centre(moved, np.float32(0.0))
    return unit if turn is None else centre(unit @ turn, np.float32(0.0))
