"""How far match, votes and classifier are right by themselves in this knowledge base, on its newest tickets. Pure.

Where articles answer questions in the customers' own words the match deserves most of the order; where agents link what
no search would find, the votes do; where all tickets of an article ask the same, a classifier that has seen thousands
is hardly ever wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.fusion import LEAST_COSINE, ranked
from assistant.weights import DEFAULT
from indexer.encode import Vectors
from indexer.frame import centre

ASKED = 300
"""So many of the newest linked tickets are asked."""
_FIRST = 10
"""An article behind the tenth is not found."""
_USUAL, _TICKETS_OF_IT = 0.35, 10
"""Few tickets say little: the mean is drawn towards the usual one as if so many more had that."""
_SECONDS_PER_DAY = 86_400.0
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Trust:
    """Mean reciprocal ranks, 0..1, of the first article that was really linked."""

    match: float = _USUAL
    """Among the articles that match a question best."""
    votes: float = _USUAL
    """Among those that earlier tickets vote for."""
    learned: float = _USUAL
    """Among those that the classifier finds likeliest."""

    @property
    def mastery(self) -> float:
        """0..1, the share of what the votes get wrong that the classifier gets right; 0 where it is no better."""
        return max(0.0, self.learned - self.votes) / max(1.0 - self.votes, _NOTHING)


def newest(count: int) -> int:
    """How many of so many linked tickets are asked: the newest 300, at most half of all, rounded up."""
    return min(ASKED, count - count // 2)


def drawn(reciprocal_ranks: Sequence[float]) -> float:
    """The mean of some reciprocal ranks, drawn towards .35 as if ten more had that; .35 for none."""
    return (sum(reciprocal_ranks) + _TICKETS_OF_IT * _USUAL) / (len(reciprocal_ranks) + _TICKETS_OF_IT)


def reciprocal(order: Sequence[str], linked: Collection[str]) -> float:
    """1 / rank of the first linked article; 0 beyond the tenth.

    Args:
        order: Article ids, best first.
        linked: What an agent linked.
    """
    return next((1 / rank for rank, article_id in enumerate(order[:_FIRST], 1) if article_id in linked), 0.0)


def votes_ranks(vectors: Vectors, links: Sequence[Mapping[str, float]], at_s: NDArray[np.float64]) -> list[float]:
    """How the votes of earlier tickets rank what was linked to the newest ones.

    Args:
        vectors: (n, d) raw vectors of linked tickets, oldest first.
        links: (n,) the articles of each with their shares, which add up to 1.
        at_s: (n,) when they came in, in seconds, rising.

    Returns:
        Reciprocal ranks of the newest 300, at most half of all: each is asked of those before it, by their cosine
        alone, with the votes of `ballot.Ballot`. Ties by article id.
    """
    count = len(vectors)
    first = count - newest(count)
    if first >= count:
        return []
    unit = centre(vectors, vectors.mean(axis=0))
    cosines = unit[first:] @ unit.T
    linking = Counter(article_id for each in links for article_id in each)
    found = []
    for place in range(first, count):
        similarity = np.maximum(cosines[place - first, :place] - LEAST_COSINE, 0.0)
        similarity /= max(float(similarity.max(initial=0.0)), _NOTHING)
        near = np.argsort(-similarity, kind="stable")[: DEFAULT.neighbours]
        age_days = (at_s[place] - at_s[near]) / _SECONDS_PER_DAY
        said = similarity[near] ** DEFAULT.sharpness * 0.5 ** (age_days / DEFAULT.half_life_days)
        votes: dict[str, float] = {}
        for voter, weight in zip(near.tolist(), said.tolist(), strict=True):
            for article_id, share in links[voter].items():
                votes[article_id] = votes.get(article_id, 0.0) + share * weight
        scores = {key: vote / linking[key] ** DEFAULT.popularity for key, vote in votes.items() if vote > 0}
        found.append(reciprocal(ranked(scores, limit=_FIRST), links[place]))
    return found
