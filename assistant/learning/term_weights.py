"""Fits what each term of the ranking counts to a team's own tickets, held back by what is in force. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.ranking import TERMS
from assistant.weights import Weights

PULLS = (300.0, 30.0, 3.0)
"""How strongly weights are held back, strongest first; at 3, moving one by 1 costs one and a half units of log loss."""
FIXED = "alone"
"""It alone makes the order where evidence is not believed, and is in the way of all other terms where it is."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ballotted:
    """One question: what speaks for each candidate, and which of them were right."""

    terms: Numbers
    """(k, t) as `ranking.terms` gives them."""
    right: NDArray[np.bool_]
    """(k,)"""


def fit(questions: Sequence[Ballotted], start: Weights, *, pull: float) -> Weights:
    """Conditional logit with an L2 penalty on the distance from other weights; no weight below 0, and FIXED stays.

    Minimises over all questions -mean over the right ones of log softmax(terms w), plus pull / 2 |w - start|^2.
    Questions without a right candidate, or without a wrong one, tell nothing.

    Args:
        questions: Asked of what was known before them.
        start: What the weights of the terms are held back to, and where all other weights come from.
        pull: How strongly, above 0.

    Source: McFadden, "Conditional logit analysis of qualitative choice behavior", 1974; L-BFGS-B by scipy.
    """
    prior = np.array([getattr(start, name) for name in TERMS], np.float64)
    telling = [each for each in questions if each.right.any() and not each.right.all()]
    if not telling:
        return start

    def loss(at: Numbers) -> tuple[float, Numbers]:
        value = 0.5 * pull * float(((at - prior) ** 2).sum())
        slope = pull * (at - prior)
        for each in telling:
            sums = each.terms @ at
            sums -= sums.max()
            chances = np.exp(sums)
            total = float(chances.sum())
            share = each.right / each.right.sum()
            value += float(np.log(total) - share @ sums)
            slope = slope + each.terms.T @ (chances / total - share)
        return value, slope

    bounds = [(at, at) if name == FIXED else (0.0, None) for name, at in zip(TERMS, prior, strict=True)]
    found = minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=bounds).x
    learned = {name: float(weight) for name, weight in zip(TERMS, found, strict=True)}
    return replace(start, **learned)  # type: ignore[arg-type] # the names are fields that hold a float
