"""One shelf as a reader holds it in memory: vectors beside what filters need; follows the index file as it changes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.dense import Dense, snapshot_path
from indexer.encode import Vectors
from indexer.lexical import ceiling, search_words
from indexer.model import Hit, Query, Shelf
from indexer.shelves import Key, Shelves
from kb import clock
from kb.errors import StorageDamaged

_LEXICAL_SPARE = 4
"""How many times more lexical hits are fetched, since they are filtered afterwards; then so many times more again."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which passages may be found at all; applied before anything is ranked."""

    audiences: frozenset[str] = frozenset()
    """Empty: all."""
    locales: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    linked_only: bool = False
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
        )


class ShelfReader:
    """Search over one shelf."""

    def __init__(self, shelves: Shelves, shelf: Shelf, dimension: int) -> None:
        """Load the snapshot of the vectors and whatever came after it."""
        # The columns and the vectors grow together or not at all, as far as any other thread can see.
        self._lock = threading.RLock()
        self._shelves = shelves
        self.shelf = shelf
        self._generation = shelves.generation
        self._last: tuple[tuple[str, str, int, tuple[str, ...], int], list[Hit]] | None = None
        self.query_mean: Vectors | None = None
        """(d,) what is subtracted from a question; None: the shelf's own mean."""
        self.dense = self._load_snapshot(shelves.path.parent, dimension)
        keys = {key[0]: key for key in shelves.keys(shelf)}
        gone = [int(i) for i in self.dense.ids if int(i) not in keys]
        self.dense.remove(gone)
        held = set(self.dense.ids.tolist())
        self.noun: list[str] = []
        self.linked: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.solved: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.at_s: NDArray[np.float64] = np.zeros(0, np.float64)
        self._locale, self._product, self._audience = _Labels(), _Labels(), _Labels()
        self._place: dict[int, int] = {}
        self._noun_place: dict[str, int] = {}
        self._append([keys.get(int(i), (int(i), "", "", "", "", 0, 0, None)) for i in self.dense.ids])
        self._add([key for key in keys.values() if key[0] not in held])

    def __len__(self) -> int:
        return len(self.dense)

    def refresh(self) -> None:
        """Take in what was written to the index file since; costs microseconds when nothing was."""
        with self._lock:
            generation = self._shelves.generation
            if generation == self._generation:
                return
            self.dense.remove(self._shelves.removed(after=self._generation))
            held = set(self.dense.ids.tolist())
            self._add([key for key in self._shelves.keys(self.shelf, after=self._generation) if key[0] not in held])
            self._generation = generation

    def allowed(self, chosen: Filter) -> NDArray[np.bool_] | None:
        """(n,) which passages pass a filter, in the order of `dense.ids`; None when all do."""
        masks: list[NDArray[np.bool_]] = []
        if chosen.audiences and self.shelf is Shelf.ARTICLE:
            masks.append(self._audience.is_in(chosen.audiences))
        if chosen.locales:
            masks.append(self._locale.is_in(chosen.locales))
        if chosen.products:
            masks.append(self._product.is_in(chosen.products | {""}))
        if chosen.linked_only:
            masks.append(self.linked)
        if chosen.before is not None:
            masks.append(self.at_s < chosen.before.timestamp())
        if chosen.without:
            others = np.ones(len(self.noun), np.bool_)
            others[[place for place, noun in enumerate(self.noun) if noun in chosen.without]] = False
            masks.append(others)
        return np.logical_and.reduce(masks) if masks else None

    def nearest(self, vector: Vectors, chosen: Filter, *, limit: int) -> list[Hit]:
        """The dense leg: passages by centred cosine."""
        with self._lock:
            hits = self.dense.search(vector, limit=limit, allowed=self.allowed(chosen), query_mean=self.query_mean)
            return [
                Hit(hit.passage_id, self.noun_of(hit.passage_id), hit.score, rank)
                for rank, hit in enumerate(hits, start=1)
            ]

    def matching(self, text: str, locale: str, chosen: Filter, *, limit: int, phrases: Sequence[str] = ()) -> list[Hit]:
        """The lexical leg: passages by BM25."""
        spare = limit if chosen == Filter() else limit * _LEXICAL_SPARE
        while True:
            found = self._search(text, locale, spare, tuple(phrases))
            kept = self._kept(found, chosen)
            # What the filter took away never takes the place of what it lets through.
            if len(kept) >= limit or len(found) < spare:
                return kept[:limit]
            spare *= _LEXICAL_SPARE

    def _search(self, text: str, locale: str, limit: int, phrases: tuple[str, ...]) -> list[Hit]:
        """The same question is asked twice of the tickets, with other filters: the second time costs nothing."""
        key = (text, locale, limit, phrases, self._generation)
        last = self._last
        if last is not None and last[0] == key:
            return last[1]
        found = search_words(self._shelves, self.shelf, text, locale, limit=limit, phrases=phrases)
        self._last = (key, found)
        return found

    def _kept(self, found: Sequence[Hit], chosen: Filter) -> list[Hit]:
        """Those hits that a filter lets through, ranked anew."""
        kept: list[Hit] = []
        with self._lock:
            mask = self.allowed(chosen)
            for hit in found:
                place = self._place.get(hit.passage_id)
                if place is not None and self.dense.alive[place] and (mask is None or mask[place]):
                    kept.append(Hit(hit.passage_id, self.noun[place], hit.score, len(kept) + 1))
        return kept

    def ceiling(self, text: str, locale: str) -> float:
        """About the BM25 of a passage that had every word of the question."""
        return ceiling(self._shelves, self.shelf, text, locale, len(self.dense))

    def cosines(self, vector: Vectors, passage_ids: Sequence[int]) -> dict[int, float]:
        """Centred cosines of a question with given passages, which the dense leg need not have brought."""
        with self._lock:
            known = [i for i in passage_ids if i in self._place]
            scores = self.dense.cosines(vector, [self._place[i] for i in known], query_mean=self.query_mean)
        return dict(zip(known, scores.tolist(), strict=True))

    def locale_of(self, passage_id: int) -> str:
        """Language of a passage."""
        return self._locale.at(self._place[passage_id])

    def place_of(self, noun_id: str) -> int | None:
        """Place of a noun's newest passage in the columns; None if the noun is not on the shelf."""
        with self._lock:
            place = self._noun_place.get(noun_id)
            return place if place is not None and self.dense.alive[place] else None

    def noun_of(self, passage_id: int) -> str:
        """Id of the article, ticket or canned reply that a passage belongs to."""
        return self.noun[self._place[passage_id]]

    def _load_snapshot(self, folder: Path, dimension: int) -> Dense:
        path = snapshot_path(folder, self.shelf)
        if path.exists():
            try:
                return Dense.load(path, dimension)
            except StorageDamaged:
                # The snapshot is only a copy; the vectors themselves are in the index file.
                path.unlink(missing_ok=True)
        ids, vectors = self._shelves.vectors(shelf=self.shelf, dimension=dimension)
        return Dense.build(ids, vectors)

    def _add(self, keys: list[Key]) -> None:
        if not keys:
            return
        ids, vectors = self._shelves.vectors([key[0] for key in keys], shelf=self.shelf, dimension=self.dense.dimension)
        by_id = {key[0]: key for key in keys}
        self._append([by_id[i] for i in ids])
        self.dense.add(ids, vectors)

    def _append(self, keys: list[Key]) -> None:
        start = len(self.noun)
        self._place.update({key[0]: start + i for i, key in enumerate(keys)})
        self._noun_place.update({key[1]: start + i for i, key in enumerate(keys)})
        self.noun.extend(key[1] for key in keys)
        self._locale.extend([key[2] for key in keys])
        self._product.extend([key[3] for key in keys])
        self._audience.extend([key[4] for key in keys])
        self.linked = np.concatenate([self.linked, np.array([key[5] for key in keys], np.bool_)])
        self.solved = np.concatenate([self.solved, np.array([key[6] for key in keys], np.bool_)])
        self.at_s = np.concatenate([self.at_s, np.array([_seconds(key[7]) for key in keys], np.float64)])


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

    def at(self, place: int) -> str:
        return self._words[int(self._column[place])]

    def is_in(self, words: Iterable[str]) -> NDArray[np.bool_]:
        wanted = [self._codes[word] for word in words if word in self._codes]
        return np.isin(self._column, wanted)


def _seconds(text: str | None) -> float:
    moment = clock.from_text(text)
    return 0.0 if moment is None else moment.timestamp()
