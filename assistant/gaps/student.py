"""A quick judge that learned from the slow one: the calibrated confidence of a search, from a few signs. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors

Numbers = NDArray[np.float64]
_RIDGE = 1e-2
_ROUNDS = 40
_CLIP = 30.0
_CUTS = tuple(i / 20 for i in range(21))


@dataclass(frozen=True, slots=True, eq=False)
class Signs:
    """What is quickly known about many questions; n rows."""

    cosine: Vectors
    """(n,) the best centred cosine with an article."""
    margin: Vectors
    """(n,) how far that stands above the mean of the next ten articles."""
    likeness: Vectors
    """(n,) mean centred cosine of the five most similar linked tickets; 0 where there are none."""
    share: Vectors
    """(n,) share of the votes of the twenty most similar linked tickets that the first article got."""
    around: Vectors
    """(n,) of the five most similar tickets, linked or not, the share that is linked, by likeness."""
    matched: NDArray[np.int64]
    """(n,) code of the article that the text is nearest to; -1 without articles."""
    voted: NDArray[np.int64]
    """(n,) code of the article that has most votes; -1 without votes."""

    def columns(self) -> Numbers:
        """(n, 8) what the confidence is computed from; the first column is 1."""
        parts = [
            np.ones(len(self.cosine)), self.cosine, self.margin, self.likeness, self.share,
            self.likeness * self.share, self.cosine * self.likeness, self.around,
        ]  # fmt: skip
        return np.stack([np.asarray(part, np.float64) for part in parts], axis=1)

    def first(self, cut: float) -> NDArray[np.int64]:
        """(n,) code of the article that would stand first: the voted one where enough speaks for it.

        Args:
            cut: From this likeness x share on.
        """
        trusted = (self.voted >= 0) & ((self.likeness * self.share >= cut) | (self.matched < 0))
        return np.where(trusted, self.voted, self.matched)


@dataclass(frozen=True, slots=True)
class Student:
    """What was learned."""

    coefficients: tuple[float, ...]
    """One per column of `Signs.columns`."""
    cut: float
    """See `Signs.first`."""
    questions: int
    """How many the slow judge was asked about."""
    same_side: float
    """Share 0..1 of these on the same side of the threshold, each judged by a student that had not seen it."""
    error: float
    """Mean difference of the two confidences there."""
    same_first: float
    """Share of these in which both put the same article first."""

    def confidence(self, signs: Signs) -> Numbers:
        """(n,) the chance 0..1 that a list of suggestions is useful."""
        return _logistic(signs.columns() @ np.array(self.coefficients))


def learned(signs: Signs, confidence: Numbers, first: NDArray[np.int64], *, threshold: float) -> Student:
    """Learn from questions that the slow judge was asked about.

    A logistic regression on chances instead of outcomes (cross entropy, which the right chance minimises), slightly
    held back. How well it agrees is measured by halves: every second one is judged by what the others taught.

    Args:
        signs: Of n questions.
        confidence: (n,) what the slow judge said, 0..1.
        first: (n,) code of the article that it put first; -1 for none.
        threshold: The team's, for what is counted as agreement.
    """
    columns = signs.columns()
    cut = max(_CUTS, key=lambda each: (float((signs.first(each) == first).mean()) if len(first) else 0.0, -each))
    judged = np.zeros(len(confidence))
    for side in (0, 1):
        own = np.arange(len(confidence)) % 2 == side
        if (~own).any():
            judged[own] = _logistic(columns[own] @ _fitted(columns[~own], confidence[~own]))
    some = len(confidence) > 0
    return Student(
        coefficients=tuple(float(round(each, 9)) for each in _fitted(columns, confidence)),
        cut=cut,
        questions=len(confidence),
        same_side=float(((judged >= threshold) == (confidence >= threshold)).mean()) if some else 0.0,
        error=float(np.abs(judged - confidence).mean()) if some else 0.0,
        same_first=float((signs.first(cut) == first).mean()) if some else 0.0,
    )


def _fitted(columns: Numbers, chances: Numbers) -> Numbers:
    """(c,) by Newton's method (iteratively reweighted least squares); all 0 for no rows."""
    weights = np.zeros(columns.shape[1])
    penalty = _RIDGE * np.eye(columns.shape[1])
    for _ in range(_ROUNDS if len(chances) else 0):
        now = _logistic(columns @ weights)
        slope = columns.T @ (now - chances) + penalty @ weights
        curve = (columns * (now * (1 - now))[:, None]).T @ columns + penalty
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _logistic(values: Numbers) -> Numbers:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -_CLIP, _CLIP))), np.float64)
