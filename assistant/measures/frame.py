"""The facts of all tickets as columns in memory: a figure of a quarter is then a matter of milliseconds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from assistant.measures.figure import Values
from kb.reporting.ticket_facts import COLUMNS

Codes = NDArray[np.int32]
Mask = NDArray[np.bool_]
NO_DAY = -1
NUMBERS = (
    "first_response_s", "first_response_work_s", "resolution_s", "resolution_work_s", "replies", "reopened",
    "satisfied", "nps", "worked", "linked", "known", "made", "assisted", "shown", "opened", "used", "sent", "solved",
)  # fmt: skip
WORDS = ("locale", "product", "channel", "priority", "agent")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: a code per ticket."""

    codes: Codes
    """Shape (n,)."""
    names: tuple[str, ...]
    """Word of each code."""

    def code(self, name: str) -> int:
        """The code of a word; -1 if no ticket has it."""
        return self.names.index(name) if name in self.names else -1


@dataclass(frozen=True, slots=True)
class Frame:
    """Facts of n tickets, column by column; see kb.reporting.fact for what each means."""

    ids: NDArray[np.object_]
    """Ticket ids, shape (n,)."""
    created_on: Codes
    """Days since 1970-01-01."""
    resolved_on: Codes
    """The same; NO_DAY while it is not resolved."""
    numbers: Mapping[str, Values]
    """By name of NUMBERS, shape (n,); NaN where there is none."""
    words: Mapping[str, Words]
    """By name of WORDS, and "team"."""

    def __len__(self) -> int:
        return len(self.ids)

    def number(self, name: str, mask: Mask) -> Values:
        """A column of the tickets of a mask."""
        return self.numbers[name][mask]

    def taken(self, mask: Mask) -> Frame:
        """Only the tickets of a mask: all that follows is then as quick as they are few."""
        # Found once; each column is then only touched where it is wanted.
        rows = np.flatnonzero(mask)
        return Frame(
            self.ids[rows], self.created_on[rows], self.resolved_on[rows],
            {name: values.take(rows) for name, values in self.numbers.items()},
            {name: Words(words.codes.take(rows), words.names) for name, words in self.words.items()},
        )  # fmt: skip

    def is_word(self, name: str, word: str) -> Mask:
        """Which tickets have a word."""
        found: Mask = self.words[name].codes == self.words[name].code(word)
        return found


def frame_of(rows: Sequence[tuple[object, ...]], teams: Mapping[str, str], *, smallest: int) -> Frame:
    """Build the columns.

    Args:
        rows: (ticket id, version, *COLUMNS) in any order, which the frame keeps.
        teams: Team by agent key.
        smallest: Teams of fewer people count as no team.
    """
    columns: dict[str, Sequence[object]] = dict.fromkeys(COLUMNS, ())
    if rows:
        columns = dict(zip(COLUMNS, list(zip(*rows, strict=True))[2:], strict=True))
    words = {name: _words([str(word) for word in columns[name]]) for name in WORDS}
    frame = Frame(
        np.array([str(row[0]) for row in rows], dtype=object), _days(columns["created_on"]),
        _days(columns["resolved_on"]),
        {name: np.array(columns[name], dtype=np.float64) for name in NUMBERS}, words,
    )  # fmt: skip
    return with_teams(frame, teams, smallest=smallest)


def with_teams(frame: Frame, teams: Mapping[str, str], *, smallest: int) -> Frame:
    """The same tickets with their teams.

    Args:
        frame: The tickets.
        teams: Team by agent key.
        smallest: Teams of fewer people count as no team.
    """
    sizes: dict[str, int] = {}
    for team in teams.values():
        sizes[team] = sizes.get(team, 0) + 1
    agents = frame.words["agent"]
    named = [team if sizes.get(team := teams.get(agent, ""), 0) >= smallest else "" for agent in agents.names]
    by_agent = _words(named)
    codes = by_agent.codes[agents.codes] if len(agents.names) else np.zeros(0, np.int32)
    return replace(frame, words={**frame.words, "team": Words(codes, by_agent.names)})


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day of a number of days since 1970-01-01."""
    return _EPOCH + timedelta(days=number)


def week_name(number: int) -> str:
    """ISO week of a day number, as 2026-W19."""
    year, week, _ = day_of(number).isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(days: Codes) -> Codes:
    """The Monday of each day's ISO week; 1970-01-01 was a Thursday."""
    return (days - (days + 3) % 7).astype(np.int32)


def merged(frame: Frame, newer: Frame, places: dict[str, int]) -> Frame:
    """A frame with the rows of a newer one put over its own, or behind them; the frame itself stays as it was.

    Args:
        frame: What was known.
        newer: Tickets that changed or are new.
        places: Row of each ticket of the frame by id; those of new tickets are added.
    """
    if not len(newer):
        return frame
    size = len(frame)
    for one in newer.ids:
        places.setdefault(str(one), len(places))
    rows = np.array([places[str(one)] for one in newer.ids], dtype=np.intp)
    more = len(places) - size

    def put(old: NDArray[np.generic], new: NDArray[np.generic]) -> NDArray[np.generic]:
        both = np.concatenate([old, new[:1].repeat(more)]) if more else old.copy()
        both[rows] = new
        return both

    words = {}
    for name, old in frame.words.items():
        new = newer.words[name]
        # New words go behind the known ones, so that the codes of old tickets stay.
        known = set(old.names)
        names = old.names + tuple(word for word in new.names if word not in known)
        place = {word: code for code, word in enumerate(names)}
        codes = np.array([place[word] for word in new.names], np.int32)[new.codes]
        words[name] = Words(put(old.codes, codes), names)  # type: ignore[arg-type]
    return Frame(
        put(frame.ids, newer.ids), put(frame.created_on, newer.created_on),  # type: ignore[arg-type]
        put(frame.resolved_on, newer.resolved_on),  # type: ignore[arg-type]
        {name: put(frame.numbers[name], newer.numbers[name]) for name in NUMBERS}, words,  # type: ignore[misc]
    )  # fmt: skip


def _words(words: Sequence[str]) -> Words:
    names = tuple(sorted(set(words)))
    place = {word: code for code, word in enumerate(names)}
    return Words(np.array([place[word] for word in words], dtype=np.int32), names)


def _days(days: Sequence[object]) -> Codes:
    known: dict[object, int] = {None: NO_DAY}
    for day in set(days) - {None}:
        known[day] = day_number(date.fromisoformat(str(day)))
    return np.array([known[day] for day in days], dtype=np.int32)
