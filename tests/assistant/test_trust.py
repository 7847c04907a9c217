"""How far match and votes are right: reciprocal ranks, and a mean that few tickets hardly move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.trust import ASKED, Trust, drawn, newest, reciprocal, votes_ranks

DAY = 86_400.0


def test_nobody_asked() -> None:
    assert drawn([]) == 0.35 == Trust().match == Trust().votes == Trust().learned
    assert Trust().mastery == 0


def test_ten_tickets_move_it_half_the_way() -> None:
    assert drawn([1.0] * 10) == pytest.approx((1 + 0.35) / 2)


@given(st.lists(st.floats(0, 1)))
def test_it_is_a_mean(ranks: list[float]) -> None:
    assert 0 <= drawn(ranks) <= 1
    assert drawn([*ranks, 1.0]) >= drawn(ranks) >= drawn([*ranks, 0.0])


@pytest.mark.parametrize(
    ("linked", "expected"), [({"a0"}, 1.0), ({"a3", "a1"}, 0.5), ({"a9"}, 0.1), ({"a10"}, 0.0), (set(), 0.0)]
)
def test_the_rank_of_the_first(linked: set[str], expected: float) -> None:
    assert reciprocal([f"a{i}" for i in range(12)], linked) == expected


@pytest.mark.parametrize(
    ("votes", "learned", "expected"),
    [(0.9, 0.95, 0.5), (0.5, 0.6, 0.2), (0.5, 0.5, 0.0), (0.6, 0.2, 0.0), (0.0, 1.0, 1.0), (1.0, 1.0, 0.0)],
)
def test_how_far_the_classifier_is_ahead(votes: float, learned: float, expected: float) -> None:
    assert Trust(votes=votes, learned=learned).mastery == pytest.approx(expected)


@pytest.mark.parametrize(("tickets", "asked"), [(0, 0), (1, 1), (2, 1), (99, 50), (599, 300), (10_000, 300)])
def test_how_many_are_asked(tickets: int, asked: int) -> None:
    assert newest(tickets) == asked


def test_the_half_is_asked_of_what_was_before() -> None:
    axes = np.eye(4, dtype=np.float32)
    vectors = axes[[0, 1, 2, 0, 1, 3]]
    links = [{"a": 1.0}, {"b": 1.0}, {"c": 1.0}, {"a": 1.0}, {"c": 1.0}, {"d": 1.0}]
    found = votes_ranks(vectors, links, DAY * np.arange(6, dtype=np.float64))
    # The fourth is like the first; the fifth is like the second, which linked another one; nobody linked "d" before.
    assert found[0] == 1.0
    assert 0 < found[1] < 1
    assert found[2] == 0.0


def test_the_newest_three_hundred_are_asked() -> None:
    draw = np.random.default_rng(1)
    vectors = draw.standard_normal((2 * ASKED + 50, 8)).astype(np.float32)
    found = votes_ranks(vectors, [{"a": 1.0}] * len(vectors), DAY * np.arange(len(vectors), dtype=np.float64))
    assert found == [1.0] * ASKED


def test_older_votes_weigh_less() -> None:
    vectors = np.eye(2, dtype=np.float32)[[0, 0, 1, 1, 1, 0]]
    links = [{"old": 1.0}, {"new": 1.0}, {"x": 1.0}, {"x": 1.0}, {"x": 1.0}, {"new": 1.0}]
    assert votes_ranks(vectors, links, np.array([0.0, 900, 901, 902, 903, 904]) * DAY)[-1] == 1.0
    links[-1] = {"old": 1.0}
    assert votes_ranks(vectors, links, np.array([0.0, 900, 901, 902, 903, 904]) * DAY)[-1] == 0.5


@pytest.mark.parametrize("count", [0, 1])
def test_too_few(count: int) -> None:
    found = votes_ranks(np.ones((count, 3), np.float32), [{"a": 1.0}] * count, np.zeros(count))
    assert found == [0.0] * count
