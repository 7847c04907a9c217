"""What would be suggested today for tens of thousands of questions: asked in bulk, those in doubt really searched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from assistant.engine import Engine
from assistant.fusion import ranked
from assistant.gaps.bulk_search import BulkSearch, Found
from assistant.gaps.corpus import Corpus
from assistant.gaps.nearby import nearby
from assistant.gaps.shown import COLLEAGUES, Shown
from assistant.question import Question
from assistant.ranking import FIRST
from indexer.encode import Vectors
from indexer.frame import centre
from indexer.model import Query, Shelf

ALL_SEARCHED = 300
"""Up to so many questions are all searched; of more only those in doubt."""
SAMPLED = 100
"""So many of more are searched to tell how far the bulk search can be trusted."""
MOST_IN_DOUBT, _DOUBT = 300, 0.1
"""At most so many, and such a share, of those whose chance is nearest to the threshold are searched too."""
_NEAREST, _AROUND = 10, 5
_ANSWERED_SHARPNESS, _AROUND_SHARPNESS = 3, 8
_TAUGHT = 1000
"""From so many linked tickets on it is known well enough which article an answer retells; from a few hundred it is not.
"""
_DENSE = 10
"""Tickets that link an article, on average, from which on a ticket's neighbours are of its own topic."""
_TELLING = 1 / 3
"""Five neighbours say nothing where fewer than so many of all tickets are answered by a link: then most have none."""
Ask = Callable[[int], Question]
Move = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the bulk search agrees with the search itself, on a sample."""

    questions: int
    same_side: float
    """Share 0..1 on the same side of the threshold."""
    error: float
    """Mean difference of the two chances."""
    same_first: float
    """Share in which both put the same article first."""


@dataclass(frozen=True, slots=True, eq=False)
class Likely:
    """What would be suggested for some rows of a corpus; m rows."""

    confidence: NDArray[np.float64]
    """(m,) calibrated chance 0..1."""
    first: NDArray[np.int64]
    """(m,) code of the article that would stand first, -1 for none."""
    second: NDArray[np.int64]
    """(m,) code of another one that may be meant, -1 for none."""
    cosine: Vectors
    """(m,) the best centred cosine with an article that colleagues can be shown."""
    around: Vectors
    """(m,) share of the five most similar tickets that an article answered, by their likeness."""
    base: float
    """The same share of all tickets; 0 where articles are linked too seldom for that to say anything."""
    retold: Vectors
    """(m,) the chance 0..1 that what was answered retells one of the five articles; 1 where nobody knows an answer."""
    articles: tuple[str, ...]
    agreement: Agreement | None
    """None where every row was searched."""


def judged(
    engine: Engine,
    corpus: Corpus,
    rows: NDArray[np.int64],
    linked: Mapping[str, str],
    covered: Collection[str],
    ask: Ask,
    *,
    threshold: float,
    agreement: Agreement | None = None,
    move: Move | None = None,
) -> Likely:
    """Judge what would be suggested for questions.

    Args:
        engine: The open index.
        corpus: The questions.
        rows: (m,) places of those to judge.
        linked: Tickets that link an article that is there today, with its id.
        covered: Other tickets that the log says were answered.
        ask: Gives the question of a row as it is searched.
        threshold: The team's.
        agreement: What was measured before; None: it is measured now if there are too many to search them all.
        move: Told (done, all) rows.
    """
    shown = Shown.of(engine)
    code = {article_id: i for i, article_id in enumerate(shown.articles)}
    answered, around, share = _neighbourhood(engine, corpus, rows, {*linked, *covered})
    bulk = BulkSearch(engine, corpus, rows, shown, lambda row: ask(row).text)
    found = bulk.ask(answered, move)
    del bulk
    confidence, five = found.confidence.copy(), found.five.copy()
    is_all = len(rows) <= ALL_SEARCHED
    sampled = _drawn(corpus, rows, 0 if is_all or agreement is not None else SAMPLED)
    doubted = np.arange(len(rows)) if is_all else _in_doubt(corpus, rows, found, threshold)
    for place in np.union1d(doubted, sampled).tolist():
        confidence[place], best = searched(engine, ask(int(rows[place])))
        five[place] = [*(code.get(each, -1) for each in best), *[-1] * (FIRST - len(best))]
    first = five[:, 0]
    if not is_all and agreement is None:
        agreement = _agreement(found, sampled, confidence[sampled], first[sampled], threshold)
    voters = sum(article_id in code for article_id in linked.values())
    is_dense = share >= _TELLING and voters >= _DENSE * max(len(set(linked.values()) & code.keys()), 1)
    # Of the two that a question is nearest to, by its neighbours and by its words, the other one.
    second = np.where(first == found.five[:, 0], found.matched, found.five[:, 0])
    return Likely(
        confidence,
        first,
        np.where(second == first, -1, second),
        found.cosine,
        around,
        share if is_dense else 0.0,
        _retold(engine, corpus, rows, five, code),
        shown.articles,
        None if is_all else agreement,
    )


def searched(engine: Engine, question: Question) -> tuple[float, list[str]]:
    """(confidence, ids of the first five articles, best first) of one search."""
    if not question.text:
        return 0.0, []
    asked = engine.ask(question)
    found = engine.articles(asked, Query(asked.text, asked.locale, audiences=COLLEAGUES))
    return found.confidence, ranked(found.scores, limit=FIRST)


def as_of(question: Question, moment: datetime | None) -> Question:
    """A question as somebody would ask it at a moment, with all that is known by then."""
    return replace(question, created_at=moment, as_of=moment)


def _neighbourhood(
    engine: Engine, corpus: Corpus, rows: NDArray[np.int64], settled: Collection[str]
) -> tuple[Vectors, Vectors, float]:
    """What became of the tickets most like each row.

    Args:
        engine: The open index.
        corpus: The questions.
        rows: (m,) places of those.
        settled: Tickets that an article answered.

    Returns:
        (m,) how much more of the ten nearest have a link than of all, as `Electorate.answered` has it; (m,) the share
        of the five nearest that are settled; and the share of all that is.
    """
    tickets, links = engine.readers[Shelf.TICKET], engine.links.links
    # By name, so that among equally near ones it does not matter which was imported first.
    here = np.array(sorted(np.flatnonzero(tickets.dense.alive).tolist(), key=tickets.noun.__getitem__), np.int64)
    names = [tickets.noun[place] for place in here.tolist()]
    place = {name: i for i, name in enumerate(names)}
    new = [int(row) for row in rows.tolist() if corpus.ids[row] not in place]
    names += [corpus.ids[row] for row in new]
    place |= {corpus.ids[row]: len(here) + i for i, row in enumerate(new)}
    vectors = np.concatenate([tickets.dense.rows(here), centre(corpus.raw[new], tickets.dense.mean)])
    linked = np.array(
        [_is_linked(links.implied, links.begins, links.tickets.get(name, -1)) for name in names], np.bool_
    )
    done = np.array([name in settled for name in names], np.bool_)
    near, cosines = nearby(vectors, np.array([place[corpus.ids[row]] for row in rows.tolist()], np.int64), _NEAREST)
    answered = _share(linked[near], cosines, _ANSWERED_SHARPNESS) - float(linked.mean() if len(linked) else 0.0)
    if near.shape[1] < _NEAREST:
        answered[:] = 0.0
    around = _share(done[near[:, :_AROUND]], cosines[:, :_AROUND], _AROUND_SHARPNESS)
    return answered.astype(np.float32), around.astype(np.float32), float(done.mean() if len(done) else 0.0)


def _retold(
    engine: Engine, corpus: Corpus, rows: NDArray[np.int64], five: NDArray[np.int64], code: Mapping[str, int]
) -> Vectors:
    """(m,) see `Likely.retold`: what `assistant.implied` says of each answer, as far as it is among the first five."""
    links = engine.links.links
    shown = np.array([code.get(article_id, -2) for article_id in links.articles], np.int64)
    said = np.ones(len(rows), np.float32)
    if len(links.tickets) - int(links.implied[links.begins[:-1]].sum()) < _TAUGHT:
        return said
    for place, row in enumerate(rows.tolist()):
        ticket = links.tickets.get(corpus.ids[row], -1)
        if ticket >= 0 and links.implied[links.begins[ticket]]:
            own = slice(int(links.begins[ticket]), int(links.begins[ticket + 1]))
            said[place] = links.weight[own][np.isin(shown[links.article[own]], five[place])].sum()
    return said


def _is_linked(implied: NDArray[np.bool_], begins: NDArray[np.int64], ticket: int) -> bool:
    """Whether an agent linked an article: then none of a ticket's links is implied."""
    return ticket >= 0 and not implied[begins[ticket]]


