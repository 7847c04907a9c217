"""The vectors of a shelf as a file beside the index: read in an instant, and made anew whenever it does not fit."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from indexer.dense import Dense
from indexer.encode import Vectors
from indexer.frame import turn_for
from indexer.model import Shelf
from indexer.shelves import Shelves
from kb.errors import StorageDamaged

_PROBES = 3
"""So many passages of a snapshot are placed again to see whether it holds what would be placed today."""
_ROUNDING = 1e-3
_STALE_SHARE = 0.05
"""A snapshot is written anew when more than this share of a shelf is not in it, or anything in it is gone."""


def snapshot_path(folder: Path, shelf: Shelf) -> Path:
    """Where the snapshot of a shelf is."""
    return folder / f"{shelf}.faiss"


def load_vectors(shelves: Shelves, shelf: Shelf, dimension: int, known: Collection[int]) -> Dense:
    """The vectors of a shelf, from its snapshot where that fits, else from the index itself.

    Args:
        shelves: The index.
        shelf: Which one.
        dimension: Length of a vector.
        known: Ids of the passages that the index holds now.
    """
    path = snapshot_path(shelves.path.parent, shelf)
    if path.exists():
        try:
            dense = Dense.load(path, dimension, _turn(shelves, shelf, dimension))
            # Beside an older copy of the index file a snapshot lacks what does not come last.
            last = int(dense.ids.max(initial=0))
            follows = all(i > last for i in set(known).difference(dense.ids.tolist()))
            if follows and _placed_alike(shelves, shelf, dense, known):
                return dense
        except StorageDamaged:
            # Only a copy; the vectors themselves are in the index file.
            path.unlink(missing_ok=True)
    return _from_index(shelves, shelf, dimension)


def write_snapshots(shelves: Shelves) -> None:
    """Write the snapshots of all shelves that have changed enough.

    Raises:
        KBError: One cannot be written; the one before stays.
    """
    dimension = int(shelves.meta("dimension", "0"))
    if dimension == 0:
        return
    for shelf in Shelf:
        path = snapshot_path(shelves.path.parent, shelf)
        ids = [key[0] for key in shelves.keys(shelf)]
        if not (path.exists() and _fresh_enough(shelves, shelf, dimension, ids)):
            _from_index(shelves, shelf, dimension).save(path)


def _from_index(shelves: Shelves, shelf: Shelf, dimension: int) -> Dense:
    ids, vectors = shelves.vectors(shelf=shelf, dimension=dimension)
    if shelf is not Shelf.ARTICLE:
        return Dense.build(ids, vectors)
    spoken = {key[0]: key[2] for key in shelves.keys(shelf)}
    return Dense.build(ids, vectors, [spoken.get(i, "") for i in ids], _turn(shelves, shelf, dimension))


def _turn(shelves: Shelves, shelf: Shelf, dimension: int) -> Vectors | None:
    # Tickets are compared with tickets, where turning gains nothing.
    return turn_for(shelves.meta("model"), dimension) if shelf is Shelf.ARTICLE else None


def _fresh_enough(shelves: Shelves, shelf: Shelf, dimension: int, ids: Collection[int]) -> bool:
    try:
        dense = Dense.load(snapshot_path(shelves.path.parent, shelf), dimension, _turn(shelves, shelf, dimension))
    except StorageDamaged:
        return False
    held = set(dense.ids.tolist())
    # A text that is gone must not live on as a vector, however small its share.
    few = held.issubset(ids) and len(ids) - len(held) <= _STALE_SHARE * max(len(ids), 1)
    return few and _placed_alike(shelves, shelf, dense, ids)


def _placed_alike(shelves: Shelves, shelf: Shelf, dense: Dense, known: Collection[int]) -> bool:
    """Whether a snapshot holds what would be placed today: another metric, or another index, placed it elsewhere."""
    probes = sorted(set(known).intersection(dense.ids.tolist()))[:_PROBES]
    ids, vectors = shelves.vectors(probes, shelf=shelf, dimension=dense.dimension)
    passages = shelves.passages(ids)
    expected = dense.frame.place(vectors, [passages[i].locale if i in passages else "" for i in ids])
    return bool(np.allclose(dense.rows(np.searchsorted(dense.ids, ids).tolist()), expected, atol=_ROUNDING))
