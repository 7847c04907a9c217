"""Which articles are meant more often than usual: in tickets of the question's topic, and lately. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.ranking import Lift
from indexer.encode import Vectors

_USUAL = 5.0
"""A topic of so many tickets is believed half: the rest of it is as usual."""
_NEARLY_NEVER = 1e-5
_RECENT_S = 30 * 86_400.0
_SHRINK = 5.0
_MOST_TOPICS = 500


@dataclass(frozen=True, slots=True, eq=False)
class Lifts:
    """How much more often each linked article was linked; logarithms."""

    articles: tuple[str, ...] = ()
    """(a,) rising."""
    topics: tuple[str, ...] = ()
    """(t,) rising."""
    topical: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """(t, a) in tickets of a topic, against all tickets."""
    lately: Vectors = field(default_factory=lambda: np.zeros(0, np.float32))
    """(a,) in the last 30 days, against ever."""
    otherwise: float = 0.0
    """The same for an article that was never linked."""

    def topic(self, name: str) -> Lift:
        """For questions on a topic; 0 for every article where nobody knows the topic."""
        if name not in self.topics:
            return Lift()
        row = self.topical[self.topics.index(name)]
        return Lift(dict(zip(self.articles, row.tolist(), strict=True)))

    def recent(self) -> Lift:
        """For every question."""
        return Lift(dict(zip(self.articles, self.lately.tolist(), strict=True)), self.otherwise)


def fit(links: Sequence[Mapping[str, float]], topics: Sequence[str], at_s: NDArray[np.float64]) -> Lifts:
    """Count how often each article was linked when.

    Args:
        links: (n,) the articles of each linked ticket with their shares, which add up to 1.
        topics: (n,) the topic of each; "" for none. Of very many the commonest are kept, among equals the first.
        at_s: (n,) when they came in, in seconds. The newest is the present: history that was imported once has its
            own last month.
    """
    if not links:
        return Lifts()
    articles = tuple(sorted({article_id for each in links for article_id in each}))
    code = {article_id: i for i, article_id in enumerate(articles)}
    counted = Counter(topic for topic in topics if topic)
    names = tuple(sorted(sorted(counted, key=lambda topic: (-counted[topic], topic))[:_MOST_TOPICS]))
    place = {name: i for i, name in enumerate(names)}
    shares = np.zeros((len(names), len(articles)))
    total, ever, lately = (np.zeros(len(articles)) for _ in range(3))
    new = at_s > at_s.max() - _RECENT_S
    for each, topic, is_new in zip(links, topics, new.tolist(), strict=True):
        for article_id, share in each.items():
            column = code[article_id]
            total[column] += share
            ever[column] += 1
            lately[column] += is_new
            if topic in place:
                shares[place[topic], column] += share
    overall = total / max(float(total.sum()), _NEARLY_NEVER)
    own = shares + _USUAL * overall
    own /= np.maximum(own.sum(axis=1, keepdims=True), _NEARLY_NEVER)
    at_all, of_late = len(links) + _SHRINK, int(new.sum()) + _SHRINK
    return Lifts(
        articles=articles,
        topics=names,
        topical=np.log((own + _NEARLY_NEVER) / (overall + _NEARLY_NEVER)).astype(np.float32),
        lately=np.log((lately + 1) / of_late / ((ever + 1) / at_all)).astype(np.float32),
        otherwise=float(np.log(at_all / of_late)),
    )
