"""BM25 of many questions at once: texts as rows of how often they have each stem. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.lexical import K1, MAX_REPEATS, MAX_TERMS, B
from indexer.words import stop_stems

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    Sparse: TypeAlias = csr_matrix

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """The stems of n texts as numbers, in their order."""

    begins: NDArray[np.int64]
    """(n + 1,) text i has the stems begins[i] to begins[i + 1]."""
    stems: NDArray[np.int32]
    """(s,) codes."""
    kinds: int
    """Codes lie below this."""

    def __len__(self) -> int:
        return len(self.begins) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """(n,) how many stems each text has."""
        return np.diff(self.begins)

    def some(self, rows: NDArray[np.int64]) -> Texts:
        """Some of the texts, in the order in which they are named.

        Args:
            rows: (m,) their places.
        """
        sizes = self.lengths[rows]
        ends = np.cumsum(sizes)
        places = np.arange(int(sizes.sum())) + np.repeat(self.begins[rows] - (ends - sizes), sizes)
        return Texts(np.concatenate([np.zeros(1, np.int64), ends]), self.stems[places], self.kinds)

    def counts(self) -> Sparse:
        """(n, kinds) float32, how often each stem stands in each text; columns rise in every row."""
        return _counted(np.repeat(np.arange(len(self)), self.lengths), self.stems, (len(self), self.kinds))

    def pairs(self, wanted: Mapping[tuple[int, int], int], size: int) -> Sparse:
        """(n, size) float32, how often pairs of neighbouring stems stand in each text.

        Args:
            wanted: Column of each pair of codes that counts.
            size: How many columns there are.
        """
        shape = (len(self), size)
        if len(self.stems) < 2 or not wanted:
            return _counted(np.zeros(0, np.int64), np.zeros(0, np.int64), shape)
        keys = np.array([first * self.kinds + second for first, second in wanted], np.int64)
        order = np.argsort(keys)
        keys, columns = keys[order], np.array(list(wanted.values()), np.int64)[order]
        row = np.repeat(np.arange(len(self)), self.lengths)
        said = self.stems[:-1].astype(np.int64) * self.kinds + self.stems[1:]
        at = np.minimum(np.searchsorted(keys, said), len(keys) - 1)
        found = (keys[at] == said) & (row[:-1] == row[1:])
        return _counted(row[:-1][found], columns[at[found]], shape)


def read(texts: Sequence[Iterable[Sequence[str]]]) -> tuple[list[Texts], dict[str, int]]:
    """Give every stem a code; codes rise with the stems, so that nothing depends on the order of the texts.

    Args:
        texts: Some lists of texts, each as its stems.

    Returns:
        The lists as numbers, and the code of each stem.
    """
    seen: dict[str, int] = {}
    found: list[tuple[NDArray[np.int64], NDArray[np.int32]]] = []
    for each in texts:
        # Not a list: of a hundred thousand tickets it would take ten times the memory.
        flat, ends = array("i"), [0]
        for stems in each:
            flat.extend([seen.setdefault(stem, len(seen)) for stem in stems])
            ends.append(len(flat))
        found.append((np.array(ends, np.int64), np.frombuffer(flat, np.int32) if flat else np.zeros(0, np.int32)))
    named = sorted(seen)
    code = np.empty(len(named), np.int32)
    code[[seen[stem] for stem in named]] = np.arange(len(named))
    return [Texts(ends, code[flat], len(named)) for ends, flat in found], {s: i for i, s in enumerate(named)}


@dataclass(frozen=True, slots=True, eq=False)
class Shelved:
    """Passages of one shelf, ready to be asked."""

    containing: NDArray[np.int64]
    """(t,) how many passages of the shelf each stem stands in."""
    passages: int
    """Of the shelf."""
    weights: Sparse
    """(t, p) float32: what each stem says in each of these passages, without its idf."""

    @staticmethod
    def of(texts: Texts, containing: NDArray[np.int64], passages: int, mean_length: float) -> Shelved:
        """Of all or some passages of a shelf.

        Args:
            texts: Their stems.
            containing: (t,) how many passages of the whole shelf each stem stands in.
            passages: How many the whole shelf has.
            mean_length: How many stems one of them has.
        """
        counts = texts.counts()
        slope = K1 * B / max(mean_length, 1.0)
        own = np.repeat(texts.lengths.astype(np.float32), np.diff(counts.indptr))
        counts.data = (counts.data * (K1 + 1) / (counts.data + (K1 * (1 - B) + slope * own))).astype(np.float32)
        return Shelved(containing, passages, counts.T.tocsr())

    def asked(self, counts: Sparse, stop: NDArray[np.bool_]) -> tuple[Sparse, Numbers]:
        """Questions as this shelf hears them, see `indexer.lexical.bm25`.

        Args:
            counts: (q, t) how often each question says each stem.
            stop: (nnz,) which of its entries are stop words.

        Returns:
            (q, t) weights whose product with `weights` is BM25, and (q,) what a passage with every word would have.
        """
        row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        # A question of stop words alone is asked as it is.
        bare = np.bincount(row[~stop], minlength=counts.shape[0]) == 0
        kept = ~stop | bare[row]
        row, stems, times = row[kept], counts.indices[kept], counts.data[kept]
        containing = self.containing[stems]
        idf = np.log1p((np.maximum(self.passages, containing) - containing + 0.5) / (containing + 0.5))
        rarest = _first(row, np.lexsort((stems, containing, row)), MAX_TERMS)
        ceiling: Numbers = np.bincount(row[rarest], idf[rarest], counts.shape[0]).astype(np.float64)
        known = np.flatnonzero(containing > 0)
        chosen = known[_first(row[known], np.lexsort((stems[known], containing[known], row[known])), MAX_TERMS)]
        said = idf[chosen] * np.clip(times[chosen], 1, MAX_REPEATS)
        return sparse(row[chosen], stems[chosen], said, counts.shape), ceiling


def stop_entries(counts: Sparse, locale: str, code: Mapping[str, int]) -> NDArray[np.bool_]:
    """(nnz,) which entries of some questions are stop words.

    Args:
        counts: (q, t) how often each question says each stem.
        locale: Their language.
        code: Of each stem.
    """
    stop = np.zeros(counts.shape[1], np.bool_)
    stop[[code[stem] for stem in stop_stems(locale) if stem in code]] = True
    return np.asarray(stop[counts.indices], np.bool_)


def sparse(
    rows: NDArray[np.integer[Any]], columns: NDArray[np.integer[Any]], values: NDArray[Any], shape: tuple[int, int]
) -> Sparse:
    """A float32 matrix of such values; what is named twice is added up.

    Args:
        rows: (k,)
        columns: (k,)
        values: (k,)
        shape: Of all.
    """
    # Here and not above: SciPy takes a while to load, and whoever gathers a few gaps does not need it.
    from scipy.sparse import csr_matrix

    return csr_matrix((values.astype(np.float32), (rows, columns)), shape=shape)


def _first(row: NDArray[np.int64], order: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Of entries in an order by row, the first so many of each row."""
    sizes = np.bincount(row) if len(row) else np.zeros(0, np.int64)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return order[rank < limit]


def _counted(rows: NDArray[np.int64], columns: NDArray[np.integer[Any]], shape: tuple[int, int]) -> Sparse:
    from scipy.sparse import csr_matrix

    found, times = np.unique(rows * max(shape[1], 1) + columns, return_counts=True)
    row, column = np.divmod(found, max(shape[1], 1))
    begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(row, minlength=shape[0]))])
    return csr_matrix((times.astype(np.float32), column, begins), shape=shape)
