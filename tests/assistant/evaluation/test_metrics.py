"""Measures, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.metrics import (
    auroc,
    bootstrap,
    bootstrap_interval,
    hit_at,
    ndcg_at,
    reciprocal_rank_at,
    share_reaching,
    threshold_keeping,
)

TWO = 1 / math.log2(3)
"""The discount of rank 2; that of rank 1 is 1, of rank 3 one half."""
CASES = {
    # ranking, relevant, k: hit, reciprocal rank, nDCG
    "first": ("abc", "a", 3, 1, 1, 1),
    "second": ("abc", "b", 3, 1, 1 / 2, TWO),
    "third": ("abc", "c", 3, 1, 1 / 3, 1 / 2),
    "behind k": ("abc", "c", 2, 0, 0, 0),
    "never": ("abc", "x", 3, 0, 0, 0),
    "first and third": ("abc", "ac", 3, 1, 1, 1.5 / (1 + TWO)),
    "both in order": ("abc", "ab", 3, 1, 1, 1),
    "order among relevant ones does not matter": ("bac", "ab", 3, 1, 1, 1),
    "one of two found": ("axc", "ab", 3, 1, 1, 1 / (1 + TWO)),
    "more relevant than k": ("abc", "abcdef", 2, 1, 1, 1),
    "empty ranking": ("", "a", 5, 0, 0, 0),
    "nothing relevant": ("abc", "", 5, 0, 0, 0),
    "shorter than k": ("ab", "b", 10, 1, 1 / 2, TWO),
}


@pytest.mark.parametrize(("ranking", "relevant", "k", "hit", "reciprocal", "gain"), CASES.values(), ids=CASES.keys())
def test_by_hand(ranking: str, relevant: str, k: int, hit: float, reciprocal: float, gain: float) -> None:
    assert hit_at(list(ranking), set(relevant), k) == hit
    assert reciprocal_rank_at(list(ranking), set(relevant), k) == pytest.approx(reciprocal)
    assert ndcg_at(list(ranking), set(relevant), k) == pytest.approx(gain)


KEYS = st.lists(st.sampled_from("abcdefghij"), unique=True)


@given(KEYS, st.sets(st.sampled_from("abcdefghijkl")), st.integers(1, 12))
def test_bounds_and_order_of_strictness(ranking: list[str], relevant: set[str], k: int) -> None:
    hit, reciprocal = hit_at(ranking, relevant, k), reciprocal_rank_at(ranking, relevant, k)
    assert 0 <= reciprocal <= hit <= 1
    assert 0 <= ndcg_at(ranking, relevant, k) <= 1 + 1e-12
    assert bool(ndcg_at(ranking, relevant, k)) == bool(hit)
    assert hit_at(ranking, relevant, k + 1) >= hit


def test_bootstrap_is_the_same_every_time() -> None:
    values = [0.0, 1.0, 1.0, 0.5] * 10
    assert bootstrap_interval(values) == bootstrap_interval(values)


@pytest.mark.parametrize(("values", "interval"), [([], (0, 0)), ([0.25], (0.25, 0.25)), ([1.0] * 30, (1, 1))])
def test_bootstrap_without_spread(values: list[float], interval: tuple[float, float]) -> None:
    assert bootstrap_interval(values) == interval


def test_bootstrap_is_as_wide_as_the_textbook_says() -> None:
    values = [0.0, 1.0] * 50
    low, high = bootstrap_interval(values)
    # The mean of 100 fair coins has a standard error of 0.05; 95 % lie within 1.96 of them.
    assert low == pytest.approx(0.5 - 0.098, abs=0.015)
    assert high == pytest.approx(0.5 + 0.098, abs=0.015)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_bootstrap_stays_within_the_values(values: list[float]) -> None:
    low, high = bootstrap_interval(values, rounds=100)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_a_narrower_share_is_narrower() -> None:
    values = [0.0, 1.0, 0.3, 0.9, 0.1] * 8
    wide, narrow = bootstrap_interval(values), bootstrap_interval(values, share=0.5)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [([2, 3], [0, 1], 1), ([0, 1], [2, 3], 0), ([1], [1], 0.5), ([1, 3], [2], 0.5), ([2, 2], [1, 2, 3], 0.5), ([3, 1], [2, 1], 0.625),
     ([], [1], 0.5), ([1], [], 0.5), ([], [], 0.5)],
)  # fmt: skip
def test_auroc_by_hand(positive: list[float], negative: list[float], expected: float) -> None:
    assert auroc(positive, negative) == expected


CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@given(CHANCES, CHANCES)
def test_auroc_counts_pairs(positive: list[float], negative: list[float]) -> None:
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    assert auroc(positive, negative) == pytest.approx(sum(pairs) / len(pairs))
    assert auroc(negative, positive) == pytest.approx(1 - auroc(positive, negative))


@pytest.mark.parametrize(
    ("values", "share", "threshold"),
    [([1, 2, 3, 4], 1.0, 1), ([1, 2, 3, 4], 0.5, 3), ([1, 2, 3, 4], 0.51, 2), ([1, 2, 3, 4], 0.01, 4), ([7], 0.95, 7),
     ([3, 3, 3], 0.4, 3), (list(range(20)), 0.95, 1), (list(range(100)), 0.95, 5), ([], 0.95, -math.inf)],
)  # fmt: skip
def test_threshold_by_hand(values: list[float], share: float, threshold: float) -> None:
    assert threshold_keeping(values, share) == threshold


@given(CHANCES, st.floats(0.01, 1))
def test_a_threshold_keeps_its_share_and_no_higher_one_does(values: list[float], share: float) -> None:
    threshold = threshold_keeping(values, share)
    assert share_reaching(values, threshold) >= share - 1e-9
    higher = [value for value in values if value > threshold]
    assert not higher or share_reaching(values, min(higher)) < share


@pytest.mark.parametrize("share", [0, -1, 1.01])
def test_no_share(share: float) -> None:
    with pytest.raises(ValueError, match="allowed: above 0, at most 1"):
        threshold_keeping([1.0], share)


def test_share_reaching_includes_the_threshold() -> None:
    assert share_reaching([0.1, 0.5, 0.9], 0.5) == pytest.approx(2 / 3)
    assert share_reaching([], 0.5) == 0


def test_the_general_bootstrap_agrees_with_that_of_the_mean() -> None:
    values = [0.0, 1.0] * 50
    low, high = bootstrap(lambda rows: float(rows.mean()), np.array(values))
    assert (low, high) == pytest.approx(bootstrap_interval(values), abs=0.02)


def test_the_bootstrap_draws_samples_by_themselves_and_rows_together() -> None:
    rows = np.array([[1.0, 10.0], [2.0, 20.0]] * 20)
    assert bootstrap(lambda drawn: float(drawn[:, 1].sum() / drawn[:, 0].sum()), rows) == pytest.approx((10, 10))
    low, high = bootstrap(lambda a, b: float(a.mean() - b.mean()), np.ones(5), np.zeros(3))
    assert (low, high) == (1, 1)
    assert bootstrap(lambda a, b: 1.0, np.ones(5), np.zeros(0)) == (0, 0)
    assert bootstrap(lambda: 1.0) == (0, 0)
