"""What a search would say of tens of thousands of questions: the ranking's own numbers, computed for many at once.

It differs from the search where that would take long for each: vectors are those of the index, which hold all of a
ticket's text instead of its beginning; a subject is not compared by itself; pieces of words, codes and translations are
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.engine import Engine
from assistant.gaps import bulk_order, bulk_votes, bulk_words
from assistant.gaps.bulk_classes import Classes
from assistant.gaps.bulk_order import Heard
from assistant.gaps.bulk_votes import Voters
from assistant.gaps.bulk_words import Shelved, Texts
from assistant.gaps.corpus import Corpus
from assistant.gaps.shown import Shown
from assistant.ranking import FIRST
from indexer.encode import Vectors
from indexer.frame import centre
from indexer.model import Shelf
from indexer.reader import ShelfReader
from indexer.words import stems

if TYPE_CHECKING:
    from assistant.gaps.bulk_words import Sparse

MOST_VOTERS = 20_000
"""The newest; what came before them has half a year or more behind it and says little."""
_AT_ONCE = 512
_READ_AT_ONCE = 5000
TextOf = Callable[[int], str]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search would say of m questions."""

    confidence: NDArray[np.float64]
    """(m,) calibrated chance 0..1."""
    five: NDArray[np.int64]
    """(m, 5) codes of the articles that would stand first, best first; -1 where there are not so many."""
    matched: NDArray[np.int64]
    """(m,) code of the one whose text is nearest; -1 without articles."""
    cosine: Vectors
    """(m,) its centred cosine."""


class BulkSearch:
    """Asks many questions of one index."""

    def __init__(self, engine: Engine, corpus: Corpus, rows: NDArray[np.int64], shown: Shown, text_of: TextOf) -> None:
        """Read the words of the questions, of the articles and of the tickets that vote.

        Args:
            engine: The open index.
            corpus: The questions.
            rows: (m,) places of those that will be asked.
            shown: The articles.
            text_of: The text of one of `rows`, for those that are not in the index.
        """
        self._engine, self._corpus, self._rows, self._shown = engine, corpus, rows, shown
        self._weights, self._taught = engine.weights, engine.taught
        tickets, articles = engine.readers[Shelf.TICKET], engine.readers[Shelf.ARTICLE]
        place = {noun: i for i, noun in enumerate(tickets.noun)}
        self._place = np.array([place.get(corpus.ids[row], -1) for row in rows.tolist()], np.int64)
        voters, self._voters = _voters(engine, shown, place)
        self._own = {ticket: i for i, ticket in enumerate(voters.tolist())}
        self._articles = _rows(articles, shown.order)
        texts, self._code = bulk_words.read(
            [
                _words(tickets, voters),
                _words(articles, shown.order),
                self._questions(tickets, text_of),
            ]
        )
        self._texts = texts[2]
        self._asked_tickets = _shelved(tickets, texts[0], self._code)
        self._asked_articles = _shelved(articles, texts[1], self._code)
        self._classes = Classes.of(self._taught, shown.articles, self._code)

    def _questions(self, tickets: ShelfReader, text_of: TextOf) -> Iterator[Sequence[str]]:
        for start in range(0, len(self._rows), _READ_AT_ONCE):
            part = self._place[start : start + _READ_AT_ONCE]
            known = iter(_words(tickets, part[part >= 0]))
            for row, here in zip(self._rows[start : start + _READ_AT_ONCE].tolist(), part >= 0, strict=True):
                yield next(known) if here else stems(text_of(row), self._corpus.locales[row])

    def ask(self, answered: Vectors, move: Callable[[int, int], None] | None = None) -> Found:
        """Ask all of the rows.

        Args:
            answered: (m,) how much more of the most similar tickets have a link than of all.
            move: Told (done, all) rows.
        """
        count = len(self._rows)
        confidence, cosine = np.zeros(count), np.zeros(count, np.float32)
        five, matched = np.full((count, FIRST), -1, np.int64), np.full(count, -1, np.int64)
        spoken = np.array([self._corpus.locales[row] for row in self._rows], np.str_)
        done = 0
        for locale in sorted(set(spoken.tolist())):
            those = np.flatnonzero(spoken == locale)
            for start in range(0, len(those), _AT_ONCE):
                part = those[start : start + _AT_ONCE]
                if self._shown.articles:
                    heard = self._hear(part, locale, answered[part])
                    described, top = bulk_order.features_of(heard, self._weights)
                    five[part, : top.shape[1]] = top
                    confidence[part] = bulk_order.chances(described, self._engine.calibration)
                    matched[part] = heard.dense.argmax(axis=1)
                    cosine[part] = heard.dense[np.arange(len(part)), matched[part]]
                done += len(part)
                if move is not None:
                    move(done, count)
        return Found(confidence, five, matched, cosine)

    def _hear(self, part: NDArray[np.int64], locale: str, answered: Vectors) -> Heard:
        raw = self._corpus.raw[self._rows[part]]
        texts = self._texts.some(part)
        counts = texts.counts()
        stop = bulk_words.stop_entries(counts, locale, self._code)
        own = np.array([self._own.get(place, -1) for place in self._place[part].tolist()], np.int64)
        tickets = self._engine.readers[Shelf.TICKET]
        said = bulk_votes.ask(
            centre(raw, tickets.dense.mean), _product(self._asked_tickets, counts, stop)[0], own, self._voters,
            self._weights,
        )  # fmt: skip
        lexical, ceiling = _product(self._asked_articles, counts, stop)
        cosines = _placed(self._engine.readers[Shelf.ARTICLE], raw, locale) @ self._articles.T
        on_top = (self._weights.words / np.maximum(ceiling, 1e-9))[:, None].astype(np.float32) * lexical
        return Heard(
            dense=self._shown.best(cosines),
            fused=self._shown.best(cosines + on_top),
            lexical=self._shown.best(lexical),
            ceiling=ceiling.astype(np.float32),
            learned=self._classes.learned(raw, texts, counts),
            foreseen=self._classes.foreseen(raw),
            recent=self._classes.recent,
            said=said,
            answered=answered,
            trust=self._taught.trust,
            voters=self._voters.linked,
        )


