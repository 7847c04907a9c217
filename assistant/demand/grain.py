"""How fine to group, and how much answers count: learned from the team's own links. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.demand.asked import Demand
from assistant.demand.communities import communities, graph_of
from assistant.demand.space import Space

SIZES = (40, 60, 90, 130, 200, 300, 450, 700, 1000)
ANSWER_WEIGHTS = (0.0, 0.5, 0.7, 0.85)
_LEAST_LINKED, _LEAST_ARTICLES = 50, 10
_MOST = 6000
"""Linked tickets of each half that are grouped for the trial."""
MIXED_IS_WORSE = 0.5
"""A group that mixes two questions is worse than a question in two groups: precision counts twice."""
_LEAST_ANSWERED = 0.5
"""Share of the tickets that must have answers for answers to count at all."""


@dataclass(frozen=True, slots=True)
class Grain:
    """How tickets are grouped."""

    size: float = 300.0
    """See `communities`."""
    answer_weight: float = 0.0
    agreement: float = 0.0
    """B-cubed F of trial groups with the articles that were linked, 0..1; 0: nothing could be tried."""


def learned(demand: Demand, *, beta: float = MIXED_IS_WORSE, most_answers: float = 1.0) -> Grain:
    """Try grains on linked tickets, whose articles say what belongs together.

    Articles are dealt into two halves; the metric is learned from one and the other is grouped, both ways, since what
    will be grouped are questions that have no article yet.

    Args:
        demand: All tickets.
        beta: See `b_cubed`.
        most_answers: Answers count no more than this.

    Returns:
        The grain that agrees best, of equals the coarsest with the least weight of answers; the default where fewer
        than fifty tickets link ten articles.
    """
    half = _dealt(demand.labels)
    linked = np.array([i for i, label in enumerate(demand.labels) if label], np.int64)
    tried_weights = tuple(weight for weight in ANSWER_WEIGHTS if weight <= most_answers)
    weights = tried_weights if len(demand) and demand.answered.mean() >= _LEAST_ANSWERED else (0.0,)
    if len(linked) < _LEAST_LINKED or len(half) < _LEAST_ARTICLES:
        return Grain(answer_weight=weights[-1] and ANSWER_WEIGHTS[1])
    agreed: dict[tuple[float, float], list[float]] = {}
    sides = np.array([half[demand.labels[i]] for i in linked])
    for side in (0, 1):
        tried = linked[sides == side][:: max(1, int(np.ceil((sides == side).sum() / _MOST)))]
        truth = [demand.labels[i] for i in tried]
        for weight in weights:
            graph = graph_of(Space.learned(demand, linked[sides != side], weight).place(demand, tried))
            for size in SIZES:
                agreed.setdefault((weight, size), []).append(b_cubed(communities(graph, size).tolist(), truth, beta))
    best = max(agreed, key=lambda each: (round(sum(agreed[each]), 6), each[1], -each[0]))
    return Grain(best[1], best[0], sum(agreed[best]) / 2)


def b_cubed(groups: Sequence[int], truth: Sequence[str], beta: float = MIXED_IS_WORSE) -> float:
    """How well groups agree with classes: B-cubed F (Bagga & Baldwin 1998), 0..1.

    Precision is the mean over items of the share of their group that is of their class, recall the mean share of their
    class that is in their group; F = (1 + b^2) P R / (b^2 P + R).

    Args:
        groups: (n,) group of each item.
        truth: (n,) class of each item.
        beta: Below 1, precision counts more.
    """
    if not groups:
        return 0.0
    both, of_group, of_class = Counter(zip(groups, truth, strict=True)), Counter(groups), Counter(truth)
    precision = sum(n * n / of_group[group] for (group, _), n in both.items()) / len(groups)
    recall = sum(n * n / of_class[label] for (_, label), n in both.items()) / len(groups)
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


def _dealt(labels: Sequence[str]) -> dict[str, int]:
    """Articles in two halves, the most linked ones dealt in turn."""
    counted = Counter(label for label in labels if label)
    ranked = sorted(counted, key=lambda each: (-counted[each], each))
    # 0 1 1 0: neither half gets the larger of each pair.
    return {label: (0, 1, 1, 0)[i % 4] for i, label in enumerate(ranked)}
