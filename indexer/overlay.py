"""A shelf as it would be if one noun had other passages: nothing is stored, and every score is what it would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.cosines import Cosines
from indexer.dense import Dense
from indexer.encode import Vectors
from indexer.gram_postings import GramSource
from indexer.grams import gram_codes
from indexer.lexical import bm25, ceiling, gram_share, with_codes
from indexer.model import Passage
from indexer.postings import Posting, TermPostings
from indexer.reader import Filter, ShelfReader
from indexer.words import stems, words


class Overlay:
    """One shelf with one noun's passages replaced. Made for a few questions; it does not follow the index."""

    def __init__(self, shelf: ShelfReader, noun_id: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Put passages behind those of a shelf, as a reader takes them in.

        Args:
            shelf: What is there.
            noun_id: Whose passages are replaced; its own ones are found no more.
            passages: What takes their place, in order; none takes it off the shelf.
            vectors: (k, d) raw vectors of these, as they are stored.
        """
        self._shelf, self._noun_id, self._passages = shelf, noun_id, tuple(passages)
        # What is added to the shelf from here on is not seen, so that all columns have one length.
        self._count = len(shelf.dense.ids)
        self._gone = np.array([noun == noun_id for noun in shelf.noun[: self._count]], np.bool_)
        self.noun: Sequence[str] = [*shelf.noun[: self._count], *(noun_id for _ in passages)]
        self._new = Dense(shelf.dense.dimension, shelf.dense.frame)
        self._new.add(range(len(passages)), vectors, [passage.locale for passage in passages])
        said = [stems(passage.embedded, passage.locale) for passage in passages]
        held, grams = shelf.legs
        self._words = _Words(held, self._gone, [Counter(each) for each in said])
        self._grams = _Grams(grams, self._gone, [Counter(gram_codes(p.embedded).tolist()) for p in passages])
        alive = shelf.dense.alive[: self._count] & ~self._gone
        self._alive = int(alive.sum()) + len(passages)

    def allowed(self, chosen: Filter) -> NDArray[np.bool_]:
        """(n,) which passages pass a filter."""
        known = self._shelf.allowed(chosen)[: self._count] & ~self._gone
        return np.concatenate([known, np.array([_passes(each, chosen) for each in self._passages], np.bool_)])

    def words(self, text: str, locale: str) -> NDArray[np.float32]:
        """(n,) BM25 over stems."""
        return bm25(self._words, text, locale, passages=self._alive)

    def grams(self, text: str, locale: str) -> NDArray[np.float32]:
        """(n,) the share of the question's pieces of words."""
        return gram_share(self._grams, text, locale, passages=self._alive)

    def with_codes(self, text: str) -> NDArray[np.bool_]:
        """(n,) in which passages a code of the question stands."""
        found = np.zeros(len(self.noun), np.bool_)
        found[with_codes(self._words, text)] = True
        return found

    def with_phrases(self, phrases: Sequence[str]) -> NDArray[np.bool_]:
        """(n,) in which passages all phrases stand word for word."""
        known = self._shelf.with_phrases(phrases)[: self._count] & ~self._gone
        new = [all(_stands(phrase, each.embedded) for phrase in phrases) for each in self._passages]
        return np.concatenate([known, np.array(new, np.bool_)])

    def ceiling(self, text: str, locale: str) -> float:
        """About the BM25 of a passage with every word."""
        return ceiling(self._words, text, locale, passages=self._alive)

    def nearly(self, vectors: Vectors, locale: str = "") -> Cosines:
        """(v, n) cosines, exact."""
        means = self._shelf.query_means
        known = self._shelf.cosines(vectors, locale)[:, : self._count]
        new = self._new.cosines(vectors, query_mean=means.get(locale, means.get("")))
        return Cosines.exact(np.concatenate([known, new], axis=1))

    def place_of(self, noun_id: str) -> int | None:
        """Place of a noun's newest passage; None if it has none."""
        if noun_id == self._noun_id:
            return len(self.noun) - 1 if self._passages else None
        place = self._shelf.place_of(noun_id)
        return place if place is not None and place < self._count else None

    def passage_id(self, place: int) -> int:
        """Id of a passage; below 0 for those that are not stored: -1 for the first."""
        return self._shelf.passage_id(place) if place < self._count else self._count - place - 1


class _Words:
    """Where words stand, with other passages in the place of some."""

    def __init__(self, held: TermPostings, gone: NDArray[np.bool_], new: Sequence[Counter[str]]) -> None:
        self._held, self._gone, self._new = held, gone, new

    def of(self, terms: Sequence[str]) -> list[Posting]:
        found = zip(terms, self._held.of(terms), strict=True)
        return [_overlaid(posting, self._gone, [times[term] for times in self._new]) for term, posting in found]

    @property
    def lengths(self) -> NDArray[np.float32]:
        return _lengths(self._held.lengths, self._gone, [times.total() for times in self._new])


class _Grams:
    """The same for pieces of words."""

    def __init__(self, held: GramSource, gone: NDArray[np.bool_], new: Sequence[Counter[int]]) -> None:
        self._held, self._gone, self._new = held, gone, new

    def counts(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.array([len(posting.places) for posting in self.of(codes)], np.int64)

    def of(self, codes: NDArray[np.int64]) -> list[Posting]:
        found = zip(codes.tolist(), self._held.of(codes), strict=True)
        return [_overlaid(posting, self._gone, [times[code] for times in self._new]) for code, posting in found]

    @property
    def lengths(self) -> NDArray[np.float32]:
        return _lengths(self._held.lengths, self._gone, [times.total() for times in self._new])


def _overlaid(posting: Posting, gone: NDArray[np.bool_], times: Sequence[int]) -> Posting:
    known = posting.places < len(gone)
    kept = Posting(posting.places[known], posting.times[known]).without(gone)
    places = [len(gone) + at for at, count in enumerate(times) if count]
    if not places:
        return kept
    return Posting(
        np.concatenate([kept.places, np.array(places, np.int32)]),
        np.concatenate([kept.times, np.array([count for count in times if count], np.float32)]),
    )


def _lengths(held: NDArray[np.float32], gone: NDArray[np.bool_], new: Sequence[int]) -> NDArray[np.float32]:
    kept = np.where(gone, np.float32(0), held[: len(gone)])
    return np.concatenate([kept, np.array(new, np.float32)])


def _passes(passage: Passage, chosen: Filter) -> bool:
    return (
        (not chosen.audiences or passage.audience in chosen.audiences)
        and (not chosen.locales or passage.locale in chosen.locales)
        and (not chosen.products or passage.product in chosen.products | {""})
        and passage.noun_id not in chosen.without
    )


def _stands(phrase: str, text: str) -> bool:
    wanted, said = words(phrase), words(text)
    return bool(wanted) and any(said[at : at + len(wanted)] == wanted for at in range(len(said) - len(wanted) + 1))
