"""Every figure of a group of tickets in one table: its name, its unit, of which tickets, how it is computed. Pure.

What each means in words stands in docs/measures.md and, for the page and the exports, in the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from assistant.measures.figure import Figure, Values, count, mean_of, median_minutes, nps_of, share
from assistant.measures.frame import Frame, Mask

Pick = Callable[[Frame, Mask], Mask]
"""From the tickets of a group to some of them."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure."""

    name: str
    unit: str
    kind: str
    """"team" for how the desk does, "kcs" for how its knowledge is used."""
    of: Pick
    """Which of the group's tickets it is of: the denominator."""
    part: Pick | None = None
    """Which of those count, for a share."""
    column: str = ""
    """What is averaged, for other figures."""
    better: int = 0
    """1 if more is better, -1 if less is, 0 if that depends."""

    def figure(self, frame: Frame, group: Mask) -> Figure:
        """The figure of a group.

        Args:
            frame: All tickets.
            group: Which are meant, shape (n,).
        """
        of = self.of(frame, group)
        if self.part is not None:
            part = int(np.count_nonzero(self.part(frame, of)))
            return share(part, int(np.count_nonzero(of)))
        if not self.column:
            return count(int(np.count_nonzero(of)))
        return _AVERAGES[self.unit](frame.number(self.column, of))


def _mean_count(values: Values) -> Figure:
    return mean_of(values, unit="ratio")


_AVERAGES: Mapping[str, Callable[[Values], Figure]] = {
    "minutes": median_minutes,
    "nps": nps_of,
    "ratio": _mean_count,
}


def everything(_: Frame, group: Mask) -> Mask:
    """All tickets of the group."""
    return group


def known(name: str) -> Pick:
    """Tickets that have a value in a column."""
    return lambda frame, group: group & ~np.isnan(frame.numbers[name])


def some(name: str) -> Pick:
    """Tickets whose value in a column is above 0."""
    return lambda frame, group: group & (frame.numbers[name] > 0)


def _first_contact(frame: Frame, group: Mask) -> Mask:
    once: Mask = group & (frame.numbers["replies"] == 1) & (frame.numbers["reopened"] == 0)
    return once


DEFINITIONS: tuple[Definition, ...] = (
    Definition("handled", "count", "team", everything),
    Definition("first_response", "minutes", "team", known("first_response_s"), column="first_response_s", better=-1),
    Definition("first_response_work", "minutes", "team", known("first_response_work_s"),
               column="first_response_work_s", better=-1),
    Definition("resolution", "minutes", "team", known("resolution_s"), column="resolution_s", better=-1),
    Definition("resolution_work", "minutes", "team", known("resolution_work_s"), column="resolution_work_s",
               better=-1),
    Definition("first_contact", "share", "team", some("replies"), part=_first_contact, better=1),
    Definition("reopened", "share", "team", everything, part=some("reopened"), better=-1),
    Definition("satisfied", "share", "team", known("satisfied"), part=some("satisfied"), better=1),
    Definition("nps", "nps", "team", known("nps"), column="nps", better=1),
    Definition("assisted", "share", "team", everything, part=some("assisted")),
    Definition("link_rate", "share", "kcs", everything, part=some("linked")),
    Definition("known", "share", "kcs", some("linked"), part=some("known")),
    Definition("new", "share", "kcs", everything, part=some("made")),
)  # fmt: skip
"""Figures of resolved tickets, in the order in which they are shown."""
BY_NAME: Mapping[str, Definition] = {each.name: each for each in DEFINITIONS}
OTHERS: Mapping[str, str] = {
    "link_accuracy": "share",
    "reuse": "ratio",
    "known_to_new": "ratio",
    "time_to_publish": "minutes",
    "participation": "share",
    "coverage": "share",
}
"""Figures that come from elsewhere than the tickets' facts, with their units."""


def figures_of(frame: Frame, group: Mask, *, kind: str = "") -> dict[str, Figure]:
    """All figures of a group of resolved tickets, by name.

    Args:
        frame: All tickets.
        group: Which are meant.
        kind: "team" or "kcs"; "" for both.
    """
    few = frame if group.all() else frame.taken(group)
    every = np.ones(len(few), dtype=bool)
    return {each.name: each.figure(few, every) for each in DEFINITIONS if kind in {"", each.kind}}


def tickets_of(name: str, frame: Frame, group: Mask, *, part: bool = False) -> list[str]:
    """The ids of the tickets that a figure is of, sorted; with `part` those of its numerator.

    Args:
        name: Of a definition.
        frame: All tickets.
        group: Which are meant.
        part: Only those that count.

    Raises:
        KeyError: No such figure.
    """
    definition = BY_NAME[name]
    mask = definition.of(frame, group)
    if part and definition.part is not None:
        mask = definition.part(frame, mask)
    return sorted(frame.ids[place] for place in np.flatnonzero(mask))
