"""Nearest neighbours against plain sorting."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.neighbours import nearest


@given(seed=st.integers(0, 10_000), n=st.integers(0, 30), k=st.integers(0, 40), skip=st.booleans())
def test_the_nearest_are_those_of_a_full_sort(seed: int, n: int, k: int, skip: bool) -> None:
    vectors = np.random.default_rng(seed).standard_normal((n, 4)).astype(np.float32)
    places, products = nearest(vectors, vectors, k, skip_self=skip)
    whole = vectors @ vectors.T
    for row in range(n):
        order = [int(i) for i in np.argsort(-whole[row], kind="stable") if not (skip and i == row)]
        assert places[row].tolist() == order[: max(0, min(k, n - skip))]
        assert np.allclose(products[row], whole[row][places[row]])


def test_equal_ones_come_by_their_place() -> None:
    vectors = np.ones((5, 2), np.float32)
    places, _ = nearest(vectors[:1], vectors, 5)
    assert places.tolist() == [[0, 1, 2, 3, 4]]
