"""The chance that a list of suggestions holds a useful article. Pure.

A logistic on a few features of the search, each of which means the same for every team: centred cosines, agreement of
the neighbours, margins. The shipped coefficients are a prior fitted on public sets (see docs/measurements.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from assistant.evidence import Vote
from assistant.match import Match


@dataclass(frozen=True, slots=True)
class Features:
    """What the chance is computed from; every field is about 0..1."""

    cosine: float = 0.0
    """Best centred cosine of the question with a passage."""
    cosine_margin: float = 0.0
    """How far that stands above the mean of the next ten articles."""
    words: float = 0.0
    """BM25 of the best article, squashed: s / (s + 15)."""
    coverage: float = 0.0
    """The same BM25 as a share of what an article with every word of the question would have."""
    agreement: float = 0.0
    """1 if the same article is best in both legs."""
    unanimity: float = 0.0
    """Share of all votes that the first article got; 0 without votes."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Intercept and one coefficient per feature, in the order of Features."""

    intercept: float
    coefficients: tuple[float, ...]


PRIOR = Calibration(-8.8, (6.12, 2.32, 9.04, 0.78, 0.56, 1.83))


def features(matched: Match, votes: Mapping[str, Vote]) -> Features:
    """Describe a search; an empty one has all features 0."""
    cosines = sorted(matched.dense.values(), reverse=True)
    following = cosines[1:11]
    words = max(matched.lexical.values(), default=0.0)
    total = sum(vote.score for vote in votes.values())
    return Features(
        cosine=cosines[0] if cosines else 0.0,
        cosine_margin=cosines[0] - sum(following) / len(following) if following else 0.0,
        words=words / (words + 15.0),
        coverage=words / matched.ceiling if matched.ceiling > 0 else 0.0,
        agreement=float(bool(matched.dense) and _best(matched.dense) == _best(matched.lexical)),
        unanimity=max((vote.score for vote in votes.values()), default=0.0) / total if total > 0 else 0.0,
    )


def chance(found: Features, calibration: Calibration = PRIOR) -> float:
    """The calibrated chance, 0..1, that the list is useful."""
    logit = calibration.intercept + sum(
        weight * value for weight, value in zip(calibration.coefficients, astuple(found), strict=True)
    )
    # The logistic function, in the form that no logit overflows.
    return 0.5 * (1.0 + math.tanh(logit / 2.0))


def _best(scores: Mapping[str, float]) -> str:
    return max(scores, key=lambda key: (scores[key], key)) if scores else ""
