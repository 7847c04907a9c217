"""Uncovered questions that ask the same, in whatever language, and those that nobody else asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from assistant.demand.asked import Demand
from assistant.demand.grain import Grain
from assistant.demand.groups import Mixing, group, mixings
from assistant.demand.space import Space
from assistant.gaps.corpus import Corpus
from indexer.encode import Vectors

LEAST = 3
"""Questions of a gap: twice may be chance."""
MOST_GROUPED = 20_000
"""So many are compared with each other; of more, so many make the groups and each of the others joins the nearest."""
_INSIDE = 0.1
"""The farthest tenth of a group does not say how wide it is."""
_FAR = 0.15
"""A ticket that is less than so much as near to the middle of its group as half of it are is about something else."""
_AT_ONCE = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Questions that ask the same."""

    rows: tuple[int, ...]
    """Places in the corpus, who speaks for it best first, ties by id."""
    centre: Vectors
    """(d,) the mean of its questions, of unit length; centred by language, otherwise as they are."""
    radius: float
    """Cosine that nine of ten of them reach with the centre of the others."""
    questions: tuple[Mixing, ...]
    """How far tickets of articles lie among its own by what is asked, most first."""
    answers: tuple[Mixing, ...] | None
    """The same by what was answered; None where too few answers are known."""


Labelled = Callable[[NDArray[np.int64]], Demand]
"""Makes the demand of some rows of the corpus."""


def clusters_of(
    corpus: Corpus,
    rows: NDArray[np.int64],
    linked: NDArray[np.int64],
    demand_of: Labelled,
    grain: Grain,
) -> tuple[list[Cluster], list[int]]:
    """Group uncovered questions.

    Args:
        corpus: Everything that is compared.
        rows: (m,) places of what is uncovered.
        linked: (l,) places of tickets with links, which say which differences count; none of them in `rows`.
        demand_of: Makes the demand of rows.
        grain: How fine to group.

    Returns:
        Clusters, the largest first, ties by the first question's id; and the places of single cases, rising. Every row
        is in exactly one of the two.
    """
    drawn = _drawn(corpus, rows)
    those = np.union1d(drawn, linked)
    demand = demand_of(those)
    at = {int(row): i for i, row in enumerate(those.tolist())}
    some = np.array([at[int(row)] for row in drawn], np.int64)
    told = np.array([at[int(row)] for row in linked if demand.labels[at[int(row)]]], np.int64)
    space = Space.learned(demand, told, grain.answer_weight)
    # Without the linked ones: which of them cover what was asked is decided already, and with more evidence.
    groups = group(demand, some, np.zeros(0, np.int64), space, grain, least=1)
    parted = [_parted(demand, space, each.rows, those) for each in groups]
    members = [own for own, _ in parted]
    rest = np.setdiff1d(rows, drawn)
    kept = [i for i, own in enumerate(members) if len(own) >= LEAST]
    singles = [row for own, far in parted for row in (far if len(own) >= LEAST else own + far)]
    singles += _joined(corpus, rest, [members[i] for i in kept], space)
    chosen = [groups[i] for i in kept]
    asked = mixings(demand, chosen, told, Space(space.questions, space.answers, 0.0))
    said = mixings(demand, chosen, told, Space(space.questions, space.answers, 1.0)) if grain.answer_weight else None
    found = [
        _cluster(corpus, members[i], tuple(asked[n]), tuple(said[n]) if said is not None else None)
        for n, i in enumerate(kept)
    ]
    return sorted(found, key=lambda each: (-len(each.rows), corpus.ids[each.rows[0]])), sorted(singles)


def _parted(
    demand: Demand, space: Space, rows: Sequence[int], those: NDArray[np.int64]
) -> tuple[list[int], list[int]]:  # fmt: skip
    """Those of a group that belong together, and those that are only there because they had to be somewhere.

    In the space in which they were grouped: what is asked in many words and always answered in the same is one gap.
    """
    own = space.place(demand, list(rows))
    cosines = own @ _unit(own.mean(axis=0))
    inside = cosines >= _FAR * float(np.median(cosines))
    named = those[np.asarray(rows, np.int64)]
    return [int(row) for row in named[inside]], [int(row) for row in named[~inside]]


def _drawn(corpus: Corpus, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k,) rising: all, or so many by a hash of their ids."""
    if len(rows) <= MOST_GROUPED:
        return np.sort(rows)
    keys = {int(row): sha256(corpus.ids[row].encode("utf-8", "replace")).digest() for row in rows}
    return np.array(sorted(sorted(keys, key=keys.__getitem__)[:MOST_GROUPED]), np.int64)


def _joined(corpus: Corpus, rest: NDArray[np.int64], members: list[list[int]], space: Space) -> list[int]:
    """Let each question join the group whose centre is nearest, if it lies inside; the others are given back."""
    if not len(rest):
        return []
    if not members:
        return [int(row) for row in rest]
    turn = _turn(space)
    placed = [turn(corpus.questions[own]) for own in members]
    centres = np.stack([_unit(each.mean(axis=0)) for each in placed])
    radius = np.array([radius_of(each) for each in placed], np.float32)
    alone: list[int] = []
    for start in range(0, len(rest), _AT_ONCE):
        part = rest[start : start + _AT_ONCE]
        cosines = turn(corpus.questions[part]) @ centres.T
        nearest = cosines.argmax(axis=1)
        inside = cosines[np.arange(len(part)), nearest] >= radius[nearest]
        for row, place, is_inside in zip(part.tolist(), nearest.tolist(), inside.tolist(), strict=True):
            (members[place] if is_inside else alone).append(row)
    return alone


def _turn(space: Space) -> Callable[[Vectors], Vectors]:
    """Questions as the space sees them, each of unit length."""

    def turned(vectors: Vectors) -> Vectors:
        moved = vectors if space.questions is None else vectors @ space.questions
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.where(lengths > 0, lengths, 1), np.float32)

    return turned


def _cluster(
    corpus: Corpus,
    rows: list[int],
    questions: tuple[Mixing, ...],
    answers: tuple[Mixing, ...] | None,
) -> Cluster:
    own = corpus.questions[rows]
    return Cluster(tuple(rows), _unit(own.mean(axis=0)), radius_of(own), questions, answers)


def radius_of(own: Vectors) -> float:
    """Cosine that nine of ten reach with the centre of the others: of few, each is near a centre that it made itself.

    Args:
        own: (n, d) rows of unit length.
    """
    total = own.sum(axis=0)
    others = total - own
    lengths = np.linalg.norm(others, axis=1)
    cosines = (own * others).sum(axis=1) / np.where(lengths > 0, lengths, 1)
    return float(np.quantile(cosines, _INSIDE))


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / (float(np.linalg.norm(vector)) or 1.0), np.float32)


def densities(found: tuple[Mixing, ...] | None) -> Mapping[str, float]:
    """By family, how far its tickets lie among a cluster's; empty where nothing is known.

    Args:
        found: As `Cluster` has them.
    """
    return {each.family: each.density for each in found or ()}
