"""Fits the chance that a list is useful to a team's own questions, held back by what is in force. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from assistant.confidence import Calibration, Features

LEAST_A_SIDE = 100
"""So many useful and so many useless lists are needed."""
PULLS = (100.0, 30.0, 10.0, 3.0, 1.0)
"""How strongly coefficients are held back, strongest first: at 1, moving one by 1 costs half a unit of log loss."""
_STEPS = 50
_CLOSE = 1e-8
_CERTAIN = 1e-6
"""A chance is kept so far from 0 and 1 that one question cannot cost everything."""

Numbers = NDArray[np.float64]


def rows_of(found: Sequence[Features]) -> Numbers:
    """(n, f) one row of the f features per question; none give shape (0, f)."""
    return np.array([astuple(each) for each in found], np.float64).reshape(len(found), len(astuple(Features())))


def fit(rows: Numbers, useful: Sequence[bool], start: Calibration, *, pull: float) -> Calibration:
    """Logistic regression with an L2 penalty on the distance from other coefficients: few labels change little.

    Args:
        rows: (n, f) as `rows_of` gives them.
        useful: (n,) whether each list held a linked article.
        start: What coefficients and intercept are held back to; without rows it is the result.
        pull: How strongly, above 0.

    Returns:
        The one minimum; penalty and log loss are convex.

    Raises:
        ValueError: The pull is not above 0, or there are not as many labels as rows.

    Source: ridge logistic regression (le Cessie, van Houwelingen, Applied Statistics 1992, doi:10.2307/2347628) around
    a prior mean, minimised by Newton's method with step halving.
    """
    if pull <= 0 or len(useful) != len(rows):
        raise ValueError(f"pull is {pull}, allowed: above 0; {len(useful)} labels for {len(rows)} rows, allowed: equal")
    inputs = np.hstack([np.ones((len(rows), 1)), rows])
    labels, prior = np.array(useful, np.float64), np.array([start.intercept, *start.coefficients])

    def cost(at: Numbers) -> float:
        logits = inputs @ at
        return float((np.logaddexp(0.0, logits) - labels * logits).sum() + 0.5 * pull * ((at - prior) ** 2).sum())

    best, reached = prior, cost(prior)
    for _ in range(_STEPS):
        chances = 0.5 * (1.0 + np.tanh(inputs @ best / 2.0))
        slope = inputs.T @ (chances - labels) + pull * (best - prior)
        bend = inputs.T @ (inputs * (chances * (1 - chances))[:, None]) + pull * np.eye(len(prior))
        step = np.linalg.solve(bend, slope)
        # Far from the minimum a whole step may go too far.
        size = next((half for half in 0.5 ** np.arange(30) if cost(best - half * step) < reached), 0.0)
        best, gained = best - size * step, reached - cost(best - size * step)
        reached -= gained
        if gained < _CLOSE:
            break
    return Calibration(float(best[0]), tuple(float(each) for each in best[1:]))


def best_pull(
    rows: Numbers, useful: Sequence[bool], later_rows: Numbers, later_useful: Sequence[bool], start: Calibration
) -> float:
    """The pull whose fit to some questions has the least log loss on later ones; of equal ones the strongest.

    Args:
        rows: (n, f) features to fit.
        useful: (n,) their labels.
        later_rows: (m, f) features to judge by.
        later_useful: (m,) their labels.
        start: What coefficients are held back to.
    """

    def loss(pull: float) -> float:
        chances = chances_of(later_rows, fit(rows, useful, start, pull=pull))
        return float(log_losses(chances, later_useful).sum())

    return min(PULLS, key=loss)


def chances_of(rows: Numbers, calibration: Calibration) -> Numbers:
    """(n,) what `confidence.chance` says of each row."""
    logits = calibration.intercept + rows @ np.array(calibration.coefficients)
    return np.asarray(0.5 * (1.0 + np.tanh(logits / 2.0)), np.float64)


def log_losses(chances: Numbers, useful: Sequence[bool]) -> Numbers:
    """(n,) the negative logarithm of what was said of what came true; lower is better, 14 at most."""
    kept = np.clip(chances, _CERTAIN, 1 - _CERTAIN)
    return -np.log(np.where(np.array(useful, np.bool_), kept, 1 - kept))
