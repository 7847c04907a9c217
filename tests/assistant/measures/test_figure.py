"""Intervals: against tables of others, against plain resampling, and what they must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.measures.figure import (
    SEED,
    mean_of,
    means_drawn,
    median_minutes,
    medians_drawn,
    nps_of,
    share,
    wilson,
)

# Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
NEWCOMBE = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]


@pytest.mark.parametrize(("part", "n", "low", "high"), NEWCOMBE)
def test_wilson_gives_the_published_intervals(part: int, n: int, low: float, high: float) -> None:
    assert wilson(part, n) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 500), st.data())
def test_a_share_lies_in_its_interval_and_the_interval_within_0_and_1(n: int, data: st.DataObject) -> None:
    figure = share(data.draw(st.integers(0, n)), n)

    assert figure.value is not None
    assert figure.low is not None
    assert figure.high is not None
    assert 0 <= figure.low <= figure.value <= figure.high <= 1


@pytest.mark.parametrize("n", [31, 200, 2001])
def test_drawing_ranks_is_resampling(n: int) -> None:
    values = np.random.default_rng(n).lognormal(3, 1, n)
    rng = np.random.default_rng(1)
    plain = np.percentile(np.median(values[rng.integers(0, n, (4000, n))], axis=1), [2.5, 25, 75, 97.5])
    drawn = np.concatenate([medians_drawn(values, np.random.default_rng(seed)) for seed in range(4)])

    width = plain[3] - plain[0]
    assert np.percentile(drawn, [2.5, 25, 75, 97.5]) == pytest.approx(plain, abs=0.12 * width)


def test_drawing_how_often_each_value_comes_is_resampling() -> None:
    values = np.repeat([0.0, 50.0, 100.0], [20, 50, 30])
    rng = np.random.default_rng(1)
    plain = np.percentile(values[rng.integers(0, 100, (4000, 100))].mean(axis=1), [2.5, 97.5])

    assert np.percentile(means_drawn(values, np.random.default_rng(SEED)), [2.5, 97.5]) == pytest.approx(plain, abs=2)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.randoms())
def test_the_order_of_tickets_does_not_matter(seconds: list[float], random: object) -> None:
    shuffled = list(seconds)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert median_minutes(np.array(seconds)) == median_minutes(np.array(shuffled))


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        figure = median_minutes(60 * rng.lognormal(2.0, 1.0, 60))
        assert figure.low is not None
        assert figure.high is not None
        held += figure.low <= np.exp(2.0) <= figure.high

    assert 0.91 <= held / 300 <= 0.99


def test_nothing_has_no_value_and_few_say_too_little() -> None:
    empty, few = median_minutes(np.array([np.nan])), mean_of(np.ones(19), unit="nps")

    assert (empty.value, empty.low, empty.n, empty.enough) == (None, None, 0, False)
    assert (share(0, 0).value, share(0, 0).enough) == (None, False)
    assert (few.n, few.enough, mean_of(np.ones(20), unit="nps").enough) == (19, False, True)


@pytest.mark.parametrize(
    ("answers", "score"),
    [([10, 9, 8, 7, 6, 0], 0.0), ([9, 10], 100.0), ([0, 6], -100.0), ([7, 8], 0.0), ([10, 10, 5, 8], 25.0)],
)
def test_nps_counts_promoters_less_detractors(answers: list[float], score: float) -> None:
    assert nps_of(np.array(answers, dtype=float)).value == pytest.approx(score)
