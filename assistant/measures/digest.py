"""What a lead should know on Monday: the week that has ended, the largest gaps, what closed, what is to be verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from assistant.measures.dashboard import dashboard
from assistant.measures.frame import day_number, week_name
from assistant.measures.measures import Measures
from kb.reporting.window import Window

MOST_GAPS, MOST_CLOSURES = 5, 5
_CLOSED = frozenset({"closed", "better"})
_SETTLED = frozenset({"ignored", "done"})


@dataclass(frozen=True, slots=True)
class DigestGap:
    """A gap as it is told."""

    id: str
    label: str
    cause: str
    tickets: int


@dataclass(frozen=True, slots=True)
class Digest:
    """The facts of one week; texts are made of them per reader."""

    week: str
    """ISO week, as 2026-W47."""
    since: date
    until: date
    """The first day after it."""
    handled: int
    handled_before: int | None
    coverage: float | None
    """Share of what was asked that the knowledge base answered; None without a run over the gaps."""
    link_rate: float | None
    """None where there are too few tickets to say."""
    link_rate_before: float | None
    gaps: tuple[DigestGap, ...]
    closures: tuple[DigestGap, ...]
    """Gaps that an article has closed or made smaller; cause is the verdict."""
    due: int
    overdue: int
    unverified: int
    searches: int
    """Questions for which nothing good was found."""


def digest_of(measures: Measures, *, now: datetime) -> Digest:
    """Work out the digest of the last whole week.

    Args:
        measures: The figures' store.
        now: Aware; the week before this moment's, in the team's zone, is told about.
    """
    today = now.astimezone(measures.zone).date()
    monday = today - timedelta(days=today.weekday())
    window = Window(since=monday - timedelta(days=7), until=monday)
    page = dashboard(measures, window, now=now)
    since, until = (datetime.combine(day, datetime.min.time(), measures.zone) for day in (window.since, window.until))
    rate, verification = page["kcs"]["link_rate"], page["verification"]
    # The newest run's gaps are a list of what to do, whichever week they came up in.
    return Digest(
        week=week_name(day_number(window.since)), since=window.since, until=window.until,
        handled=page["team"]["handled"]["n"], handled_before=_whole(page["team"]["handled"]["before"]),
        coverage=_coverage(page["coverage"]), link_rate=rate["value"] if rate["enough"] else None,
        link_rate_before=rate["before"] if rate["enough"] else None,
        gaps=tuple(
            _gap(each, each.get("cause", "")) for each in page["gaps"] if each.get("status") not in _SETTLED
        )[:MOST_GAPS],
        closures=tuple(
            _gap(each, str(each.get("verdict"))) for each in page["closures"] if each.get("verdict") in _CLOSED
        )[:MOST_CLOSURES],
        due=verification["due"], overdue=verification["overdue"], unverified=verification["unverified"],
        searches=measures.store.reporting.misses.count(since, until),
    )  # fmt: skip


def _gap(row: dict[str, Any], cause: str) -> DigestGap:
    tickets = row.get("tickets", 0)
    return DigestGap(
        str(row.get("id", "")), " ".join(str(row.get("label", "")).split()), str(cause),
        len(tickets) if isinstance(tickets, list | tuple) else int(tickets or 0),
    )  # fmt: skip


def _coverage(weeks: list[dict[str, Any]]) -> float | None:
    tickets = sum(int(week.get("tickets", 0)) for week in weeks)
    return sum(int(week.get("covered", 0)) for week in weeks) / tickets if tickets else None


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
