"""What is learned from: answered tickets, each asked again as it came in, of an engine that knows nothing newer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.confidence import PRIOR, Features
from assistant.engine import Asked, Engine, opening
from assistant.evaluation.datasets import question_at_arrival
from assistant.evaluation.metrics import hit_at, ndcg_at
from assistant.evaluation.vector_memory import VectorMemory
from assistant.fusion import ranked
from assistant.indexing import LEAST_LINKED, fitted_classifier
from assistant.learning.feedback import Feedback
from assistant.question import Question
from assistant.weighing import SHOWN, Gathered, weigh
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
_GATHERED = ("words", "code", "dense_of_codes", "twin", "candidates", "neighbours", "whole", "subject", "alike")
"""The weights that matter before anything is weighed: with others of these, questions are asked anew."""

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
    """The questions of one block, asked of an engine whose classifier knows only what was there before them."""

    def __init__(self, engine: Engine, examples: Sequence[Example], linked: Mapping[str, LinkedTicket]) -> None:
        """Fit that classifier and encode the questions.

        Args:
            engine: One that nobody else uses; its classifier and weights are changed.
            examples: Oldest first.
            linked: All linked tickets by id.
        """
        self.examples = examples
        self._engine = engine
        moment = min((e.question.created_at for e in examples if e.question.created_at is not None), default=None)
        before = {t.id: t for t in linked.values() if moment is not None and t.created_at < moment}
        self._classifier = fitted_classifier(before, engine.shelves) if len(before) >= LEAST_LINKED else None
        self._asked: list[Asked] = [engine.ask(example.question) for example in examples]
        self._known: dict[tuple[object, ...], list[Gathered]] = {}

    def judged(self, weights: Weights, move: Move) -> list[Judged]:
        """What some weights make of every question; what does not depend on them is found out once."""
        found = []
        for example, gathered in zip(self.examples, self._gather(weights, move), strict=True):
            weighed = weigh(gathered, weights, PRIOR)
            first = ranked(weighed.scores, limit=MEASURED)
            found.append(
                Judged(
                    ndcg=ndcg_at(first, example.relevant, MEASURED),
                    useful=hit_at(first, example.relevant, SHOWN) > 0,
                    features=weighed.features,
                )
            )
            move(1)
        return found

    def _gather(self, weights: Weights, move: Move) -> list[Gathered]:
        key = tuple(getattr(weights, name) for name in _GATHERED)
        gathered = self._known.pop(key, None)
        if gathered is None:
            gathered = []
            self._engine.weights, self._engine.classifier = weights, self._classifier
            for asked in self._asked:
                gathered.append(self._engine.gather(asked, Query(asked.text, asked.locale)))
                move(1)
        self._known[key] = gathered
        # The last two: a search tries one value and comes back to the best.
        self._known = dict(list(self._known.items())[-2:])
        return gathered


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
