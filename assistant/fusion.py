"""Merging scores of several legs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

_Key = TypeVar("_Key")
RRF_K = 60


LEAST_COSINE = -0.3
"""About the centred cosine of the least similar texts of a shelf: what the minimum would be if all were scored."""
LEAST_BM25 = 0.0
"""BM25 of a text that shares no word with the question."""


def stretch(scores: Mapping[_Key, float], least: float) -> dict[_Key, float]:
    """Stretch scores to 0..1: the best becomes 1, `least` 0, what is below it 0 too; if none is above it, all are 0.

    The lower end is what the least similar text of the whole shelf would score, not the worst of the few that were
    fetched: otherwise the worst candidate would count as if it had nothing in common with the question.
    """
    high = max(scores.values(), default=least)
    if high <= least:
        return dict.fromkeys(scores, 0.0)
    return {key: max(0.0, value - least) / (high - least) for key, value in scores.items()}


def convex(dense: Mapping[_Key, float], lexical: Mapping[_Key, float], *, alpha: float) -> dict[_Key, float]:
    """Weighted sum of two stretched legs.

    Who is missing in the lexical leg has no word in common and counts 0 there. The dense leg should score everything
    that the lexical one found; who is missing in it counts 0 too.

    Args:
        dense: Scores of the dense leg, any scale.
        lexical: Scores of the lexical leg, any scale.
        alpha: Weight of the dense leg, 0..1.

    Returns:
        0..1 for every key of either leg.

    Source: Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023 (arXiv 2210.11934).
    """
    first, second = stretch(dense, LEAST_COSINE), stretch(lexical, LEAST_BM25)
    keys = dict.fromkeys([*first, *second])
    return {key: alpha * first.get(key, 0.0) + (1 - alpha) * second.get(key, 0.0) for key in keys}


def reciprocal_rank(legs: Sequence[Mapping[str, float]], *, k: int = RRF_K) -> dict[str, float]:
    """Sum of 1 / (k + rank) over the legs, rank 1-based by falling score, ties by key.

    Source: Cormack, Clarke, Buettcher, SIGIR 2009, doi:10.1145/1571941.1572114.
    """
    fused: dict[str, float] = {}
    for leg in legs:
        for rank, key in enumerate(ranked(leg), start=1):
            fused[key] = fused.get(key, 0.0) + 1 / (k + rank)
    return fused


def ranked(scores: Mapping[str, float], *, limit: int | None = None) -> list[str]:
    """Keys by falling score, ties by key."""
    return sorted(scores, key=lambda key: (-scores[key], key))[:limit]