def _share(true: NDArray[np.bool_], cosines: Vectors, sharpness: int) -> NDArray[np.float64]:
    weights = np.maximum(cosines, 0.0).astype(np.float64) ** sharpness
    return np.asarray((weights * true).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-12), np.float64)


def _in_doubt(corpus: Corpus, rows: NDArray[np.int64], found: Found, threshold: float) -> NDArray[np.int64]:
    """Places of those whose chance is nearest to the threshold, rising."""
    count = min(MOST_IN_DOUBT, int(_DOUBT * len(rows)))
    # Rounded and by id, so that the order in which things were added up does not choose.
    far = np.round(np.abs(found.confidence - threshold), 4)
    order = sorted(range(len(rows)), key=lambda i: (float(far[i]), corpus.ids[rows[i]]))
    return np.sort(np.array(order[:count], np.int64))


def _drawn(corpus: Corpus, rows: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Places in `rows` of so many, rising: by a hash of their ids, so that the same are always drawn."""
    keys = [sha256(corpus.ids[row].encode("utf-8", "replace")).digest() for row in rows] if limit else []
    return np.array(sorted(sorted(range(len(keys)), key=lambda i: keys[i])[:limit]), np.int64)


def _agreement(
    found: Found,
    sampled: NDArray[np.int64],
    confidence: NDArray[np.float64],
    first: NDArray[np.int64],
    threshold: float,
) -> Agreement:
    bulk = found.confidence[sampled]
    return Agreement(
        questions=len(sampled),
        same_side=float(((bulk >= threshold) == (confidence >= threshold)).mean()),
        error=float(np.abs(bulk - confidence).mean()),
        same_first=float((found.five[sampled, 0] == first).mean()),
    )
