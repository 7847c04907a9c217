"""The articles that colleagues can be shown, with their passages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.engine import Engine
from indexer.encode import Vectors
from indexer.model import Shelf
from indexer.reader import Filter

COLLEAGUES = ("public", "partner", "internal")


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The articles that colleagues can be shown."""

    articles: tuple[str, ...]
    """Ids by code, rising."""
    order: NDArray[np.int64]
    """(p,) places of their passages on the shelf, article by article."""
    begins: NDArray[np.int64]
    """Where in `order` each article begins."""

    @staticmethod
    def of(engine: Engine) -> Shown:
        """Those of an index."""
        shelf = engine.readers[Shelf.ARTICLE]
        places = np.flatnonzero(shelf.allowed(Filter(audiences=frozenset(COLLEAGUES))))
        nouns = [shelf.noun[place] for place in places.tolist()]
        order = sorted(range(len(places)), key=lambda i: (nouns[i], int(places[i])))
        named = [nouns[i] for i in order]
        articles = tuple(sorted(set(nouns)))
        return Shown(articles, places[order].astype(np.int64), np.searchsorted(np.array(named, np.str_), articles))

    def best(self, scores: Vectors) -> Vectors:
        """(q, a) the best score of each article's passages.

        Args:
            scores: (q, p) of the passages in `order`.
        """
        best: Vectors = np.maximum.reduceat(scores, self.begins, axis=1)
        return best
