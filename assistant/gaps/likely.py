"""What would be suggested today for tens of thousands of tickets: a sample is searched, the rest is judged in bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from assistant.engine import Engine
from assistant.gaps.corpus import Corpus
from assistant.gaps.student import Numbers, Signs, Student, learned
from assistant.question import Question
from indexer.encode import Vectors
from indexer.frame import centre
from indexer.model import Query, Shelf
from indexer.neighbours import nearest
from indexer.reader import Filter

EXACT = 600
"""Up to so many questions are all searched; of more, so many teach."""
COLLEAGUES = ("public", "partner", "internal")
_AT_ONCE = 1024
_VOTERS, _NEAREST, _FOLLOWING, _AROUND = 20, 5, 10, 5
_DENSE = 10
"""Tickets that link an article, on average, from which on a ticket's neighbours are of its own topic."""
MOST_AROUND = 8_000
"""So many tickets without links are looked at around each; of more, so many stand for all."""
_SHARPNESS = 8
"""A vote counts by the likeness to this power."""
Ask = Callable[[int], Question]
Move = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The articles that colleagues can be shown."""

    articles: tuple[str, ...]
    """Ids by code, rising."""
    order: NDArray[np.int64]
    """Places of their passages on the shelf, article by article."""
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


@dataclass(frozen=True, slots=True, eq=False)
class Likely:
    """What would be suggested for some rows of a corpus; m rows."""

    confidence: Numbers
    """(m,) calibrated chance 0..1."""
    first: NDArray[np.int64]
    """(m,) code of the article that would stand first, -1 for none."""
    second: NDArray[np.int64]
    """(m,) code of another one that may be meant, -1 for none."""
    cosine: Vectors
    """(m,) the best centred cosine with an article that colleagues can be shown."""
    around: Vectors
    """(m,) share of the most similar tickets that are linked; see `Signs.around`."""
    base: float
    """The share of all tickets that is linked; 0 where articles are linked too seldom for that to say anything."""
    articles: tuple[str, ...]
    student: Student | None
    """None where every row was searched."""


def judged(
    engine: Engine,
    corpus: Corpus,
    rows: NDArray[np.int64],
    linked: Mapping[str, str],
    ask: Ask,
    *,
    threshold: float,
    student: Student | None = None,
    move: Move | None = None,
) -> Likely:
    """Judge what would be suggested for questions.

    Args:
        engine: The open index.
        corpus: The questions.
        rows: (m,) places of those to judge.
        linked: Tickets that vote, with the article they link.
        ask: Gives the question of a row as it is searched.
        threshold: The team's.
        student: What was learned before; None: it is learned now if there are too many to search them all.
        move: Told (done, all) rows.
    """
    shown = Shown.of(engine)
    code = {article_id: i for i, article_id in enumerate(shown.articles)}
    signs = signs_of(engine, corpus, rows, shown, {t: code[a] for t, a in linked.items() if a in code}, move)
    if len(rows) > EXACT:
        # The same judge for all, so that the next run, which knows it already, says the same.
        known = student or _taught(engine, signs, _drawn(corpus, rows), rows, code, ask, threshold)[0]
        confidence, first = known.confidence(signs), signs.first(known.cut)
    else:
        known = None
        _, confidence, first = _taught(engine, signs, np.arange(len(rows)), rows, code, ask, threshold)
    voters = sum(article_id in code for article_id in linked.values())
    is_dense = voters >= _DENSE * max(len(set(linked.values()) & code.keys()), 1)
    base = voters / (voters + len(rows)) if is_dense else 0.0
    second = np.where(first == signs.voted, signs.matched, signs.voted)
    return Likely(
        confidence,
        first,
        np.where(second == first, -1, second),
        signs.cosine,
        signs.around,
        base,
        shown.articles,
        known,
    )


def _taught(
    engine: Engine,
    signs: Signs,
    chosen: NDArray[np.int64],
    rows: NDArray[np.int64],
    code: Mapping[str, int],
    ask: Ask,
    threshold: float,
) -> tuple[Student, Numbers, NDArray[np.int64]]:
    """Search some rows: what they teach, their confidence, and the article that stands first for each."""
    asked = [searched(engine, ask(int(rows[i]))) for i in chosen.tolist()]
    said = np.array([each[0] for each in asked], np.float64)
    best = np.array([code.get(each[1], -1) for each in asked], np.int64)
    return learned(_some(signs, chosen), said, best, threshold=threshold), said, best


def searched(engine: Engine, question: Question) -> tuple[float, str]:
    """(confidence, id of the article that stands first or "") of one search."""
    if not question.text:
        return 0.0, ""
    asked = engine.ask(question)
    found = engine.articles(asked, Query(asked.text, asked.locale, audiences=COLLEAGUES))
    return found.confidence, min(found.scores, key=lambda each: (-found.scores[each], each), default="")


def as_of(question: Question, moment: datetime | None) -> Question:
    """A question as somebody would ask it at a moment, with all that is known by then."""
    return replace(question, created_at=moment, as_of=moment)


def signs_of(
    engine: Engine,
    corpus: Corpus,
    rows: NDArray[np.int64],
    shown: Shown,
    linked: Mapping[str, int],
    move: Move | None = None,
) -> Signs:
    """What is quickly known about questions.

    Args:
        engine: The open index.
        corpus: The questions.
        rows: (m,) places of those.
        shown: The articles.
        linked: Tickets that vote, with the code of the article they link; each must be in the corpus.
        move: Told (done, all) rows.
    """
    voters = np.array(sorted(corpus.place[ticket_id] for ticket_id in linked if ticket_id in corpus.place), np.int64)
    votes = np.array([linked[corpus.ids[place]] for place in voters.tolist()], np.int64)
    middle = engine.readers[Shelf.TICKET].dense.mean
    voting = centre(corpus.raw[voters], middle)
    own = {int(place): i for i, place in enumerate(voters.tolist())}
    around = rows[_drawn(corpus, rows, MOST_AROUND)]
    others = centre(corpus.raw[around], middle)
    place_of = {int(row): i for i, row in enumerate(around.tolist())}
    out = _nothing(len(rows))
    spoken = np.array([corpus.locales[row] for row in rows], np.str_)
    done = 0
    for locale in sorted(set(spoken.tolist())):
        those = np.flatnonzero(spoken == locale)
        for start in range(0, len(those), _AT_ONCE):
            part = those[start : start + _AT_ONCE]
            raw = corpus.raw[rows[part]]
            _match(out, part, engine.readers[Shelf.ARTICLE].cosines(raw, locale), shown)
            asked = centre(raw, middle)
            near = _vote(out, part, asked, voting, votes, [own.get(int(row), -1) for row in rows[part]])
            _look_around(
                out, part, near, _nearest(asked, others, [place_of.get(int(row), -1) for row in rows[part]])[1],
                len(rows) / max(len(around), 1),
            )  # fmt: skip
            done += len(part)
            if move is not None:
                move(done, len(rows))
    return out


def _nothing(count: int) -> Signs:
    cosine, margin, likeness, share, around = np.zeros((5, count), np.float32)
    matched, voted = np.full((2, count), -1, np.int64)
    return Signs(cosine, margin, likeness, share, around, matched, voted)


def _match(out: Signs, part: NDArray[np.int64], cosines: Vectors, shown: Shown) -> None:
    if not len(shown.articles):
        return
    best = np.maximum.reduceat(cosines[:, shown.order], shown.begins, axis=1)
    first = best.argmax(axis=1)
    out.matched[part], out.cosine[part] = first, best[np.arange(len(part)), first]
    count = min(_FOLLOWING + 1, best.shape[1])
    top = np.sort(np.partition(best, best.shape[1] - count, axis=1)[:, -count:], axis=1)
    if count > 1:
        out.margin[part] = top[:, -1] - top[:, :-1].mean(axis=1)


def _vote(
    out: Signs,
    part: NDArray[np.int64],
    asked: Vectors,
    voting: Vectors,
    votes: NDArray[np.int64],
    skipped: Sequence[int],
) -> Vectors:
    """Let the most similar linked tickets vote; returns (v, up to 20) their cosines, highest first."""
    places, cosines = _nearest(asked, voting, skipped)
    if not places.shape[1]:
        return cosines
    out.likeness[part] = np.maximum(cosines[:, :_NEAREST].mean(axis=1), 0)
    weights = _weights(cosines)
    said = votes[places]
    # (v, 20, 20): with each vote, those of all others for the same article.
    same = said[:, :, None] == said[:, None, :]
    summed = (same * weights[:, None, :]).sum(axis=2)
    first = summed.argmax(axis=1)
    rows = np.arange(len(part))
    total = weights.sum(axis=1)
    out.voted[part] = np.where(total > 0, said[rows, first], -1)
    out.share[part] = np.where(total > 0, summed[rows, first] / np.maximum(total, 1e-12), 0.0)
    return cosines


def _nearest(asked: Vectors, vectors: Vectors, skipped: Sequence[int]) -> tuple[NDArray[np.int64], Vectors]:
    """(v, up to 20) places and cosines of the nearest, highest first; none is its own neighbour."""
    # One more, for the ticket itself may be among them.
    places, cosines = nearest(asked, vectors, _VOTERS + 1)
    cosines = np.where(places == np.array(skipped)[:, None], np.float32(-1.0), cosines)
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :_VOTERS]
    return np.take_along_axis(places, order, 1), np.take_along_axis(cosines, order, 1)


def _look_around(out: Signs, part: NDArray[np.int64], linked: Vectors, others: Vectors, stands_for: float) -> None:
    """Of the nearest tickets, linked or not, how much is linked; each other one stands for some that were not drawn."""
    cosines = np.hstack([linked, others])
    weights = np.hstack([_weights(linked), stands_for * _weights(others)])
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :_AROUND]
    chosen = np.take_along_axis(weights, order, 1)
    total = chosen.sum(axis=1)
    out.around[part] = (chosen * (order < linked.shape[1])).sum(axis=1) / np.maximum(total, 1e-12)


def _weights(cosines: Vectors) -> Numbers:
    return np.maximum(cosines, 0.0).astype(np.float64) ** _SHARPNESS


def _drawn(corpus: Corpus, rows: NDArray[np.int64], limit: int = EXACT) -> NDArray[np.int64]:
    """Places in `rows` of so many: by a hash of their ids, so that the same are always drawn."""
    if len(rows) <= limit:
        return np.arange(len(rows))
    keys = [sha256(corpus.ids[row].encode("utf-8", "replace")).digest() for row in rows]
    return np.array(sorted(sorted(range(len(rows)), key=lambda i: keys[i])[:limit]), np.int64)


def _some(signs: Signs, rows: NDArray[np.int64]) -> Signs:
    return Signs(
        signs.cosine[rows], signs.margin[rows], signs.likeness[rows], signs.share[rows], signs.around[rows],
        signs.matched[rows], signs.voted[rows],
    )  # fmt: skip
