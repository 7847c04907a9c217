"""Figures by team, product, language and week; whatever would be about a few persons is left out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assistant.measures.definitions import figures_of
from assistant.measures.figure import Figure
from assistant.measures.frame import NO_DAY, Frame, Mask, monday_of, week_name

SMALLEST = 5
"""Fewest tickets, and fewest people who worked on them, that a group must have."""
DIMENSIONS = ("team", "product", "locale")
MOST = 200
"""Groups of one dimension, the largest."""


class Hidden(StrEnum):
    """Why a group's figures are not shown."""

    PEOPLE = "people"
    TICKETS = "tickets"
    BESIDE = "beside"
    """Only one other group is hidden, and whoever takes the shown ones off the whole would have its figures."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group and its figures."""

    name: str
    """Word of the dimension, or the ISO week; empty for tickets without."""
    tickets: int
    """How many; shown also where figures are not: it says how much was asked, not how anybody works."""
    figures: dict[str, Figure]
    """Empty where they are hidden."""
    hidden: Hidden | None = None


def hidden_of(frame: Frame, mask: Mask) -> Hidden | None:
    """Why the figures of some tickets are not shown; None if they are.

    Tickets whose agent is not known count as worked on by somebody else each time: nobody could be told from them.

    Args:
        frame: All tickets.
        mask: Which are meant.
    """
    agents = frame.words["agent"]
    codes = agents.codes[mask]
    if len(codes) < SMALLEST:
        return Hidden.TICKETS
    unknown = agents.code("")
    people = len(np.unique(codes[codes != unknown])) + int(np.count_nonzero(codes == unknown))
    return Hidden.PEOPLE if people < SMALLEST else None


def groups_of(frame: Frame, mask: Mask, dimension: str) -> list[Group]:
    """Figures of every group of a dimension, the largest first; ties by name.

    Args:
        frame: All tickets.
        mask: Which are meant.
        dimension: One of DIMENSIONS.
    """
    words = frame.words[dimension]
    sizes = np.bincount(words.codes[mask], minlength=len(words.names)) if len(words.names) else np.zeros(0, int)
    order = sorted((code for code in range(len(sizes)) if sizes[code]), key=lambda c: (-sizes[c], words.names[c]))
    found = []
    for code in order[:MOST]:
        inside = mask & (words.codes == code)
        reason = hidden_of(frame, inside)
        figures = {} if reason else figures_of(frame, inside)
        found.append(Group(words.names[code], int(sizes[code]), figures, reason))
    return _beside(found)


def weeks_of(frame: Frame, mask: Mask, *, narrowed: bool) -> list[Group]:
    """Figures of every ISO week in which a ticket was resolved, oldest first.

    Args:
        frame: All tickets.
        mask: Which are meant.
        narrowed: Whether the tickets are of a part of the desk; the whole desk's weeks may be those of few people.
    """
    mondays = monday_of(frame.resolved_on)
    found = []
    for monday in np.unique(mondays[mask & (frame.resolved_on != NO_DAY)]):
        inside = mask & (mondays == monday)
        n = int(np.count_nonzero(inside))
        reason = hidden_of(frame, inside) if narrowed else (Hidden.TICKETS if n < SMALLEST else None)
        figures = {} if reason else figures_of(frame, inside)
        found.append(Group(week_name(int(monday)), n, figures, reason))
    return found


def _beside(groups: list[Group]) -> list[Group]:
    """Hide the smallest shown group too where exactly one is hidden for its people."""
    hidden = [group for group in groups if group.hidden is not None]
    shown = [group for group in groups if group.hidden is None]
    if len(hidden) != 1 or hidden[0].hidden is not Hidden.PEOPLE or not shown:
        return groups
    last = shown[-1]
    return [Group(each.name, each.tickets, {}, Hidden.BESIDE) if each is last else each for each in groups]
