"""Measures of a ranking against graded judgements, and of a number against what it claims. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

Sample = NDArray[np.float64]
ROUNDS = 1000
_RESAMPLED_AT_ONCE = 4_000_000


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


def auroc(positive: Sequence[float] | Sample, negative: Sequence[float] | Sample) -> float:
    """The chance that a positive one scores higher than a negative one; ties count half; 0.5 if either is empty.

    Source: Hanley, McNeil, Radiology 1982, doi:10.1148/radiology.143.1.7063747 (the Mann-Whitney statistic).
    """
    above, below = np.asarray(positive, np.float64), np.sort(np.asarray(negative, np.float64))
    if not len(above) or not len(below):
        return 0.5
    lower = np.searchsorted(below, above, side="left")
    not_higher = np.searchsorted(below, above, side="right")
    return float((lower + not_higher).sum() / (2 * len(above) * len(below)))


def threshold_keeping(values: Sequence[float] | Sample, share: float) -> float:
    """The highest threshold that at least a share of the values reaches (>=).

    Args:
        values: Any numbers.
        share: Above 0, at most 1.

    Returns:
        One of the values; -inf if there are none, which everything reaches.

    Raises:
        ValueError: The share is outside of its range.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share is {share}; allowed: above 0, at most 1")
    falling = np.sort(np.asarray(values, np.float64))[::-1]
    if not len(falling):
        return -math.inf
    # Without the small step back, 0.95 * 20 is 19.000000000000004 on some days and asks for all 20.
    return float(falling[max(1, math.ceil(share * len(falling) - 1e-9)) - 1])


def share_reaching(values: Sequence[float] | Sample, threshold: float) -> float:
    """The share of the values that are at or above a threshold; 0.0 for none."""
    array = np.asarray(values, np.float64)
    return float((array >= threshold).mean()) if len(array) else 0.0


def bootstrap_interval(values: Sequence[float], *, share: float = 0.95, rounds: int = ROUNDS) -> tuple[float, float]:
    """Percentile interval of the mean by resampling with a fixed seed; (0, 0) for no values.

    Source: Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    """
    column = np.asarray(values, np.float64)
    if not len(column):
        return 0.0, 0.0
    rng = np.random.default_rng(len(column))
    step = max(1, _RESAMPLED_AT_ONCE // len(column))
    means = [
        column[rng.integers(len(column), size=(min(step, rounds - done), len(column)))].mean(axis=1)
        for done in range(0, rounds, step)
    ]
    return _percentiles(np.concatenate(means), share)


def bootstrap(
    statistic: Callable[..., float], *samples: Sample, share: float = 0.95, rounds: int = ROUNDS
) -> tuple[float, float]:
    """Percentile interval of any figure by resampling rows with a fixed seed.

    Args:
        statistic: Takes the samples in their order, returns the figure.
        *samples: Each (n,) or (n, columns); rows belong together and are drawn together, every sample by itself.
        share: How much of the distribution lies within, 0..1.
        rounds: How many times to resample.

    Returns:
        Lower and upper end; (0, 0) if any sample is empty.

    Source: Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and 13.
    """
    if not samples or not all(len(sample) for sample in samples):
        return 0.0, 0.0
    rng = np.random.default_rng([len(sample) for sample in samples])
    figures = [
        statistic(*(sample[rng.integers(len(sample), size=len(sample))] for sample in samples)) for _ in range(rounds)
    ]
    return _percentiles(np.array(figures), share)


def _percentiles(figures: Sample, share: float) -> tuple[float, float]:
    ordered, edge = np.sort(figures), (1 - share) / 2
    last = len(ordered) - 1
    return float(ordered[int(edge * len(ordered))]), float(ordered[min(last, int((1 - edge) * len(ordered)))])
