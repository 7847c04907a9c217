"""In which order gaps are worked on: tickets x median minutes x trend, and how few of them are most of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate

WORKING_DAY_MINUTES = 480.0
"""Nobody works on one ticket for a week, however long it is open."""
MOST_OF_IT = 0.8
_RECENT_WEEKS = 4
_LEAST_TREND, _MOST_TREND = 0.5, 2.0


def minutes_of(created_at: datetime, ended_at: datetime) -> float:
    """Minutes from arrival to end, 0 to a working day.

    Args:
        created_at: When the ticket came in.
        ended_at: When it was closed, else its last message.
    """
    return min(max((ended_at - created_at).total_seconds() / 60, 0.0), WORKING_DAY_MINUTES)


def week_of(moment: datetime) -> str:
    """The ISO week, e.g. "2026-W07"."""
    return f"{moment:%G-W%V}"


def weeks_between(first: datetime, last: datetime) -> tuple[str, ...]:
    """All ISO weeks from one moment to another, oldest first; none where the last is before the first.

    Args:
        first: In the first week.
        last: In the last week.
    """
    monday, end = _monday(first), _monday(last)
    count = max(0, (end - monday).days // 7 + 1)
    return tuple(f"{monday + timedelta(weeks=i):%G-W%V}" for i in range(count))


def trend_of(counts: Sequence[int]) -> float:
    """How much more is asked lately than over all: (recent per week + 1) / (all per week + 1), 0.5 to 2.

    Recent are the last four weeks, or the last half of a window of less than eight. The ones keep a single ticket more
    from looking like a trend.

    Args:
        counts: How many asked, by week, oldest first; with fewer than two weeks there is no trend: 1.
    """
    if len(counts) < 2:
        return 1.0
    recent = counts[-min(_RECENT_WEEKS, len(counts) // 2) :]
    ratio = (sum(recent) / len(recent) + 1) / (sum(counts) / len(counts) + 1)
    return min(max(ratio, _LEAST_TREND), _MOST_TREND)


def weekly_of(counts: Sequence[int]) -> float:
    """How many ask a week, over the last four weeks or what there is; 0 for none.

    Args:
        counts: By week, oldest first.
    """
    recent = counts[-_RECENT_WEEKS:]
    return sum(recent) / len(recent) if recent else 0.0


def pareto(amounts: Sequence[float], total: float) -> tuple[tuple[float, ...], int | None]:
    """How much of all the first gaps are together.

    Args:
        amounts: Of each gap, in their order.
        total: Of all that is uncovered, single cases included.

    Returns:
        The share 0..1 of the first, the first two, …; and how many make 80 % of all, None if all gaps do not.
    """
    if total <= 0:
        return tuple(0.0 for _ in amounts), None
    shares = tuple(min(1.0, part / total) for part in accumulate(amounts))
    return shares, next((i + 1 for i, share in enumerate(shares) if share >= MOST_OF_IT - 1e-9), None)


def _monday(moment: datetime) -> date:
    day = moment.date()
    return day - timedelta(days=day.weekday())
