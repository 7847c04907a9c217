"""The numbers that ranking uses, in one place. Every one was measured; a later learner may replace them per team."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """How things are found, tuned on real tickets; and what each term of the order counts (`ranking.TERMS`).

    The terms were fitted together on real tickets of November 2019 to April 2020 of the sumo set (with all evidence and
    with that of the last 300 links), on bank customers' questions with 100 to 9,303 linked tickets, and on the demo.
    """

    words: float = 0.15
    """What an article that has every word of the question gets on top of its centred cosine."""
    grams: float = 0.25
    """What an article gets that has every piece of those words, so also for compounds and related languages."""
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
    implied: float = 1.0
    """What an answer implies counts so much of its probability."""
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
    unsolved: float = 0.5
    """The vote of a ticket that did not end well (reopened, never answered in public) counts so much."""
    popularity: float = 0.2
    """Votes for an article are divided by its number of tickets to this power: the popular must not always win."""
    sharing: float = 1.0
    """A ticket that links n articles gives each 1 / n to this power: 1 is one vote per ticket."""
    plenty: float = 40.0
    """With so many linked tickets in all, the evidence is believed half."""
    schooling: float = 3000.0
    """With so many tickets to learn from, the classifier counts half of what it might."""
    mastery: float = 20.0
    """The classifier counts so many times more, times the share of what the votes get wrong that it gets right."""
    likeness: tuple[float, float] = (0.05, 0.30)
    """Centred cosine of the nearest linked tickets at which evidence counts nothing, and fully."""
    alone: float = 1.413
    """The match with the article as far as evidence is not believed: the whole order of a young knowledge base."""
    trusted: float = 34.687
    """The match beside evidence, by how much better than the votes it finds this team's links (`trust.Trust`)."""
    said: float = 0.79
    """The question's words that stand in the article."""
    classified: float = 8.966
    """What the classifier learned from all tickets."""
    voted: float = 2.963
    """What the most similar tickets vote for."""
    foreseen: float = 0.431
    """How like the answer that is to be expected is to the answers that went with the article."""
    topical: float = 0.218
    """How much more often the article is linked in tickets of this topic."""
    recent: float = 0.645
    """How much more often the article was linked lately."""


DEFAULT = Weights()
