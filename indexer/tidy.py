"""What an index needs now and then, beside taking in what changes: forgetting, snapshots, twins.

None of it changes what a reader finds, but for the twins; so a server takes in changes first and does this when nothing
else is to be done. It may run beside another process that takes in changes.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.frame import turn_for
from indexer.model import Shelf
from indexer.shelf_writer import FORGOTTEN
from indexer.shelves import TWINS, Shelves, index_errors
from indexer.snapshots import write_snapshots
from indexer.twins import twins

_TWINS_SHARE = 0.01
"""Twins are looked for when more than this share of the articles has changed since."""
_TWO = 2
_PAGES = 500
"""So many pages of a full-text table are joined in one transaction; some 20 ms."""


def tidy(home: Path, shelves: Shelves) -> None:
    """Leave nothing of what was removed, write snapshots that are out of date, look for twins; waits for its turn.

    Args:
        home: The data folder.
        shelves: One of its indexes.

    Raises:
        KBError: The disk is full, or another process keeps the index for too long.
    """
    with in_turn(home, "tidy"):
        if shelves.removed(after=int(shelves.meta(FORGOTTEN, "0"))):
            # Also when it was the run before that took it out, and was killed.
            _merge(shelves)
            with shelves.write() as writer:
                writer.forget_orphans()
        shelves.settle()
        write_snapshots(shelves)
        _note_twins(shelves)


@contextmanager
def in_turn(home: Path, work: str) -> Iterator[None]:
    """Do one kind of work in a data folder while no other process does; waits for the one that is at it.

    Args:
        home: The data folder.
        work: Which kind; the lock goes with the process, so a killed one leaves nothing behind.
    """
    with (home / f"{work}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _merge(shelves: Shelves) -> None:
    """Join the parts of the full-text tables by and by: at once, whoever takes in a change would wait for seconds."""
    connection = shelves.connection
    for table in (*(f"{shelf}_words" for shelf in Shelf), "article_exact"):
        # Less than zero: all parts, however few. Two changes or more mean that there was something to do.
        pages, before = -_PAGES, -_TWO
        while connection.total_changes - before >= _TWO:
            before = connection.total_changes
            with index_errors(shelves.path):
                connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))
            pages = _PAGES


def _note_twins(shelves: Shelves) -> None:
    """Look for articles that say the same in two languages, when enough articles have changed."""
    noted = shelves.meta(TWINS).split()
    before, since = (int(noted[0]), int(noted[2])) if noted else (0, -1)
    # What comes in from here on is looked at the next time.
    generation = shelves.generation
    keys = shelves.keys(Shelf.ARTICLE)
    locales = {key[1]: key[2] for key in keys}
    changed = {key[1] for key in shelves.keys(Shelf.ARTICLE, after=since)}
    changed.update(article_id for article_id, _ in shelves.twins() if article_id not in locales)
    dimension = int(shelves.meta("dimension", "0"))
    if dimension == 0 or not changed or len(changed) < _TWINS_SHARE * before or len(set(locales.values())) < _TWO:
        return
    found, vectors = shelves.vectors([key[0] for key in keys], shelf=Shelf.ARTICLE, dimension=dimension)
    owner = {key[0]: key[1] for key in keys}
    owners = [owner[i] for i in found]
    pairs = twins(sorted(set(owners)), locales, owners, vectors, turn_for(shelves.meta("model"), dimension))
    with shelves.write() as writer:
        writer.set_twins(pairs)
        writer.set_meta(TWINS, f"{len(locales)} 0 {generation}")
