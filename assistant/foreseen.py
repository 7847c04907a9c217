"""What the answer would be like: questions are led to the place of their answers, and articles are where theirs are.

A question and its answer share few words. A linear map from one to the other, learned from every ticket that was
answered, linked or not, knows what kind of answer is to be expected; an article is as near to it as the answers of the
tickets that link it. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from indexer.encode import Vectors
from indexer.frame import centre

_PENALTY = 10.0
_NO_LENGTH = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """A fitted map with the answers of each article."""

    articles: tuple[str, ...] = ()
    """(a,) rising."""
    mean: Vectors = field(default_factory=lambda: np.zeros(0, np.float32))
    """(d,) what is subtracted from a question before its length is made one."""
    weights: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """(d, a): the map, and behind it the directions of the articles' answers."""

    def cosines(self, vector: Vectors) -> dict[str, float]:
        """How like each article's answers the answer to a question would be, by id.

        Args:
            vector: (d,) the whole question encoded.

        Returns:
            The cosine times the length of what is foreseen, which is shorter the less can be said; empty if no article
            has an answer.
        """
        if not self.articles:
            return {}
        return dict(zip(self.articles, (centre(vector[None], self.mean)[0] @ self.weights).tolist(), strict=True))


def fit(
    questions: Vectors, answers: Vectors, linked_answers: Vectors, links: Sequence[Mapping[str, float]]
) -> Foreseen:
    """Learn the map and the place of each article.

    Args:
        questions: (n, d) raw vectors of the questions of answered tickets.
        answers: (n, d) raw vectors of their answers.
        linked_answers: (l, d) raw vectors of the answers of tickets with links.
        links: (l,) the articles of each of those with their shares.

    Returns:
        One that knows every linked article; none where nothing was answered.

    Source: ridge regression of the centred unit vectors (Hoerl, Kennard, Technometrics 1970,
    doi:10.1080/00401706.1970.10488634).
    """
    articles = tuple(sorted({article_id for each in links for article_id in each}))
    if not articles or not len(questions):
        return Foreseen()
    mean: Vectors = questions.mean(axis=0)
    answer_mean: Vectors = answers.mean(axis=0)
    x, y = centre(questions, mean), centre(answers, answer_mean)
    turn = np.linalg.solve(x.T @ x + _PENALTY * np.eye(x.shape[1]), x.T @ y)
    code = {article_id: i for i, article_id in enumerate(articles)}
    places = np.zeros((len(articles), questions.shape[1]), np.float64)
    for row, each in zip(centre(linked_answers, answer_mean), links, strict=True):
        for article_id, share in each.items():
            places[code[article_id]] += share * row
    places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), _NO_LENGTH)
    return Foreseen(articles, mean, (turn @ places.T).astype(np.float32))
