"""Answerable against unanswerable, worked by hand."""

from __future__ import annotations

import pytest

from assistant.evaluation.abstention import abstention


def test_by_hand() -> None:
    answerable = [0.01 * n for n in range(1, 21)]
    found = abstention("jokes", answerable, [0.0, 0.015, 0.02, 0.5], min_confidence=0.1)
    assert (found.name, found.answerable, found.unanswerable) == ("jokes", 20, 4)
    # 19 of the 20 reach the second lowest.
    assert found.threshold == pytest.approx(0.02)
    assert found.false_suggestions == 0.5
    assert found.shown_answerable == pytest.approx(11 / 20)
    assert found.shown_unanswerable == 0.25
    # Of 20 answerable ones all beat .0; 19 beat .015; 18 and a half beat .02; none beats .5.
    assert found.auroc == pytest.approx((20 + 19 + 18.5 + 0) / 80)


def test_intervals_hold_the_figures() -> None:
    answerable = [n / 40 for n in range(40)]
    found = abstention("jokes", answerable, [n / 80 for n in range(40)], min_confidence=0.5)
    for value, (low, high) in (
        (found.auroc, found.auroc_interval), (found.false_suggestions, found.false_suggestions_interval),
        (found.shown_answerable, found.shown_answerable_interval), (found.shown_unanswerable, found.shown_unanswerable_interval),
    ):  # fmt: skip
        assert low <= value <= high
    assert found.auroc_interval[0] < found.auroc_interval[1]


def test_the_shown_number_is_the_compared_one() -> None:
    found = abstention("jokes", [0.5], [0.5, 0.4999], min_confidence=0.5)
    assert (found.shown_answerable, found.shown_unanswerable, found.false_suggestions) == (1, 0.5, 0.5)


def test_nothing_to_compare() -> None:
    found = abstention("jokes", [], [0.3], min_confidence=0.5)
    assert (found.answerable, found.auroc, found.threshold, found.shown_answerable) == (0, 0.5, 0, 0)
    found = abstention("jokes", [0.3], [], min_confidence=0.5)
    assert (found.unanswerable, found.auroc, found.false_suggestions, found.shown_unanswerable) == (0, 0.5, 0, 0)
