"""The tickets most like each of very many: exact for some ten thousand, nearly so for more. Pure.

Tickets are dealt into cells around centres, and each is compared with those of the cells nearest to its own (Sivic &
Zisserman 2003, "Video Google: a text retrieval approach to object matching in videos": an inverted file).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors
from indexer.neighbours import nearest

_EXACT = 20_000
"""So many are all compared with each other."""
_PER_CELL = 600
_CELLS_LOOKED_AT = 12
_DRAWN, _ROUNDS = 20_000, 4
_AT_ONCE = 8192


def nearby(
    vectors: Vectors, asked: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], Vectors]:  # fmt: skip
    """The nearest others of some vectors.

    Args:
        vectors: (n, d) float32 of unit length.
        asked: (m,) places of those that are asked for.
        k: How many; at most n - 1 are found.

    Returns:
        (m, k') places, nearest first, and (m, k') cosines; k' is k or what there is. Beyond 20,000 vectors one in some
        hundred is missed, and where fewer are found -1 stands with a cosine of 0.
    """
    k = max(0, min(k, len(vectors) - 1))
    if len(vectors) <= _EXACT:
        places, cosines = nearest(vectors[asked], vectors, k + 1)
        return _without_self(places, cosines, asked, k)
    centres = _centres(vectors, max(2, len(vectors) // _PER_CELL))
    cell = _cells(vectors, centres)
    order = np.argsort(cell, kind="stable")
    begins = np.searchsorted(cell[order], np.arange(len(centres) + 1))
    around = np.argsort(-(centres @ centres.T), axis=1, kind="stable")[:, :_CELLS_LOOKED_AT]
    places = np.full((len(asked), k), -1, np.int64)
    cosines = np.zeros((len(asked), k), np.float32)
    asking = cell[asked]
    for name in np.unique(asking).tolist():
        own = np.flatnonzero(asking == name)
        # Its own cell is always one of those; rising, so that ties go by place.
        members = np.sort(np.concatenate([order[begins[i] : begins[i + 1]] for i in {name, *around[name].tolist()}]))
        found, like = nearest(vectors[asked[own]], vectors[members], k + 1)
        found, like = _without_self(members[found], like, asked[own], k)
        places[own, : found.shape[1]], cosines[own, : found.shape[1]] = found, like
    return places, cosines


def _without_self(
    places: NDArray[np.int64], cosines: Vectors, asked: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], Vectors]:
    own = places == asked[:, None]
    # Among many alike it may not be its own nearest: then the last one goes.
    own[~own.any(axis=1), -1:] = True
    shape = (len(asked), min(k, max(places.shape[1] - 1, 0)))
    return places[~own].reshape(shape), cosines[~own].reshape(shape)


def _centres(vectors: Vectors, count: int) -> Vectors:
    """(c, d) of unit length, by k-means on a part of the vectors (Lloyd 1982)."""
    drawn = vectors[:: max(1, len(vectors) // _DRAWN)]
    centres = drawn[:: max(1, len(drawn) // count)][:count]
    for _ in range(_ROUNDS):
        cell = _cells(drawn, centres)
        summed = np.zeros_like(centres)
        np.add.at(summed, cell, drawn)
        lengths = np.linalg.norm(summed, axis=1, keepdims=True)
        centres = np.where(lengths > 0, summed / np.maximum(lengths, 1e-9), centres).astype(np.float32)
    return centres


def _cells(vectors: Vectors, centres: Vectors) -> NDArray[np.int64]:
    """(n,) the nearest centre of each."""
    parts = [
        (vectors[start : start + _AT_ONCE] @ centres.T).argmax(axis=1) for start in range(0, len(vectors), _AT_ONCE)
    ]
    return np.concatenate(parts)
