"""Brings everything that suggestions are made from up to date: the index, and what its links teach."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from assistant import classifier, implied
from assistant.classifier import Classifier
from indexer.build import Built, Progress
from indexer.build import bring_up_to_date as index
from indexer.encode import Encoder
from indexer.model import Shelf
from indexer.shelves import TAUGHT, Shelves
from kb.errors import StorageDamaged
from kb.model import LinkedTicket
from kb.settings import Settings
from kb.store import Store

log = logging.getLogger(__name__)

CLASSIFIER_FILE = "classifier.npz"
LEAST_LINKED = 50
"""From so many links on, answers are compared and a classifier is fitted."""
_MOST_TICKETS, _MOST_ARTICLES = 20_000, 1_000
"""The newest tickets and the articles that most of them link; more costs minutes and gains next to nothing."""
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

    def teach(shelves: Shelves) -> None:
        links, answers = store.tickets.count_links(), shelves.count_solutions()
        if links < LEAST_LINKED or not int(shelves.meta("dimension", "0")):
            return
        before = [int(number) for number in shelves.meta(TAUGHT, "0 0").split()[:2]]
        if all(old <= _GROWN * new and new <= _GROWN * old for old, new in zip(before, (links, answers), strict=True)):
            return
        linked = {ticket.id: ticket for ticket in store.tickets.linked_since(0)}
        implied.write(linked, shelves)
        fit_classifier(linked, shelves)
        with shelves.write() as writer:
            writer.set_meta(TAUGHT, f"{links} {answers} {writer.generation}")

    return index(store, settings, full=full, progress=progress, encoder=encoder, teach=teach)


def fit_classifier(linked: Mapping[str, LinkedTicket], shelves: Shelves) -> None:
    """Fit the classifier of an index and keep it there.

    Args:
        linked: By ticket id, at least one.
        shelves: The index.
    """
    fitted_classifier(linked, shelves).save(shelves.path.parent / CLASSIFIER_FILE)


def fitted_classifier(linked: Mapping[str, LinkedTicket], shelves: Shelves) -> Classifier:
    """Fit a classifier to some linked tickets of an index.

    Args:
        linked: By ticket id; only the newest are used, and the articles that most of them link.
        shelves: The index.
    """
    keys = [key for key in shelves.keys(Shelf.TICKET) if key[1] in linked]
    keys = sorted(keys, key=lambda key: linked[key[1]].created_at)[-_MOST_TICKETS:]
    counted: dict[str, int] = {}
    for key in keys:
        for article_id, _ in linked[key[1]].links:
            counted[article_id] = counted.get(article_id, 0) + 1
    chosen = set(sorted(counted, key=lambda each: (-counted[each], each))[:_MOST_ARTICLES])
    shares = {key[0]: _shares([a for a, _ in linked[key[1]].links if a in chosen]) for key in keys}
    chosen_ids = [passage_id for passage_id, each in shares.items() if each]
    ids, vectors = shelves.vectors(chosen_ids, shelf=Shelf.TICKET, dimension=int(shelves.meta("dimension")))
    return classifier.fit(np.ascontiguousarray(vectors), [shares[i] for i in ids])


def load_classifier(folder: Path) -> Classifier | None:
    """The classifier of an index; None if there are too few links, or its file is damaged."""
    path = folder / CLASSIFIER_FILE
    try:
        return Classifier.load(path) if path.exists() else None
    except StorageDamaged as error:
        # It is fitted anew when there are more links; suggestions go without it until then.
        log.warning("%s", error)
        return None


def _shares(articles: list[str]) -> dict[str, float]:
    return {article_id: 1 / len(articles) for article_id in articles}


__all__ = ["Built", "Progress", "bring_up_to_date", "fit_classifier", "fitted_classifier", "load_classifier"]
