"""The encoder that remembers."""

from __future__ import annotations

import numpy as np

from assistant.evaluation.vector_memory import VectorMemory
from indexer.encode import Encoder
from indexer.encoders import BULK_FROM
from tests.fakes import HashEncoder


def test_every_text_is_encoded_once() -> None:
    inner = HashEncoder()
    memory = VectorMemory(lambda _: inner)
    first = memory.queries(["hub", "money", "hub"])
    second = memory.queries(["money", "key"])
    assert inner.asked == ["hub", "money", "key"]
    np.testing.assert_array_equal(first, HashEncoder().queries(["hub", "money", "hub"]))
    np.testing.assert_array_equal(second, HashEncoder().queries(["money", "key"]))


def test_questions_and_passages_are_kept_apart() -> None:
    inner = HashEncoder()
    memory = VectorMemory(lambda _: inner)
    memory.queries(["hub"])
    memory.passages(["hub"])
    memory.passages(["hub"])
    assert (inner.asked, inner.stored) == (["hub"], ["hub"])


def test_no_texts() -> None:
    memory = VectorMemory(lambda _: HashEncoder(dimension=7))
    assert memory.queries([]).shape == memory.passages([]).shape == (0, 7)
    assert (memory.name, memory.dimension) == ("fake", 7)


def test_the_encoder_is_made_late_and_again_for_bulk() -> None:
    made: list[int] = []

    def make(texts: int) -> Encoder:
        made.append(texts)
        return HashEncoder()

    memory = VectorMemory(make)
    assert made == []
    memory.queries(["hub"])
    memory.queries(["hub", "key"])
    assert made == [1]
    memory.passages([str(number) for number in range(BULK_FROM)])
    memory.passages([f"x{number}" for number in range(BULK_FROM)])
    assert made == [1, BULK_FROM + 2]


def test_what_is_expected_counts_from_the_start() -> None:
    made: list[int] = []

    def make(texts: int) -> Encoder:
        made.append(texts)
        return HashEncoder()

    memory = VectorMemory(make)
    memory.expect(BULK_FROM)
    memory.queries(["hub"])
    assert made == [BULK_FROM + 1]
