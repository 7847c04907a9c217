"""Articles that are about the same, by their vectors: few enough pairs to read their texts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.encode import Vectors
from indexer.frame import centre

NEIGHBOURS = 8
"""So many nearest articles of each are looked at; nobody keeps nine articles about one thing."""
_SHRINK = 20.0
"""So many passages of the base as a whole stand in for a language that has few of its own."""
_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Near:
    """Two articles in one language whose vectors lie together; `one` is the smaller id."""

    one: str
    other: str
    cosine: float
    """Of their middles, centred by language, -1..1."""


def near_pairs(
    owners: Sequence[str], locales: Mapping[str, str], families: Mapping[str, str], vectors: Vectors, *, least: float
) -> list[Near]:
    """Pairs of articles in one language that are among each other's nearest; translations of one are no pair.

    Args:
        owners: (n,) article id of each passage.
        locales: Language by article id; articles that are not in it are left out.
        families: Id of the master by article id.
        vectors: (n, d) raw vectors of the passages.
        least: Least cosine of their middles.

    Returns:
        By cosine, most alike first, ties by ids.
    """
    kept = [i for i, owner in enumerate(owners) if owner in locales]
    articles = sorted({owners[i] for i in kept})
    if not articles:
        return []
    code = {article_id: i for i, article_id in enumerate(articles)}
    owner = np.array([code[owners[i]] for i in kept], np.int64)
    spoken = np.array([locales[each] for each in articles], np.str_)
    middles = np.zeros((len(articles), vectors.shape[1]), np.float32)
    np.add.at(middles, owner, _centred(vectors[kept], spoken[owner]))
    middles = centre(middles, np.float32(0.0))
    found: dict[tuple[str, str], float] = {}
    for locale in sorted(set(spoken.tolist())):
        places = np.flatnonzero(spoken == locale)
        for row, column, cosine in _neighbours(middles[places], least):
            a, b = sorted((articles[places[row]], articles[places[column]]))
            if families[a] != families[b]:
                found[a, b] = cosine
    return sorted((Near(*pair, cosine) for pair, cosine in found.items()), key=lambda n: (-n.cosine, n.one, n.other))


def _neighbours(middles: Vectors, least: float) -> list[tuple[int, int, float]]:
    """Rows and columns of the nearest others of each row."""
    found = []
    # All cosines at once would be gigabytes for tens of thousands of articles.
    for start in range(0, len(middles), _AT_ONCE):
        # Rounded, so that the same text in two places ties in whatever order the numbers were added up.
        cosines = np.round(middles[start : start + _AT_ONCE] @ middles.T, 5)
        for place, line in enumerate(cosines):
            line[start + place] = -1.0
            best = np.argsort(-line, kind="stable")[:NEIGHBOURS]
            found += [(start + place, int(other), float(line[other])) for other in best if line[other] >= least]
    return found


def _centred(vectors: Vectors, spoken: np.ndarray[tuple[int], np.dtype[np.str_]]) -> Vectors:
    mean = vectors.mean(axis=0)
    moved = vectors.copy()
    for locale in set(spoken.tolist()):
        own = spoken == locale
        moved[own] -= (vectors[own].sum(axis=0) + _SHRINK * mean) / (own.sum() + _SHRINK)
    return centre(moved, np.float32(0.0))
