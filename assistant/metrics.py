"""Measures of a ranking against graded judgements. Pure."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Sequence


def hit_at(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1.0 if one of the first k is relevant, else 0.0; k is at least 1."""
    return float(any(key in relevant for key in ranking[:k]))


def reciprocal_rank_at(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 / rank of the first relevant one among the first k, 0.0 if there is none (MRR@k is its mean)."""
    return next((1 / rank for rank, key in enumerate(ranking[:k], start=1) if key in relevant), 0.0)


def ndcg_at(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Normalised discounted cumulative gain with gains 0 and 1; 0.0 if nothing is relevant.

    Source: Järvelin, Kekäläinen, TOIS 2002, doi:10.1145/582415.582418.
    """
    gained = sum(1 / math.log2(rank + 1) for rank, key in enumerate(ranking[:k], start=1) if key in relevant)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), k) + 1))
    return gained / best if best else 0.0


def bootstrap_interval(values: Sequence[float], *, share: float = 0.95, rounds: int = 1000) -> tuple[float, float]:
    """Percentile interval of the mean by resampling with a fixed seed; (0, 0) for no values.

    Source: Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    """
    if not values:
        return 0.0, 0.0
    rng = random.Random(len(values))  # noqa: S311 - resampling, no secret
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    edge = (1 - share) / 2
    return means[int(edge * rounds)], means[min(rounds - 1, int((1 - edge) * rounds))]
