"""The resolved tickets most like a question, and how much they are to be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.fusion import LEAST_BM25, LEAST_COSINE
from assistant.match import best_places
from assistant.weights import Weights
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

    cosines: Vectors
    """(v, n) centred cosines, the whole question first, then its subject if it has one apart."""
    words: Vectors
    """(n,) BM25."""
    nouns: Sequence[str]
    """Ticket ids, at least n."""

    @staticmethod
    def of(shelf: ShelfReader, text: str, locale: str, whole: Vectors, subject: Vectors | None) -> Likeness:
        """Compare a question with every ticket.

        Args:
            shelf: The ticket shelf.
            text: The question.
            locale: Its language.
            whole: (d,) the whole question encoded.
            subject: (d,) its subject alone encoded; None if there is none apart from the text.
        """
        cosines = shelf.cosines(np.stack([whole] if subject is None else [whole, subject]))
        words = shelf.words(text, locale)
        count = min(cosines.shape[1], len(words))
        return Likeness(cosines[:, :count], words[:count], shelf.noun)


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
    views = likeness.cosines[:, :count]
    legs = [(weights.whole, views[0], LEAST_COSINE)]
    legs += [(weights.subject, view, LEAST_COSINE) for view in views[1:]]
    legs.append((weights.alike, likeness.words[:count], LEAST_BM25))
    total = sum(weight for weight, _, _ in legs)
    summed = np.zeros(count, np.float32)
    for weight, view, least in legs:
        stretched = _stretched(view, mask, least)
        stretched *= np.float32(weight / total)
        summed += stretched
    return [
        Neighbour(likeness.nouns[place], float(summed[place]), float(views[0, place]), int(place))
        for place in best_places(summed, mask, weights.neighbours)
    ]


def _stretched(scores: Vectors, mask: NDArray[np.bool_], least: float) -> Vectors:
    """(n,) as `fusion.stretch` does it; what is not allowed has 1 at most too."""
    high = float(scores.max(where=mask, initial=-np.inf))
    if high <= least:
        return np.zeros_like(scores)
    # In place: for a hundred thousand tickets each new column would cost as much as the arithmetic.
    stretched: Vectors = scores - np.float32(least)
    np.clip(stretched, 0.0, high - least, out=stretched)
    stretched /= np.float32(high - least)
    return stretched


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
