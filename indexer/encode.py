"""The Encoder protocol: what turns text into vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
_MAX_CHARACTERS = 8000
# C strings end at a NUL, and half a character has no UTF-8.
_UNSAFE = {0: " ", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}


def readable(text: str) -> str:
    """The beginning of a text, far more than a model reads at once, without what engines cannot take."""
    return text[:_MAX_CHARACTERS].translate(_UNSAFE)


class Encoder(Protocol):
    """Turns text into vectors whose inner product is the similarity.

    An implementation may be called from several threads at once.
    """

    @property
    def name(self) -> str:
        """Which model: two encoders with one name give the same vectors up to rounding (cosine >= .98)."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions: (n, dimension) float32, rows of unit length; no texts give shape (0, dimension)."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what can be found: (n, dimension) float32, rows of unit length; no texts give shape (0, dimension)."""


@runtime_checkable
class EarlyEncoder(Protocol):
    """An encoder that can begin with a question while its caller does something else."""

    def begin(self, text: str) -> Callable[[], Vectors]:
        """Begin to encode one question.

        Args:
            text: The question.

        Returns:
            Waits for the (dimension,) vector; may be called again. `queries` gives the same.
        """
