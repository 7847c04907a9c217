"""Which gap of this run is which of an earlier one: by the tickets they share, else by what they ask. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from indexer.encode import Vectors
from kb.gaps.model import ChangeKind, GapChange

_SAME = 0.3
"""Share of the smaller one's tickets that two groups must have in common to be one gap."""
_PART = 0.5
"""From this share on a group is said to have come out of another one, or gone into it."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A gap of an earlier run."""

    id: str
    tickets: frozenset[str]
    centre: Vectors
    """(d,) of unit length."""
    radius: float


@dataclass(frozen=True, slots=True, eq=False)
class Fresh:
    """A group of this run."""

    first: str
    """Id of the ticket that speaks for it best."""
    tickets: frozenset[str]
    centre: Vectors


def identify(
    fresh: Sequence[Fresh], known: Sequence[Known], looked_at: Collection[str]
) -> tuple[list[str], list[GapChange]]:
    """Give every group its id.

    The two groups with most tickets in common are one gap, then the next two, and so on. A group that shares none with
    any earlier gap is one whose tickets were not looked at this time, if its centre lies within that one's radius: so a
    gap keeps its id from week to week. All others are new and named after the ticket that speaks for them.

    Args:
        fresh: The groups.
        known: All earlier gaps.
        looked_at: Ids of all tickets of this run's window, covered ones included.

    Returns:
        (n,) ids, and what became of earlier gaps: new ones, splits, merges and those that are gone, in this order.
    """
    held: dict[str, list[int]] = {}
    for i, gap in enumerate(known):
        for ticket in gap.tickets:
            held.setdefault(ticket, []).append(i)
    shared: dict[tuple[int, int], int] = {}
    for new, each in enumerate(fresh):
        for ticket in each.tickets:
            for old in held.get(ticket, ()):
                shared[new, old] = shared.get((new, old), 0) + 1
    ids: dict[int, str] = {}
    taken: set[int] = set()
    for new, old in sorted(shared, key=lambda pair: (-shared[pair], fresh[pair[0]].first, known[pair[1]].id)):
        smaller = min(len(fresh[new].tickets), len(known[old].tickets))
        if new not in ids and old not in taken and shared[new, old] >= _SAME * smaller:
            ids[new] = known[old].id
            taken.add(old)
    seen = frozenset(looked_at)
    _by_centre(fresh, known, seen, ids, taken)
    changes = _named(fresh, known, ids)
    changes += _parts(fresh, known, shared, ids, taken)
    gone = [each.id for i, each in enumerate(known) if i not in taken and each.tickets <= seen]
    merged = {change.other_id for change in changes if change.kind is ChangeKind.MERGED}
    changes += [GapChange(gap_id, ChangeKind.GONE) for gap_id in gone if gap_id not in merged]
    return [ids[new] for new in range(len(fresh))], changes


def _by_centre(
    fresh: Sequence[Fresh], known: Sequence[Known], seen: frozenset[str], ids: dict[int, str], taken: set[int]
) -> None:
    """Groups that share no ticket with a gap of another time, by what they ask."""
    elsewhere = [i for i, each in enumerate(known) if i not in taken and not each.tickets & seen]
    if not elsewhere:
        return
    centres = np.stack([known[i].centre for i in elsewhere])
    pairs = []
    for new, each in enumerate(fresh):
        if new not in ids and len(each.centre) == centres.shape[1]:
            cosines = np.round(centres @ each.centre, 5)
            pairs += [
                (-float(cosines[j]), each.first, known[i].id, new, i)
                for j, i in enumerate(elsewhere)
                if cosines[j] >= known[i].radius
            ]
    for _, _, gap_id, new, old in sorted(pairs):
        if new not in ids and old not in taken:
            ids[new] = gap_id
            taken.add(old)


def _named(fresh: Sequence[Fresh], known: Sequence[Known], ids: dict[int, str]) -> list[GapChange]:
    """Name what is new."""
    used = {each.id for each in known}
    changes = []
    for new, each in sorted(enumerate(fresh), key=lambda pair: pair[1].first):
        if new not in ids:
            ids[new] = _free(each.first, used)
            used.add(ids[new])
            changes.append(GapChange(ids[new], ChangeKind.NEW))
    return changes


def _free(first: str, used: Collection[str]) -> str:
    salt = ""
    while True:
        name = "gap-" + sha256(f"{salt}{first}".encode("utf-8", "replace")).hexdigest()[:10]
        if name not in used:
            return name
        salt += "+"


def _parts(
    fresh: Sequence[Fresh],
    known: Sequence[Known],
    shared: Mapping[tuple[int, int], int],
    ids: Mapping[int, str],
    taken: Collection[int],
) -> list[GapChange]:
    changes = []
    for new, old in sorted(shared, key=lambda pair: (fresh[pair[0]].first, known[pair[1]].id)):
        if ids[new] == known[old].id:
            continue
        if old in taken and shared[new, old] >= _PART * len(fresh[new].tickets):
            changes.append(GapChange(ids[new], ChangeKind.SPLIT, known[old].id))
        elif old not in taken and shared[new, old] >= _PART * len(known[old].tickets):
            changes.append(GapChange(ids[new], ChangeKind.MERGED, known[old].id))
    return changes
