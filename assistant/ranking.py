"""The order of the suggested articles: what the article says, and what earlier agents did. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.trust import Trust
from assistant.weights import Weights

TERMS = ("alone", "trusted", "said", "classified", "voted", "foreseen", "topical", "recent")
"""What speaks for an article, each with a weight of the same name."""
CLASSES = 25
"""So many of the classifier's likeliest articles are candidates, beside all that match or have votes."""
FIRST = 5
"""So many articles are a list that may be useful or not."""
_REACH = 10.0
"""An article whose log probability lies so far below the likeliest one's counts half; at twice that, nothing."""
_LEAST_FORESEEN, _LEAST_BEST_FORESEEN = -0.3, 0.05

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lift:
    """A logarithm by article: how much more often it is meant than usual."""

    values: Mapping[str, float] = field(default_factory=dict)
    otherwise: float = 0.0
    """Of every other article."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Everything that speaks for articles in one search, by article id."""

    matched: Mapping[str, float] = field(default_factory=dict)
    """0..1, the match with the article."""
    lexical: Mapping[str, float] = field(default_factory=dict)
    """BM25 of the question's words, 0 or more."""
    voted: Mapping[str, float] = field(default_factory=dict)
    """Sums of votes, 0 or more."""
    learned: Mapping[str, float] = field(default_factory=dict)
    """The classifier's log probability less that of the likeliest article, 0 or less."""
    foreseen: Mapping[str, float] = field(default_factory=dict)
    """Cosine of the answer that is to be expected with the article's answers."""
    topic: Lift = field(default_factory=Lift)
    recent: Lift = field(default_factory=Lift)
    trust: Trust = field(default_factory=Trust)
    belief: float = 0.0
    """0..1, how much the evidence is to be believed."""
    voters: int = 0
    """Linked tickets that there are to learn from."""


def candidates(signs: Signs) -> list[str]:
    """What matches or has votes, and the likeliest of the classifier, by id; without belief what matches."""
    if signs.belief <= 0:
        return sorted(signs.matched)
    likeliest = sorted(signs.learned, key=lambda article_id: (-signs.learned[article_id], article_id))[:CLASSES]
    return sorted({*signs.matched, *signs.voted, *likeliest})


def terms(signs: Signs, articles: Sequence[str], weights: Weights) -> Numbers:
    """(k, 8) what speaks for each article, a column per name of TERMS; 0 is nothing.

    With belief b, trust m in the match, e in the votes and c in the classifier, and n voters:

    * alone (1 - b) match; trusted b m^2 (1 - e) match;
    * said b words / best words; voted b votes / most votes;
    * classified b s max(0, 2 + (log p - log p of the likeliest) / 10), where s is how much the classifier is to be
      believed: n / (n + schooling) (1 + mastery max(0, c - e) / (1 - e));
    * foreseen b max(-.3, cosine) / max(.05, best cosine);
    * topical b lift, recent b (lift - lift of an article without links).

    Args:
        signs: What was found.
        articles: (k,) their ids.
        weights: How schooling and mastery count; what the terms count is applied afterwards.
    """
    b, n = signs.belief, signs.voters
    match = _column(signs.matched, articles)
    foreseen = _column(signs.foreseen, articles)
    likeness = np.maximum(foreseen, _LEAST_FORESEEN) / max(float(foreseen.max(initial=0.0)), _LEAST_BEST_FORESEEN)
    known = schooled(n, signs.trust, weights)
    classified = np.maximum(0.0, 2.0 + _column(signs.learned, articles, -np.inf) / _REACH)
    recent = _column(signs.recent.values, articles, signs.recent.otherwise) - signs.recent.otherwise
    return np.stack(
        [
            (1 - b) * match,
            b * signs.trust.match**2 * (1 - signs.trust.votes) * match,
            b * _of_best(_column(signs.lexical, articles)),
            b * known * classified,
            b * _of_best(_column(signs.voted, articles)),
            b * likeness,
            b * _column(signs.topic.values, articles, signs.topic.otherwise),
            b * recent,
        ],
        axis=1,
    )


def schooled(voters: int, trust: Trust, weights: Weights) -> float:
    """How much the classifier is to be believed, 0 or more: with how many tickets it was taught, and how it does.

    Where all tickets about an article ask the same it gets right much of what the votes get wrong, and what speaks
    beside it only disturbs; where an article is a remedy for many complaints it is one voice among others.
    """
    if voters <= 0:
        return 0.0
    return voters / (voters + weights.schooling) * (1 + weights.mastery * trust.mastery)


@dataclass(frozen=True, slots=True)
class Order:
    """The articles of one search, weighed."""

    scores: dict[str, float]
    """0..1 by article id for every candidate: the share of what speaks for the best one, which has its match without
    belief and 1 with full belief; what speaks against an article more than for it is 0."""
    decided: float = 0.0
    """0..1, the chance that the conditional logit gives the first five together."""


def blend(signs: Signs, weights: Weights) -> Order:
    """Weigh all that speaks for articles together.

    The order is that of the weighted sum of the terms, a conditional logit (McFadden, "Conditional logit analysis of
    qualitative choice behavior", 1974). Without any belief it is the match itself, and it moves smoothly from there: a
    young knowledge base has no cliff.
    """
    articles = candidates(signs)
    if not articles:
        return Order({})
    sums = terms(signs, articles, weights) @ np.array([getattr(weights, name) for name in TERMS])
    best = float(sums.max())
    top = (1 - signs.belief) * max(signs.matched.values(), default=0.0) + signs.belief
    shares = np.maximum(sums, 0.0) * (top / best) if best > 0 else np.zeros(len(sums))
    chances = np.exp(sums - best)
    decided = float(np.sort(chances)[-FIRST:].sum() / chances.sum())
    return Order(dict(zip(articles, shares.tolist(), strict=True)), decided)


def _column(values: Mapping[str, float], articles: Iterable[str], otherwise: float = 0.0) -> Numbers:
    return np.array([values.get(article_id, otherwise) for article_id in articles], np.float64)


def _of_best(values: Numbers) -> Numbers:
    best = float(values.max(initial=0.0))
    return values / best if best > 0 else np.zeros_like(values)
