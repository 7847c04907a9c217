"""What one shelf finds, by either leg: what tests of the reader share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors
from indexer.model import Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import Shelves
from tests.fakes import HashEncoder

ENCODER = HashEncoder()


def reader(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> ShelfReader:
    return ShelfReader(shelves, shelf, ENCODER.dimension)


def ranked(of: ShelfReader, scores: Vectors, mask: NDArray[np.bool_]) -> list[str]:
    """Noun ids of what a mask allows, best first, ties by place."""
    places = [int(place) for place in np.argsort(-scores, kind="stable") if mask[place]]
    return [of.noun[place] for place in places]


def near(of: ShelfReader, text: str, chosen: Filter | None = None) -> list[str]:
    """By the dense leg."""
    return ranked(of, of.cosines(ENCODER.queries([text]))[0], of.allowed(chosen or Filter()))


def said(of: ShelfReader, text: str, chosen: Filter | None = None, *, locale: str = "en") -> list[str]:
    """By the lexical leg: what has a word of it."""
    words = of.words(text, locale)
    return ranked(of, words, of.allowed(chosen or Filter()) & (words > 0))


def take_out(shelves: Shelves, noun_id: str, shelf: Shelf = Shelf.ARTICLE) -> None:
    with shelves.write() as writer:
        writer.replace(shelf, noun_id, [])
        writer.forget_orphans()
