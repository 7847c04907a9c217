"""The dense leg: inner products by FAISS with the vectors of one shelf, placed in its frame.

Centring (subtract the mean, make the length one again) spreads vectors that the encoder puts into a narrow cone; on
public sets it is worth several points of nDCG and makes scores comparable between languages. The means are kept with
the snapshot, so that vectors added later are placed alike.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.coarse import Coarse, coarse_of
from indexer.cosines import Cosines
from indexer.encode import Vectors
from indexer.frame import Frame, centre
from kb.errors import KBError, StorageDamaged
from kb.locales import UI_LOCALES

_MAX_SQUARE = 1.01
_ROWS_AT_ONCE = 512
"""So many vectors stay in the processor's cache while every question is compared with them: reading all of them from
memory is what takes the time."""
_LEAST_COARSE, _COARSE_SHARE = 4096, 0.1
"""So many vectors, and such a share of all, are compared exactly in next to no time; more are worth a first look."""
_ROUNDED_AT_ONCE = 8192


class Dense:
    """The vectors of one shelf in memory."""

    def __init__(self, dimension: int, frame: Frame | None = None) -> None:
        """Begin empty.

        Args:
            dimension: Length of a vector.
            frame: How vectors are placed; None leaves them as they are.
        """
        import faiss

        self.dimension = dimension
        self.frame = frame or Frame(np.zeros(dimension, np.float32))
        self.ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._index = faiss.IndexFlatIP(dimension)
        self._alive: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._lock = threading.Lock()
        self._coarse: Coarse | None = None
        self._tries = True

    @staticmethod
    def build(ids: Sequence[int], vectors: Vectors, locales: Sequence[str] = (), turn: Vectors | None = None) -> Dense:
        """From raw vectors, (n, d) float32 rows of unit length, which also give the frame; see Frame.of."""
        dense = Dense(vectors.shape[1], Frame.of(vectors, locales, turn))
        dense.add(ids, vectors, locales)
        return dense

    def __len__(self) -> int:
        return int(self._alive.sum())

    @property
    def mean(self) -> Vectors:
        """(d,) what is subtracted from questions by default."""
        return self.frame.mean

    @property
    def alive(self) -> NDArray[np.bool_]:
        """(n,) which of `ids` have not been removed."""
        return self._alive

    def add(self, ids: Sequence[int], vectors: Vectors, locales: Sequence[str] = ()) -> None:
        """Add raw vectors, (n, d), in (n,) languages; they are placed here."""
        with self._lock:
            self._index.add(self.frame.place(vectors, locales))
            self.ids = np.concatenate([self.ids, np.asarray(ids, np.int64)])
            self._alive = np.concatenate([self._alive, np.ones(len(ids), np.bool_)])

    def remove(self, ids: Sequence[int]) -> None:
        """Hide vectors at once; the space is taken back at the next snapshot."""
        with self._lock:
            self._alive = self._alive & ~np.isin(self.ids, np.asarray(ids, np.int64))

    def cosines(self, queries: Vectors, *, query_mean: Vectors | None = None) -> Vectors:
        """Centred cosines of questions with every vector, removed ones too.

        Args:
            queries: (v, d) raw vectors.
            query_mean: (d,) what is subtracted from them; None: the shelf's own mean.

        Returns:
            (v, n) float32, -1..1, in the order of `ids`.
        """
        centred = self._placed(queries, query_mean)
        # One at a time with `add`, which moves the vectors to where there is more room.
        with self._lock:
            stored = self._stored()
            found = np.zeros((len(queries), len(stored)), np.float32)
            _compare(centred, stored, found)
        return found

    def nearly(self, queries: Vectors, *, query_mean: Vectors | None = None) -> Cosines:
        """The same, exact only where it is asked for if `hasten` has been called: much quicker for many vectors.

        Args:
            queries: (v, d) raw vectors.
            query_mean: (d,) as above.
        """
        coarse = self._coarse
        if coarse is None:
            return Cosines.exact(self.cosines(queries, query_mean=query_mean))
        centred, known = self._placed(queries, query_mean), len(coarse)
        first = coarse.scores(centred)
        with self._lock:
            stored = self._stored()
            found = np.empty((len(queries), len(stored)), np.float32)
            found[:, :known] = first
            _compare(centred, stored[known:], found[:, known:])

        def exactly(places: NDArray[np.int64]) -> Vectors:
            cosines = np.empty((len(centred), len(places)), np.float32)
            _compare(centred, self.rows(places), cosines)
            return cosines

        return Cosines(found, coarse.errors(centred), exactly)

    @property
    def lags(self) -> bool:
        """Whether there are enough vectors that `hasten` has not seen to be worth calling it."""
        new = len(self.ids) - (0 if self._coarse is None else len(self._coarse))
        return self._tries and new > max(_LEAST_COARSE, _COARSE_SHARE * len(self.ids))

    def hasten(self) -> None:
        """Make `nearly` quicker, if there are many vectors; takes some tenths of a second, and one question more."""
        if self.lags:
            coarse = coarse_of(self._blocks())
            # Where it cannot be done it is not tried again.
            self._coarse, self._tries = coarse, coarse is not None

    def _blocks(self) -> Iterator[Vectors]:
        # Piece by piece, so that no question has to wait for all of it.
        count = len(self.ids)
        for start in range(0, count, _ROUNDED_AT_ONCE):
            yield self.rows(range(start, min(start + _ROUNDED_AT_ONCE, count)))

    def _placed(self, queries: Vectors, query_mean: Vectors | None) -> Vectors:
        return self.frame.turned(centre(queries, self.frame.mean if query_mean is None else query_mean))

    def question(self, query: Vectors, query_mean: Vectors | None = None) -> Vectors:
        """(d,) a raw question vector, centred and turned as `cosines` does it."""
        placed: Vectors = self._placed(query[None, :], query_mean)[0]
        return placed

    def rows(self, places: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """(k, d) a copy of the vectors at some places of `ids`, as they were placed."""
        with self._lock:
            return self._stored()[np.asarray(places, np.int64)]

    def save(self, path: Path) -> None:
        """Write a snapshot aside and rename it; removed vectors are left out.

        Raises:
            KBError: It cannot be written; the one before stays.
        """
        import faiss

        compact = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dimension))
        with self._lock:
            keep = np.flatnonzero(self._alive)
            # The means travel as vectors of their own, under ids that no passage has: that of the shelf is last.
            means = [self.frame.by_locale[locale] for locale in UI_LOCALES if locale in self.frame.by_locale]
            vectors = np.concatenate([*(each[None, :] for each in [*means, self.frame.mean]), self._stored()[keep]])
        before = np.arange(-len(means) - 1, 0, dtype=np.int64)
        compact.add_with_ids(vectors.astype(np.float32), np.concatenate([before, self.ids[keep]]))
        aside = path.with_suffix(".new")
        try:
            faiss.write_index(compact, str(aside))
            aside.replace(path)
        except (RuntimeError, OSError) as error:
            aside.unlink(missing_ok=True)
            raise KBError(
                f"Cannot write the vector file {path}.",
                hint="Check that the disk has space left, then run `svar index` again; what was indexed is kept.",
            ) from error

    @staticmethod
    def load(path: Path, dimension: int, turn: Vectors | None = None) -> Dense:
        """Read a snapshot.

        Raises:
            StorageDamaged: The file is not one, or of another dimension, or its ids do not rise.
        """
        import faiss

        try:
            index = faiss.read_index(str(path))
            ids = faiss.vector_to_array(index.id_map)
            flat = faiss.downcast_index(index.index)
            vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
        except (RuntimeError, AttributeError, ValueError, MemoryError) as error:
            raise StorageDamaged(f"The vector file {path} cannot be read.", hint="Run `svar index --full`.") from error
        # Rows are of unit length, the mean shorter: larger ones, or NaN, were not written by `save`.
        whole = bool((np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64) < _MAX_SQUARE).all())
        if flat.d != dimension or len(ids) != len(vectors) or not _rising(ids) or not whole:
            raise StorageDamaged(f"The vector file {path} does not fit the index.", hint="Run `svar index --full`.")
        count = int((ids < 0).sum())
        means = [np.array(each, np.float32) for each in vectors[:count]]
        by_locale = dict(zip(UI_LOCALES, means[:-1], strict=True)) if count > 1 else {}
        dense = Dense(dimension, Frame(means[-1], by_locale, turn))
        dense._index.add(np.ascontiguousarray(vectors[count:]))
        dense.ids = np.asarray(ids[count:], np.int64)
        dense._alive = np.ones(len(dense.ids), np.bool_)
        return dense

    def _stored(self) -> NDArray[np.float32]:
        import faiss

        count = self._index.ntotal
        if count == 0:
            return np.zeros((0, self.dimension), np.float32)
        view = faiss.rev_swig_ptr(self._index.get_xb(), count * self.dimension)
        stored: NDArray[np.float32] = view.reshape(count, self.dimension)
        return stored


def _compare(queries: Vectors, rows: Vectors, found: Vectors) -> None:
    """Inner products of (v, d) questions with (n, d) rows, into (v, n)."""
    import faiss

    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        for row, query in zip(found[:, start : start + len(part)], queries, strict=True):
            faiss.fvec_inner_products_ny(
                faiss.swig_ptr(row), faiss.swig_ptr(query), faiss.swig_ptr(part), rows.shape[1], len(part)
            )


def _rising(ids: NDArray[np.int64]) -> bool:
    # First the means, the shelf's under -1; every other id stands once, and what came later has the higher one.
    # Compared, not subtracted: the difference of two damaged ids may be too large for a number.
    means = int((ids < 0).sum())
    fits = means in (1, len(UI_LOCALES) + 1) and ids[:means].tolist() == list(range(-means, 0))
    return fits and bool((ids[1:] > ids[:-1]).all())