def _product(shelved: Shelved, counts: Sparse, stop: NDArray[np.bool_]) -> tuple[Vectors, NDArray[np.float64]]:
    asked, ceiling = shelved.asked(counts, stop)
    return np.asarray((asked @ shelved.weights).toarray(), np.float32), ceiling


def _placed(reader: ShelfReader, raw: Vectors, locale: str) -> Vectors:
    """Questions where the shelf compares them."""
    frame, means = reader.dense.frame, reader.query_means
    return frame.turned(centre(raw, means.get(locale, means.get("", frame.mean))))


def _rows(reader: ShelfReader, places: NDArray[np.int64]) -> Vectors:
    return reader.dense.rows(places)


def _words(reader: ShelfReader, places: NDArray[np.int64]) -> Iterator[Sequence[str]]:
    """The stems of some passages, piece by piece: all at once would take half a gigabyte."""
    for start in range(0, len(places), _READ_AT_ONCE):
        yield from reader.legs[0].words_of(reader.dense.ids[places[start : start + _READ_AT_ONCE]])


def _shelved(reader: ShelfReader, texts: Texts, code: Mapping[str, int]) -> Shelved:
    containing = np.zeros(len(code), np.int64)
    for stem, passages in reader.legs[0].containing().items():
        if stem in code:
            containing[code[stem]] = passages
    passages = len(reader.dense)
    mean_length = float(reader.legs[0].lengths.sum()) / max(passages, 1)
    return Shelved.of(texts, containing, passages, mean_length)


def _voters(engine: Engine, shown: Shown, place: Mapping[str, int]) -> tuple[NDArray[np.int64], Voters]:
    """The tickets with a link to an article that can be shown, by their places on the shelf, and how they vote."""
    tickets, links, weights = engine.readers[Shelf.TICKET], engine.links.links, engine.weights
    code = {article_id: i for i, article_id in enumerate(shown.articles)}
    shown_code = np.array([code.get(article_id, -1) for article_id in links.articles], np.int64)
    known = [(place[t], c) for t, c in links.tickets.items() if t in place and tickets.dense.alive[place[t]]]
    # By ticket, not by when it was indexed.
    known.sort(key=lambda each: (tickets.at_s[each[0]], tickets.noun[each[0]]))
    places = np.array([each[0] for each in known[-MOST_VOTERS:]], np.int64)
    rows, counts = links.rows_of(np.array([each[1] for each in known[-MOST_VOTERS:]], np.int64))
    voter = np.repeat(np.arange(len(places)), counts)
    stays = shown_code[links.article[rows]] >= 0 if len(rows) else np.zeros(0, np.bool_)
    rows, voter = rows[stays], voter[stays]
    has, voter = np.unique(voter, return_inverse=True)
    real = ~links.implied[rows]
    of_ticket = np.maximum(np.bincount(voter, real, minlength=len(has))[voter], 1.0)
    share = np.where(links.implied[rows], weights.implied * links.weight[rows], of_ticket**-weights.sharing)
    popularity = np.maximum(links.popularity(), 1.0)[links.article[rows]] ** weights.popularity
    own = places[has]
    linked = int((~links.implied[links.begins[[c for _, c in known]]]).sum()) if known else 0
    return own, Voters(
        vectors=_rows(tickets, own),
        at_s=tickets.at_s[own],
        ended=np.where(tickets.solved[own], 1.0, weights.unsolved).astype(np.float32),
        begins=np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(voter, minlength=len(has)))]),
        article=shown_code[links.article[rows]],
        part=(share / popularity).astype(np.float32),
        articles=len(shown.articles),
        linked=linked,
    )
