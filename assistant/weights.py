"""The numbers that ranking uses, in one place. Every one was measured; a later learner may replace them per team."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Tuned on real tickets (May 2020 of the sumo set, checked on March and April 2020); flat around these values."""

    words: float = 0.3
    """What an article that has every word of the question gets on top of its centred cosine."""
    code: float = 0.5
    """What an article gets that has a code of the question, such as E-1042, word for word."""
    dense_of_codes: float = 0.2
    """How much the cosine counts for a question that is nothing but codes and numbers, which mean nothing to it."""
    twin: float = 0.3
    """How far an article stands behind its translation into the question's language."""
    candidates: int = 200
    """Passages that each leg brings."""
    neighbours: int = 200
    """Most similar tickets that vote."""
    implied: float = 0.5
    """What an answer implies counts so much of what an agent linked."""
    whole: float = 0.4
    """Of a neighbour's similarity: the whole question against the whole question."""
    subject: float = 0.3
    """The subject alone against the whole question: what the customer thought it was about."""
    alike: float = 0.3
    """BM25 between the two."""
    sharpness: float = 5.0
    """A neighbour's vote is its similarity to this power."""
    half_life_days: float = 180.0
    """A vote loses half its weight in this time; products change."""
    popularity: float = 0.2
    """Votes for an article are divided by its number of tickets to this power: the popular must not always win."""
    sharing: float = 1.0
    """A ticket that links n articles gives each 1 / n to this power: 1 is one vote per ticket."""
    evidence: float = 0.85
    """Share of the evidence in the final score where there is plenty of it; the rest is the match with the article."""
    plenty: float = 40.0
    """With so many linked tickets in all, the evidence has half of its share."""
    classifier: float = 0.5
    """The classifier's part of the evidence; the neighbours' votes have the rest."""
    schooling: float = 500.0
    """With so many tickets to learn from, the classifier counts half of its part."""
    likeness: tuple[float, float] = (0.05, 0.30)
    """Centred cosine of the nearest linked tickets at which evidence counts nothing, and fully."""


DEFAULT = Weights()
