"""Which tickets a list holds: a filter as frozen data, checked, and as plain data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from kb.errors import InvalidRow
from kb.model import TicketStatus

MAX_VALUES = 50
"""Most values of one field."""
MAX_VALUE_CHARACTERS = 200
MAX_AGE_HOURS = 100 * 366 * 24
ME, NOBODY, SOMEBODY = "me", "nobody", "somebody"
"""Words that stand where an assignee's id stands; "nobody" also means tickets whose assignee is nobody we know."""


class Due(StrEnum):
    """What is due when."""

    OVERDUE = "overdue"
    TODAY = "today"
    """Due today in the team's zone, whether the hour has passed or not."""
    DAY = "day"
    """Due within the next 24 hours and not overdue."""


class FollowUp(StrEnum):
    """Tickets with a follow-up date."""

    SET = "set"
    REACHED = "reached"


class Sort(StrEnum):
    """In which order; ties by id, rising."""

    DUE = "due"
    """What is due soonest, so overdue first; what is not due at all last, newest message first among it."""
    NEWEST = "newest"
    """Newest message first."""
    WAITING = "waiting"
    """Whose customer has waited longest first; where nobody waits last."""
    PRIORITY = "priority"
    """Most urgent first, and among equals what is due soonest."""
    CREATED = "created"
    """Newest ticket first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """All of these must hold; of a field with several values any one; what is empty or None asks for nothing."""

    statuses: tuple[str, ...] = ()
    """Words of TicketStatus."""
    priorities: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    """Ids of users, ME, NOBODY, SOMEBODY."""
    tags: tuple[str, ...] = ()
    min_age_h: int | None = None
    """Made at least so many hours ago."""
    max_age_h: int | None = None
    """Made less than so many hours ago."""
    due: str = ""
    """A word of Due."""
    follow_up: str = ""
    """A word of FollowUp."""
    unread: bool = False
    """Has a message that the user has not seen."""
    waiting: bool = False
    """The customer wrote last and waits for us."""
    text: str = ""
    """Subject, id, or the customer's name, e-mail or company contains it; case does not matter."""


_WORDS: dict[str, type[StrEnum]] = {"statuses": TicketStatus, "due": Due, "follow_up": FollowUp}


def checked(wanted: TicketFilter) -> TicketFilter:
    """The filter without repetitions and blanks, if all its values are allowed.

    Raises:
        InvalidRow: Names the field, the value and what is allowed.
    """
    clean: dict[str, object] = {}
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if isinstance(value, tuple):
            value = tuple(dict.fromkeys(text.strip() for text in value if text.strip()))
            if len(value) > MAX_VALUES:
                raise InvalidRow(f"{field.name} has {len(value)} values; allowed: at most {MAX_VALUES}")
        elif isinstance(value, str):
            value = " ".join(value.split())
        _check(field.name, value)
        clean[field.name] = value
    return replace(wanted, **clean)  # type: ignore[arg-type]


def filter_to_data(wanted: TicketFilter) -> dict[str, object]:
    """A filter as plain data: what it asks for, and nothing else."""
    found = ((field.name, getattr(wanted, field.name)) for field in fields(wanted))
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in found
        # Not "in" alone: 0 hours is an age, and equals False.
        if value is not None and value is not False and value not in ((), "")
    }


def filter_from_data(data: Mapping[str, object]) -> TicketFilter:
    """Read what `filter_to_data` wrote.

    Raises:
        InvalidRow: A name, a type or a value that is not allowed.
    """
    known = {field.name: getattr(TicketFilter(), field.name) for field in fields(TicketFilter)}
    values: dict[str, object] = {}
    for name, value in data.items():
        if name not in known:
            raise InvalidRow(f"filter has {name[:40]!r}; allowed: {', '.join(known)}")
        if isinstance(known[name], tuple):
            fits = isinstance(value, list | tuple) and all(isinstance(entry, str) for entry in value)
            values[name] = tuple(value) if fits and isinstance(value, list | tuple) else ()
        elif isinstance(known[name], bool):
            fits, values[name] = isinstance(value, bool), value
        elif isinstance(known[name], str):
            fits, values[name] = isinstance(value, str), value
        else:
            fits, values[name] = value is None or (isinstance(value, int) and not isinstance(value, bool)), value
        if not fits:
            raise InvalidRow(f"filter has {name} {str(value)[:40]!r}, which is of the wrong kind")
    return checked(TicketFilter(**values))  # type: ignore[arg-type]


def _check(name: str, value: object) -> None:
    texts = value if isinstance(value, tuple) else (value,) if isinstance(value, str) and value else ()
    words = _WORDS.get(name)
    for text in texts:
        if len(text) > MAX_VALUE_CHARACTERS:
            raise InvalidRow(f"{name} has a value of {len(text)} characters; allowed: at most {MAX_VALUE_CHARACTERS}")
        if words is not None and text not in list(words):
            raise InvalidRow(f"{name} has {text[:40]!r}; allowed: {', '.join(words)}")
    if isinstance(value, int) and not isinstance(value, bool) and not 0 <= value <= MAX_AGE_HOURS:
        raise InvalidRow(f"{name} is {value}; allowed: 0 to {MAX_AGE_HOURS}")
