"""Merging legs, checked by hand and for every input."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.fusion import LEAST_BM25, LEAST_COSINE, RRF_K, convex, ranked, reciprocal_rank, stretch

KEYS = st.sampled_from("abcdefgh")
DENSE = st.dictionaries(KEYS, st.floats(-1, 1))
LEXICAL = st.dictionaries(KEYS, st.floats(0, 60))
SHARE = st.floats(0, 1)


def test_stretch_by_hand() -> None:
    assert stretch({"a": 0.9, "b": 0.3, "c": -0.3, "d": -0.9}, -0.3) == pytest.approx(
        {"a": 1, "b": 0.5, "c": 0, "d": 0}
    )
    assert stretch({"a": 30.0, "b": 15.0}, 0.0) == {"a": 1.0, "b": 0.5}
    assert stretch({"a": -0.5, "b": -0.3}, -0.3) == {"a": 0.0, "b": 0.0}
    assert stretch({}, 0.0) == {}


def test_convex_by_hand() -> None:
    assert convex({"a": 0.7, "b": 0.2}, {"b": 10.0, "c": 5.0}, alpha=0.7) == pytest.approx(
        {"a": 0.7, "b": 0.7 * 0.5 + 0.3, "c": 0.15}
    )
    assert convex({}, {}, alpha=0.7) == {}
    assert convex({}, {"a": 3.0}, alpha=0.7) == pytest.approx({"a": 0.3})


def test_keys_may_be_places() -> None:
    assert convex({3: 0.7, 9: 0.2}, {9: 10.0}, alpha=0.7) == pytest.approx({3: 0.7, 9: 0.7 * 0.5 + 0.3})


def test_reciprocal_rank_by_hand() -> None:
    fused = reciprocal_rank([{"a": 0.9, "b": 0.8, "c": 0.1}, {"b": 12.0, "c": 12.0}])
    assert fused == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 63 + 1 / 62})
    assert ranked(fused) == ["b", "c", "a"]
    assert reciprocal_rank([{"a": 1.0}], k=0) == {"a": 1.0}
    assert reciprocal_rank([]) == {}


def test_ranked_by_score_then_key() -> None:
    assert ranked({"c": 1.0, "a": 1.0, "b": 2.0}) == ["b", "a", "c"]
    assert ranked({"c": 1.0, "a": 1.0, "b": 2.0}, limit=2) == ["b", "a"]
    assert ranked({}, limit=3) == []


@given(DENSE, LEXICAL, SHARE)
def test_convex_is_between_nothing_and_all(dense: dict[str, float], lexical: dict[str, float], alpha: float) -> None:
    fused = convex(dense, lexical, alpha=alpha)
    assert fused.keys() == dense.keys() | lexical.keys()
    assert all(0 <= score <= 1 + 1e-12 for score in fused.values())


@given(DENSE, LEXICAL, SHARE, st.randoms(use_true_random=False))
def test_the_order_in_which_hits_arrive_says_nothing(
    dense: dict[str, float], lexical: dict[str, float], alpha: float, rng: random.Random
) -> None:
    mixed = [dict(rng.sample(list(leg.items()), len(leg))) for leg in (dense, lexical)]
    assert ranked(convex(*mixed, alpha=alpha)) == ranked(convex(dense, lexical, alpha=alpha))
    assert ranked(reciprocal_rank(mixed)) == ranked(reciprocal_rank([dense, lexical]))


@given(st.lists(LEXICAL, max_size=4))
def test_reciprocal_rank_ignores_the_order_of_legs(legs: list[dict[str, float]]) -> None:
    assert reciprocal_rank(legs) == pytest.approx(reciprocal_rank(legs[::-1]))
    assert all(0 < score <= len(legs) / (RRF_K + 1) + 1e-12 for score in reciprocal_rank(legs).values())


@given(DENSE)
def test_one_leg_alone_keeps_its_order(dense: dict[str, float]) -> None:
    best = [key for key in ranked(dense) if dense[key] > LEAST_COSINE]
    fused = convex(dense, {}, alpha=1.0)
    assert [fused[key] for key in best] == sorted((fused[key] for key in best), reverse=True)


@given(LEXICAL, st.floats(0.5, 20))
def test_the_scale_of_bm25_does_not_matter(lexical: dict[str, float], times: float) -> None:
    scaled = {key: score * times for key, score in lexical.items()}
    assert stretch(scaled, LEAST_BM25) == pytest.approx(stretch(lexical, LEAST_BM25))
