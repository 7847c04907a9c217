"""The resolved tickets most like a question, and how much they are to be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.fusion import LEAST_BM25, LEAST_COSINE
from assistant.weights import Weights
from indexer.cosines import Cosines, within_reach
from indexer.encode import Vectors
from indexer.reader import ShelfReader

_LIKENESS_OF = 5


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One similar ticket that may vote."""

    ticket_id: str
    similarity: float
    """0..1 within this search."""
    cosine: float
    """Centred cosine of the whole questions, comparable between searches."""
    place: int
    """Of the ticket's passage on its shelf."""


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How like every ticket of the shelf is to one question."""

    cosines: Cosines
    """The whole question first, then its subject if it has one apart; of n tickets."""
    words: Vectors
    """(n,) BM25."""
    nouns: Sequence[str]
    """Ticket ids, at least n."""

    @staticmethod
    def of(shelf: ShelfReader, views: Vectors, words: Vectors) -> Likeness:
        """Compare a question with every ticket.

        Args:
            shelf: The ticket shelf.
            views: (v, d) the whole question encoded, then its subject if it has one apart from the text.
            words: (n,) what the shelf says of its words.
        """
        cosines = shelf.nearly(views)
        count = min(len(cosines), len(words))
        return Likeness(cosines.first(count), words[:count], shelf.noun)


def neighbours(likeness: Likeness, allowed: NDArray[np.bool_], weights: Weights) -> list[Neighbour]:
    """The tickets most like a question, best first, ties by place, at most `weights.neighbours`.

    Args:
        likeness: How like each ticket is.
        allowed: (n,) which may be found.
        weights: How much each view counts.
    """
    count = min(len(likeness.words), len(allowed))
    mask = allowed[:count]
    if not mask.any():
        return []
    cosines, words = likeness.cosines.first(count), likeness.words[:count]
    legs = [_Leg.of(weights.whole, cosines.best(0, mask, 1), mask, LEAST_COSINE)]
    legs += [
        _Leg.of(weights.subject, cosines.best(view, mask, 1), mask, LEAST_COSINE)
        for view in range(1, len(cosines.values))
    ]
    margin = sum(2 * leg.share(float(error)) for leg, error in zip(legs, cosines.errors, strict=True))
    legs.append(_Leg.of(weights.alike, words, mask, LEAST_BM25))
    total = sum(leg.weight for leg in legs)
    summed = _summed(legs, total)
    reach = within_reach(summed, mask, weights.neighbours, margin / total)
    cosines.sharpen(reach)
    exact = _summed([leg.at(reach) for leg in legs], total)
    order = np.lexsort((reach, -exact))[: weights.neighbours]
    return [
        Neighbour(likeness.nouns[place], similarity, float(cosines.values[0, place]), place)
        for place, similarity in zip(reach[order].tolist(), exact[order].tolist(), strict=True)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Leg:
    """One of the views that a neighbour's similarity is made of."""

    weight: float
    scores: Vectors
    """(n,)"""
    least: float
    """This is 0."""
    high: float
    """This is 1, the best that is allowed, if it is above `least`."""

    @staticmethod
    def of(weight: float, scores: Vectors, mask: NDArray[np.bool_], least: float) -> _Leg:
        # Three times as quick as `scores.max(where=mask)`.
        return _Leg(weight, scores, least, float(np.where(mask, scores, np.float32(-np.inf)).max(initial=-np.inf)))

    def at(self, places: NDArray[np.int64]) -> _Leg:
        return _Leg(self.weight, self.scores[places], self.least, self.high)

    def share(self, difference: float) -> float:
        """What a difference between two scores counts at most."""
        return self.weight * difference / (self.high - self.least) if self.high > self.least else 0.0


def _summed(legs: Sequence[_Leg], total: float) -> Vectors:
    """(n,) the legs as `fusion.stretch` stretches them, by weight; what is not allowed has 1 at most too."""
    summed: Vectors = np.zeros_like(legs[0].scores)
    for leg in legs:
        if leg.high > leg.least:
            # In place: for a hundred thousand tickets each new column would cost as much as the arithmetic.
            stretched = leg.scores - np.float32(leg.least)
            np.clip(stretched, 0.0, leg.high - leg.least, out=stretched)
            stretched /= np.float32(leg.high - leg.least)
            stretched *= np.float32(leg.weight / total)
            summed += stretched
    return summed


def strength(near: Sequence[Neighbour], linked_tickets: int, weights: Weights) -> float:
    """How much the evidence is to be believed, 0..1: are there linked tickets, and are any of them like this one?

    Args:
        near: Similar linked tickets.
        linked_tickets: How many linked tickets there are in all.
        weights: Where belief begins and where it is full.
    """
    if not near:
        return 0.0
    nearest = sorted((n.cosine for n in near), reverse=True)[:_LIKENESS_OF]
    low, high = weights.likeness
    likeness = float(np.clip((sum(nearest) / len(nearest) - low) / (high - low), 0.0, 1.0))
    return likeness * linked_tickets / (linked_tickets + weights.plenty)
