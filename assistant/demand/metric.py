"""Which directions of a vector tell topics apart, learned from tickets that link the same article. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors

_SHRINK = 1.0
"""Share of the mean variance that is added in every direction; what was measured to serve two very different teams."""
_LEAST_OF_CLASS = 3


def within_class(vectors: Vectors, labels: Sequence[str]) -> Vectors | None:
    """The matrix that makes what varies inside topics count less.

    Within-class covariance normalisation: W^(-1/2) with W the covariance of rows around the mean of their class (Hatch,
    Kajarekar & Stolcke 2006, "Within-class covariance normalization for SVM-based speaker recognition"), W shrunk
    towards a multiple of the identity. What it learns from some topics holds for topics that it has not seen.

    Args:
        vectors: (n, d) float32.
        labels: (n,) class of each row; "" for none.

    Returns:
        (d, d) float32, symmetric; None where no class has three rows.
    """
    rows: dict[str, list[int]] = {}
    for row, label in enumerate(labels):
        if label:
            rows.setdefault(label, []).append(row)
    scatter: NDArray[np.float64] = np.zeros((vectors.shape[1], vectors.shape[1]))
    free = 0
    for label in sorted(rows):
        if len(rows[label]) >= _LEAST_OF_CLASS:
            own = vectors[rows[label]].astype(np.float64)
            own -= own.mean(axis=0)
            scatter += own.T @ own
            free += len(own) - 1
    if not free or not np.trace(scatter):
        return None
    scatter /= free
    scatter += _SHRINK * np.trace(scatter) / len(scatter) * np.eye(len(scatter))
    values, directions = np.linalg.eigh(scatter)
    return np.asarray((directions / np.sqrt(values)) @ directions.T, np.float32)
