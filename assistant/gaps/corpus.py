"""The vectors of what was asked in a window, and of the linked tickets that say what articles are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.demand.asked import Demand
from assistant.engine import opening
from assistant.question import Question
from indexer.encode import Vectors
from indexer.encoders import bulk_encoder
from indexer.model import Shelf
from indexer.shelves import Shelves
from kb.gaps.model import AskedTicket, Miss
from kb.settings import Settings

MOST_LINKED = 20_000
"""The newest tickets with links; more of them say the same again."""
_LEAST_OF_LOCALE = 50
"""A language with fewer tickets is centred with all of them."""
_BY_THE_WAY = 64
"""So many texts are encoded at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Everything that is compared, by id; arrays have one row for each."""

    ids: tuple[str, ...]
    """Rising, so that nothing depends on the order in which tickets were imported."""
    place: Mapping[str, int]
    raw: Vectors
    """(n, d) as they were encoded."""
    questions: Vectors
    """(n, d) centred by language, of unit length."""
    locales: tuple[str, ...]
    products: tuple[str, ...]

    def demand(
        self, rows: NDArray[np.int64], labels: Mapping[str, str], answers: Mapping[str, Vectors], dimension: int
    ) -> Demand:
        """Some of them as grouping wants them.

        Args:
            rows: (m,) places, rising.
            labels: Family of the article that each linked ticket links.
            answers: Centred vectors of what was answered, by ticket id.
            dimension: Length of a vector.
        """
        ids = tuple(self.ids[row] for row in rows)
        nothing = np.zeros(dimension, np.float32)
        return Demand(
            ids=ids,
            questions=self.questions[rows],
            answers=np.array([answers.get(i, nothing) for i in ids], np.float32).reshape(len(ids), dimension),
            answered=np.array([i in answers for i in ids], np.bool_),
            labels=tuple(labels.get(i, "") for i in ids),
            locales=tuple(self.locales[row] for row in rows),
            products=tuple(self.products[row] for row in rows),
        )


def read(
    shelves: Shelves,
    settings: Settings,
    tickets: Mapping[str, AskedTicket],
    misses: Sequence[Miss],
    linked: Collection[str],
) -> Corpus:
    """Read or make the vectors of what was asked.

    Args:
        shelves: The index; the vectors of resolved tickets are there.
        settings: Which model encodes the rest.
        tickets: The window's, by id.
        misses: The window's questions outside of tickets.
        linked: Ids of the tickets that say what articles are about.
    """
    dimension = int(shelves.meta("dimension"))
    passages = {key[0]: key for key in shelves.keys(Shelf.TICKET)}
    found, vectors = shelves.vectors(shelf=Shelf.TICKET, dimension=dimension)
    here = [i for i, passage_id in enumerate(found) if passage_id in passages]
    keys = [passages[found[i]] for i in here]
    if len(here) < len(found):
        vectors = vectors[here]
    means = _means(vectors, [key[2] for key in keys])
    wanted = [i for i, key in enumerate(keys) if key[1] in tickets or key[1] in linked]
    known = {keys[i][1] for i in wanted}
    said = {
        each.id: (question_text(each), each.locale, each.product) for each in tickets.values() if each.id not in known
    }
    said |= {search_id(each): (each.query, each.locale, each.product) for each in misses}
    ids = [*(keys[i][1] for i in wanted), *said]
    order = sorted(range(len(ids)), key=ids.__getitem__)
    made = _encoded(shelves.meta("model"), settings, [text for text, _, _ in said.values()], dimension)
    raw = np.concatenate([vectors[wanted], made])[order]
    del vectors, made
    places = [*((keys[i][2], keys[i][3]) for i in wanted), *((locale, product) for _, locale, product in said.values())]
    locales = tuple(places[i][0] for i in order)
    names = tuple(ids[i] for i in order)
    return Corpus(
        ids=names,
        place={name: i for i, name in enumerate(names)},
        raw=raw,
        questions=_centred(raw, locales, means),
        locales=locales,
        products=tuple(places[i][1] for i in order),
    )


def answers_of(shelves: Shelves, wanted: Collection[str], dimension: int) -> dict[str, Vectors]:
    """What agents answered to some tickets, centred, by ticket id.

    Args:
        shelves: The index.
        wanted: Ticket ids.
        dimension: Length of a vector.
    """
    ids, vectors = shelves.solutions(dimension=dimension)
    if not ids:
        return {}
    kept = [i for i, ticket_id in enumerate(ids) if ticket_id in wanted]
    centred = _unit(vectors[kept] - vectors.mean(axis=0))
    return {ids[i]: centred[n] for n, i in enumerate(kept)}


def question_text(ticket: AskedTicket) -> str:
    """What a ticket asks, as it is searched."""
    return Question(ticket.subject, ticket.opening, ticket.locale).text


def search_id(miss: Miss) -> str:
    """How a question outside of tickets is called among them."""
    return f"search:{miss.fingerprint}"


def _means(vectors: Vectors, locales: Sequence[str]) -> dict[str, Vectors]:
    """The mean of each language that has enough tickets, "" for all others."""
    named = np.array(locales, np.str_)
    means = {"": vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)}
    for locale in sorted(set(locales)):
        own = named == locale
        if own.sum() >= _LEAST_OF_LOCALE:
            means[locale] = vectors[own].mean(axis=0)
    return means


def _centred(raw: Vectors, locales: Sequence[str], means: Mapping[str, Vectors]) -> Vectors:
    out = raw.copy()
    named = np.array(locales, np.str_)
    for locale in sorted(set(locales)):
        out[named == locale] -= means.get(locale, means[""])
    return _unit(out)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def _encoded(model: str, settings: Settings, texts: Sequence[str], dimension: int) -> Vectors:
    if not texts:
        return np.zeros((0, dimension), np.float32)
    encoder = bulk_encoder(model, settings, texts=len(texts))
    parts = [
        encoder.queries([opening(text) for text in texts[start : start + _BY_THE_WAY]])
        for start in range(0, len(texts), _BY_THE_WAY)
    ]
    return np.concatenate(parts)
