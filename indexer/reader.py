"""One shelf as a reader holds it in memory: vectors beside what filters need; follows the index file as it changes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from indexer.cosines import Cosines
from indexer.encode import Vectors
from indexer.gram_postings import GramPostings
from indexer.lexical import bm25, ceiling, gram_share, with_codes, with_phrases
from indexer.model import Query, Shelf
from indexer.postings import Postings
from indexer.shelves import Key, Shelves
from indexer.snapshots import load_vectors
from kb import clock


@dataclass(frozen=True, slots=True)
class Filter:
    """Which passages may be found at all; applied before anything is ranked."""

    audiences: frozenset[str] = frozenset()
    """Empty: all."""
    locales: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    before: datetime | None = None
    """Only tickets created before this."""
    without: frozenset[str] = frozenset()
    """Ids of nouns that must not be found."""

    @staticmethod
    def of(query: Query) -> Filter:
        """The filter that a query names."""
        return Filter(
            audiences=frozenset(query.audiences),
            locales=frozenset(query.locales),
            products=frozenset({query.product} if query.product else ()),
            without=query.without,
        )


class ShelfReader:
    """Search over one shelf."""

    def __init__(self, shelves: Shelves, shelf: Shelf, dimension: int) -> None:
        """Load the snapshot of the vectors and whatever came after it."""
        # The columns and the vectors grow together or not at all, as far as any other thread can see.
        self._lock = threading.RLock()
        self._shelves = shelves
        self.shelf = shelf
        self.generation = shelves.generation
        """Which write of the index was taken in last."""
        self.query_means: Mapping[str, Vectors] = {}
        """(d,) what is subtracted from a question in each language, "" for the others; empty: the shelf's own mean."""
        keys = {key[0]: key for key in shelves.keys(shelf)}
        self.dense = load_vectors(shelves, shelf, dimension, keys)
        gone = [int(i) for i in self.dense.ids if int(i) not in keys]
        self.dense.remove(gone)
        held = set(self.dense.ids.tolist())
        self.noun: list[str] = []
        self.solved: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.at_s: NDArray[np.float64] = np.zeros(0, np.float64)
        self._noun, self._locale, self._product, self._audience = _Labels(), _Labels(), _Labels(), _Labels()
        self._postings, self._grams = Postings(shelves, shelf), GramPostings(shelves)
        self._place: dict[int, int] = {}
        self._noun_place: dict[str, int] = {}
        self._append([keys.get(int(i), (int(i), "", "", "", "", 0, None)) for i in self.dense.ids])
        self._add([key for key in keys.values() if key[0] not in held])

    def __len__(self) -> int:
        return len(self.dense)

    def refresh(self) -> None:
        """Take in what was written to the index file since; costs microseconds when nothing was."""
        with self._lock:
            generation = self._shelves.generation
            if generation == self.generation:
                return
            self.dense.remove(self._shelves.removed(after=self.generation))
            new = self._shelves.keys(self.shelf, after=self.generation)
            self._add([key for key in new if key[0] not in self._place])
            self.generation = generation

    def allowed(self, chosen: Filter) -> NDArray[np.bool_]:
        """(n,) which passages are there and pass a filter, in the order of `noun`."""
        with self._lock:
            mask = self.dense.alive.copy()
            if chosen.audiences and self.shelf is Shelf.ARTICLE:
                mask &= self._audience.is_in(chosen.audiences)
            if chosen.locales:
                mask &= self._locale.is_in(chosen.locales)
            if chosen.products:
                mask &= self._product.is_in(chosen.products | {""})
            if chosen.before is not None:
                mask &= self.at_s < chosen.before.timestamp()
            if chosen.without:
                mask &= ~self._noun.is_in(chosen.without)
            return mask

    def cosines(self, vectors: Vectors, locale: str = "") -> Vectors:
        """The dense leg: centred cosines of questions with every passage.

        Args:
            vectors: (v, d) raw vectors of questions.
            locale: Their language.

        Returns:
            (v, n); n may have grown since `allowed` was asked.
        """
        return self.dense.cosines(vectors, query_mean=self._query_mean(locale))

    def nearly(self, vectors: Vectors, locale: str = "") -> Cosines:
        """The same, exact only where it is asked for: much quicker on a large shelf once `warm` has been called.

        Args:
            vectors: (v, d) raw vectors of questions.
            locale: Their language.
        """
        return self.dense.nearly(vectors, query_mean=self._query_mean(locale))

    def words(self, text: str, locale: str) -> NDArray[np.float32]:
        """The lexical leg: (n,) BM25 of every passage; n may have grown since `allowed` was asked."""
        return bm25(self._postings, text, locale, passages=len(self.dense))

    def grams(self, text: str, locale: str) -> NDArray[np.float32]:
        """(n,) the lexical leg by pieces of words, as a share of what a passage could have; 0 for all tickets.

        n may have grown since `allowed` was asked.
        """
        return gram_share(self._grams, text, locale, passages=len(self.dense))

    def with_codes(self, text: str) -> NDArray[np.bool_]:
        """(n,) in which passages a code of the question stands."""
        found = np.zeros(len(self.noun), np.bool_)
        places = with_codes(self._postings, text)
        found[places[places < len(found)]] = True
        return found

    def with_phrases(self, phrases: Sequence[str]) -> NDArray[np.bool_]:
        """(n,) in which passages all phrases stand word for word."""
        with self._lock:
            found = np.zeros(len(self.noun), np.bool_)
            found[[self._place[i] for i in with_phrases(self._shelves, phrases) if i in self._place]] = True
            return found

    def ceiling(self, text: str, locale: str) -> float:
        """About the BM25 of a passage that had every word of the question."""
        return ceiling(self._postings, text, locale, passages=len(self.dense))

    @property
    def legs(self) -> tuple[Postings, GramPostings]:
        """Where words stand, and where pieces of words do."""
        return self._postings, self._grams

    def passage_id(self, place: int) -> int:
        """Id of the passage at a place of the columns."""
        return int(self.dense.ids[place])

    @property
    def lags(self) -> bool:
        """Whether so much was added since `hasten` that it is worth calling again."""
        return self.dense.lags

    def hasten(self) -> None:
        """Make `nearly` quick; takes some tenths of a second for a large shelf, beside which questions are answered."""
        self.dense.hasten()

    def warm(self) -> None:
        """Read in advance what takes long to read, and make `nearly` quick."""
        self.hasten()
        self._postings.warm()
        self._grams.warm()

    def nearest_of(self, vector: Vectors, locale: str, passage_ids: Sequence[int]) -> int | None:
        """Which of some passages is nearest to a question, the first of equals; None if the shelf has none of them."""
        with self._lock:
            places = [self._place[i] for i in passage_ids if i in self._place]
            if not places:
                return None
            cosines = self.dense.rows(places) @ self.dense.question(vector, self._query_mean(locale))
            return int(self.dense.ids[places[int(np.argmax(cosines))]])

    def place_of(self, noun_id: str) -> int | None:
        """Place of a noun's newest passage in the columns; None if the noun is not on the shelf."""
        with self._lock:
            place = self._noun_place.get(noun_id)
            return place if place is not None and self.dense.alive[place] else None

    def _query_mean(self, locale: str) -> Vectors | None:
        return self.query_means.get(locale, self.query_means.get(""))

    def _add(self, keys: list[Key]) -> None:
        if not keys:
            return
        ids, vectors = self._shelves.vectors([key[0] for key in keys], shelf=self.shelf, dimension=self.dense.dimension)
        by_id = {key[0]: key for key in keys}
        self._append([by_id[i] for i in ids])
        self.dense.add(ids, vectors, [by_id[i][2] for i in ids])

    def _append(self, keys: list[Key]) -> None:
        start = len(self.noun)
        self._place.update({key[0]: start + i for i, key in enumerate(keys)})
        self._noun_place.update({key[1]: start + i for i, key in enumerate(keys)})
        self.noun.extend(key[1] for key in keys)
        self._noun.extend([key[1] for key in keys])
        ids = np.array([key[0] for key in keys], np.int64)
        self._postings.grow(ids)
        self._grams.grow(ids)
        self._locale.extend([key[2] for key in keys])
        self._product.extend([key[3] for key in keys])
        self._audience.extend([key[4] for key in keys])
        self.solved = np.concatenate([self.solved, np.array([key[5] for key in keys], np.bool_)])
        self.at_s = np.concatenate([self.at_s, np.array([_seconds(key[6]) for key in keys], np.float64)])


class _Labels:
    """A column of few distinct words, kept as numbers so that a filter over it is quick."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._words: list[str] = []
        self._column: NDArray[np.int32] = np.zeros(0, np.int32)

    def extend(self, words: Sequence[str]) -> None:
        for word in words:
            if word not in self._codes:
                self._codes[word] = len(self._words)
                self._words.append(word)
        new = [self._codes[word] for word in words]
        self._column = np.concatenate([self._column, np.array(new, np.int32)])

    def is_in(self, words: Iterable[str]) -> NDArray[np.bool_]:
        wanted = [self._codes[word] for word in words if word in self._codes]
        return np.isin(self._column, wanted)


def _seconds(text: str | None) -> float:
    moment = clock.from_text(text)
    return 0.0 if moment is None else moment.timestamp()
