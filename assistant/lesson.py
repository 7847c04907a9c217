"""Teaching: from the linked tickets of an index to all that is learned from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from assistant import classifier, foreseen, lifts
from assistant.centring import question_means
from assistant.foreseen import Foreseen
from assistant.fusion import ranked
from assistant.language import detect
from assistant.match import match
from assistant.question import question_in
from assistant.taught import Taught
from assistant.trust import ASKED, Trust, drawn, newest, reciprocal, votes_ranks
from assistant.twins import Twins
from assistant.weights import DEFAULT
from indexer.encode import Vectors
from indexer.model import Shelf
from indexer.problem import first_burst
from indexer.reader import Filter, ShelfReader
from indexer.shelves import Shelves
from indexer.words import stems
from kb import clock
from kb.model import LinkedTicket, Ticket
from kb.store import Store

LEAST_LINKED = 50
"""From so many links on, answers are compared and a classifier is fitted."""
_MOST_TICKETS, _MOST_ARTICLES = 20_000, 1_000
"""The newest tickets and the articles that most of them link; more costs minutes and gains next to nothing."""
_MOST_ANSWERED = 40_000
_READ_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, eq=False)
class _Lessons:
    """Linked tickets, oldest first, ties by id; only those that link one of the chosen articles."""

    ids: list[str]
    vectors: Vectors
    """(n, d) raw vectors of their questions."""
    shares: list[Mapping[str, float]]
    """(n,) the chosen articles of each; they add up to 1."""
    texts: list[str]
    locales: list[str]
    topics: list[str]
    at_s: NDArray[np.float64]


def taught(
    linked: Mapping[str, LinkedTicket], store: Store, shelves: Shelves, *, before: datetime | None = None
) -> Taught:
    """Learn from some linked tickets of an index.

    Args:
        linked: By ticket id; only the newest are used, and the articles that most of them link.
        store: Has their words and topics, as they are now.
        shelves: Has the vectors.
        before: Tickets without links teach what answers are like only if they came in before this; None: all.

    Returns:
        What is learned; nothing where fewer than fifty are linked, and no foreseen answers where fewer are answered.
    """
    if len(linked) < LEAST_LINKED:
        return Taught()
    dimension = int(shelves.meta("dimension"))
    lessons = _lessons(linked, store, shelves, dimension)
    words = [stems(text, locale) for text, locale in zip(lessons.texts, lessons.locales, strict=True)]
    asked = newest(len(lessons.ids))
    known, orders = classifier.fit_and_rank(lessons.vectors, words, lessons.topics, lessons.shares, asked=asked)
    ranks = [reciprocal(order, each) for order, each in zip(orders, lessons.shares[-asked:], strict=True)]
    return Taught(
        known,
        _foreseen(linked, lessons, shelves, dimension, before),
        lifts.fit(lessons.shares, lessons.topics, lessons.at_s),
        replace(_trust(linked, lessons, shelves, dimension), learned=drawn(ranks)),
    )


def _lessons(linked: Mapping[str, LinkedTicket], store: Store, shelves: Shelves, dimension: int) -> _Lessons:
    keys = [key for key in shelves.keys(Shelf.TICKET) if key[1] in linked]
    keys = sorted(keys, key=lambda key: (linked[key[1]].created_at, key[1]))[-_MOST_TICKETS:]
    counted = Counter(article_id for key in keys for article_id, _ in linked[key[1]].links)
    chosen = set(sorted(counted, key=lambda each: (-counted[each], each))[:_MOST_ARTICLES])
    shares = {key[1]: _shares([a for a, _ in linked[key[1]].links if a in chosen]) for key in keys}
    asked: dict[str, tuple[str, str, str]] = {}
    for start in range(0, len(keys), _READ_AT_ONCE):
        tickets = store.tickets.get_many([key[1] for key in keys[start : start + _READ_AT_ONCE]])
        asked.update((ticket.id, _asked(ticket)) for ticket in tickets.values())
    keys = [key for key in keys if shares[key[1]] and key[1] in asked]
    ids, vectors = shelves.vectors([key[0] for key in keys], shelf=Shelf.TICKET, dimension=dimension)
    # Whoever indexes meanwhile may have put another passage in place of one.
    place = {passage_id: i for i, passage_id in enumerate(ids)}
    keys = [key for key in keys if key[0] in place]
    return _Lessons(
        ids=[key[1] for key in keys],
        vectors=np.ascontiguousarray(vectors[[place[key[0]] for key in keys]]),
        shares=[shares[key[1]] for key in keys],
        texts=[asked[key[1]][0] for key in keys],
        locales=[asked[key[1]][1] for key in keys],
        topics=[asked[key[1]][2] for key in keys],
        at_s=np.array([linked[key[1]].created_at.timestamp() for key in keys], np.float64),
    )


def _asked(ticket: Ticket) -> tuple[str, str, str]:
    """Text, language and topic of what a ticket asked when it came in."""
    question = question_in(ticket, first_burst(ticket.messages), as_of=ticket.created_at)
    text = question.text
    return text, detect(text, prior=question.locale), question.topic


def _foreseen(
    linked: Mapping[str, LinkedTicket], lessons: _Lessons, shelves: Shelves, dimension: int, before: datetime | None
) -> Foreseen:
    ids, vectors = shelves.solutions(dimension=dimension)
    answer = {ticket_id: i for i, ticket_id in enumerate(ids)}
    those = [i for i, ticket_id in enumerate(lessons.ids) if ticket_id in answer]
    if len(those) < LEAST_LINKED:
        return Foreseen()
    until = clock.to_text(before)
    # (When it came in, passage, answer) of each answered ticket.
    answered = sorted(
        (key[6] or "", key[0], answer[key[1]])
        for key in shelves.keys(Shelf.TICKET)
        if key[1] in answer and (key[1] in linked or until is None or (key[6] or "") < until)
    )[-_MOST_ANSWERED:]
    place = {passage_id: i for _, passage_id, i in answered}
    found, questions = shelves.vectors(list(place), shelf=Shelf.TICKET, dimension=dimension)
    return foreseen.fit(
        questions,
        vectors[[place[passage_id] for passage_id in found]],
        vectors[[answer[lessons.ids[i]] for i in those]],
        [lessons.shares[i] for i in those],
    )


def _trust(linked: Mapping[str, LinkedTicket], lessons: _Lessons, shelves: Shelves, dimension: int) -> Trust:
    """See `trust`; passages are compared with the stored vector of a ticket, which stands for its question."""
    articles, tickets = (ShelfReader(shelves, shelf, dimension) for shelf in (Shelf.ARTICLE, Shelf.TICKET))
    articles.query_means = question_means(shelves, tickets.dense.mean, len(tickets))
    twins = Twins(shelves)
    matched: list[float] = []
    for i in range(max(0, len(lessons.ids) - ASKED), len(lessons.ids)):
        text, locale, encoded = lessons.texts[i], lessons.locales[i], partial(lessons.vectors.__getitem__, i)
        found = match(articles, text, locale, encoded, Filter(), DEFAULT, twins=twins.into(locale))
        matched.append(reciprocal(ranked(found.scores), {article_id for article_id, _ in linked[lessons.ids[i]].links}))
    return Trust(drawn(matched), drawn(votes_ranks(lessons.vectors, lessons.shares, lessons.at_s)))


def _shares(articles: Sequence[str]) -> dict[str, float]:
    return {article_id: 1 / len(articles) for article_id in articles}
