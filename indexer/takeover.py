"""What an index of an older format leaves to the one made in its place: the vectors, which take long to make."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.shelves import COMMON_MEANS, FILE_NAME, Shelves, index_errors
from kb.errors import StorageDamaged

_FORMATS = ("2",)
"""Older formats whose vectors are the same by the same hashes."""
_NO_PASSAGE = 0
"""An id that no passage ever has."""
_HALF = 2
"""Bytes of a number in half precision."""


def take_over(shelves: Shelves, older: Path, model: str) -> bool:
    """Put the vectors of an older index into an empty one, so that nothing has to be encoded again.

    Afterwards the new index holds vectors that no passage uses until it is filled. What is still unused then belongs to
    texts that were deleted meanwhile; the index says that something was removed, so that it is tidied up.

    Args:
        shelves: The empty index.
        older: Folder of the older one.
        model: Whose vectors are wanted.

    Returns:
        Whether there was anything to take: nothing is taken from an index of another model, of an unknown format, or
        one that is damaged.
    """
    if not (older / FILE_NAME).exists():
        return False
    try:
        with _attached(shelves, older / FILE_NAME):
            meta = _meta(shelves)
            if meta.get("format") not in _FORMATS or meta.get("model") != model or not _whole(shelves, meta):
                return False
            with shelves.write() as writer:
                shelves.connection.execute("INSERT OR IGNORE INTO main.vectors SELECT hash, vector FROM older.vectors")
                for key in ("model", "dimension", COMMON_MEANS):
                    writer.set_meta(key, meta.get(key, ""))
                shelves.connection.execute("INSERT INTO removed VALUES (?, ?)", (_NO_PASSAGE, writer.generation))
    except StorageDamaged:
        # A damaged index leaves nothing: everything can be made anew from the store.
        return False
    return True


@contextmanager
def _attached(shelves: Shelves, path: Path) -> Iterator[None]:
    with index_errors(path):
        shelves.connection.execute("ATTACH DATABASE ? AS older", (str(path),))
        try:
            yield
        finally:
            shelves.connection.execute("DETACH DATABASE older")


def _meta(shelves: Shelves) -> dict[str, str]:
    """Facts about the older index; none if it has not the tables of one."""
    tables = {row[0] for row in shelves.connection.execute("SELECT name FROM older.sqlite_master")}
    if not tables.issuperset({"meta", "vectors"}):
        return {}
    return {row[0]: row[1] for row in shelves.connection.execute("SELECT key, value FROM older.meta")}


def _whole(shelves: Shelves, meta: dict[str, str]) -> bool:
    """Whether the index was filled, and every vector has the length that it says."""
    if not meta.get("dimension", "").isdigit():
        return False
    other = shelves.connection.execute(
        "SELECT 1 FROM older.vectors WHERE length(vector) != ? LIMIT 1", (_HALF * int(meta["dimension"]),)
    ).fetchone()
    return other is None
