"""Single texts of many callers: each is encoded at once while there are few, and together with others if not."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from indexer.encode import Vectors

MOST_TEXTS = 8
"""Of short texts a batch of two costs 7.3 ms of processor time a text, of four 5.1 and of eight 4.1, one alone 10.6."""
MOST_TOKENS = 512
"""Nobody's three words shall wait long for another one's three pages."""

Tokens = Sequence[int]


class EncodingQueue:
    """Texts that wait for one of a few encoders that work side by side. Safe to use from several threads."""

    def __init__(self, encode: Callable[[Sequence[Tokens]], Vectors], *, at_once: int) -> None:
        """Make a queue; its threads end with it.

        Args:
            encode: Gives the (n, d) vectors of n tokenised texts; called from `at_once` threads.
            at_once: So many texts are encoded side by side; where there are more, they are encoded together.
        """
        self._encode = encode
        self._at_once, self._encoding = at_once, 0
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Tokens, Future[Vectors]]] = deque()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="encode")

    def begin(self, row: Tokens) -> Callable[[], Vectors]:
        """Begin with one tokenised text.

        Args:
            row: Its tokens.

        Returns:
            Waits for the (d,) vector; may be called again. Raises what `encode` raised.
        """
        coming: Future[Vectors] = Future()
        with self._lock:
            self._waiting.append((row, coming))
        self._threads.submit(self._next)
        return coming.result

    def _next(self) -> None:
        """Encode what waits until nothing does, or until others are at it."""
        while batch := self._batch():
            try:
                vectors = self._encode([row for row, _ in batch])
                for place, (_, coming) in enumerate(batch):
                    coming.set_result(vectors[place])
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it
                for _, coming in batch:
                    if not coming.done():
                        coming.set_exception(error)
            finally:
                with self._lock:
                    self._encoding -= len(batch)

    def _batch(self) -> list[tuple[Tokens, Future[Vectors]]]:
        """The texts that have waited longest: one as long as there is a place for each, else as many as may be."""
        batch: list[tuple[Tokens, Future[Vectors]]] = []
        longest = 0
        with self._lock:
            is_crowded = self._encoding + len(self._waiting) > self._at_once
            # Who is at work comes back for what waits: by then it is more, and cheaper together.
            most = 0 if is_crowded and self._encoding else MOST_TEXTS if is_crowded else 1
            while self._waiting and len(batch) < most:
                longest = max(longest, len(self._waiting[0][0]))
                if batch and longest * (len(batch) + 1) > MOST_TOKENS:
                    break
                batch.append(self._waiting.popleft())
            self._encoding += len(batch)
        return batch
