"""The resolved tickets of an index as grouping sees them: what was asked, what was answered, what was linked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors
from indexer.model import Shelf
from indexer.shelves import Shelves
from kb.model import LinkedTicket

MOST = 20_000
"""The newest tickets; what is nearest to what is found by looking at all of them."""
_LEAST_OF_LOCALE = 50
"""A language with fewer tickets is centred with all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Resolved tickets, by id; all arrays have one row for each."""

    ids: tuple[str, ...]
    """Rising, so that nothing depends on the order in which tickets were imported."""
    questions: Vectors
    """(n, d) float32, centred by language, of unit length."""
    answers: Vectors
    """(n, d) float32 alike; zeros where nobody answered in more than a few words."""
    answered: NDArray[np.bool_]
    labels: tuple[str, ...]
    """The family of the article that was linked (its translations are one family), of several the one that most tickets
    link, ties by id; "" for none."""
    locales: tuple[str, ...]
    products: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)


def read(shelves: Shelves, linked: Mapping[str, LinkedTicket], families: Mapping[str, str]) -> Demand:
    """Read the newest resolved tickets of an index.

    Args:
        shelves: The index.
        linked: Tickets with their links, by id.
        families: The family of each article; links to others, e.g. archived ones, do not count.
    """
    dimension = int(shelves.meta("dimension"))
    newest = sorted(shelves.keys(Shelf.TICKET), key=lambda key: (key[6] or "", key[1]))[-MOST:]
    passages = {key[0]: key for key in newest}
    found, raw = shelves.vectors(list(passages), shelf=Shelf.TICKET, dimension=dimension)
    order = sorted(range(len(found)), key=lambda i: passages[found[i]][1])
    keys = [passages[found[i]] for i in order]
    ids = tuple(key[1] for key in keys)
    locales = tuple(key[2] for key in keys)
    said, vectors = shelves.solutions(dimension=dimension)
    place = {ticket_id: i for i, ticket_id in enumerate(said)}
    answered = np.array([ticket_id in place for ticket_id in ids], np.bool_)
    answers = np.zeros((len(ids), dimension), np.float32)
    answers[answered] = vectors[[place[ticket_id] for ticket_id in ids if ticket_id in place]]
    return Demand(
        ids=ids,
        questions=_centred(raw[order], locales, np.ones(len(ids), np.bool_)),
        answers=_centred(answers, locales, answered),
        answered=answered,
        labels=_labels(ids, linked, families),
        locales=locales,
        products=tuple(key[3] for key in keys),
    )


def _labels(ids: Sequence[str], linked: Mapping[str, LinkedTicket], families: Mapping[str, str]) -> tuple[str, ...]:
    links = [
        {families[article_id] for article_id, _ in linked[ticket_id].links if article_id in families}
        if ticket_id in linked
        else set()
        for ticket_id in ids
    ]
    counted = Counter(family for each in links for family in each)
    return tuple(min(each, key=lambda family: (-counted[family], family)) if each else "" for each in links)


def _centred(vectors: Vectors, locales: Sequence[str], those: NDArray[np.bool_]) -> Vectors:
    """Rows minus the mean of their language, of unit length; a row that is not meant stays zero."""
    named = np.array(locales)
    out = np.zeros_like(vectors)
    if not those.any():
        return out
    whole = vectors[those].mean(axis=0)
    for locale in sorted(set(locales)):
        rows = (named == locale) & those
        if rows.any():
            out[rows] = vectors[rows] - (vectors[rows].mean(axis=0) if rows.sum() >= _LEAST_OF_LOCALE else whole)
    lengths = np.linalg.norm(out, axis=1, keepdims=True)
    return (out / np.where(lengths > 0, lengths, 1)).astype(np.float32)
