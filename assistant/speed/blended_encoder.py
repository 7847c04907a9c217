"""An encoder for made-up texts: the vector of a text is blended from the vectors of its lines, which are known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from assistant.speed.synthetic import NAME_END
from indexer.encode import Encoder, Vectors

NOISE = 0.25
"""Length of what is added to a blend of unit length: two texts of the same lines are near, but not one."""


class BlendedEncoder:
    """An Encoder thousands of times faster than a model, for texts that are put together from known lines.

    A text of which no line is known is encoded by the encoder behind it. Safe to use from several threads if that is.
    """

    def __init__(self, encoder: Encoder, questions: Sequence[str], passages: Sequence[str]) -> None:
        """Encode the lines, which takes a while.

        Args:
            encoder: A model.
            questions: Lines of questions.
            passages: Lines of what can be found.
        """
        self._encoder = encoder
        self._questions = dict(zip(questions, encoder.queries(questions), strict=True))
        self._passages = dict(zip(passages, encoder.passages(passages), strict=True))

    @property
    def name(self) -> str:
        """The name of the encoder behind it."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions: (n, dimension) float32, rows of unit length; no texts give shape (0, dimension)."""
        return self._blends(texts, self._questions, self._encoder.queries)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what can be found: (n, dimension) float32, rows of unit length; no texts give shape (0, dimension)."""
        return self._blends(texts, self._passages, self._encoder.passages)

    def _blends(
        self, texts: Sequence[str], known: Mapping[str, Vectors], encode: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        rows = [self._blend(text, known) for text in texts]
        strange = [text for text, row in zip(texts, rows, strict=True) if row is None]
        encoded = iter(encode(strange)) if strange else iter(())
        found = [next(encoded) if row is None else row for row in rows]
        return np.array(found, np.float32).reshape(len(texts), self.dimension)

    def _blend(self, text: str, known: Mapping[str, Vectors]) -> Vectors | None:
        lines = [part for line in text.splitlines() for part in (line, *line.split(NAME_END)) if part in known]
        if not lines:
            return None
        # A long line says more of what a text is about.
        summed = np.sum([known[line] * len(line) for line in lines], axis=0)
        seed = hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8]
        noise = np.random.default_rng(int.from_bytes(seed)).standard_normal(self.dimension, np.float32)
        mixed = summed / np.linalg.norm(summed) + NOISE * noise / np.linalg.norm(noise)
        unit: Vectors = (mixed / np.linalg.norm(mixed)).astype(np.float32)
        return unit
