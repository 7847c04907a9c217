"""The space in which tickets are grouped: question and answer side by side, each as its metric sees it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.demand.asked import Demand
from assistant.demand.metric import within_class
from indexer.encode import Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """What was learned about which differences count."""

    questions: Vectors | None = None
    """(d, d), or None: questions count as they are."""
    answers: Vectors | None = None
    answer_weight: float = 0.0
    """Share 0..1 of the answers in the likeness of two tickets."""

    @staticmethod
    def learned(demand: Demand, rows: NDArray[np.int64], answer_weight: float) -> Space:
        """Learn from the linked ones among some tickets.

        Args:
            demand: All tickets.
            rows: (m,) places of those to learn from.
            answer_weight: Share of the answers.
        """
        labels = [demand.labels[row] for row in rows]
        told = [i for i, row in enumerate(rows) if demand.answered[row]]
        return Space(
            within_class(demand.questions[rows], labels),
            within_class(demand.answers[rows[told]], [labels[i] for i in told]) if told else None,
            answer_weight,
        )

    def place(self, demand: Demand, rows: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """Place some tickets.

        Args:
            demand: All tickets.
            rows: (m,) places of those.

        Returns:
            (m, d) or (m, 2 d) float32 rows of unit length; a ticket that nobody answered has its question alone.
        """
        asked = _turned(demand.questions[rows], self.questions)
        if not self.answer_weight:
            return asked
        said = _turned(demand.answers[rows], self.answers)
        both = np.hstack([np.sqrt(1 - self.answer_weight) * asked, np.sqrt(self.answer_weight) * said])
        return _unit(both)


def _turned(vectors: Vectors, matrix: Vectors | None) -> Vectors:
    return _unit(vectors if matrix is None else vectors @ matrix)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
