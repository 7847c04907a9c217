"""Which tickets of the shelf have links: who may vote, and how many of those most like a question have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.link_table import Links
from assistant.match import best_places
from indexer.cosines import Cosines

_MOST_SIMILAR = 10
_SHARPNESS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Electorate:
    """What the links say of every ticket of the shelf, in the order of its places."""

    links: Links | None = None
    """Which links were looked at."""
    votable: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    """(n,) whether a ticket has a link, also one that its answers imply."""
    linked_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0, np.float64))
    """(n,) when an agent first linked an article to it, in seconds since 1970; infinite if nobody did."""

    def of(self, links: Links, nouns: Sequence[str]) -> Electorate:
        """The same for these links and these tickets; only what is new is looked at.

        Args:
            links: All links.
            nouns: Ticket ids; those that were known before stand first.
        """
        known = self if self.links is links else Electorate(links)
        if len(known.votable) == len(nouns):
            return known
        codes = np.array([links.tickets.get(noun, -1) for noun in nouns[len(known.votable) :]], np.int64)
        first_s = np.append(_first_links(links), np.inf)
        return Electorate(
            links,
            np.concatenate([known.votable, codes >= 0]),
            np.concatenate([known.linked_s, first_s[codes]]),
        )

    def first(self, count: int) -> Electorate:
        """The same of the first tickets only: the shelf may have grown since somebody else looked at it."""
        if count == len(self.votable):
            return self
        return Electorate(self.links, self.votable[:count], self.linked_s[:count])

    def answered(self, cosines: Cosines, allowed: NDArray[np.bool_], *, known_until_s: float = np.inf) -> float:
        """How much more of the tickets most like a question have a link of an agent than of all.

        Args:
            cosines: Of the question with every ticket.
            allowed: (n,) which it may know of.
            known_until_s: Links made later do not count.

        Returns:
            The share of the ten most similar, each with the weight of its cosine to the power of three, less the share
            of all; -1..1. 0 where there are fewer than ten, or none is similar at all.
        """
        count = min(len(cosines), len(allowed), len(self.linked_s))
        mask = allowed[:count]
        whole = cosines.first(count).best(0, mask, _MOST_SIMILAR)
        near = best_places(whole, mask, _MOST_SIMILAR)
        weights = np.maximum(whole[near], 0.0) ** _SHARPNESS
        total = float(weights.sum())
        if len(near) < _MOST_SIMILAR or total <= 0:
            return 0.0
        linked = (self.linked_s[:count] <= known_until_s) & (self.linked_s[:count] < np.inf)
        return float(weights @ linked[near]) / total - float((linked & mask).sum()) / float(mask.sum())


def _first_links(links: Links) -> NDArray[np.float64]:
    """(t,) when each ticket was first linked by an agent; infinite for one that has only implied links."""
    first = np.full(len(links.created_s), np.inf)
    at_s = np.where(links.implied, np.inf, links.at_s)
    np.minimum.at(first, np.repeat(np.arange(len(first)), np.diff(links.begins)), at_s)
    return first
