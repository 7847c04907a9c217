"""The plain rankings that ours is measured against, over the same index: BM25, dense alone, and both fused."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.engine import Asked, Engine
from assistant.fusion import convex, ranked, reciprocal_rank
from indexer.dense import Dense
from indexer.model import Query, Shelf
from indexer.reader import Filter

DENSE_SHARE = 0.7
"""Of the convex blend; the rest is BM25."""


class Baselines:
    """Plain rankings of the articles in one index, as it is when this is made."""

    def __init__(self, engine: Engine) -> None:
        """Take the vectors as they are, mean-centred on their own side and nothing else."""
        # A reader that is behind the index file would have no place for what is new.
        engine.refresh()
        self._shelf = engine.readers[Shelf.ARTICLE]
        ids, vectors = engine.shelves.vectors(shelf=Shelf.ARTICLE, dimension=self._shelf.dense.dimension)
        self._dense = Dense.build(ids, vectors)
        self._places = np.searchsorted(self._shelf.dense.ids, self._dense.ids)
        self._query_mean = self._shelf.query_means.get("")
        self._nouns = [self._shelf.noun[place] for place in self._places.tolist()]

    def rankings(self, asked: Asked, query: Query) -> dict[str, list[str]]:
        """Article ids, best first, by the name of the ranking.

        Args:
            asked: The question.
            query: Its filters.
        """
        mask = self._shelf.allowed(Filter.of(query))[self._places]
        dense = self._best(self._dense.cosines(asked.whole[None, :], query_mean=self._query_mean)[0], mask)
        words = self._best(self._shelf.words(asked.text, asked.locale)[self._places], mask)
        lexical = {noun: score for noun, score in words.items() if score > 0}
        return {
            "BM25": ranked(lexical),
            "dense": ranked(dense),
            "RRF": ranked(reciprocal_rank([dense, lexical])),
            "convex": ranked(convex(dense, lexical, alpha=DENSE_SHARE)),
        }

    def _best(self, scores: NDArray[np.float32], mask: NDArray[np.bool_]) -> dict[str, float]:
        best: dict[str, float] = {}
        for place in np.flatnonzero(mask).tolist():
            noun, score = self._nouns[place], float(scores[place])
            if score > best.get(noun, -np.inf):
                best[noun] = score
        return best
