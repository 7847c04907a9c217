"""The numbers that ranking uses, in one place. Every one was measured; a later learner may replace them per team."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Tuned on real tickets (May 2020 of the sumo set, checked on March and April 2020); flat around these values."""

    dense: float = 0.7
    """Share of the dense leg when a question is matched with articles; the rest is BM25."""
    dense_of_codes: float = 0.2
    """The same for a question that is nothing but codes and numbers, which mean nothing to an encoder."""
    same_language: float = 0.05
    """Added to the centred cosine of an article in the question's own language, half of it for a near one."""
    candidates: int = 200
    """Passages that each leg brings."""
    neighbours: int = 120
    """Most similar linked tickets that vote."""
    whole: float = 0.4
    """Of a neighbour's similarity: the whole question against the whole question."""
    subject: float = 0.3
    """The subject alone against the whole question: what the customer thought it was about."""
    words: float = 0.3
    """BM25 between the two."""
    sharpness: float = 4.0
    """A neighbour's vote is its similarity to this power."""
    half_life_days: float = 180.0
    """A vote loses half its weight in this time; products change."""
    popularity: float = 0.2
    """Votes for an article are divided by its number of tickets to this power: the popular must not always win."""
    sharing: float = 1.0
    """A ticket that links n articles gives each 1 / n to this power: 1 is one vote per ticket."""
    evidence: float = 0.77
    """Share of the evidence in the final score where there is plenty of it; the rest is the match with the article."""
    plenty: float = 40.0
    """With so many linked tickets in all, the evidence has half of its share."""
    likeness: tuple[float, float] = (0.05, 0.30)
    """Centred cosine of the nearest linked tickets at which evidence counts nothing, and fully."""


DEFAULT = Weights()
