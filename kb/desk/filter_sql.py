"""A filter's one translation to SQL, and the way that SQLite is to take. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb import clock
from kb.desk.filters import ME, NOBODY, SOMEBODY, Due, FollowUp, Sort, TicketFilter
from kb.desk.restate import NEVER

MANY = 2_000
"""From so many tickets on it is quicker to walk along the order than to fetch and sort them."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when: what "me", "overdue" and "today" mean."""

    user_id: str
    now: datetime
    today: tuple[datetime, datetime]
    """Begin and end of the day in the team's zone."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on `tickets t` and the values of its question marks."""

    sql: str
    values: tuple[object, ...]


_COLUMNS = {"statuses": "t.status", "priorities": "t.priority", "types": "t.type", "products": "t.product",
            "locales": "t.locale"}  # fmt: skip
_ORDERS = {
    Sort.DUE: "t.due_at, t.last_at DESC, t.id",
    Sort.NEWEST: "t.last_at DESC, t.id",
    Sort.WAITING: "t.waits_since, t.id",
    Sort.PRIORITY: "t.urgency, t.due_at, t.id",
    Sort.CREATED: "t.created_at DESC, t.id",
}
_INDEXES = {
    Sort.DUE: "tickets_due",
    Sort.NEWEST: "tickets_newest",
    Sort.WAITING: "tickets_waiting",
    Sort.PRIORITY: "tickets_urgency",
    Sort.CREATED: "tickets_created",
}


def where(wanted: TicketFilter, asker: Asker) -> Where:
    """The SQL of a filter; an empty filter holds for every ticket.

    Args:
        wanted: The filter.
        asker: Who asks, and when.
    """
    parts = [*_fields(wanted, asker), *_times(wanted, asker), *_states(wanted, asker)]
    return Where(
        " AND ".join(part.sql for part in parts) or "1", tuple(value for part in parts for value in part.values)
    )


def _fields(wanted: TicketFilter, asker: Asker) -> Iterator[Where]:
    for name, column in _COLUMNS.items():
        chosen: tuple[str, ...] = getattr(wanted, name)
        if chosen:
            yield Where(f"{column} IN ({_marks(chosen)})", chosen)
    if wanted.companies:
        known = f"SELECT id FROM customers WHERE company IN ({_marks(wanted.companies)})"
        yield Where(f"t.customer_id IN ({known})", wanted.companies)
    if wanted.tags:
        tagged = f"SELECT ticket_id FROM ticket_tags WHERE tag IN ({_marks(wanted.tags)})"
        yield Where(f"t.id IN ({tagged})", wanted.tags)
    if wanted.assignees:
        yield _assigned(wanted.assignees, asker.user_id)


def _times(wanted: TicketFilter, asker: Asker) -> Iterator[Where]:
    if wanted.min_age_h is not None:
        yield Where("t.created_at <= ?", (clock.to_text(asker.now - timedelta(hours=wanted.min_age_h)),))
    if wanted.max_age_h is not None:
        yield Where("t.created_at > ?", (clock.to_text(asker.now - timedelta(hours=wanted.max_age_h)),))
    if wanted.due:
        yield Where("t.due_at >= ? AND t.due_at < ?", _due_between(Due(wanted.due), asker))
    if wanted.follow_up:
        latest = clock.to_text(asker.now) if wanted.follow_up == FollowUp.REACHED else NEVER
        yield Where("t.follow_up_at IS NOT NULL AND t.follow_up_at <= ?", (latest,))


def _states(wanted: TicketFilter, asker: Asker) -> Iterator[Where]:
    if wanted.unread:
        seen = "SELECT upto FROM ticket_reads r WHERE r.user_id = ? AND r.ticket_id = t.id"
        yield Where(f"coalesce(({seen}), -1) < t.message_count - 1", (asker.user_id,))
    if wanted.waiting:
        yield Where("t.waits_since < ?", (NEVER,))
    if wanted.text:
        yield Where("instr(t.words, ?) > 0", (wanted.text.casefold(),))


def order(sort: Sort) -> str:
    """The ORDER BY of a sort."""
    return _ORDERS[sort]


def counting_path(wanted: TicketFilter) -> str:
    """Which index SQLite is to walk to count a filter's tickets, as it stands behind the table's name.

    It has no figures to choose by, so that an index on the status of most tickets looks as good to it as any other.
    Measured with 50,000 tickets by benchmarks/queue_speed.py.

    Args:
        wanted: The filter.
    """
    if wanted.text:
        # Nearly all rows are looked at anyway, and quickest as they lie on the disk.
        return "NOT INDEXED"
    if wanted.follow_up:
        return "INDEXED BY tickets_follow_up"
    if wanted.due:
        return "INDEXED BY tickets_due"
    return "INDEXED BY tickets_waiting" if wanted.waiting else ""


def path(wanted: TicketFilter, sort: Sort, expected: int) -> str:
    """The same for a page: of many tickets along the order, so that nothing is sorted, of few by what makes them few.

    Args:
        wanted: The filter.
        sort: The order.
        expected: How many tickets the filter holds.
    """
    narrow = counting_path(wanted)
    if expected <= MANY and (narrow or wanted.tags or wanted.companies or _is_one(wanted.assignees)):
        return narrow
    return narrow if wanted.text else f"INDEXED BY {_INDEXES[sort]}"


def _assigned(assignees: tuple[str, ...], user_id: str) -> Where:
    ids = [user_id if one == ME else one for one in assignees if one not in {NOBODY, SOMEBODY}]
    parts = [f"t.assignee_id IN ({_marks(ids)})"] if ids else []
    if NOBODY in assignees:
        parts.append("t.assignee_id = ''")
    if SOMEBODY in assignees:
        parts.append("t.assignee_id <> ''")
    return Where(f"({' OR '.join(parts)})", tuple(ids))


def _due_between(due: Due, asker: Asker) -> tuple[str | None, str | None]:
    match due:
        case Due.OVERDUE:
            return "", clock.to_text(asker.now)
        case Due.TODAY:
            return clock.to_text(asker.today[0]), clock.to_text(asker.today[1])
        case Due.DAY:
            return clock.to_text(asker.now), clock.to_text(asker.now + timedelta(hours=24))


def _is_one(assignees: tuple[str, ...]) -> bool:
    return bool(assignees) and SOMEBODY not in assignees


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
