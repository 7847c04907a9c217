"""Whether a gap closed: the same topic before and after an article for it came out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from assistant.gaps.model import Closure
from assistant.gaps.order import minutes_of, week_of, weeks_between
from assistant.measures.figure import ENOUGH, Figure, mean_of, median_minutes, share
from indexer.problem import REOPENED
from kb.gaps.model import AskedTicket

_CLOSED_FROM = 0.8
"""Covered after, by the lower end of its interval, from which a gap counts as closed whatever it was before."""


@dataclass(frozen=True, slots=True)
class Case:
    """One ticket of the topic."""

    ticket: AskedTicket
    covered: bool
    """An article or a confident suggestion answered it at the time, not by a link that was made later."""


def closure_of(
    article_id: str, shipped_at: datetime, cases: Sequence[Case], *, first: datetime, last: datetime
) -> Closure:
    """Compare a topic's tickets before and after a day.

    Args:
        article_id: What came out.
        shipped_at: When.
        cases: All tickets of the topic, chosen by one rule on both sides of the day.
        first: The first moment that is looked at.
        last: The last one.
    """
    before = [case for case in cases if case.ticket.created_at < shipped_at]
    after = [case for case in cases if case.ticket.created_at >= shipped_at]
    figures = (_figures(before, first, min(shipped_at, last)), _figures(after, max(shipped_at, first), last))
    return Closure(article_id, shipped_at, *figures, verdict_of(*figures))


def verdict_of(before: Mapping[str, Figure], after: Mapping[str, Figure]) -> str:
    """What can be said.

    Fewer than twenty tickets after are too few to say anything ("too_few"). "closed" if at least 80 % are covered now
    by the lower end of the interval. Else, with twenty before: "better" or "worse" if the two intervals of coverage do
    not meet, and "no_change" where they do.

    Args:
        before: Figures by name.
        after: Figures by name.
    """
    now, then = after["covered"], before["covered"]
    if now.n < ENOUGH or now.low is None or now.high is None:
        return "too_few"
    if now.low >= _CLOSED_FROM:
        return "closed"
    if then.n < ENOUGH or then.low is None or then.high is None:
        return "too_few"
    if now.low > then.high:
        return "better"
    return "worse" if now.high < then.low else "no_change"


def _figures(cases: Sequence[Case], first: datetime, last: datetime) -> Mapping[str, Figure]:
    tickets = [case.ticket for case in cases]
    weeks = weeks_between(first, last)
    counted = Counter(week_of(ticket.created_at) for ticket in tickets)
    ended = [ticket for ticket in tickets if ticket.is_resolved]
    scores = [ticket.score for ticket in tickets if ticket.score is not None]
    seconds = [60 * minutes_of(ticket.created_at, ticket.ended_at) for ticket in ended]
    return {
        "per_week": mean_of(np.array([counted[week] for week in weeks], np.float64), unit="count_per_week"),
        "covered": share(sum(case.covered for case in cases), len(cases)),
        "reopened": share(sum(REOPENED in ticket.tags or ticket.worked is False for ticket in ended), len(ended)),
        "minutes": median_minutes(np.array(seconds, np.float64)),
        "satisfaction": mean_of(np.array(scores, np.float64), unit="share"),
    }
