"""Which passages of a shelf hold a word, and how often: read from the full-text index once, then kept in memory."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.model import Shelf
from indexer.shelves import Shelves, index_errors

_MOST_KEPT = 20_000_000
"""Entries kept in memory, eight bytes each; beyond that the memory begins anew."""
_WORD_COST = 50
"""What a word costs beside its entries, counted as so many of them: people's misspellings are endless."""
_AT_ONCE = 5000
_COMMON_SHARE = 0.005
"""A word in more passages than this share is read in advance: those are the ones that take long to read."""


@dataclass(frozen=True, slots=True, eq=False)
class Posting:
    """Where one word stands."""

    places: NDArray[np.int32]
    """(k,) places of the passages that hold it, rising."""
    times: NDArray[np.float32]
    """(k,) how often it stands in each."""

    def without(self, gone: NDArray[np.bool_]) -> Posting:
        """The same without some places.

        Args:
            gone: (n,) which places are left out.
        """
        out = gone[self.places]
        return Posting(self.places[~out], self.times[~out]) if out.any() else self


class TermPostings(Protocol):
    """What the lexical leg asks: a shelf's words, or those of a shelf as it would be."""

    def of(self, terms: Sequence[str]) -> list[Posting]:
        """Where each of some stems stands."""
        ...

    @property
    def lengths(self) -> NDArray[np.float32]:
        """(n,) words per passage; 0 for one that was removed."""
        ...


NOWHERE = Posting(np.zeros(0, np.int32), np.zeros(0, np.float32))
"""Of a term that no passage holds."""


def with_more(known: NDArray[np.int64], more: NDArray[np.int64]) -> NDArray[np.int64]:
    """Passage ids with others behind them.

    Raises:
        ValueError: They do not rise.
    """
    grown = np.concatenate([known, more])
    if (grown[1:] <= grown[:-1]).any():
        raise ValueError(f"passage ids must rise, got {more.tolist()[:5]} after {known.tolist()[-1:]}")
    return grown


