"""Brings everything that suggestions are made from up to date: the index, and what its links teach."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from assistant import implied
from assistant.lesson import LEAST_LINKED, taught
from assistant.taught import Taught
from indexer.build import Built, Progress
from indexer.build import bring_up_to_date as index
from indexer.encode import Encoder
from indexer.shelves import TAUGHT, Shelves
from indexer.tidy import in_turn
from kb.errors import StorageDamaged
from kb.model import LinkedTicket
from kb.settings import Settings
from kb.store import Store

log = logging.getLogger(__name__)

TAUGHT_FILE = "taught.npz"
KIND = 3
"""Grows when something else is learned from the same links: an index is then taught anew, and nothing encoded."""
_GROWN = 1.05
"""All of it is done anew when there are so many times more or fewer links or answers than the last time."""


def bring_up_to_date(
    store: Store,
    settings: Settings,
    *,
    full: bool = False,
    progress: Progress | None = None,
    encoder: Encoder | None = None,
) -> Built:
    """Index all that changed, then learn from the links if enough of them are new.

    Args:
        store: What is known.
        settings: Which model.
        full: Make the index anew.
        progress: Told after every transaction.
        encoder: Use this one; by default the quickest for the amount of work.

    Raises:
        KBError: Another index run is going on, the model is missing, the disk is full.
    """

    def learn(shelves: Shelves) -> None:
        if _due(store, shelves) is None:
            return
        with in_turn(settings.home, "teach"):
            # Another process may just have done it.
            counts = _due(store, shelves)
            if counts is not None:
                linked = {ticket.id: ticket for ticket in store.tickets.linked_since(0)}
                implied.write(linked, store, shelves)
                teach(linked, store, shelves)
                with shelves.write() as writer:
                    writer.set_meta(TAUGHT, f"{counts[0]} {counts[1]} {writer.generation} {KIND}")

    return index(store, settings, full=full, progress=progress, encoder=encoder, teach=learn)


def _due(store: Store, shelves: Shelves) -> tuple[int, int] | None:
    """How many links and answers there are, if that is enough to learn from and not what it was the last time."""
    found = store.tickets.count_links(), shelves.count_solutions()
    if found[0] < LEAST_LINKED or not int(shelves.meta("dimension", "0")):
        return None
    before = [int(number) for number in shelves.meta(TAUGHT).split()]
    if before[3:] != [KIND]:
        return found
    same = all(old <= _GROWN * new and new <= _GROWN * old for old, new in zip(before[:2], found, strict=True))
    return None if same else found


def teach(linked: Mapping[str, LinkedTicket], store: Store, shelves: Shelves) -> None:
    """Learn from all links of an index and keep what is learned beside it.

    Args:
        linked: By ticket id, at least one.
        store: Has the words of the tickets.
        shelves: The index.
    """
    taught(linked, store, shelves).save(shelves.path.parent / TAUGHT_FILE)


def load_taught(folder: Path) -> Taught:
    """What an index was taught; nothing if there are too few links, or its file is damaged."""
    path = folder / TAUGHT_FILE
    try:
        return Taught.load(path) if path.exists() else Taught()
    except StorageDamaged as error:
        # It is taught anew when there are more links; suggestions go without it until then.
        log.warning("%s", error)
        return Taught()


__all__ = ["LEAST_LINKED", "Built", "Progress", "bring_up_to_date", "load_taught", "teach"]
