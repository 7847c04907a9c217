"""What similar tickets say, for many questions at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.fusion import LEAST_BM25, LEAST_COSINE
from assistant.weights import Weights
from indexer.encode import Vectors

_SECONDS_PER_DAY = 86_400.0
_LIKENESS_OF = 5


@dataclass(frozen=True, slots=True, eq=False)
class Voters:
    """Tickets that vote; row r of the lower columns is one vote of one of them."""

    vectors: Vectors
    """(v, d) centred."""
    at_s: NDArray[np.float64]
    """(v,) when each came in."""
    ended: Vectors
    """(v,) 1 for those that ended well, else less."""
    begins: NDArray[np.int64]
    """(v + 1,) voter i has the votes begins[i] to begins[i + 1]."""
    article: NDArray[np.int64]
    """(r,) code of an article that can be shown."""
    part: Vectors
    """(r,) the part of a ticket's vote that goes to it, by the article's popularity."""
    articles: int
    linked: int
    """How many tickets that agents linked there are in all."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What the neighbours of q questions say."""

    votes: Vectors
    """(q, a) by article code."""
    belief: Vectors
    """(q,) how much they are to be believed, 0..1."""
    likeness: Vectors
    """(q,) mean centred cosine of the five nearest, at least 0."""


def ask(asked: Vectors, words: Vectors, own: NDArray[np.int64], voters: Voters, weights: Weights) -> Said:
    """Let the tickets most like each question vote, as `assistant.ballot` does it for one.

    A question's subject is not compared alone, which would mean to encode it: its weight goes to the whole.

    Args:
        asked: (q, d) centred questions.
        words: (q, v) BM25 of each with each voter; changed in place.
        own: (q,) which voter each question is itself, -1 for none.
        voters: Who votes.
        weights: The numbers.
    """
    count, k = len(asked), min(weights.neighbours, len(voters.vectors))
    if not k:
        return Said(np.zeros((count, voters.articles), np.float32), *np.zeros((2, count), np.float32))
    cosines = asked @ voters.vectors.T
    is_own = np.flatnonzero(own >= 0)
    cosines[is_own, own[is_own]] = -1.0
    words[is_own, own[is_own]] = 0.0
    dense, total = weights.whole + weights.subject, weights.whole + weights.subject + weights.alike
    summed = _stretched(words, LEAST_BM25, weights.alike / total)
    summed += _stretched(cosines.copy(), LEAST_COSINE, dense / total)
    near = np.argpartition(-summed, k - 1, axis=1)[:, :k]
    return _tally(np.take_along_axis(summed, near, 1), np.take_along_axis(cosines, near, 1), near, voters, weights)


def _stretched(scores: Vectors, least: float, weight: float) -> Vectors:
    """Each row stretched to 0..weight, in place; see `assistant.fusion.stretch`."""
    high = scores.max(axis=1, keepdims=True)
    scores -= np.float32(least)
    np.maximum(scores, 0, out=scores)
    scores *= np.where(high > least, weight / np.maximum(high - least, 1e-9), 0.0).astype(np.float32)
    return scores


def _tally(
    similarity: Vectors, cosines: Vectors, near: NDArray[np.int64], voters: Voters, weights: Weights
) -> Said:  # fmt: skip
    came_s = voters.at_s[near]
    age_days = (came_s.max(axis=1, keepdims=True) - came_s) / _SECONDS_PER_DAY
    said = voters.ended[near] * np.maximum(similarity, 0.0) ** weights.sharpness
    said = (said * 0.5 ** (age_days / weights.half_life_days)).ravel()
    flat = near.ravel()
    sizes = voters.begins[flat + 1] - voters.begins[flat]
    ends = np.cumsum(sizes)
    rows = np.arange(int(sizes.sum())) + np.repeat(voters.begins[flat] - (ends - sizes), sizes)
    question = np.repeat(np.repeat(np.arange(len(near)), near.shape[1]), sizes)
    cells = question * voters.articles + voters.article[rows]
    votes = np.bincount(cells, np.repeat(said, sizes) * voters.part[rows], len(near) * voters.articles)
    nearest = -np.sort(-cosines, axis=1)[:, :_LIKENESS_OF]
    mean = nearest.mean(axis=1)
    low, high = weights.likeness
    plenty = voters.linked / (voters.linked + weights.plenty)
    belief = np.clip((mean - low) / (high - low), 0.0, 1.0) * plenty
    return Said(
        votes.reshape(len(near), voters.articles).astype(np.float32),
        belief.astype(np.float32),
        np.maximum(mean, 0.0).astype(np.float32),
    )
