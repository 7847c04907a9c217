"""An encoder that remembers: measuring asks the same questions of several indexes, and indexes share most passages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from indexer.encode import Encoder, Vectors
from indexer.encoders import BULK_FROM


class VectorMemory:
    """An Encoder that encodes every text once and keeps its vector for as long as it lives.

    The encoder behind it is made when the first unknown text comes, and once more when the texts have become so many
    that the one for bulk pays.
    """

    def __init__(self, make: Callable[[int], Encoder]) -> None:
        """Remember what an encoder says; `make` is told how many texts it is for."""
        self._make = make
        self._encoder: Encoder | None = None
        self._texts = self._made_for = 0
        self._queries: dict[str, Vectors] = {}
        self._passages: dict[str, Vectors] = {}
        self._lock = threading.RLock()

    def expect(self, texts: int) -> None:
        """Say that so many texts will come one by one, so that the right encoder is made for them at once."""
        self._texts += texts

    @property
    def name(self) -> str:
        """The name of the encoder behind it."""
        return self._inner().name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._inner().dimension

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions: (n, dimension) float32, rows of unit length; no texts give shape (0, dimension)."""
        return self._recall(texts, self._queries, lambda missing: self._inner(len(missing)).queries(missing))

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what can be found: (n, dimension) float32, rows of unit length; no texts give shape (0, dimension)."""
        return self._recall(texts, self._passages, lambda missing: self._inner(len(missing)).passages(missing))

    def _inner(self, texts: int = 0) -> Encoder:
        with self._lock:
            self._texts += texts
            if self._encoder is None or self._made_for < BULK_FROM <= self._texts:
                self._made_for = self._texts
                self._encoder = self._make(self._texts)
            return self._encoder

    def _recall(
        self, texts: Sequence[str], known: dict[str, Vectors], encode: Callable[[list[str]], Vectors]
    ) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            missing = [text for text in dict.fromkeys(texts) if text not in known]
            if missing:
                known.update(zip(missing, encode(missing), strict=True))
            return np.stack([known[text] for text in texts])
