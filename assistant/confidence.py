"""The chance that a list of suggestions holds a useful article. Pure.

A logistic on a few features of the search, each of which means the same for every team: centred cosines, margins, what
similar tickets say. The shipped coefficients are a prior fitted on public sets (see docs/measurements.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from assistant.ballot import Vote
from assistant.evidence import Neighbour
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
    belief: float = 0.0
    """How much the votes were believed."""
    backing: float = 0.0
    """How like the question the nearest voters are (mean centred cosine of five), times the share of all votes that
    the first five articles got."""
    believed_cosine: float = 0.0
    """`cosine` times `belief`: where votes are believed, an article need not say itself what was asked."""
    believed_coverage: float = 0.0
    """`coverage` times `belief`."""
    answered: float = 0.0
    """How much more of the most similar resolved tickets an article answered than of all, -1..1: what is asked again
    and again and never answered by an article has none."""
    decided: float = 0.0
    """The chance that the ranking itself gives the first five together, times `belief`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What else is known of a search."""

    answered: float = 0.0
    """As the feature says."""
    decided: float = 0.0
    """0..1, the chance that the ranking gives the first five together."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Intercept and one coefficient per feature, in the order of Features."""

    intercept: float
    coefficients: tuple[float, ...]


PRIOR = Calibration(-7.75, (10.01, 8.65, 6.67, 0.55, 2.61, 7.79, -14.56, -1.59, 2.36, 2.26))
_NEAREST = 5


def features(
    matched: Match,
    votes: Mapping[str, Vote],
    near: Sequence[Neighbour] = (),
    belief: float = 0.0,
    first: Sequence[str] = (),
    seen: Seen | None = None,
) -> Features:
    """Describe a search; an empty one has all features 0.

    Args:
        matched: What the articles say.
        votes: What similar tickets say.
        near: Those tickets.
        belief: How much they were believed, 0..1.
        first: The first five articles.
        seen: What else is known.
    """
    cosines = sorted(matched.dense.values(), reverse=True)
    following = cosines[1:11]
    words = max(matched.lexical.values(), default=0.0)
    scores = {article_id: vote.score for article_id, vote in votes.items()}
    total = sum(scores.values())
    nearest = sorted((n.cosine for n in near), reverse=True)[:_NEAREST]
    likeness = max(sum(nearest) / len(nearest), 0.0) if nearest and total > 0 else 0.0
    cosine = cosines[0] if cosines else 0.0
    coverage = words / matched.ceiling if matched.ceiling > 0 else 0.0
    belief = belief if total > 0 else 0.0
    return Features(
        cosine=cosine,
        cosine_margin=cosines[0] - sum(following) / len(following) if following else 0.0,
        words=words / (words + 15.0),
        coverage=coverage,
        belief=belief,
        backing=likeness * sum(scores.get(article_id, 0.0) for article_id in first) / total if total > 0 else 0.0,
        believed_cosine=cosine * belief,
        believed_coverage=coverage * belief,
        answered=seen.answered if seen else 0.0,
        decided=seen.decided * belief if seen else 0.0,
    )


def chance(found: Features, calibration: Calibration = PRIOR) -> float:
    """The calibrated chance, 0..1, that the list is useful."""
    logit = calibration.intercept + sum(
        weight * value for weight, value in zip(calibration.coefficients, astuple(found), strict=True)
    )
    # The logistic function, in the form that no logit overflows.
    return 0.5 * (1.0 + math.tanh(logit / 2.0))
