"""The supervised part of the ranking: which article a question like this one leads to, learned from all linked tickets.

Neighbours know what the few most similar tickets led to; a classifier weighs all of them, and so is right where the
neighbours are few or of two minds. A softmax regression on centred vectors: one that a small processor fits in
seconds, and whose answer costs one product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors
from kb.errors import StorageDamaged

_SCALE = 4.0
"""Vectors of unit length are stretched by this, which sets how strongly `_PENALTY` holds the weights back."""
_PENALTY = 1.0
_ROUNDS = 60
_REACH = 10.0
"""An article that is e to this power less likely than the likeliest gets no score at all."""
_DAMAGED = (OSError, ValueError, KeyError, EOFError, TypeError, RuntimeError, MemoryError, BadZipFile)
"""What NumPy and zipfile raise for a file that is not whole, or not theirs."""


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A fitted softmax regression."""

    articles: tuple[str, ...]
    """(c,) the article of each class, rising."""
    mean: Vectors
    """(d,) what is subtracted from a question before its length is made one."""
    weights: Vectors
    """(d + 1, c); the last row is the intercept."""

    def scores(self, vector: Vectors) -> dict[str, float]:
        """How likely each article is, by id, for those not far behind the likeliest.

        Args:
            vector: (d,) the whole question encoded.

        Returns:
            1 + (log p - log p of the likeliest) / 10, so 1 for the likeliest; only those above 0. Empty if it knows
            no article.
        """
        if not self.articles:
            return {}
        moved = vector - self.mean
        unit = moved / max(float(np.linalg.norm(moved)), 1e-9)
        logits = _SCALE * unit @ self.weights[:-1] + self.weights[-1]
        scores = 1.0 + (logits - logits.max()) / _REACH
        return {self.articles[i]: float(scores[i]) for i in np.flatnonzero(scores > 0)}

    def save(self, path: Path) -> None:
        """Write to a file aside and rename it."""
        aside = path.with_suffix(".new.npz")
        with aside.open("wb") as file:
            np.savez(
                file, articles=np.array(self.articles, np.str_), mean=self.mean, weights=self.weights.astype(np.float16)
            )
        aside.replace(path)

    @staticmethod
    def load(path: Path) -> Classifier:
        """Read what `save` wrote.

        Raises:
            StorageDamaged: The file is not one.
        """
        try:
            # Opened here: NumPy leaves a file open that is no archive.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
                found = Classifier(
                    tuple(str(each) for each in held["articles"]),
                    held["mean"].astype(np.float32),
                    held["weights"].astype(np.float32),
                )
        except _DAMAGED as error:
            raise StorageDamaged(f"The file {path} cannot be read.", hint="Run `svar index --full`.") from error
        shapes = (found.mean.shape, found.weights.shape)
        finite = np.isfinite(found.mean).all() and np.isfinite(found.weights).all()
        if shapes != ((found.mean.size,), (found.mean.size + 1, len(found.articles))) or not finite:
            raise StorageDamaged(f"The file {path} does not fit the index.", hint="Run `svar index --full`.")
        return found


def fit(vectors: Vectors, links: Sequence[Mapping[str, float]]) -> Classifier:
    """Fit a classifier to linked tickets.

    Args:
        vectors: (n, d) raw vectors of their questions.
        links: (n,) the articles of each with their shares, which add up to 1.

    Returns:
        One with a class for every linked article; of none for no tickets.

    Source: multinomial logistic regression with soft targets and an L2 penalty, minimised by L-BFGS
    (Liu, Nocedal, Mathematical Programming 1989, doi:10.1007/BF01589116).
    """
    from scipy.optimize import minimize

    articles = tuple(sorted({article_id for each in links for article_id in each}))
    dimension = vectors.shape[1]
    mean: Vectors = vectors.mean(axis=0) if len(vectors) else np.zeros(dimension, np.float32)
    shape = (dimension + 1, len(articles))
    if not articles:
        return Classifier((), mean, np.zeros(shape, np.float32))
    moved = vectors - mean
    unit = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    inputs = np.hstack([_SCALE * unit, np.ones((len(unit), 1))]).astype(np.float32)
    code = {article_id: i for i, article_id in enumerate(articles)}
    targets = np.zeros((len(links), len(articles)), np.float32)
    for row, each in enumerate(links):
        for article_id, share in each.items():
            targets[row, code[article_id]] = share

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape).astype(np.float32)
        logits = inputs @ weights
        logits -= logits.max(axis=1, keepdims=True)
        exponents = np.exp(logits)
        totals = exponents.sum(axis=1, keepdims=True)
        value = float(-(targets * (logits - np.log(totals))).sum()) + 0.5 * _PENALTY * float((weights**2).sum())
        slope = inputs.T @ (exponents / totals - targets) + _PENALTY * weights
        return value, slope.ravel().astype(np.float64)

    best = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    return Classifier(articles, mean, best.x.reshape(shape).astype(np.float32))
