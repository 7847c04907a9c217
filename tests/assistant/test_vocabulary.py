"""Stems that tell texts apart, and texts as rows of their weights."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.vocabulary import Vocabulary, with_pairs

TEXTS = [["hub", "yellow"], ["hub", "white"], ["refund", "bank"], ["refund", "hub"], ["x"], ["y"], ["z"], ["bank", "z"]]


def test_what_stands_once_or_everywhere_says_nothing() -> None:
    assert Vocabulary.of(TEXTS, least=2, kinds=20).stems == ("bank", "refund", "z")
    assert Vocabulary.of(TEXTS, least=3, kinds=20).stems == ("hub",), "three tenths of eight are less than three"
    assert Vocabulary.of(TEXTS, least=2, kinds=2).stems == ("bank", "hub", "refund", "z")


def test_a_stem_is_counted_once_a_text() -> None:
    assert Vocabulary.of([["a", "a", "a"], ["b"]], least=2, kinds=1).stems == ()


def test_the_commonest_are_kept_the_first_of_equals() -> None:
    assert Vocabulary.of(TEXTS, least=1, kinds=1, size=2).stems == ("bank", "hub")
    assert Vocabulary.of(TEXTS, least=1, kinds=1, size=0).stems == ()


def test_what_a_stem_says() -> None:
    found = Vocabulary.of(TEXTS, least=2, kinds=2)
    assert found.idf.tolist() == pytest.approx(
        [math.log(9 / 3) + 1, math.log(9 / 4) + 1, math.log(3) + 1, math.log(3) + 1]
    )


def test_a_row_by_hand() -> None:
    found = Vocabulary(("a", "b"), np.array([1.0, 2.0], np.float32))
    columns, weights = found.row(["b", "c", "a", "b"])
    said = np.array([2 * (1 + math.log(2)), 1.0])
    assert columns.tolist() == [1, 0]
    assert weights.tolist() == pytest.approx((said / np.linalg.norm(said)).tolist())


def test_nothing() -> None:
    assert Vocabulary.of([], least=2, kinds=1).stems == ()
    columns, weights = Vocabulary().row(["a"])
    assert (columns.tolist(), weights.tolist()) == ([], [])
    assert Vocabulary().rows([["a"], []]).shape == (2, 0)
    assert Vocabulary.of(TEXTS, least=2, kinds=2).rows([]).shape == (0, 4)


def test_pairs_of_neighbours() -> None:
    assert with_pairs(["my", "hub", "blinks"]) == ["my", "hub", "blinks", "my hub", "hub blinks"]
    assert with_pairs(["hub"]) == ["hub"]
    assert with_pairs([]) == []


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=9), max_size=12))
def test_rows_are_rows(texts: list[list[str]]) -> None:
    found = Vocabulary.of(texts, least=1, kinds=1)
    rows = found.rows(texts).toarray()
    assert rows.shape == (len(texts), len(found.stems))
    for text, row in zip(texts, rows, strict=True):
        columns, weights = found.row(text)
        alone = np.zeros(len(found.stems), np.float32)
        alone[columns] = weights
        assert np.array_equal(row, alone)
        assert {found.stems[i] for i in np.flatnonzero(row)} == set(text) & set(found.stems)
        assert np.linalg.norm(row) == pytest.approx(1.0 if set(text) & set(found.stems) else 0.0, abs=1e-5)
