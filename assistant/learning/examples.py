"""What is learned from: answered tickets, each asked again as it came in, of an engine that knows nothing newer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from assistant.confidence import PRIOR, Features
from assistant.engine import Engine, opening
from assistant.evaluation.datasets import question_at_arrival
from assistant.evaluation.metrics import hit_at, ndcg_at
from assistant.evaluation.vector_memory import VectorMemory
from assistant.fusion import ranked
from assistant.learning.feedback import Feedback
from assistant.learning.term_weights import Ballotted
from assistant.lesson import LEAST_LINKED, taught
from assistant.question import Question
from assistant.ranking import candidates, terms
from assistant.taught import Taught
from assistant.weighing import SHOWN, Gathered, signs_of, weigh
from assistant.weights import Weights
from indexer.encode import Encoder
from indexer.model import Query, Shelf
from kb.errors import KBError
from kb.model import LinkedTicket

LEAST, MOST = 100, 1200
"""So many linked tickets are needed, and of more than that the newest are taken."""
BLOCKS, FITTED = 5, 3
"""Equal parts in the order of time: three to fit, one to tune, the newest to test."""
MEASURED = 10
"""Rankings are judged by their first ten."""
_ENCODED_AT_ONCE = 64

Move = Callable[[int], None]
"""Told how many steps more are done."""


@dataclass(frozen=True, slots=True)
class Example:
    """One ticket with a label."""

    question: Question
    relevant: frozenset[str]
    """The articles that were linked to it or used in its answer, as far as they can be found today; none where the
    agent dismissed what was shown and used nothing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one weighing made of one question."""

    ndcg: float
    """0 where no article is relevant; such a question tells nothing about an order."""
    useful: bool
    """A relevant article is among the first five."""
    features: Features


def blocks(examples: Sequence[Example], count: int = BLOCKS) -> list[Sequence[Example]]:
    """Cut examples into parts of equal size, to one more or less, in their order."""
    edges = [len(examples) * i // count for i in range(count + 1)]
    return [examples[low:high] for low, high in pairwise(edges)]


def newest_examples(
    engine: Engine, linked: Mapping[str, LinkedTicket], feedback: Feedback | None = None
) -> list[Example]:
    """The newest tickets with a label as questions, oldest first, ties by id.

    Args:
        engine: Knows which articles can be found; what nobody could be shown is no label.
        linked: By ticket id.
        feedback: What agents used and dismissed, beside the links.

    Raises:
        KBError: There are too few with a relevant article.
    """
    known = feedback or Feedback()
    shelf = engine.readers[Shelf.ARTICLE]
    labels = {ticket.id: {article_id for article_id, _ in ticket.links} for ticket in linked.values()}
    for ticket_id, articles in known.used.items():
        labels.setdefault(ticket_id, set()).update(articles)
    relevant = {
        ticket_id: frozenset(article_id for article_id in articles if shelf.place_of(article_id) is not None)
        for ticket_id, articles in labels.items()
    }
    answered = {ticket_id for ticket_id, articles in relevant.items() if articles}
    # Who links what was never shown has an answer all the same: then the list was no answer to a dismissal either.
    refused = known.refused - labels.keys()
    tickets = engine.store.tickets.get_many(answered | refused)
    newest = sorted(tickets.values(), key=lambda ticket: (ticket.created_at, ticket.id))[-MOST:]
    asked = ((ticket.id, question_at_arrival(ticket)) for ticket in newest)
    examples = [
        Example(question, relevant.get(ticket_id, frozenset())) for ticket_id, question in asked if question.text
    ]
    count = sum(bool(example.relevant) for example in examples)
    if count < LEAST:
        raise KBError(
            f"Learning needs {LEAST} linked tickets, there are {count}.",
            hint="Import more resolved tickets with links to articles, or link articles while you answer.",
        )
    return examples


class Rehearsal:
    """The questions of one block, asked of an engine that was taught only what was there before them."""

    def __init__(
        self, engine: Engine, examples: Sequence[Example], linked: Mapping[str, LinkedTicket], move: Move
    ) -> None:
        """Teach the engine and ask it; how terms are weighed afterwards changes nothing of what is found.

        Args:
            engine: One that nobody else uses; what it was taught is changed.
            examples: Oldest first.
            linked: All linked tickets by id.
            move: Told after every question.
        """
        self.examples = examples
        moment = min((e.question.created_at for e in examples if e.question.created_at is not None), default=None)
        before = {t.id: t for t in linked.values() if moment is not None and t.created_at < moment}
        known = taught(before, engine.store, engine.shelves, before=moment) if len(before) >= LEAST_LINKED else Taught()
        engine.taught = known
        self._gathered: list[Gathered] = []
        for example in examples:
            asked = engine.ask(example.question)
            self._gathered.append(engine.gather(asked, Query(asked.text, asked.locale)))
            move(1)

    def judged(self, weights: Weights) -> list[Judged]:
        """What some weights of the terms make of every question."""
        found = []
        for example, gathered in zip(self.examples, self._gathered, strict=True):
            weighed = weigh(gathered, weights, PRIOR)
            first = ranked(weighed.scores, limit=MEASURED)
            found.append(
                Judged(
                    ndcg=ndcg_at(first, example.relevant, MEASURED),
                    useful=hit_at(first, example.relevant, SHOWN) > 0,
                    features=weighed.features,
                )
            )
        return found

    def ballotted(self, weights: Weights) -> list[Ballotted]:
        """What speaks for the candidates of every question that has a relevant article."""
        found = []
        for example, gathered in zip(self.examples, self._gathered, strict=True):
            signs = signs_of(gathered, weights)
            articles = candidates(signs)
            if example.relevant and articles:
                right = np.array([article_id in example.relevant for article_id in articles], np.bool_)
                found.append(Ballotted(terms(signs, articles, weights), right))
        return found


def remembering(engine: Engine, make: Callable[[int], Encoder], examples: Sequence[Example], move: Move) -> None:
    """Give an engine the vectors of all questions, encoded in bulk.

    Args:
        engine: Its encoder is replaced.
        make: Makes the encoder for a number of texts.
        examples: The questions.
        move: Told after every few texts.
    """
    memory = VectorMemory(make)
    whole = [example.question.text for example in examples]
    texts = list(dict.fromkeys(opening(text) for text in [*whole, *(e.question.subject.strip() for e in examples)]))
    texts = [text for text in texts if text]
    memory.expect(len(texts))
    for start in range(0, len(texts), _ENCODED_AT_ONCE):
        part = texts[start : start + _ENCODED_AT_ONCE]
        memory.queries(part)
        move(len(part))
    engine.encoder = memory