class Postings:
    """The words of one shelf, by the places that a reader has given its passages. Safe to use from several threads.

    What the index no longer has stands nowhere, also before the reader hears of it; what it has since got stands
    nowhere until the reader takes it in. So it makes no difference when a word was first asked for.
    """

    def __init__(self, shelves: Shelves, shelf: Shelf) -> None:
        """Read nothing yet.

        Args:
            shelves: The index.
            shelf: Which kind of thing.
        """
        self._shelves, self._shelf = shelves, shelf
        self._lock = threading.RLock()
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._known: dict[str, Posting] = {}
        self._kept = 0
        self._taken = 0
        """So many of the ids are in what is known."""
        self._gone: NDArray[np.bool_] = np.zeros(0, np.bool_)
        """(n,) which of the ids the index no longer has."""
        self._stale: set[str] = set()
        """Words that may still stand where something is gone."""
        self._lengths: NDArray[np.float32] = np.zeros(0, np.float32)
        self._generation = shelves.generation
        """Up to here, what was removed from the index is in nothing that is kept."""

    def grow(self, ids: NDArray[np.int64]) -> None:
        """Take in passages that a reader put behind the ones it had; they are read with the next question.

        Args:
            ids: (m,) their ids, rising, all above those that came before.

        Raises:
            ValueError: They do not rise.
        """
        with self._lock:
            self._ids = with_more(self._ids, ids)
            self._gone = np.concatenate([self._gone, np.zeros(len(ids), np.bool_)])

    def of(self, terms: Sequence[str]) -> list[Posting]:
        """Where each of some stems stands; nowhere for one that the shelf does not know."""
        with self._lock:
            self._follow()
            if self._kept > _MOST_KEPT:
                self._known, self._kept, self._stale = {}, 0, set()
            missing = [term for term in dict.fromkeys(terms) if term not in self._known]
            for start in range(0, len(missing), _AT_ONCE):
                self._read(missing[start : start + _AT_ONCE])
            for term in self._stale.intersection(terms):
                self._known[term] = self._known[term].without(self._gone)
                self._stale.remove(term)
            return [self._known[term] for term in terms]

    @property
    def lengths(self) -> NDArray[np.float32]:
        """(n,) words per passage; 0 for one that was removed."""
        with self._lock:
            self._follow()
            new = self._ids[len(self._lengths) :]
            if len(new):
                self._lengths = np.concatenate([self._lengths, self._read_lengths(new)])
            return self._lengths

    def words_of(self, ids: NDArray[np.int64]) -> Iterable[list[str]]:
        """The stems of some passages, in their order; none for one that the index no longer has.

        Args:
            ids: (k,) passage ids.
        """
        stored: dict[int, str] = {}
        with index_errors(self._shelves.path):
            for start in range(0, len(ids), _AT_ONCE):
                part = ids[start : start + _AT_ONCE].tolist()
                marks = ",".join("?" * len(part))
                rows = self._shelves.connection.execute(
                    f"SELECT rowid, stems FROM {self._shelf}_words WHERE rowid IN ({marks})", part
                )
                stored.update((row[0], row[1]) for row in rows)
        return [stored.get(int(i), "").split() for i in ids]

    def containing(self) -> dict[str, int]:
        """How many passages of the shelf each stem stands in."""
        with index_errors(self._shelves.path):
            cursor = self._shelves.connection.cursor()
            cursor.row_factory = None
            return dict(cursor.execute(f"SELECT term, doc FROM {self._shelf}_terms"))

    def warm(self) -> None:
        """Read the commonest words in advance, until half of the memory is full, so that nobody waits for them."""
        with index_errors(self._shelves.path):
            rows = self._shelves.connection.execute(
                f"SELECT term, doc FROM {self._shelf}_terms WHERE doc > ? ORDER BY doc DESC",
                (_COMMON_SHARE * len(self._ids),),
            ).fetchall()
        for row in rows:
            if self._kept + row[1] + _WORD_COST > _MOST_KEPT / 2:
                return
            self.of([row[0]])

    def _follow(self) -> None:
        """Bring what is known up to the index and to the reader's passages."""
        generation = self._shelves.generation
        if generation != self._generation:
            self._drop(self._shelves.removed(after=self._generation))
            self._generation = generation
        if self._taken < len(self._ids):
            if self._known:
                self._known |= self._grown(self._ids[self._taken :], self._taken)
            self._taken = len(self._ids)

    def _drop(self, ids: Sequence[int]) -> None:
        # Words are looked through one by one as they are asked for: all at once, the next question would wait for it.
        self._gone = self._gone | np.isin(self._ids, np.asarray(ids, np.int64))
        self._stale = set(self._known)
        self._lengths = np.where(self._gone[: len(self._lengths)], np.float32(0), self._lengths)

    def _read(self, terms: Sequence[str]) -> None:
        cursor = self._shelves.connection.cursor()
        # Hundreds of thousands of rows: as plain tuples they take a third of the time.
        cursor.row_factory = None
        found: dict[str, NDArray[np.int64]] = {}
        with index_errors(self._shelves.path):
            # A view of the full-text index, not a table: it is made per connection and written nowhere.
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{self._shelf}_places"
                f" USING fts5vocab (main, {self._shelf}_words, instance)"
            )
            for term in terms:
                rows = cursor.execute(f"SELECT doc FROM temp.{self._shelf}_places WHERE term = ?", (term,))
                found[term] = np.fromiter((row[0] for row in rows), np.int64)
        for term, occurrences in found.items():
            self._known[term] = self._posting(occurrences)
            self._kept += len(self._known[term].places) + _WORD_COST

    def _posting(self, occurrences: NDArray[np.int64]) -> Posting:
        if not len(occurrences) or not len(self._ids):
            return NOWHERE
        ids, times = np.unique(occurrences, return_counts=True)
        places = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        # Another process may have written passages that this reader has not taken in yet.
        here = self._ids[places] == ids
        return Posting(places[here].astype(np.int32), times[here].astype(np.float32))

    def _grown(self, ids: NDArray[np.int64], first: int) -> dict[str, Posting]:
        """The words that are known and stand in new passages, with where they stand there too."""
        where: dict[str, list[tuple[int, int]]] = {}
        for place, words in enumerate(self.words_of(ids), start=first):
            for term, times in Counter(words).items():
                if term in self._known:
                    where.setdefault(term, []).append((place, times))
        grown: dict[str, Posting] = {}
        for term, found in where.items():
            old, new = self._known[term], np.array(found)
            self._kept += len(found)
            grown[term] = Posting(
                np.concatenate([old.places, new[:, 0].astype(np.int32)]),
                np.concatenate([old.times, new[:, 1].astype(np.float32)]),
            )
        return grown

    def _read_lengths(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        sizes = dict.fromkeys(ids.tolist(), 0)
        with index_errors(self._shelves.path):
            rows = self._shelves.connection.execute(
                f"SELECT id, sz FROM {self._shelf}_words_docsize WHERE id BETWEEN ? AND ?", (min(sizes), max(sizes))
            )
            sizes.update((row[0], _varint(row[1])) for row in rows if row[0] in sizes)
        return np.fromiter(sizes.values(), np.float32, len(sizes))


def _varint(blob: bytes) -> int:
    """SQLite's variable-length integer: seven bits a byte, the highest first, the top bit says that more follow."""
    value = 0
    for byte in blob:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value
