"""How well articles answer a question by themselves: dense and lexical legs, fused, best passage per article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.fusion import convex
from assistant.weights import Weights
from indexer.encode import Vectors
from indexer.model import Hit
from indexer.reader import Filter, ShelfReader
from kb.locales import closeness


@dataclass(frozen=True, slots=True)
class Match:
    """What the two legs say about every noun that either of them found."""

    scores: dict[str, float]
    """0..1 by noun id."""
    passages: dict[str, int]
    """The passage of each noun that answers best."""
    dense: dict[str, float]
    """Best centred cosine by noun id."""
    lexical: dict[str, float]
    """Best BM25 by noun id."""
    ceiling: float = 0.0
    """About the BM25 of a text that had every word of the question."""


def match(
    shelf: ShelfReader,
    text: str,
    locale: str,
    vector: Vectors,
    chosen: Filter,
    weights: Weights,
    *,
    phrases: Sequence[str] = (),
) -> Match:
    """Match a question with everything on a shelf.

    Args:
        shelf: Where to search.
        text: The question.
        locale: Its language.
        vector: (d,) the question encoded.
        chosen: What may be found.
        weights: How many candidates, and the share of each leg.
        phrases: Must stand in the text word for word; then only the lexical leg decides what is found.
    """
    lexical = shelf.matching(text, locale, chosen, limit=weights.candidates, phrases=phrases)
    dense = [] if phrases else shelf.nearest(vector, chosen, limit=weights.candidates)
    dense = _with_lexical(shelf, vector, dense, lexical)
    dense = [replace(hit, score=hit.score + _bonus(shelf.locale_of(hit.passage_id), locale, weights)) for hit in dense]
    by_dense, by_words = _best(dense), _best(lexical)
    share = weights.dense_of_codes if _only_codes(text) else weights.dense
    scores = convex(
        {noun: hit.score for noun, hit in by_dense.items()},
        {noun: hit.score for noun, hit in by_words.items()},
        alpha=share,
    )
    return Match(
        scores=scores,
        passages=_best_passages(dense, lexical, share),
        dense={noun: hit.score for noun, hit in by_dense.items()},
        lexical={noun: hit.score for noun, hit in by_words.items()},
        ceiling=shelf.ceiling(text, locale),
    )


def _only_codes(text: str) -> bool:
    return all(any(c.isdigit() for c in word) for word in text.split())


def _bonus(passage_locale: str, locale: str, weights: Weights) -> float:
    return weights.same_language * closeness(locale, passage_locale) / 2


def _with_lexical(shelf: ShelfReader, vector: Vectors, dense: list[Hit], lexical: Sequence[Hit]) -> list[Hit]:
    """The dense hits and, scored by the dense leg too, whatever only the lexical leg brought."""
    have = {hit.passage_id for hit in dense}
    others = {hit.passage_id: hit.noun_id for hit in lexical if hit.passage_id not in have}
    cosines = shelf.cosines(vector, list(others))
    return dense + [Hit(i, noun_id, cosines[i], 0) for i, noun_id in others.items() if i in cosines]


def _best(hits: Sequence[Hit]) -> dict[str, Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        if hit.noun_id not in best or hit.score > best[hit.noun_id].score:
            best[hit.noun_id] = hit
    return best


def _best_passages(dense: Sequence[Hit], lexical: Sequence[Hit], alpha: float) -> dict[str, int]:
    fused = convex(
        {str(hit.passage_id): hit.score for hit in dense},
        {str(hit.passage_id): hit.score for hit in lexical},
        alpha=alpha,
    )
    noun = {str(hit.passage_id): hit.noun_id for hit in [*dense, *lexical]}
    best: dict[str, str] = {}
    for passage in sorted(fused, key=lambda p: (-fused[p], int(p))):
        best.setdefault(noun[passage], passage)
    return {noun_id: int(passage) for noun_id, passage in best.items()}
