"""One measured figure: many single measurements as a median and the slow end. Pure but for the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

T = TypeVar("T")
SPEED = "a second"
"""The unit of which more is better."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, how often, and what came out."""

    part: str
    """What it belongs to: "encoding", "suggest", "server" or "command"."""
    name: str
    unit: str
    """One of "ms", "s", "MB" and SPEED."""
    median: float
    p95: float
    """95 % of the measurements were as good or better, interpolated; of few measurements nearly the worst one."""
    worst: float
    """The largest; of a speed ("a second") the smallest."""
    count: int
    """Measurements."""

    @staticmethod
    def of(part: str, name: str, unit: str, values: Sequence[float]) -> Figure:
        """Sum up single measurements.

        Args:
            part: What it belongs to.
            name: What was measured.
            unit: In what.
            values: At least one.

        Raises:
            ValueError: There is none.
        """
        if not values:
            raise ValueError(f"{part}, {name}: nothing was measured")
        places = (50, 5, 0) if unit == SPEED else (50, 95, 100)
        median, slow, worst = (round(float(np.percentile(values, at)), 3) for at in places)
        return Figure(part, name, unit, median, slow, worst, len(values))


def milliseconds(call: Callable[[T], object], arguments: Iterable[T]) -> list[float]:
    """How long a call takes with each of some arguments, one after the other."""
    times = []
    for argument in arguments:
        began = time.perf_counter()
        call(argument)
        times.append((time.perf_counter() - began) * 1000)
    return times
