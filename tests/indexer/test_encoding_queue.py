"""Texts of several callers become one batch while they wait, and each caller gets his own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from indexer.encode import Vectors
from indexer.encoding_queue import MOST_TEXTS, MOST_TOKENS, EncodingQueue


class Slow:
    """An encoder that says what it was given, and waits until it may go on; vector = (first token, length)."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()

    def __call__(self, rows: Sequence[Sequence[int]]) -> Vectors:
        self.batches.append(len(rows))
        self.begun.release()
        assert self.go_on.wait(20)
        if any(row[0] < 0 for row in rows):
            raise ValueError("no such token")
        return np.array([[row[0], len(row)] for row in rows], np.float32)


@pytest.mark.parametrize(
    ("lengths", "batches"),
    [
        ([3], [1, 1]),
        ([3] * MOST_TEXTS, [1, MOST_TEXTS]),
        ([3] * (MOST_TEXTS + 2), [1, MOST_TEXTS, 2]),
        ([MOST_TOKENS // 2, 3, 3, MOST_TOKENS * 2], [1, 2, 1, 1]),
    ],
)
def test_what_waits_goes_together(lengths: list[int], batches: list[int]) -> None:
    encode = Slow()
    queue = EncodingQueue(encode, at_once=1)
    first = queue.begin([7])
    assert encode.begun.acquire(timeout=20)
    waiting = [queue.begin([n] * length) for n, length in enumerate(lengths)]
    encode.go_on.set()

    assert [wait().tolist() for wait in waiting] == [[n, length] for n, length in enumerate(lengths)]
    assert first().tolist() == first().tolist() == [7, 1]
    assert encode.batches == batches


def test_who_is_free_takes_no_more_than_a_share() -> None:
    encode = Slow()
    queue = EncodingQueue(encode, at_once=2)
    waiting = [queue.begin([n]) for n in range(2)]
    # Both are at work at once: the second caller does not wait for the first one's text.
    assert all(encode.begun.acquire(timeout=20) for _ in waiting)
    encode.go_on.set()
    assert [wait()[0] for wait in waiting] == [0, 1]


def test_a_failure_is_raised_where_it_is_waited_for_and_the_queue_goes_on() -> None:
    encode = Slow()
    encode.go_on.set()
    queue = EncodingQueue(encode, at_once=1)
    with pytest.raises(ValueError, match="no such token"):
        queue.begin([-1])()
    assert queue.begin([5])()[0] == 5


def test_many_callers() -> None:
    queue = EncodingQueue(lambda rows: np.array([[sum(row)] for row in rows], np.float32), at_once=2)
    with ThreadPoolExecutor(8) as callers:
        assert list(callers.map(lambda n: float(queue.begin([n, 1])()[0]), range(300))) == [n + 1 for n in range(300)]
