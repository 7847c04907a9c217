"""The reliability diagram, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation.reliability import calibration_error, reliability


def test_by_hand() -> None:
    found = reliability([0.1, 0.15, 0.85, 0.95, 1.0], [False, True, True, True, False])
    first = found.bins[1]
    assert (first.low, first.high, first.questions, first.useful) == (0.1, 0.2, 2, 0.5)
    assert first.shown == pytest.approx(0.125)
    assert [each.questions for each in found.bins] == [0, 2, 0, 0, 0, 0, 0, 0, 1, 2]
    # 2/5 * |.125 - .5| + 1/5 * |.85 - 1| + 2/5 * |.975 - .5|
    assert found.error == pytest.approx(0.4 * 0.375 + 0.2 * 0.15 + 0.4 * 0.475)
    assert (found.questions, found.useful) == (5, 0.6)
    assert found.shown == pytest.approx(0.61)


@pytest.mark.parametrize(
    ("chance", "place"), [(0.0, 0), (0.0999, 0), (0.1, 1), (0.3, 3), (0.7, 7), (0.999, 9), (1.0, 9)]
)
def test_edges_belong_to_the_upper_range(chance: float, place: int) -> None:
    assert [each.questions for each in reliability([chance], [True]).bins].index(1) == place


def test_perfectly_calibrated_and_perfectly_wrong() -> None:
    assert reliability([0.5] * 4, [True, False, True, False]).error == 0
    assert reliability([1.0, 0.0], [False, True]).error == 1
    assert reliability([1.0, 0.0], [True, False]).error == 0


def test_no_questions() -> None:
    found = reliability([], [])
    assert (found.questions, found.error, found.interval, found.shown, found.useful) == (0, 0, (0, 0), 0, 0)
    assert len(found.bins) == 10
    assert all(each.questions == 0 and each.interval == (0, 0) for each in found.bins)


def test_one_range_compares_the_means() -> None:
    found = reliability([0.2, 0.9], [True, False], bins=1)
    assert found.error == pytest.approx(abs(0.55 - 0.5))
    assert (found.bins[0].low, found.bins[0].high) == (0, 1)


@pytest.mark.parametrize(
    ("chances", "useful", "bins", "message"),
    [
        ([0.5], [], 10, "zip"),
        ([1.1], [True], 10, "outside of 0..1"),
        ([-0.1], [True], 10, "outside"),
        ([0.5], [True], 0, "allowed: 1 and more"),
    ],
)
def test_wrong_arguments(chances: list[float], useful: list[bool], bins: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        reliability(chances, useful, bins=bins)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_error_lies_between_the_gap_of_means_and_one(rows: list[tuple[float, bool]]) -> None:
    table = np.array(rows, np.float64)
    error = calibration_error(table)
    assert abs(table[:, 0].mean() - table[:, 1].mean()) - 1e-9 <= error <= 1
    assert calibration_error(table[::-1]) == pytest.approx(error)


@settings(deadline=None, max_examples=40)  # each resamples a thousand times
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=25))
def test_the_diagram_adds_up_to_the_error(rows: list[tuple[float, bool]]) -> None:
    found = reliability([chance for chance, _ in rows], [useful for _, useful in rows])
    assert sum(each.questions for each in found.bins) == len(rows)
    weighted = sum(each.questions * abs(each.shown - each.useful) for each in found.bins) / len(rows)
    assert found.error == pytest.approx(weighted)
    assert all(each.low - 1e-9 <= each.shown <= each.high + 1e-9 for each in found.bins if each.questions)
