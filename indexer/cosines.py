"""How like a question is to everything on a shelf: exactly, or nearly at first and exactly where it matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors

Exactly = Callable[[NDArray[np.int64]], Vectors]
"""From (k,) places to the (v, k) exact cosines there."""


@dataclass(slots=True, eq=False)
class Cosines:
    """Centred cosines of the views of one question with all passages of a shelf; for one thread."""

    values: Vectors
    """(v, n); those that nobody asked to be exact may be off by `errors`."""
    errors: Vectors
    """(v,) 0 where all are exact."""
    exactly: Exactly | None = None
    """None: all are exact."""

    @staticmethod
    def exact(values: Vectors) -> Cosines:
        """From exact ones, (v, n)."""
        return Cosines(values, np.zeros(len(values), np.float32))

    def __len__(self) -> int:
        return int(self.values.shape[1])

    def first(self, count: int) -> Cosines:
        """The same of the first passages only."""
        return self if count == len(self) else Cosines(self.values[:, :count], self.errors, self.exactly)

    def sharpen(self, places: NDArray[np.int64]) -> None:
        """Make the cosines of all views exact at some places."""
        if self.exactly is not None and len(places):
            self.values[:, places] = self.exactly(places)

    def best(self, view: int, mask: NDArray[np.bool_], limit: int) -> Vectors:
        """(n,) the cosines of a view; exact for each that may be among the highest so many that a mask allows.

        All others are lower than those, so the highest are found as if all were exact.

        Args:
            view: Which one.
            mask: (n,) what may be found.
            limit: How many, at least 1.
        """
        found: Vectors = self.values[view]
        if self.exactly is not None:
            self.sharpen(within_reach(found, mask, limit, 2 * float(self.errors[view])))
        return found


def within_reach(scores: Vectors, mask: NDArray[np.bool_], limit: int, margin: float) -> NDArray[np.int64]:
    """Places, rising, whose score is no further than a margin below the highest so many that a mask allows.

    Where no score is off by more than half the margin, all of the really highest are among them, and so are their ties.

    Args:
        scores: (n,).
        mask: (n,).
        limit: How many are wanted, at least 1.
        margin: At least 0.
    """
    allowed = np.flatnonzero(mask)
    if len(allowed) > limit:
        found = scores[allowed] if len(allowed) < len(scores) else scores
        least = np.partition(found, len(found) - limit)[len(found) - limit]
        allowed = allowed[found >= least - np.float32(margin)]
    return allowed
