"""Groups of vectors that are closer to each other than chance: communities of their neighbour graph. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.encode import Vectors
from indexer.neighbours import nearest

NEIGHBOURS = 20
_POWER = 3
"""Likeness counts to this power: near neighbours hold together, far ones hardly."""
_TOLERANCE = 1e-5
"""What modularity must grow by for another round."""


def graph_of(vectors: Vectors, k: int = NEIGHBOURS) -> sparse.csr_matrix:
    """The graph of nearest neighbours, an edge wherever one of two is among the k nearest of the other.

    Args:
        vectors: (n, d) rows of unit length.
        k: Neighbours of each.

    Returns:
        (n, n) symmetric, weights cosine^3; rows that are unlike all others have none.
    """
    places, cosines = nearest(vectors, vectors, k, skip_self=True)
    rows = np.repeat(np.arange(len(vectors)), places.shape[1])
    weights = np.maximum(cosines.ravel(), 0.0).astype(np.float64) ** _POWER
    graph = sparse.csr_matrix((weights, (rows, places.ravel())), (len(vectors), len(vectors)))
    graph.eliminate_zeros()
    return graph.maximum(graph.T).tocsr()


def communities(graph: sparse.csr_matrix, size: float) -> NDArray[np.int64]:
    """Split a graph where it is thin.

    Louvain's method on modularity (Blondel, Guillaume, Lambiotte & Lefebvre 2008, "Fast unfolding of communities in
    large networks"). Its resolution grows with the graph, so that the grain stays the same whether a week is looked at
    or a year. Leiden's method finds as many topics, but the library's differs from run to run.

    Args:
        graph: (n, n) symmetric weights.
        size: The grain in tickets: resolution = n / size. Groups come out several times smaller.

    Returns:
        (n,) group of each row, numbered from 0; the same for the same graph.
    """
    # A second to import, so only where something is grouped.
    from sknetwork.clustering import Louvain

    if graph.shape[0] == 0:
        return np.zeros(0, np.int64)
    if graph.nnz == 0:
        return np.arange(graph.shape[0])
    method = Louvain(
        resolution=graph.shape[0] / size, tol_optimization=_TOLERANCE, tol_aggregation=_TOLERANCE, random_state=0
    )
    return np.asarray(method.fit_predict(graph), np.int64)
