"""The regression: it is at the bottom of its loss, soft targets are its answer, and it is always the same."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.softmax import fit_softmax

DRAW = np.random.default_rng(3)
DENSE = np.hstack([DRAW.standard_normal((40, 3)), np.ones((40, 1))]).astype(np.float32)
SPARSE = (DRAW.random((40, 6)) * (DRAW.random((40, 6)) < 0.4)).astype(np.float32)
SOFT = DRAW.dirichlet(np.ones(4), 40).astype(np.float32)
SOFT[:5] *= 0.3
"""Some rows count less."""


def loss(flat: NDArray[np.float64], penalty: float) -> float:
    """The loss as the docstring says it, slowly and in double precision."""
    weights = flat.reshape(10, 4).astype(np.float64)
    value = 0.5 * penalty * float((weights**2).sum())
    for row, target in zip(np.hstack([DENSE, SPARSE]).astype(np.float64), SOFT.astype(np.float64), strict=True):
        logits = row @ weights
        value -= float(target @ (logits - np.log(np.exp(logits).sum())))
    return value


@pytest.mark.parametrize("penalty", [0.1, 1.0, 5.0])
def test_no_step_from_there_leads_down(penalty: float) -> None:
    """By finite differences: the slope at the end is nothing beside that at the beginning."""
    found = (
        np.vstack(fit_softmax(DENSE, csr_matrix(SPARSE), SOFT, penalty=penalty, rounds=500)).astype(np.float64).ravel()
    )
    step = 1e-4

    def slope(at: NDArray[np.float64]) -> float:
        moved = [loss(at + step * e, penalty) - loss(at - step * e, penalty) for e in np.eye(len(at))]
        return float(np.abs(moved).max()) / (2 * step)

    assert slope(found) < 0.002 * slope(np.zeros_like(found))


def test_an_intercept_alone_gives_the_shares() -> None:
    targets = np.tile(np.array([0.7, 0.2, 0.1], np.float32), (4000, 1))
    intercept, none = fit_softmax(np.ones((4000, 1), np.float32), csr_matrix((4000, 0), dtype=np.float32), targets)
    chances = np.exp(intercept[0]) / np.exp(intercept[0]).sum()
    assert chances.tolist() == pytest.approx([0.7, 0.2, 0.1], abs=0.005)
    assert none.shape == (0, 3)


def test_a_row_without_targets_changes_nothing() -> None:
    more = np.vstack([SOFT, np.zeros((40, 4), np.float32)])
    here = fit_softmax(DENSE, csr_matrix(SPARSE), SOFT)
    there = fit_softmax(np.vstack([DENSE, -DENSE]), csr_matrix(np.vstack([SPARSE, SPARSE])), more)
    for one, other in zip(here, there, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_the_same_twice() -> None:
    here, there = (fit_softmax(DENSE, csr_matrix(SPARSE), SOFT) for _ in range(2))
    assert all(np.array_equal(one, other) for one, other in zip(here, there, strict=True))


@pytest.mark.parametrize(("rows", "few", "many", "classes"), [(0, 2, 3, 4), (5, 0, 0, 4), (5, 2, 3, 0)])
def test_nothing_to_learn(rows: int, few: int, many: int, classes: int) -> None:
    dense, sparse = np.ones((rows, few), np.float32), csr_matrix((rows, many), dtype=np.float32)
    found = fit_softmax(dense, sparse, np.zeros((rows, classes), np.float32))
    assert [each.shape for each in found] == [(few, classes), (many, classes)]
    assert not any(each.any() for each in found)
