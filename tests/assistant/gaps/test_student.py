"""The quick judge learns what the slow one says."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.gaps.student import Signs, learned


def signs(count: int, seed: int = 0) -> Signs:
    drawn = np.random.default_rng(seed)
    cosine, margin, likeness, share, around = drawn.random((5, count)).astype(np.float32)
    matched, voted = drawn.integers(0, 5, (2, count))
    return Signs(cosine, margin, likeness, share, around, matched, voted)


def test_it_says_what_it_was_taught() -> None:
    known = signs(600)
    truth = 1 / (1 + np.exp(-(6 * known.cosine.astype(float) + 4 * known.share - 5)))
    student = learned(known, truth, known.first(0.3), threshold=0.5)
    assert student.same_side > 0.97
    assert student.error < 0.02
    assert student.same_first == 1.0
    fresh = signs(200, seed=1)
    expected = 1 / (1 + np.exp(-(6 * fresh.cosine.astype(float) + 4 * fresh.share - 5)))
    assert np.abs(student.confidence(fresh) - expected).mean() < 0.02


def test_what_cannot_be_known_is_told() -> None:
    drawn = np.random.default_rng(2).random(600)
    student = learned(signs(600), drawn, np.full(600, -1), threshold=0.5)
    assert student.same_side == pytest.approx(0.5, abs=0.1)
    assert student.same_first == 0.0


def test_nothing_to_learn_from() -> None:
    student = learned(signs(0), np.zeros(0), np.zeros(0, np.int64), threshold=0.5)
    assert student.questions == 0
    assert student.confidence(signs(3)) == pytest.approx([0.5, 0.5, 0.5])


def test_votes_come_first_where_enough_speaks_for_them() -> None:
    one = np.ones(3, np.float32)
    known = Signs(one, one, one, np.array([0.9, 0.1, 0.9], np.float32), one, np.array([1, 1, -1]), np.array([2, 2, -1]))
    assert known.first(0.5).tolist() == [2, 1, -1]
