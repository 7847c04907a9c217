"""The stems that texts are told apart by, and texts as rows of their weights. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MOST = 0.3
_OF_ONE_KIND = 1.5
"""No kind has more than so many times its equal share of the texts, or it needs no words to be told apart."""
_NO_LENGTH = 1e-9


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Stems with what each of them says."""

    stems: tuple[str, ...] = ()
    """(v,) rising."""
    idf: Vectors = field(default_factory=lambda: np.zeros(0, np.float32))
    """(v,) log((1 + texts) / (1 + texts with it)) + 1."""

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Columns by stem."""
        return {stem: place for place, stem in enumerate(self.stems)}

    @staticmethod
    def of(texts: Iterable[Sequence[str]], *, least: int, kinds: int, size: int | None = None) -> Vocabulary:
        """The stems of some texts that are neither rare nor everywhere.

        Args:
            texts: Their stems.
            least: In so many texts a stem must stand.
            kinds: So many sorts of texts are to be told apart, at least 1. A stem may stand in three tenths of the
                texts; where there are few kinds in more, since what stands in all texts of one tells it apart.
            size: Keep the commonest only, among equals the first; None: all.
        """
        count, found = 0, Counter[str]()
        for text in texts:
            count += 1
            found.update(set(text))
        top = max(count * max(_MOST, _OF_ONE_KIND / kinds), least)
        kept = [stem for stem, times in found.items() if least <= times <= top]
        if size is not None and len(kept) > size:
            kept = sorted(kept, key=lambda stem: (-found[stem], stem))[:size]
        kept.sort()
        idf = np.array([math.log((1 + count) / (1 + found[stem])) + 1 for stem in kept], np.float32)
        return Vocabulary(tuple(kept), idf)

    def row(self, stems: Sequence[str]) -> tuple[NDArray[np.int64], Vectors]:
        """A text as a direction.

        Args:
            stems: In any order, a stem as often as it stands there.

        Returns:
            (k,) columns, in the order of the text, and (k,) their weights: (1 + log times) * idf, made one in length;
            none for a text that has no stem of these.
        """
        times = Counter(stem for stem in stems if stem in self.places)
        columns = np.array([self.places[stem] for stem in times], np.int64)
        weights = (1 + np.log(np.array(list(times.values()), np.float32))) * self.idf[columns]
        length = max(float(np.linalg.norm(weights)), _NO_LENGTH)
        return columns, (weights / length).astype(np.float32)

    def rows(self, texts: Iterable[Sequence[str]]) -> csr_matrix:
        """(t, v) float32, the rows of some texts."""
        # Here and not above: a question needs one row, and SciPy takes a while to load.
        from scipy.sparse import csr_matrix

        found = [self.row(text) for text in texts]
        begins = np.cumsum([0, *(len(columns) for columns, _ in found)], dtype=np.int64)
        columns = np.concatenate([np.zeros(0, np.int64), *(columns for columns, _ in found)])
        weights = np.concatenate([np.zeros(0, np.float32), *(weights for _, weights in found)])
        return csr_matrix((weights, columns, begins), shape=(len(found), len(self.stems)))


def with_pairs(stems: Sequence[str]) -> list[str]:
    """Stems, and behind them the pairs of neighbouring ones with a space between."""
    return [*stems, *(f"{first} {second}" for first, second in pairwise(stems))]
