"""Tickets that ask the same: groups with what stands for each. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.demand.asked import Demand
from assistant.demand.communities import communities, graph_of
from assistant.demand.grain import Grain
from assistant.demand.space import Space
from indexer.encode import Vectors
from indexer.neighbours import nearest

_NEAR, _FEWEST_NEAR = 20, 3


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets that ask the same, the one that speaks for them best first, ties by id."""

    rows: tuple[int, ...]
    """Places in the demand, of the tickets that no article is linked to."""
    linked: tuple[tuple[str, int], ...]
    """(family of articles, tickets of the group that link it), most first, ties by id."""

    @property
    def answered(self) -> float:
        """Share of all tickets of the group that link an article, 0..1."""
        linked = sum(count for _, count in self.linked)
        return linked / (linked + len(self.rows))


@dataclass(frozen=True, slots=True)
class Mixing:
    """How far the tickets that link one family of articles lie among those of a group."""

    family: str
    share: float
    """Of the nearest neighbours of the group's tickets, the share that links the article, 0..1."""
    density: float
    """How often a ticket of the article is such a neighbour, as a share of how often one of the group is: 1 if both are
    one crowd, near 0 if the group stands apart."""
    tickets: int
    """How many linked tickets the article has."""


def group(
    demand: Demand, rows: NDArray[np.int64], linked: NDArray[np.int64], space: Space, grain: Grain, *, least: int
) -> list[Group]:
    """Group some tickets by what they ask and what answered them, together with those that link articles.

    Linked tickets are grouped too, so that a ticket that asks what an article answers joins those that link it instead
    of blurring a group of tickets that ask something new.

    Args:
        demand: All tickets.
        rows: (m,) places of those without links.
        linked: (l,) places of those with links.
        space: Which differences count.
        grain: How fine to group.
        least: Groups with fewer tickets without links are left out.

    Returns:
        Largest group first, ties by the first ticket's id.
    """
    those = np.sort(np.concatenate([rows, linked]))
    placed = space.place(demand, those)
    named = communities(graph_of(placed), grain.size)
    is_linked = np.isin(those, linked)
    found = []
    for name in range(int(named.max(initial=-1)) + 1):
        own = named == name
        if (own & ~is_linked).sum() >= least:
            found.append(_group(demand, placed, those, np.flatnonzero(own & ~is_linked), those[own & is_linked]))
    return sorted(found, key=lambda each: (-len(each.rows), demand.ids[each.rows[0]]))


def _group(
    demand: Demand, placed: Vectors, those: NDArray[np.int64], own: NDArray[np.int64], linked: NDArray[np.int64]
) -> Group:
    middle = placed[own].mean(axis=0)
    cosines = placed[own] @ (middle / (float(np.linalg.norm(middle)) or 1.0))
    order = np.lexsort((own, -np.round(cosines, 6)))
    counted = Counter(demand.labels[row] for row in linked)
    return Group(
        tuple(those[own[order]].tolist()), tuple(sorted(counted.items(), key=lambda each: (-each[1], each[0])))
    )


def mixings(demand: Demand, groups: Sequence[Group], linked: NDArray[np.int64], space: Space) -> list[list[Mixing]]:
    """Which articles' tickets lie among those of each group.

    The share of neighbours that are of the other sample is the coincidence statistic of nearest neighbours (Schilling
    1986, "Multivariate two-sample tests based on nearest neighbors"); taken relative to the sizes of both.

    Args:
        demand: All tickets.
        groups: Of tickets without links.
        linked: (l,) places of the linked tickets.
        space: Which differences count.

    Returns:
        For each group the articles that any of its neighbours links, most mixed (by density) first, ties by id.
    """
    those = space.place(demand, linked)
    labels = [demand.labels[row] for row in linked]
    counted = Counter(labels)
    found = []
    for each in groups:
        own = space.place(demand, list(each.rows))
        # Of few tickets, few neighbours: more than there are of its own would always be others.
        places, _ = nearest(own, np.vstack([own, those]), 1 + min(_NEAR, max(_FEWEST_NEAR, len(own) - 1)))
        others = places[places != np.arange(len(own))[:, None]]
        inside = int((others < len(own)).sum())
        votes = Counter(labels[place - len(own)] for place in others[others >= len(own)].tolist())
        own_rate = max(inside, 1) / max(len(own) - 1, 1)
        mixed = [Mixing(a, n / len(others), n / counted[a] / own_rate, counted[a]) for a, n in votes.items()]
        found.append(sorted(mixed, key=lambda one: (-one.density, one.family)))
    return found
