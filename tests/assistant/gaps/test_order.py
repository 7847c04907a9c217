"""Figures that somebody can compute by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.gaps.figures import Asked, Frame, gap_of
from assistant.gaps.model import Cause
from assistant.gaps.order import minutes_of, pareto, trend_of, weekly_of, weeks_between
from kb.gaps.model import Miss
from tests.assistant.gaps.made import asked, near
from tests.fakes import DAY


@pytest.mark.parametrize(
    ("counts", "trend"),
    [
        ([], 1.0),
        ([7], 1.0),
        ([2, 2, 2, 2, 2, 2, 2, 2], 1.0),
        ([0, 0, 0, 0, 2, 2, 2, 2], 1.5),
        ([4, 4, 4, 4, 0, 0, 0, 0], 0.5),
        ([0] * 40 + [100, 100, 100, 100], 2.0),
        ([1, 3], 4 / 3),
    ],
)
def test_the_trend(counts: list[int], trend: float) -> None:
    assert trend_of(counts) == pytest.approx(trend)


def test_a_ticket_takes_a_working_day_at_most() -> None:
    assert minutes_of(DAY, DAY + timedelta(minutes=12)) == 12
    assert minutes_of(DAY, DAY + timedelta(days=9)) == 480
    assert minutes_of(DAY, DAY - timedelta(minutes=1)) == 0


def test_how_few_gaps_are_most_of_it() -> None:
    shares, eighty = pareto([50, 30, 10], 100)
    assert shares == pytest.approx((0.5, 0.8, 0.9))
    assert eighty == 2
    assert pareto([50, 10], 100)[1] is None
    assert pareto([], 0) == ((), None)


def test_the_weeks_of_a_window() -> None:
    assert weeks_between(DAY, DAY + timedelta(days=13)) == ("2026-W19", "2026-W20")
    assert weeks_between(DAY + timedelta(days=8), DAY) == ()
    assert weekly_of([9, 1, 2, 3, 6]) == 3


def test_a_gap_by_hand() -> None:
    """Five tickets of three weeks and a search that was made twice."""
    tickets = (
        asked("t1", "My hub is offline again.", minutes=10, customer_id="c1", product="hub"),
        asked("t2", "Why is the hub offline?", minutes=20, customer_id="c1", product="hub"),
        asked("t3", "Hub offline since Monday", minutes=60, days=7),
        asked("t4", "Min hub er offline.", minutes=30, days=14, locale="da"),
        asked("t5", "The hub is offline", days=14, is_resolved=False),
    )
    miss = Miss("f1", "hub offline", "en", "", DAY + timedelta(days=14), 2)
    frame = Frame(weeks_between(DAY, DAY + timedelta(days=14)), 0.5, usual_minutes=15)
    gap = gap_of(Asked(tickets, (miss,)), [near("a1", confidence=0.1)], {}, frame)
    assert gap.tickets == ("t1", "t2", "t3", "t4", "t5")
    assert (gap.asked, gap.customers, gap.locale) == (7, 4, "en")
    assert (gap.languages, gap.products) == ({"da": 1, "en": 6}, {"hub": 2})
    assert gap.per_week == (("2026-W19", 2), ("2026-W20", 1), ("2026-W21", 4))
    assert gap.minutes == 25  # the median of 10, 20, 30, 60; t5 is still open
    assert gap.trend == pytest.approx((4 + 1) / (7 / 3 + 1))
    assert gap.work == pytest.approx(7 * 25 * 1.5)
    assert gap.weekly == pytest.approx(7 / 3, abs=1e-4)
    assert (gap.cause, gap.article_id, gap.searches) == (Cause.NO_ARTICLE, "", ("hub offline",))
    assert gap.label == "Why is the hub offline?"
    assert gap.examples == ("t1", "t3", "t4", "t5", "t2"), "each of another customer first"
