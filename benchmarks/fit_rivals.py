"""Fits the weights of `assistant/drafts/rivals.py` on questions whose answers are known, and prints them.

Run: python benchmarks/fit_rivals.py HOME QUERIES [HOME QUERIES ...]
HOME is a data folder that `svar eval --work HOME` left behind, QUERIES a file of labelled questions. The matrix of the
article space (indexer/metric.npy) must not have been fitted to those very questions, or the cosine is trusted too much:
the shipped weights are from faq_nordic, each half of it placed by a matrix that was fitted to the other half.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.drafts.asked import read
from assistant.drafts.rivals import features
from assistant.evaluation.datasets import load_questions
from assistant.service import Service
from kb.settings import Settings

NAMES = ("FOUND", "LIKE", "TELLING", "NAMED", "OWN_LANGUAGE", "MISPLACED")
RIVALS = 5
RIDGE = 0.02
LEAST_SPREAD = 1e-6
"""A feature that never differs between rivals is not scaled up."""
Choice = tuple[NDArray[np.float64], NDArray[np.bool_]]
"""(n, 6) the features of the rivals, (n,) which of them answer."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="+", type=Path, metavar="HOME QUERIES")
    places = parser.parse_args().places
    choices = [
        choice for home, queries in zip(places[::2], places[1::2], strict=True) for choice in described(home, queries)
    ]
    weights = fit(choices)
    first = np.mean([right[0] for _, right in choices])
    chosen = np.mean([right[np.argmax(rows @ weights)] for rows, right in choices])
    print(f"{len(choices)} questions: right first {first:.3f}, right chosen {chosen:.3f}")
    print(", ".join(f"{name} {weight:.2f}" for name, weight in zip(NAMES, weights, strict=True)))


def described(home: Path, queries: Path) -> list[Choice]:
    """The rivals of every question that finds a right article among at least two."""
    service = Service.open(Settings(home=home))
    choices = []
    for each in load_questions(queries):
        found = service.gather(each.question, service.suggest(each.question))
        rivals = found.sources.quotable[:RIVALS]
        right = np.array([rival.article.id in each.relevant for rival in rivals])
        if len(rivals) > 1 and right.any():
            rows = np.array(features(found.question, read(found.question), rivals))
            choices.append((rows, right))
    return choices


def fit(choices: list[Choice]) -> NDArray[np.float64]:
    """(6,) the weights of a conditional logit, with a small penalty on each in units of its spread."""
    spread = np.concatenate([rows - rows.mean(0) for rows, _ in choices]).std(0)
    spread[spread < LEAST_SPREAD] = 1.0

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = float(RIDGE * len(choices) * weights @ weights), 2 * RIDGE * len(choices) * weights
        for rows, right in choices:
            sums = rows / spread @ weights
            chances = np.exp(sums - sums.max())
            chances /= chances.sum()
            hit = float(chances[right].sum())
            total -= math.log(hit + 1e-12)
            slope = slope - (rows / spread).T @ (chances * right / (hit + 1e-12) - chances)
        return total / len(choices), slope / len(choices)

    found: NDArray[np.float64] = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B").x / spread
    return found


if __name__ == "__main__":
    main()
