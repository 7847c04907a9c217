"""Which vectors are nearest to which, exactly, for a few ten thousand of them. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors

_AT_ONCE = 1024


def nearest(
    queries: Vectors, vectors: Vectors, k: int, *, skip_self: bool = False
) -> tuple[NDArray[np.int64], Vectors]:
    """The k vectors with the largest inner product for each query.

    Args:
        queries: (q, d) float32.
        vectors: (n, d) float32.
        k: How many; at most n are found.
        skip_self: The queries are the vectors, and none is its own neighbour.

    Returns:
        (q, k') places, nearest first, equal ones by their place, and (q, k') inner products; k' is k, or what there is.
    """
    k = max(0, min(k, len(vectors) - skip_self))
    places = np.empty((len(queries), k), np.int64)
    products = np.empty((len(queries), k), np.float32)
    for start in range(0, len(queries) if k else 0, _AT_ONCE):
        found = queries[start : start + _AT_ONCE] @ vectors.T
        if skip_self:
            found[np.arange(len(found)), np.arange(start, start + len(found))] = -np.inf
        best = (
            np.argpartition(found, -k, axis=1)[:, -k:] if k < found.shape[1] else np.tile(np.arange(k), (len(found), 1))
        )
        values = np.take_along_axis(found, best, axis=1)
        order = np.lexsort((best, -values))
        places[start : start + len(found)] = np.take_along_axis(best, order, axis=1)
        products[start : start + len(found)] = np.take_along_axis(values, order, axis=1)
    return places, products
