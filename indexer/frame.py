"""How the vectors of a shelf are placed before they are compared: centred, and turned so that translations meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from indexer.encode import Vectors
from kb.locales import UI_LOCALES
from kb.settings import DEFAULT_MODEL

_SHRINK = 20.0
"""So many passages of the shelf as a whole stand in for a language that has few of its own."""
_OWN_SHARE = 0.5
"""How much of the difference between a language's mean and the shelf's is taken out. All of it would let passages of
other languages win over good ones in the reader's own."""
_METRIC = Path(__file__).with_name("metric.npy")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Where the middle is, and how the space is turned."""

    mean: Vectors
    """(d,) of all passages."""
    by_locale: dict[str, Vectors] = field(default_factory=dict)
    """(d,) what is subtracted instead from passages in a language."""
    turn: Vectors | None = None
    """(d, d) applied from the right after centring."""

    @staticmethod
    def of(vectors: Vectors, locales: Sequence[str] = (), turn: Vectors | None = None) -> Frame:
        """The frame of a shelf.

        Args:
            vectors: (n, d) raw vectors.
            locales: (n,) their languages; empty if languages are not told apart.
            turn: (d, d)
        """
        mean: Vectors = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
        by_locale: dict[str, Vectors] = {}
        spoken = np.array(locales, np.str_)
        for locale in UI_LOCALES if len(spoken) else ():
            own = vectors[spoken == locale]
            shrunk = (own.sum(axis=0) + _SHRINK * mean) / (len(own) + _SHRINK)
            by_locale[locale] = (mean + _OWN_SHARE * (shrunk - mean)).astype(np.float32)
        return Frame(mean, by_locale, turn)

    def place(self, vectors: Vectors, locales: Sequence[str] = ()) -> Vectors:
        """Put raw vectors of passages in their places.

        Args:
            vectors: (n, d) raw vectors.
            locales: (n,) their languages; empty if nobody knows them.

        Returns:
            (n, d) float32, of length one, zero for what equals the middle.
        """
        mean = self.mean
        if self.by_locale and len(locales):
            mean = np.stack([self.by_locale.get(locale, self.mean) for locale in locales])
        return self.turned(centre(vectors, mean))

    def turned(self, centred: Vectors) -> Vectors:
        """Turn centred vectors and make their length one again."""
        return centred if self.turn is None else centre(centred @ self.turn, np.float32(0.0))


def centre(vectors: Vectors, mean: Vectors | np.float32) -> Vectors:
    """Subtract the mean and make the length one again; a vector that equals the mean becomes zero."""
    moved = vectors - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    result: Vectors = np.ascontiguousarray(moved / np.maximum(lengths, 1e-9), dtype=np.float32)
    return result


@lru_cache(maxsize=1)
def metric() -> Vectors:
    """(384, 384) the turn for articles that comes with the product, for the default model.

    Fitted once on public questions and answers and on public help pages in Danish, Norwegian, Swedish and English: it
    brings a question near its answer also where the answer is in another language (see docs/measurements.md).
    `benchmarks/fit_metric.py` fits one anew.
    """
    loaded: Vectors = np.load(_METRIC, allow_pickle=False).astype(np.float32)
    return loaded


def turn_for(model: str, dimension: int) -> Vectors | None:
    """The turn for a model's article vectors of some length; None for a model that none was fitted for."""
    return metric() if model == DEFAULT_MODEL and dimension == len(metric()) else None
