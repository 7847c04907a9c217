"""The dense leg: exact inner-product search by FAISS over mean-centred vectors of one shelf.

Centring (subtract the mean, make the length one again) spreads vectors that the encoder puts into a narrow cone; on
public sets it is worth several points of nDCG and makes scores comparable between languages. The mean is kept with
the snapshot, so that vectors added later are centred alike.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors
from indexer.model import Shelf
from kb.errors import KBError, StorageDamaged

_MAX_SQUARE = 1.01


class Dense:
    """The vectors of one shelf in memory."""

    def __init__(self, dimension: int, mean: Vectors | None = None) -> None:
        """Begin empty.

        Args:
            dimension: Length of a vector.
            mean: (dimension,) what is subtracted; None is nothing.
        """
        import faiss

        self.dimension = dimension
        self.mean: Vectors = np.zeros(dimension, np.float32) if mean is None else mean
        self.ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._index = faiss.IndexFlatIP(dimension)
        self._alive: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._lock = threading.Lock()

    @staticmethod
    def build(ids: Sequence[int], vectors: Vectors) -> Dense:
        """From raw vectors, (n, d) float32 rows of unit length; their mean becomes the one that is subtracted."""
        mean = vectors.mean(axis=0) if len(vectors) else None
        dense = Dense(vectors.shape[1], mean)
        dense.add(ids, vectors)
        return dense

    def __len__(self) -> int:
        return int(self._alive.sum())

    @property
    def alive(self) -> NDArray[np.bool_]:
        """(n,) which of `ids` have not been removed."""
        return self._alive

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add raw vectors; centred here."""
        with self._lock:
            self._index.add(centre(vectors, self.mean))
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
        import faiss

        centred = centre(queries, self.mean if query_mean is None else query_mean)
        # One at a time with `add`, which moves the vectors to where there is more room.
        with self._lock:
            count = self._index.ntotal
            found = np.zeros((len(queries), count), np.float32)
            if count:
                for row, query in zip(found, centred, strict=True):
                    faiss.fvec_inner_products_ny(
                        faiss.swig_ptr(row), faiss.swig_ptr(query), self._index.get_xb(), self.dimension, count
                    )
        return found

    def save(self, path: Path) -> None:
        """Write a snapshot aside and rename it; removed vectors are left out.

        Raises:
            KBError: It cannot be written; the one before stays.
        """
        import faiss

        compact = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dimension))
        with self._lock:
            keep = np.flatnonzero(self._alive)
            # The mean travels as a vector of its own, under an id that no passage has.
            vectors = np.concatenate([self.mean[None, :], self._stored()[keep]]).astype(np.float32)
        compact.add_with_ids(vectors, np.concatenate([np.asarray([-1], np.int64), self.ids[keep]]))
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
    def load(path: Path, dimension: int) -> Dense:
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
        dense = Dense(dimension, np.array(vectors[0], np.float32))
        dense._index.add(np.ascontiguousarray(vectors[1:]))
        dense.ids = np.asarray(ids[1:], np.int64)
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


def centre(vectors: Vectors, mean: Vectors) -> Vectors:
    """Subtract the mean and make the length one again; a vector that equals the mean becomes zero."""
    moved = vectors - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    result: Vectors = np.ascontiguousarray(moved / np.maximum(lengths, 1e-9), dtype=np.float32)
    return result


def _rising(ids: NDArray[np.int64]) -> bool:
    # The mean is first, under -1; every other id stands once, and what came later has the higher one. Compared, not
    # subtracted: the difference of two damaged ids may be too large for a number.
    return len(ids) > 0 and int(ids[0]) == -1 and bool((ids[1:] > ids[:-1]).all())


def snapshot_path(folder: Path, shelf: Shelf) -> Path:
    """Where the snapshot of a shelf is."""
    return folder / f"{shelf}.faiss"
