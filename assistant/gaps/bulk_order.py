"""What a search would put first and how sure it would be, for many questions at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.confidence import Calibration
from assistant.fusion import LEAST_COSINE
from assistant.gaps.bulk_votes import Said
from assistant.ranking import CLASSES, FIRST, schooled
from assistant.trust import Trust
from assistant.weighing import MOST
from assistant.weights import Weights
from indexer.encode import Vectors

_FOLLOWING = 10
_WORDS_HALF = 15.0
_REACH = 10.0
_LEAST_FORESEEN, _LEAST_BEST_FORESEEN = -0.3, 0.05
_MATCHED = 100
"""About so many articles match a question: two hundred passages are candidates."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What speaks for each of a articles in q questions; see `assistant.ranking.Signs`."""

    dense: Vectors
    """(q, a) best centred cosine of a passage; -1 for an article that the question cannot be shown."""
    fused: Vectors
    """(q, a) the same with its words on top."""
    lexical: Vectors
    """(q, a) best BM25 of a passage."""
    ceiling: Vectors
    """(q,) BM25 of a passage with every word."""
    learned: Vectors
    """(q, a) log probability less that of the likeliest; -inf for what the classifier does not know."""
    foreseen: Vectors
    """(q, a)"""
    recent: Vectors
    """(a,) less that of an article without links."""
    said: Said
    answered: Vectors
    """(q,)"""
    trust: Trust
    voters: int
    """How many tickets that agents linked there are in all."""


def features_of(heard: Heard, weights: Weights) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Describe the searches as `assistant.confidence.features` does it.

    Args:
        heard: What speaks for the articles.
        weights: What each part of it counts.

    Returns:
        (q, 10) features in the order of `assistant.confidence.Features`, and (q, 5) the articles that stand first, or
        all there are.
    """
    votes, belief = _heard(heard.said)
    sums, top5 = _summed(heard, votes, belief, weights)
    decided = _decided(sums)
    ranked = -np.sort(-heard.dense, axis=1)[:, : _FOLLOWING + 1]
    cosine = np.maximum(ranked[:, 0], -1.0)
    margin = cosine - ranked[:, 1:].mean(axis=1) if ranked.shape[1] > 1 else np.zeros(len(cosine))
    words = heard.lexical.max(axis=1)
    coverage = np.where(heard.ceiling > 0, words / np.maximum(heard.ceiling, 1e-9), 0.0)
    total = votes.sum(axis=1)
    own = np.take_along_axis(votes, top5, 1).sum(axis=1)
    backing = np.where(total > 0, heard.said.likeness * own / np.maximum(total, 1e-12), 0.0)
    columns = [
        cosine, margin, words / (words + _WORDS_HALF), coverage, belief, backing, cosine * belief, coverage * belief,
        heard.answered, decided * belief,
    ]  # fmt: skip
    return np.stack([np.asarray(each, np.float64) for each in columns], axis=1), top5.astype(np.int64)


def chances(features: NDArray[np.float64], calibration: Calibration) -> NDArray[np.float64]:
    """(q,) the chance 0..1 that each list is useful; see `assistant.confidence.chance`.

    Args:
        features: (q, 10) in the order of `assistant.confidence.Features`.
        calibration: Turns them into a chance.
    """
    logits = features @ np.array(calibration.coefficients) + calibration.intercept
    return np.asarray(0.5 * (1.0 + np.tanh(logits / 2.0)), np.float64)


def _heard(said: Said) -> tuple[Vectors, Vectors]:
    """The votes that count, and how much they are believed."""
    votes = np.where(said.belief[:, None] > 0, said.votes, np.float32(0))
    if votes.shape[1] > MOST:
        least = -np.partition(-votes, MOST - 1, axis=1)[:, MOST - 1 : MOST]
        votes = np.where(votes >= least, votes, np.float32(0))
    return votes, np.where(votes.sum(axis=1) > 0, said.belief, np.float32(0))


def _summed(heard: Heard, votes: Vectors, belief: Vectors, weights: Weights) -> tuple[Vectors, NDArray[np.int64]]:
    """(q, a) the weighted sums, -inf for what is no candidate; and (q, 5) the first articles."""
    fused = heard.fused
    high = fused.max(axis=1, keepdims=True)
    match = np.maximum(fused - LEAST_COSINE, 0) / np.maximum(high - LEAST_COSINE, 1e-9)
    matched = min(_MATCHED, match.shape[1])
    least = -np.partition(-match, matched - 1, axis=1)[:, matched - 1 : matched]
    is_matched = match >= least
    match = np.where(is_matched, match, 0)
    classes = min(CLASSES, match.shape[1])
    likely = -np.partition(-heard.learned, classes - 1, axis=1)[:, classes - 1 : classes]
    candidate = is_matched | (
        (belief > 0)[:, None] & ((votes > 0) | ((heard.learned >= likely) & (heard.learned > -np.inf)))
    )
    b, n = belief[:, None], heard.voters
    known = schooled(n, heard.trust, weights)
    foreseen_best = np.where(candidate, heard.foreseen, 0).max(axis=1, keepdims=True)
    lexical = np.where(is_matched, heard.lexical, 0)
    parts = {
        "alone": (1 - b) * match,
        "trusted": b * (heard.trust.match**2 * (1 - heard.trust.votes)) * match,
        "said": b * _of_best(lexical),
        "classified": b * known * np.maximum(0.0, 2.0 + heard.learned / _REACH),
        "voted": b * _of_best(votes),
        "foreseen": b * np.maximum(heard.foreseen, _LEAST_FORESEEN) / np.maximum(foreseen_best, _LEAST_BEST_FORESEEN),
        "recent": b * heard.recent[None, :],
    }
    sums = np.zeros_like(match)
    for name, part in parts.items():
        sums += np.float32(getattr(weights, name)) * part
    sums = np.where(candidate, sums, -np.inf).astype(np.float32)
    k = min(FIRST, sums.shape[1])
    top = np.argpartition(-sums, k - 1, axis=1)[:, :k]
    order = np.lexsort((top, -np.take_along_axis(sums, top, 1)))
    return sums, np.take_along_axis(top, order, 1)


def _decided(sums: Vectors) -> Vectors:
    chance = np.exp(sums - sums.max(axis=1, keepdims=True))
    k = min(FIRST, chance.shape[1])
    first = -np.partition(-chance, k - 1, axis=1)[:, :k]
    return np.asarray(first.sum(axis=1) / np.maximum(chance.sum(axis=1), 1e-12), np.float32)


def _of_best(values: Vectors) -> Vectors:
    best = values.max(axis=1, keepdims=True)
    return np.asarray(np.where(best > 0, values / np.maximum(best, 1e-12), 0), np.float32)
