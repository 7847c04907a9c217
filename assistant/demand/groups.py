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
from indexer.neighbours import nearest

_NEAR, _FEWEST_NEAR = 20, 3
_CROWD, _FAMILY = 0.6, 0.3
"""Shares of a ticket's neighbours that must link something, and one family. Of bank customers' questions that came in a
second time 99 in 100 are so surrounded (`benchmarks/capture.py`)."""


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets without a link that ask the same."""

    rows: tuple[int, ...]
    """Places in the demand, the ticket that speaks for the group best first, ties by id."""
    family: str = ""
    """The article that nearly all tickets around these link; "" where no article is linked around them."""


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
    """Group some tickets by what they ask and what answered them.

    Who stands in the middle of tickets that link one article asks what it answers. The others are grouped among
    themselves, since what many ask for the first time is easily torn apart by crowds around it.

    Args:
        demand: All tickets.
        rows: (m,) places of those without links.
        linked: (l,) places of those with links.
        space: Which differences count.
        grain: How fine to group.
        least: Smaller groups are left out.

    Returns:
        Largest group first, ties by the first ticket's id.
    """
    answered = _answered(demand, rows, linked, space)
    families = sorted(set(answered.values()))
    groups = [_group(demand, space, [row for row in rows.tolist() if answered.get(row) == f], f) for f in families]
    left = np.array([row for row in rows.tolist() if row not in answered], np.int64)
    named = communities(graph_of(space.place(demand, left)), grain.size)
    groups += [_group(demand, space, left[named == name].tolist()) for name in range(int(named.max(initial=-1)) + 1)]
    kept = [each for each in groups if len(each.rows) >= least]
    return sorted(kept, key=lambda each: (-len(each.rows), demand.ids[each.rows[0]]))


def _answered(demand: Demand, rows: NDArray[np.int64], linked: NDArray[np.int64], space: Space) -> dict[int, str]:
    """For tickets around which nearly all link something, the family that most of those link, ties by its id.

    A vote of the nearest neighbours (Cover & Hart 1967, "Nearest neighbor pattern classification"), each by the cube of
    its likeness; tickets without a link vote for none.
    """
    if not len(linked) or not len(rows):
        return {}
    those = np.sort(np.concatenate([rows, linked]))
    placed = space.place(demand, those)
    asking = np.flatnonzero([not demand.labels[row] for row in those])
    around, cosines = nearest(placed[asking], placed, _NEAR + 1)
    found: dict[int, str] = {}
    for n, place in enumerate(asking.tolist()):
        votes: dict[str, float] = {}
        for other, cosine in zip(around[n].tolist(), cosines[n].tolist(), strict=True):
            if other != place:
                label = demand.labels[those[other]]
                votes[label] = votes.get(label, 0.0) + max(0.0, cosine) ** 3
        all_of_them = sum(votes.values())
        without = votes.pop("", 0.0)
        family = min(votes, key=lambda each: (-votes[each], each), default="")
        if family and without <= (1 - _CROWD) * all_of_them and votes[family] >= _FAMILY * all_of_them:
            found[int(those[place])] = family
    return found


def _group(demand: Demand, space: Space, rows: Sequence[int], family: str = "") -> Group:
    placed = space.place(demand, list(rows))
    middle = placed.mean(axis=0)
    cosines = placed @ (middle / (float(np.linalg.norm(middle)) or 1.0))
    order = np.lexsort((np.arange(len(rows)), -np.round(cosines, 6)))
    return Group(tuple(rows[i] for i in order.tolist()), family)


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
    labels = [demand.labels[row] for row in linked]
    counted = Counter(labels)
    grouped = np.array([row for each in groups for row in each.rows], np.int64)
    placed = space.place(demand, grouped)
    # For all groups at once, which is what costs time; a group's own tickets are few.
    far, far_cosines = nearest(placed, space.place(demand, linked), _NEAR)
    found, start = [], 0
    for each in groups:
        count = len(each.rows)
        those = slice(start, start + count)
        start += count
        own, own_cosines = nearest(placed[those], placed[those], _NEAR, skip_self=True)
        # Of few tickets, few neighbours: more than there are of its own would always be others.
        k = min(_NEAR, max(_FEWEST_NEAR, count - 1))
        cosines = np.hstack([own_cosines, far_cosines[those]])
        first = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
        places = np.take_along_axis(np.hstack([own, far[those] + count]), first, axis=1)
        inside = int((places < count).sum())
        votes = Counter(labels[place - count] for place in places[places >= count].tolist())
        own_rate = max(inside, 1) / max(count - 1, 1)
        mixed = [Mixing(a, n / places.size, n / counted[a] / own_rate, counted[a]) for a, n in votes.items()]
        found.append(sorted(mixed, key=lambda one: (-one.density, one.family)))
    return found
