"""Which candidates of a run are known already: those that share tickets. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

LEAST_SHARED = 0.5
"""Of the smaller of two candidates so many tickets must be in both."""


def known_of(found: Sequence[Collection[str]], known: Mapping[str, Collection[str]]) -> dict[int, str]:
    """Pair what a run found with what is kept, each at most once.

    A candidate that grew keeps its id, also one that lost less than half; of two parts of a split the larger keeps it,
    of two that grew together the larger one's stays.

    Args:
        found: The ticket ids of each.
        known: The ticket ids of each kept one, by id.

    Returns:
        By place in `found` the kept id; most shared tickets first, ties by the share, then by id and place.
    """
    of_ticket: dict[str, list[str]] = {}
    for name in sorted(known):
        for ticket in known[name]:
            of_ticket.setdefault(ticket, []).append(name)
    pairs = []
    for place, tickets in enumerate(found):
        shared = Counter(name for ticket in tickets for name in of_ticket.get(ticket, ()))
        for name, count in shared.items():
            smaller = min(len(tickets), len(known[name]))
            if count >= LEAST_SHARED * smaller:
                pairs.append((-count, -count / max(len(tickets), len(known[name])), name, place))
    taken: dict[int, str] = {}
    names: set[str] = set()
    for _, _, name, place in sorted(pairs):
        if place not in taken and name not in names:
            taken[place] = name
            names.add(name)
    return taken
