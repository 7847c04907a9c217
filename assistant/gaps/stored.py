"""Gaps as they are stored and read again: plain rows, figures of a whole run, what is known of earlier runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import numpy as np

from assistant.gaps.clusters import Cluster
from assistant.gaps.corpus import Corpus
from assistant.gaps.demand import Demand
from assistant.gaps.identity import Known
from assistant.gaps.likely import Likely
from assistant.gaps.model import Closure, Coverage, Gap
from assistant.gaps.order import pareto, week_of
from assistant.gaps.shelf import ArticleShelf
from assistant.gaps.topic_map import topics_of
from indexer.encode import Vectors
from kb import clock
from kb.gaps.drawer import returns
from kb.gaps.model import ChangeKind, GapChange, GapFigures
from kb.store import Store

_DIGITS = 6


def figures_of(gaps: Sequence[Gap], clusters: Mapping[str, Cluster]) -> tuple[GapFigures, ...]:
    """The rows of a run's gaps.

    Args:
        gaps: In their order.
        clusters: By gap id.
    """
    return tuple(
        GapFigures(
            gap.id, place, row_of(gap), clusters[gap.id].centre.astype(np.float16).tobytes(),
            round(clusters[gap.id].radius, _DIGITS),
        )
        for place, gap in enumerate(gaps, start=1)
    )  # fmt: skip


def row_of(gap: Gap) -> dict[str, object]:
    """A gap as plain data, under the field's names; `nearest` is the first of `near`.

    Args:
        gap: The gap.
    """
    row: dict[str, object] = plain(gap)
    near = row["near"]
    row["nearest"] = near[0] if isinstance(near, list) and near else None
    row["per_week"] = [{"week": week, "tickets": count} for week, count in gap.per_week]
    return row


def plain(value: object) -> Any:  # noqa: ANN401 - what comes out depends on what goes in
    """Dataclasses, enums, times and sets as what JSON can hold; times as text in UTC."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return clock.to_text(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(each) for each in value)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return round(value, _DIGITS) if isinstance(value, float) else value


def known_gaps(store: Store) -> list[Known]:
    """The gaps of all earlier runs as each was seen last, by id."""
    return [
        Known(
            each.gap_id,
            frozenset(_texts(each.figures.get("members") or each.figures.get("tickets"))),
            np.frombuffer(each.centre, np.float16).astype(np.float32),
            each.radius,
        )
        for each in store.gaps.runs.newest_of()
    ]  # fmt: skip


def returned(store: Store, gaps: Sequence[Gap], now: datetime) -> list[GapChange]:
    """Which ignored gaps are to be looked at again.

    Args:
        store: Knows what was decided.
        gaps: This run's.
        now: Now.
    """
    records = store.gaps.get_many(gap.id for gap in gaps)
    return [
        GapChange(gap.id, ChangeKind.RETURNED)
        for gap in gaps
        if gap.id in records and returns(records[gap.id], gap.weekly, now)
    ]


def summary_of(
    gaps: Sequence[Gap],
    demand: Demand,
    covered: Mapping[str, Coverage],
    corpus: Corpus,
    singles: Sequence[str],
    likely: Likely,
    closures: Mapping[str, Closure],
    centres: Mapping[str, Vectors],
    shelf: ArticleShelf,
    usual_minutes: float,
) -> dict[str, object]:
    """What a run says beyond its gaps, as plain data.

    Args:
        gaps: In their order.
        demand: The window's.
        covered: Whether each ticket, and each question outside of tickets, is covered.
        corpus: The questions.
        singles: Ids of what nobody else asks.
        likely: What would be suggested.
        closures: By gap id, also of gaps that are none any more.
        centres: Of the gaps, by id.
        shelf: The articles.
        usual_minutes: Median minutes of all tickets, which single cases are counted with.
    """
    tickets = {ticket_id: state for ticket_id, state in covered.items() if ticket_id in demand.tickets}
    states = Counter(tickets.values())
    alone = sum(demand.misses[each].times if each in demand.misses else 1 for each in singles)
    asked = [float(gap.asked) for gap in gaps]
    work = [gap.work for gap in gaps]
    by_asked, eighty_asked = pareto(asked, sum(asked) + alone)
    by_work, eighty_work = pareto(work, sum(work) + alone * max(usual_minutes, 1.0))
    summary: dict[str, object] = plain(
        {
            "tickets": len(tickets),
            "coverage": {state.value: states[state] for state in Coverage},
            "left_out": {reason.value: count for reason, count in sorted(demand.left_out.items())},
            "searches": sum(miss.times for miss in demand.misses.values()),
            "searches_answered_since": sum(
                miss.times for key, miss in demand.misses.items() if covered[key] is not Coverage.NONE
            ),
            "gaps": len(gaps),
            "singles": list(singles),
            "pareto": {
                "asked": by_asked,
                "work": by_work,
                "eighty_asked": eighty_asked,
                "eighty_work": eighty_work,
            },
            "weeks": _weeks(demand, tickets),
            "judge": likely.agreement,
            "closures": closures,
            "topics": topics_of(gaps, demand, covered, corpus, centres, shelf),
        }
    )
    return summary


def _weeks(demand: Demand, covered: Mapping[str, Coverage]) -> list[dict[str, object]]:
    """How many tickets came in, and how many of them are covered, by week, language and product."""
    counted: dict[tuple[str, str, str], list[int]] = {}
    for ticket_id, state in covered.items():
        ticket = demand.tickets[ticket_id]
        week = counted.setdefault((week_of(ticket.created_at), ticket.locale, ticket.product), [0, 0])
        week[0] += 1
        week[1] += state is not Coverage.NONE
    return [
        {"week": week, "locale": locale, "product": product, "tickets": n, "covered": c}
        for (week, locale, product), (n, c) in sorted(counted.items())
    ]


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
