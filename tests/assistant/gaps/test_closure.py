"""Before and after: what can be said, and when nothing can."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.gaps.closure import Case, closure_of
from assistant.measures.figure import wilson
from tests.assistant.gaps.made import asked
from tests.fakes import DAY


def cases(before: tuple[int, int], after: tuple[int, int]) -> list[Case]:
    """(how many, how many of them covered) in the four weeks before and after DAY."""
    return [
        Case(
            asked(f"{side}-{i:03d}", days=side * (1 + i % 27), minutes=20 if side > 0 else 40, score=0.75), i < covered
        )
        for side, (count, covered) in ((-1, before), (1, after))
        for i in range(count)
    ]


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((40, 2), (40, 39), "closed"),
        ((40, 4), (40, 26), "better"),
        ((40, 20), (40, 21), "no_change"),
        ((40, 30), (40, 8), "worse"),
        ((40, 2), (19, 19), "too_few"),
        ((10, 0), (40, 26), "too_few"),
        ((10, 0), (60, 60), "closed"),
        ((0, 0), (0, 0), "too_few"),
    ],
)
def test_what_can_be_said(before: tuple[int, int], after: tuple[int, int], verdict: str) -> None:
    span = timedelta(weeks=4)
    found = closure_of("a1", DAY, cases(before, after), first=DAY - span, last=DAY + span)
    assert found.verdict == verdict


def test_the_figures_by_hand() -> None:
    span = timedelta(weeks=4)
    found = closure_of("a1", DAY, cases((40, 2), (27, 27)), first=DAY - span, last=DAY + span)
    then, now = found.before["covered"], found.after["covered"]
    assert (then.value, then.n, (then.low, then.high)) == (2 / 40, 40, wilson(2, 40))
    assert (now.value, now.n) == (1.0, 27)
    assert (found.before["minutes"].value, found.after["minutes"].value) == (40, 20)
    assert found.after["satisfaction"].value == pytest.approx(0.75)
    assert found.before["per_week"].value == pytest.approx(40 / 5), "four weeks from a Monday on reach into five"
    assert found.before["reopened"].value == 0
    again = [Case(asked("x", worked=False), True), Case(asked("y", tags=("reopened",)), True), Case(asked("z"), True)]
    assert closure_of("a1", DAY, again, first=DAY, last=DAY).after["reopened"].value == pytest.approx(2 / 3)
