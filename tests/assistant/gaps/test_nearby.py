"""The tickets most like each of many: exact for few, nearly so for more."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.gaps import nearby as module
from assistant.gaps.nearby import nearby
from indexer.encode import Vectors


def crowds(count: int) -> Vectors:
    drawn = np.random.default_rng(0)
    middles = drawn.standard_normal((12, 16))
    rows = middles[np.arange(count) % 12] + 0.7 * drawn.standard_normal((count, 16))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_few_are_compared_exactly_and_nobody_is_its_own_neighbour() -> None:
    vectors = crowds(60)
    asked = np.array([3, 17])
    places, cosines = nearby(vectors, asked, 5)
    for row, place in enumerate(asked):
        likeness = vectors @ vectors[place]
        likeness[place] = -2
        assert places[row].tolist() == np.argsort(-likeness, kind="stable")[:5].tolist()
        assert cosines[row] == pytest.approx(np.sort(likeness)[::-1][:5], abs=1e-5)


def test_twins_are_each_others_neighbours() -> None:
    vectors = np.repeat(crowds(3), 4, axis=0)
    places, _ = nearby(vectors, np.arange(12), 3)
    assert all(set(found) == set(range(row // 4 * 4, row // 4 * 4 + 4)) - {row} for row, found in enumerate(places))


def test_of_many_hardly_any_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, asked = crowds(3000), np.arange(0, 3000, 7)
    exact, _ = nearby(vectors, asked, 10)
    monkeypatch.setattr(module, "_EXACT", 100)
    monkeypatch.setattr(module, "_PER_CELL", 60)
    found, cosines = nearby(vectors, asked, 10)
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact.tolist(), found.tolist(), strict=True)]) > 0.95
    assert (np.diff(cosines, axis=1) <= 1e-6).all()
    assert not (found == asked[:, None]).any()


def test_nothing_to_compare_with() -> None:
    places, cosines = nearby(crowds(1), np.array([0]), 5)
    assert places.shape == cosines.shape == (1, 0)
