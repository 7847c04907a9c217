"""A figure: a value, how sure it is, and of how many it is. The intervals. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Z95 = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""
ENOUGH = 20
"""Below so many cases a figure is "too few to say": half of a share's interval is then about 20 points or more."""
RESAMPLES = 1_000
SEED = 20_260_101
INTERVAL = (2.5, 97.5)
"""Per cent of the drawn values below the ends of an interval."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one group of tickets."""

    value: float | None
    """None where nothing was counted."""
    low: float | None
    """95 % interval; None where there is no value or no interval is known."""
    high: float | None
    n: int
    """How many it is of: the denominator of a share, the number of values of a median."""
    unit: str
    """"share", "minutes", "nps" (-100 to 100), "ratio" or "count"."""
    part: int | None = None
    """Numerator of a share; None for other figures."""

    @property
    def enough(self) -> bool:
        """Whether there are enough cases to say something."""
        return self.unit == "count" or self.n >= ENOUGH


def share(part: int, n: int) -> Figure:
    """A share with Wilson's interval.

    Args:
        part: How many have it, 0..n.
        n: Of how many; 0 gives no value.

    Source: Wilson, JASA 22 (1927), 209-212.
    """
    if n <= 0:
        return Figure(None, None, None, 0, "share", 0)
    low, high = wilson(part, n)
    return Figure(part / n, low, high, n, "share", part)


def wilson(part: int, n: int, *, z: float = Z95) -> tuple[float, float]:
    """Wilson's interval of a share, within 0..1; n >= 1."""
    p = part / n
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    below, above = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    # The ends are exact where nothing or everything has it; rounding must not move them.
    return (0.0 if part == 0 else max(0.0, below)), (1.0 if part == n else min(1.0, above))


def median_minutes(seconds: Values) -> Figure:
    """The median of durations in minutes.

    Args:
        seconds: Shape (n,); NaN does not count.
    """
    kept = np.sort(seconds[~np.isnan(seconds)]) / 60.0
    n = len(kept)
    if not n:
        return Figure(None, None, None, 0, "minutes")
    low, high = np.percentile(medians_drawn(kept, np.random.default_rng(SEED)), INTERVAL)
    return Figure(float(kept[(n - 1) // 2] + kept[n // 2]) / 2, float(low), float(high), n, "minutes")


def mean_of(values: Values, *, unit: str) -> Figure:
    """The mean of values; NaN does not count.

    Args:
        values: Shape (n,), of few different values.
        unit: The figure's unit.
    """
    kept = values[~np.isnan(values)]
    if not len(kept):
        return Figure(None, None, None, 0, unit)
    low, high = np.percentile(means_drawn(kept, np.random.default_rng(SEED)), INTERVAL)
    return Figure(float(kept.mean()), float(low), float(high), len(kept), unit)


def nps_of(answers: Values) -> Figure:
    """Net promoter score: per cent of answers 9 and 10, less per cent of 0 to 6.

    Args:
        answers: Shape (n,), 0..10; NaN does not count.

    Source: Reichheld, Harvard Business Review, December 2003.
    """
    kept = answers[~np.isnan(answers)]
    return mean_of(100.0 * ((kept >= 9).astype(float) - (kept <= 6).astype(float)), unit="nps")


def count(n: int) -> Figure:
    """How many there are; every ticket was counted, so there is no interval."""
    return Figure(float(n), None, None, n, "count")


def medians_drawn(values: Values, rng: np.random.Generator) -> Values:
    """The medians of RESAMPLES samples with replacement; the same values in any order give the same medians.

    Not the samples are drawn but the rank of their median: the middle of n uniform draws has a beta distribution. That
    is the bootstrap itself for odd n, and for even n as near as one rank.

    Args:
        values: Shape (n,), n >= 1.
        rng: Where the draws come from.

    Returns:
        Shape (RESAMPLES,).

    Source: Efron, Annals of Statistics 7 (1979), 1-26, section 3.
    """
    n = len(values)
    ranks = rng.beta((n + 1) / 2, (n + 1) / 2, RESAMPLES) * n
    drawn: Values = np.sort(values)[np.minimum(n - 1, ranks.astype(np.intp))]
    return drawn


def means_drawn(values: Values, rng: np.random.Generator) -> Values:
    """The means of RESAMPLES samples with replacement, drawn by how often each different value comes.

    Args:
        values: Shape (n,), n >= 1, of few different values.
        rng: Where the draws come from.

    Returns:
        Shape (RESAMPLES,).

    Source: Efron, Annals of Statistics 7 (1979), 1-26, section 3.
    """
    different, times = np.unique(values, return_counts=True)
    drawn: Values = rng.multinomial(len(values), times / len(values), RESAMPLES) @ different / len(values)
    return drawn
