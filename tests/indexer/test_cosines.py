"""A first look in eight bits finds what comparing everything exactly finds."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evidence import Likeness, neighbours
from assistant.match import best_places
from assistant.weights import Weights
from indexer import coarse, dense
from indexer.coarse import Coarse, coarse_of
from indexer.cosines import Cosines, within_reach
from indexer.dense import Dense
from indexer.encode import Vectors
from indexer.frame import centre
from kb.errors import KBError

pytest.importorskip("openvino", reason="vectors are compared in eight bits by openvino")


def rows(count: int, dimension: int, seed: int, *, crowd: float = 1.0) -> Vectors:
    """Of length one; the smaller the crowd, the nearer they stand together."""
    random = np.random.default_rng(seed)
    middle = random.normal(size=(1, dimension))
    return centre((middle + crowd * random.normal(size=(count, dimension))).astype(np.float32), np.float32(0))


def hastened(vectors: Vectors, monkeypatch: pytest.MonkeyPatch, *, later: int = 0) -> Dense:
    monkeypatch.setattr(dense, "_LEAST_COARSE", 0)
    monkeypatch.setattr(dense, "_ROUNDED_AT_ONCE", 100)
    found = Dense(vectors.shape[1])
    first = len(vectors) - later
    found.add(range(first), vectors[:first])
    found.hasten()
    found.add(range(first, len(vectors)), vectors[first:])
    return found


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 200), st.sampled_from([1, 5, 32, 33, 384]), st.integers(0, 999), st.sampled_from([1.0, 0.05]))
def test_no_cosine_is_off_by_more_than_it_says(count: int, dimension: int, seed: int, crowd: float) -> None:
    vectors, asked = rows(count, dimension, seed, crowd=crowd), rows(3, dimension, seed + 1)
    first = Coarse([vectors])
    off = np.abs(first.scores(asked) - asked @ vectors.T)
    assert (off <= first.errors(asked)[:, None]).all()


def test_the_worst_that_rounding_can_do_is_reckoned_with() -> None:
    """All numbers of a row halfway between two steps, and a question that adds up all that is lost."""
    row = np.full((1, 384), 10.5 / 127, np.float32)
    row[0, 0] = 1.0
    vectors, asked = centre(row, np.float32(0)), np.full((1, 384), 384**-0.5, np.float32)
    first = Coarse([vectors])
    off = float(np.abs(first.scores(asked) - asked @ vectors.T).max())
    assert 0.01 < off <= float(first.errors(asked)[0])


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 300), st.integers(1, 40), st.integers(0, 999), st.booleans(), st.sampled_from([1.0, 0.1]))
def test_the_same_neighbours_as_if_all_were_compared_exactly(
    count: int, limit: int, seed: int, all_allowed: bool, crowd: float
) -> None:
    """Two views and words, some vectors that came later, some that may not be found; values and order."""
    random = np.random.default_rng(seed)
    vectors, views = rows(count, 64, seed, crowd=crowd), rows(2, 64, seed + 1)
    words = np.where(random.random(count) < 0.2, random.random(count) * 20, 0).astype(np.float32)
    mask = np.ones(count, np.bool_) if all_allowed else random.random(count) < 0.5
    nouns = [f"t{place}" for place in range(count)]
    with pytest.MonkeyPatch.context() as patch:
        shelf = hastened(vectors, patch, later=count // 4)
        near = shelf.nearly(views)
        assert near.exactly is not None
        exact = Cosines.exact(shelf.cosines(views))
        found = [neighbours(Likeness(each, words, nouns), mask, Weights(neighbours=limit)) for each in (near, exact)]
        assert found[0] == found[1]
        best = [
            best_places(shelf.nearly(views).best(1, mask, limit), mask, limit),
            best_places(exact.values[1], mask, limit),
        ]
        assert best[0].tolist() == best[1].tolist()


def test_a_question_that_equals_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = hastened(rows(50, 8, 0), monkeypatch)
    near = shelf.nearly(np.zeros((1, 8), np.float32))
    assert not near.values.any()
    assert near.best(0, np.ones(50, np.bool_), 3).tolist() == [0.0] * 50


def test_within_reach_by_hand() -> None:
    scores = np.array([0.5, 0.1, 0.45, 0.9, 0.5], np.float32)
    everybody = np.ones(5, np.bool_)
    assert within_reach(scores, everybody, 2, 0.0).tolist() == [0, 3, 4]
    assert within_reach(scores, everybody, 2, 0.06).tolist() == [0, 2, 3, 4]
    assert within_reach(scores, everybody, 1, 0.0).tolist() == [3]
    assert within_reach(scores, np.array([1, 1, 1, 0, 0], np.bool_), 1, 0.06).tolist() == [0, 2]
    assert within_reach(scores, everybody, 9, 0.0).tolist() == [0, 1, 2, 3, 4]
    assert within_reach(scores[:0], everybody[:0], 1, 0.0).tolist() == []


def test_a_small_shelf_is_compared_exactly_and_a_grown_one_is_arranged_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = rows(60, 16, 4)
    monkeypatch.setattr(dense, "_LEAST_COARSE", 20)
    shelf = Dense(16)
    shelf.add(range(20), vectors[:20])
    shelf.hasten()
    lagging: list[bool] = [shelf.lags]
    assert shelf.nearly(vectors[:1]).exactly is None
    shelf.add([20], vectors[20:21])
    lagging.append(shelf.lags)
    shelf.hasten()
    assert shelf.nearly(vectors[:1]).exactly is not None
    shelf.add(range(21, 60), vectors[21:])
    lagging.append(shelf.lags)
    assert lagging == [False, True, True]
    assert shelf.nearly(vectors[:1]).values.shape == (1, 60)
    shelf.hasten()
    assert not shelf.lags


@pytest.mark.parametrize("fault", ["broken", "inexact"])
def test_where_it_cannot_be_done_all_are_compared_exactly(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """The library refuses, or the processor calculates otherwise; it is not tried again."""

    def refuse(*_: object) -> None:
        raise RuntimeError("no such\nprocessor")

    if fault == "broken":
        monkeypatch.setattr(coarse, "_compiled", refuse)
    else:
        monkeypatch.setattr(coarse, "_rounding", lambda queries: np.full(len(queries), -1.0, np.float32))
    vectors = rows(30, 16, 4)
    with pytest.raises(KBError, match="no such$" if fault == "broken" else "less exactly"):
        Coarse([vectors])
    assert coarse_of([vectors]) is None
    shelf = hastened(vectors, monkeypatch)
    assert shelf.nearly(vectors[:2]).exactly is None
    assert np.array_equal(shelf.nearly(vectors[:2]).values, shelf.cosines(vectors[:2]))
    assert not shelf.lags


def test_nothing_cannot_be_rounded() -> None:
    with pytest.raises(ValueError, match="at least one vector"):
        Coarse([])


def test_several_threads_get_their_own_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = rows(500, 32, 7)
    shelf = hastened(vectors, monkeypatch)
    wrong: list[int] = []

    def ask(place: int) -> None:
        for _ in range(50):
            found = shelf.nearly(vectors[place : place + 1]).best(0, np.ones(500, np.bool_), 1)
            if int(np.argmax(found)) != place:
                wrong.append(place)

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
