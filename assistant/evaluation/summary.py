"""Outcomes summed up: one line per ranking and part of the questions, with intervals and times. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median, quantiles

from assistant.evaluation.evaluate import MEASURES, Outcome
from assistant.evaluation.metrics import bootstrap_interval


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a ranking over the questions of one language or group, or of all."""

    ranking: str
    locale: str
    """Language of the questions; empty: all."""
    questions: int
    means: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    median_ms: float | None
    """Over the questions that were timed; None if none was."""
    p95_ms: float | None
    group: str = ""
    """What is compared with what in an experiment; empty: all."""


def table(outcomes: Sequence[Outcome]) -> list[Line]:
    """Means with bootstrap intervals per ranking, over all questions and per language where there are several."""
    locales = sorted({outcome.locale for outcome in outcomes})
    lines = _lines(outcomes)
    if len(locales) > 1:
        for locale in locales:
            lines += _lines([o for o in outcomes if o.locale == locale], locale=locale)
    return lines


def by_group(outcomes: Sequence[Outcome]) -> list[Line]:
    """The same per group, groups by name; within a group as in `table`."""
    lines: list[Line] = []
    for group in sorted({outcome.group for outcome in outcomes}):
        own = [outcome for outcome in outcomes if outcome.group == group]
        lines += _lines(own, group=group)
        for locale in sorted({outcome.locale for outcome in own}):
            lines += _lines([o for o in own if o.locale == locale], locale=locale, group=group)
    return lines


def _lines(outcomes: Sequence[Outcome], *, locale: str = "", group: str = "") -> list[Line]:
    rankings = dict.fromkeys(outcome.ranking for outcome in outcomes)
    return [_line([o for o in outcomes if o.ranking == name], name, locale, group) for name in rankings]


def _line(own: Sequence[Outcome], ranking: str, locale: str, group: str) -> Line:
    columns = {measure: [outcome.values[measure] for outcome in own] for measure in MEASURES}
    times = sorted(outcome.took_ms for outcome in own if outcome.took_ms is not None)
    slow = quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else None
    return Line(
        ranking=ranking,
        locale=locale,
        questions=len(own),
        means={measure: mean(values) for measure, values in columns.items()},
        intervals={measure: bootstrap_interval(values) for measure, values in columns.items()},
        median_ms=median(times) if times else None,
        p95_ms=slow if slow is not None else (times[0] if times else None),
        group=group,
    )
