"""Whether the shown chance means what it says: a reliability diagram as data, and its one-number summary. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.metrics import Sample, bootstrap, bootstrap_interval

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose shown chance lies in one range."""

    low: float
    """The range is half-open, [low, high); the last one includes 1."""
    high: float
    questions: int
    shown: float
    """Mean chance that was shown; 0 if there are no questions."""
    useful: float
    """Share whose list held a useful article; 0 if there are no questions."""
    interval: tuple[float, float]
    """95 % bootstrap interval of that share; (0, 0) if there are no questions."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """A reliability diagram with its summary."""

    questions: int
    bins: tuple[Bin, ...]
    """From 0 to 1, the empty ones too."""
    error: float
    """Expected calibration error; 0 without questions."""
    interval: tuple[float, float]
    """Its 95 % bootstrap interval. Resampling makes every bin noisier, so it lies a little high on few questions."""
    shown: float
    """Mean chance that was shown."""
    useful: float
    """Share whose list was useful."""


def reliability(chances: Sequence[float], useful: Sequence[bool], *, bins: int = BINS) -> Reliability:
    """Compare shown chances with what came true.

    Args:
        chances: 0..1, what was shown for each question.
        useful: Whether a labelled article was among the first five, in the same order.
        bins: How many ranges of equal width.

    Raises:
        ValueError: The two differ in length, a chance is outside of 0..1, or there is no bin.
    """
    if bins < 1:
        raise ValueError(f"bins is {bins}; allowed: 1 and more")
    rows: Sample = np.array(list(zip(chances, useful, strict=True)), np.float64).reshape(-1, 2)
    if ((rows[:, 0] < 0) | (rows[:, 0] > 1)).any():
        raise ValueError("a chance lies outside of 0..1")
    places = _places(rows[:, 0], bins)
    return Reliability(
        questions=len(rows),
        bins=tuple(_bin(rows[places == place], place, bins) for place in range(bins)),
        error=calibration_error(rows, bins=bins),
        interval=bootstrap(lambda drawn: calibration_error(drawn, bins=bins), rows),
        shown=float(rows[:, 0].mean()) if len(rows) else 0.0,
        useful=float(rows[:, 1].mean()) if len(rows) else 0.0,
    )


def calibration_error(rows: Sample, *, bins: int = BINS) -> float:
    """Expected calibration error: how far shown and true shares lie apart, bin by bin, weighted by questions.

    The sum over the bins of n_bin / n * |mean chance - share useful|, bins of equal width.

    Args:
        rows: (n, 2) float64: the shown chance, and 1 for useful or 0.
        bins: How many.

    Returns:
        0..1; 0 without rows.

    Source: Naeini, Cooper, Hauskrecht, AAAI 2015, doi:10.1609/aaai.v29i1.9602; in the form with equal-width bins of
    Guo et al., ICML 2017, arXiv:1706.04599, equation 3.
    """
    if not len(rows):
        return 0.0
    gaps = np.bincount(_places(rows[:, 0], bins), weights=rows[:, 0] - rows[:, 1], minlength=bins)
    return float(np.abs(gaps).sum() / len(rows))


def _places(chances: Sample, bins: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    edges = np.arange(1, bins) / bins
    return np.searchsorted(edges, chances, side="right").astype(np.int64)


def _bin(rows: Sample, place: int, bins: int) -> Bin:
    return Bin(
        low=place / bins,
        high=(place + 1) / bins,
        questions=len(rows),
        shown=float(rows[:, 0].mean()) if len(rows) else 0.0,
        useful=float(rows[:, 1].mean()) if len(rows) else 0.0,
        interval=bootstrap_interval(rows[:, 1].tolist()),
    )
