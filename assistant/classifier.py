"""The supervised part of the ranking: which article a question like this one leads to, learned from all linked tickets.

Neighbours know what the few most similar tickets led to; a classifier weighs all of them, and so is right where the
neighbours are few or of two minds. A softmax regression on centred vectors, on the words of the question and pairs of
them, and on its topic: vectors know what it is about, words tell the article that is meant from its neighbours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.softmax import fit_softmax
from assistant.vocabulary import Vocabulary, with_pairs
from indexer.encode import Vectors
from indexer.frame import centre

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

VECTOR, WORDS, _TOPIC = 4.0, 4.0, 1.0
"""Rows of unit length are stretched by these, which sets how strongly the penalty holds the weights of each back."""
_ROUNDS, _MORE_ROUNDS = 40, 20
"""Steps from nothing, and steps for what is added to something that was learned already."""
_RANKED = 10
_LEAST_TICKETS = 3
"""A word or a pair that fewer tickets have says nothing about the next one."""
_LEAST_OF_TOPIC = 5
_MOST_WEIGHTS = 2_500_000
"""So many weights of words are fitted at most, then the rarest words are left out; each takes 140 bytes of memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A fitted softmax regression."""

    articles: tuple[str, ...] = ()
    """(c,) the article of each class, rising."""
    mean: Vectors = field(default_factory=lambda: np.zeros(0, np.float32))
    """(d,) what is subtracted from a question before its length is made one."""
    weights: Vectors = field(default_factory=lambda: np.zeros((1, 0), np.float32))
    """(d + 1, c); the last row is the intercept."""
    words: Vocabulary = field(default_factory=Vocabulary)
    """(v,) words and pairs."""
    topics: tuple[str, ...] = ()
    """(t,) rising."""
    said: NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, 0), np.float16))
    """(v + t, c) weights of words, then of topics."""

    def scores(self, vector: Vectors, stems: Sequence[str], topic: str) -> dict[str, float]:
        """How likely each article is, by id.

        Args:
            vector: (d,) the whole question encoded.
            stems: Its stems, in their order.
            topic: Its topic; "" or one that is not known counts nothing.

        Returns:
            log p - log p of the likeliest, so 0 for the likeliest and less for all others. Empty if it knows no
            article.
        """
        if not self.articles:
            return {}
        logits = VECTOR * centre(vector[None], self.mean)[0] @ self.weights[:-1] + self.weights[-1]
        columns, shares = self.words.row(with_pairs(stems))
        logits += WORDS * shares @ self.said[columns].astype(np.float32)
        if topic in self.topics:
            logits += _TOPIC * self.said[len(self.words.stems) + self.topics.index(topic)]
        return dict(zip(self.articles, (logits - logits.max()).tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """Linked tickets as a regression sees them."""

    articles: tuple[str, ...]
    mean: Vectors
    words: Vocabulary
    topics: tuple[str, ...]
    dense: Vectors
    """(n, d + 1)"""
    sparse: csr_matrix
    """(n, v + t)"""
    targets: Vectors
    """(n, c) shares."""


def fit(
    vectors: Vectors, texts: Sequence[Sequence[str]], topics: Sequence[str], links: Sequence[Mapping[str, float]]
) -> Classifier:
    """Fit a classifier to linked tickets.

    Args:
        vectors: (n, d) raw vectors of their questions.
        texts: (n,) the stems of each question, in their order.
        topics: (n,) the topic of each; "" for none.
        links: (n,) the articles of each with their shares, which add up to 1.

    Returns:
        One with a class for every linked article; of none for no tickets.
    """
    return fit_and_rank(vectors, texts, topics, links, asked=0)[0]


def fit_and_rank(
    vectors: Vectors,
    texts: Sequence[Sequence[str]],
    topics: Sequence[str],
    links: Sequence[Mapping[str, float]],
    *,
    asked: int,
) -> tuple[Classifier, list[list[str]]]:
    """Fit a classifier, and find out on the way how one that did not know the last tickets ranks articles for them.

    It is fitted to all others first, asked about the last, and then taught those as well, which takes half as many
    steps again as learning all from nothing.

    Args:
        vectors: (n, d) raw vectors of their questions.
        texts: (n,) the stems of each question, in their order.
        topics: (n,) the topic of each; "" for none.
        links: (n,) the articles of each with their shares, which add up to 1.
        asked: So many of the last tickets, 0..n.

    Returns:
        One with a class for every linked article; of none for no tickets. And for each of the last tickets the ten
        likeliest articles, best first, ties by id.
    """
    if not any(links):
        return Classifier(), [[] for _ in range(asked)]
    sheet = _sheet(vectors, texts, topics, links)
    first, rounds, orders = len(links) - asked, _ROUNDS, list[list[str]]()
    weights: tuple[Vectors, Vectors] | None = None
    if asked:
        known = sheet.targets.copy()
        known[first:] = 0.0
        weights = fit_softmax(sheet.dense, sheet.sparse, known, rounds=_ROUNDS)
        logits = sheet.dense[first:] @ weights[0] + sheet.sparse[first:] @ weights[1]
        likeliest = np.argsort(-logits, axis=1, kind="stable")[:, :_RANKED]
        orders = [[sheet.articles[place] for place in row] for row in likeliest.tolist()]
        rounds = _MORE_ROUNDS
    dense, said = fit_softmax(sheet.dense, sheet.sparse, sheet.targets, rounds=rounds, start=weights)
    return Classifier(sheet.articles, sheet.mean, dense, sheet.words, sheet.topics, said.astype(np.float16)), orders


def _sheet(
    vectors: Vectors, texts: Sequence[Sequence[str]], topics: Sequence[str], links: Sequence[Mapping[str, float]]
) -> _Sheet:
    from scipy.sparse import csr_matrix, hstack

    articles = tuple(sorted({article_id for each in links for article_id in each}))
    code = {article_id: i for i, article_id in enumerate(articles)}
    targets = np.zeros((len(links), len(articles)), np.float32)
    for row, each in enumerate(links):
        for article_id, share in each.items():
            targets[row, code[article_id]] = share
    mean: Vectors = vectors.mean(axis=0)
    dense = np.hstack([VECTOR * centre(vectors, mean), np.ones((len(vectors), 1), np.float32)])
    pairs = [with_pairs(stems) for stems in texts]
    words = Vocabulary.of(pairs, least=_LEAST_TICKETS, kinds=len(articles), size=_MOST_WEIGHTS // len(articles))
    counted = Counter(topic for topic in topics if topic)
    known = tuple(sorted(topic for topic, count in counted.items() if count >= _LEAST_OF_TOPIC))
    place = {topic: i for i, topic in enumerate(known)}
    rows = [row for row, topic in enumerate(topics) if topic in place]
    of_topic = csr_matrix(
        (np.full(len(rows), _TOPIC, np.float32), (rows, [place[topics[row]] for row in rows])),
        shape=(len(links), len(known)),
    )
    sparse = hstack([WORDS * words.rows(pairs), of_topic], format="csr", dtype=np.float32)
    return _Sheet(articles, mean, words, known, dense.astype(np.float32), sparse, targets)
