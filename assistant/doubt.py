"""What nobody vouches for just now stands a little lower. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Set

LOWERED = 0.05
"""Share of its score that a doubted article loses: it falls behind an equal one that is verified, and behind one that
is hardly worse. With every fifth article of a real help centre overdue at random, a linked one is among the first five
for 76.2 % of the questions instead of 76.6 %; with 0.1 for 75.0 %, with 0.02 for 76.7 % (`benchmarks/upkeep.py`)."""


def lowered(scores: Mapping[str, float], doubted: Set[str], *, by: float = LOWERED) -> dict[str, float]:
    """The scores of articles, those of doubted ones a little lower.

    Args:
        scores: 0..1 by article id.
        doubted: Ids of articles that are overdue, or that a signal or a person doubts.
        by: Share of its score that such an article loses.

    Returns:
        A score for each, in the same order; the same scores if none of them is doubted.
    """
    return {each: score * (1.0 - by) if each in doubted else score for each, score in scores.items()}
