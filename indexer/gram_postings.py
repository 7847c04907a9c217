"""Which passages of a shelf hold a gram, and how often: all of a shelf in memory, sorted by gram.

Words are read one by one as they are asked for. A question has hundreds of grams, most of them common, so here all are
read at once: five bytes for each distinct gram of a passage.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.grams import unpack
from indexer.postings import NOWHERE, Posting, with_more
from indexer.shelves import Shelves

_MOST_REMOVED = 0.1
"""When more than this share of what is held belongs to removed passages, it is thrown out."""
_PLACE_BITS = 32
_TIMES_BITS = 8


class GramSource(Protocol):
    """What the lexical leg asks about pieces of words, as `TermPostings` is for words."""

    def counts(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """In how many passages each of some grams stands."""
        ...

    def of(self, codes: NDArray[np.int64]) -> list[Posting]:
        """Where each of some grams stands."""
        ...

    @property
    def lengths(self) -> NDArray[np.float32]:
        """(n,) grams per passage; 0 for one that was removed."""
        ...


class GramPostings:
    """The grams of one shelf, by the places that a reader has given its passages. Safe to use from several threads.

    What the index no longer has stands nowhere, also before the reader hears of it; what it has since got stands
    nowhere until the reader takes it in. Everything is read with the first question, or in advance by `warm`.
    """

    def __init__(self, shelves: Shelves) -> None:
        """Read nothing yet.

        Args:
            shelves: The index.
        """
        self._shelves = shelves
        self._lock = threading.RLock()
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._parts: list[_Part] = []
        self._gone: NDArray[np.bool_] = np.zeros(0, np.bool_)
        """(n,) which of the ids the index no longer has."""
        self._removed: NDArray[np.int64] = np.zeros(0, np.int64)
        """Codes of what is held of those, rising: throwing them out at once would let the next question wait."""
        self._lengths: NDArray[np.float32] = np.zeros(0, np.float32)
        """(t,) grams per passage; so many of the ids were taken in."""
        self._generation = shelves.generation

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

    def counts(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """In how many passages each of some grams stands.

        Args:
            codes: (k,) of grams.
        """
        with self._lock:
            self._follow()
            found = np.searchsorted(self._removed, codes) - np.searchsorted(self._removed, codes, side="right")
            for part in self._parts:
                start, end = part.bounds(codes)
                found += end - start
            return found

    def of(self, codes: NDArray[np.int64]) -> list[Posting]:
        """Where each of some grams stands; nowhere for one that the shelf does not know."""
        with self._lock:
            self._follow()
            bounds = [(part, *part.bounds(codes)) for part in self._parts]
            return [
                _joined([part.posting(start[i], end[i]) for part, start, end in bounds if start[i] < end[i]]).without(
                    self._gone
                )
                for i in range(len(codes))
            ]

    @property
    def lengths(self) -> NDArray[np.float32]:
        """(n,) grams per passage; 0 for one that was removed."""
        with self._lock:
            self._follow()
            return self._lengths

    def warm(self) -> None:
        """Read everything in advance."""
        with self._lock:
            self._follow()

    def _follow(self) -> None:
        """Bring what is held up to the index and to the reader's passages."""
        generation = self._shelves.generation
        if generation != self._generation:
            self._drop(np.isin(self._ids, np.asarray(self._shelves.removed(after=self._generation), np.int64)))
            self._generation = generation
        if len(self._lengths) < len(self._ids):
            self._read(len(self._lengths))

    def _drop(self, gone: NDArray[np.bool_]) -> None:
        new = np.flatnonzero(gone & ~self._gone)
        if not len(new):
            return
        self._gone = self._gone | gone
        self._lengths = np.where(self._gone[: len(self._lengths)], np.float32(0), self._lengths)
        held = [part.codes_at(new) for part in self._parts]
        self._removed = np.sort(np.concatenate([self._removed, *held]))
        if len(self._removed) > _MOST_REMOVED * sum(len(part.places) for part in self._parts):
            self._parts = [part.without(self._gone) for part in self._parts]
            self._removed = np.zeros(0, np.int64)

    def _read(self, first: int) -> None:
        new = self._ids[first:]
        ids, sizes, packed = self._shelves.grams(new)
        codes, times = unpack(packed)
        places = np.repeat(np.searchsorted(self._ids, ids), sizes)
        lengths = np.bincount(places - first, weights=times, minlength=len(new)).astype(np.float32)
        self._parts.append(_Part.of(_keys(codes, places, times)))
        # As in a log-structured merge: every entry is sorted again only as often as what is held has doubled.
        while len(self._parts) > 1 and 2 * len(self._parts[-1].places) >= len(self._parts[-2].places):
            last, before = self._parts.pop(), self._parts.pop()
            self._parts.append(_Part.of(np.concatenate([before.keys(), last.keys()])))
        self._lengths = np.concatenate([self._lengths, lengths])


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Postings of some passages in a row, sorted by gram and then by place."""

    codes: NDArray[np.int64]
    """(g,) distinct grams, rising."""
    starts: NDArray[np.int64]
    """(g + 1,) where the places of each begin."""
    places: NDArray[np.int32]
    """(e,)"""
    times: NDArray[np.uint8]
    """(e,)"""

    @staticmethod
    def of(keys: NDArray[np.uint64]) -> _Part:
        """From keys in any order; they are sorted in place."""
        keys.sort()
        codes = (keys >> np.uint64(_PLACE_BITS + _TIMES_BITS)).astype(np.uint32)
        first = np.ones(len(keys), np.bool_)
        first[1:] = codes[1:] != codes[:-1]
        begins = np.flatnonzero(first)
        return _Part(
            codes[begins].astype(np.int64),
            np.append(begins, len(keys)),
            (keys >> np.uint64(_TIMES_BITS)).astype(np.int32),
            keys.astype(np.uint8),
        )

    def keys(self) -> NDArray[np.uint64]:
        return _keys(np.repeat(self.codes, np.diff(self.starts)), self.places, self.times)

    def without(self, gone: NDArray[np.bool_]) -> _Part:
        """The same without some places; a gram that stands nowhere any more stays until parts are merged."""
        stays = ~gone[self.places]
        if stays.all():
            return self
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(stays)])
        return _Part(self.codes, before[self.starts], self.places[stays], self.times[stays])

    def codes_at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Codes of all that stands in some places, at least one, rising."""
        # Passages of one article lie beside each other, so nearly all is sorted out by two comparisons.
        near = np.flatnonzero((self.places >= places[0]) & (self.places <= places[-1]))
        there = near[np.isin(self.places[near], places)]
        return self.codes[np.searchsorted(self.starts, there, side="right") - 1]

    def bounds(self, codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(k,) where the places of each of some grams begin, and (k,) where they end."""
        if not len(self.codes):
            return np.zeros(len(codes), np.int64), np.zeros(len(codes), np.int64)
        at = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        start = self.starts[at]
        return start, np.where(self.codes[at] == codes, self.starts[at + 1], start)

    def posting(self, start: int, end: int) -> Posting:
        return Posting(self.places[start:end], self.times[start:end].astype(np.float32))


def _joined(found: Sequence[Posting]) -> Posting:
    # The parts follow each other, so their places rise.
    if len(found) < 2:
        return found[0] if found else NOWHERE
    return Posting(np.concatenate([each.places for each in found]), np.concatenate([each.times for each in found]))


def _keys(codes: NDArray[np.integer], places: NDArray[np.integer], times: NDArray[np.integer]) -> NDArray[np.uint64]:
    """(e,) numbers that sort by gram, then by place."""
    shifted = codes.astype(np.uint64) << np.uint64(_PLACE_BITS + _TIMES_BITS)
    shifted |= places.astype(np.uint64) << np.uint64(_TIMES_BITS)
    keys: NDArray[np.uint64] = shifted | times.astype(np.uint64)
    return keys
