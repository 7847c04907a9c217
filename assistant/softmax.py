"""Multinomial logistic regression on a few dense and many sparse columns. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_REMEMBERED = 6
"""Steps that the curvature is guessed from; each costs memory of two times the weights."""


def fit_softmax(
    dense: Vectors,
    sparse: csr_matrix,
    targets: Vectors,
    *,
    penalty: float = 1.0,
    rounds: int = 60,
    start: tuple[Vectors, Vectors] | None = None,
) -> tuple[Vectors, Vectors]:
    """Fit by L-BFGS; the same input always gives the same weights.

    Args:
        dense: (n, p) float32; a column of ones among them is the intercept, which is held back like the rest.
        sparse: (n, v) float32.
        targets: (n, c) shares of the classes, rows of at most 1; a row that has less counts that much less.
        penalty: Half of it times the sum of the squared weights is added to the loss.
        rounds: At most so many steps.
        start: Weights to begin with, (p, c) and (v, c); None: no weights at all.

    Returns:
        (p, c) and (v, c) float32 weights; all 0 where there are no rows or no columns.

    Source: multinomial logistic regression with soft targets and an L2 penalty, minimised by L-BFGS
    (Liu, Nocedal, Mathematical Programming 1989, doi:10.1007/BF01589116).
    """
    from scipy.optimize import minimize

    few, count = dense.shape[1], targets.shape[1]
    shape = (few + sparse.shape[1], count)
    if not (len(dense) and shape[0] and count):
        weights = np.zeros(shape, np.float32)
        return weights[:few], weights[few:]
    wanted = np.asarray(targets, np.float32)
    mass, turned = wanted.sum(axis=1, keepdims=True), sparse.T.tocsr()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape).astype(np.float32)
        logits = dense @ weights[:few] + sparse @ weights[few:]
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits)
        totals = chances.sum(axis=1, keepdims=True)
        value = -float((wanted * (logits - np.log(totals))).sum(dtype=np.float64))
        chances *= mass / totals
        chances -= wanted
        slope = penalty * weights
        slope[:few] += dense.T @ chances
        slope[few:] += turned @ chances
        value += 0.5 * penalty * float(np.vdot(weights, weights))
        return value, slope.ravel().astype(np.float64)

    first = np.zeros(shape) if start is None else np.vstack(start).astype(np.float64)
    best = minimize(
        loss, first.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": _REMEMBERED}
    )
    weights = best.x.reshape(shape).astype(np.float32)
    return weights[:few], weights[few:]
