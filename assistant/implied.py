"""Links that nobody made: an unlinked ticket whose agents answered as in linked ones stands for the same articles.

On real tickets two thirds of the answers retell an article without linking it. The answer says which one far better
than the question does: the article that answers most like it were linked with is right in seven of ten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.match import best_places
from indexer.encode import Vectors
from indexer.frame import centre
from indexer.shelves import Shelves
from kb.model import LinkedTicket

_NEAREST = 15
_KEPT = 5
_AT_ONCE = 1024
_LEAST = 0.0001
"""What weighs less is not worth a row."""
_NOTHING = 1e-9
"""A sum of squares that only rounding left."""


def imply(answers: Vectors, linked: Vectors, links: Sequence[Sequence[str]]) -> list[list[tuple[str, float]]]:
    """Which articles some answers stand for.

    Args:
        answers: (u, d) raw vectors of answers without links.
        linked: (l, d) raw vectors of answers with links.
        links: (l,) article ids of each of those.

    Returns:
        (u,) at most five (article id, weight) each, heaviest first, ties by id; weights are the share of the squared
        centred cosines of the 15 nearest linked answers, the first of equals, and add up to 1 at most. Empty where no
        answer is alike.
    """
    if not len(answers) or not len(linked):
        return [[] for _ in range(len(answers))]
    mean = linked.mean(axis=0)
    known, everywhere = centre(linked, mean), np.ones(len(linked), np.bool_)
    found: list[list[tuple[str, float]]] = []
    for start in range(0, len(answers), _AT_ONCE):
        cosines = centre(answers[start : start + _AT_ONCE], mean) @ known.T
        for row in cosines:
            nearest = best_places(row, everywhere, _NEAREST)
            found.append(_shares({int(place): float(row[place]) for place in nearest}, links))
    return found


def write(linked: Mapping[str, LinkedTicket], shelves: Shelves) -> None:
    """Make the implied links of an index anew.

    Args:
        linked: By ticket id.
        shelves: The index.
    """
    ids, vectors = shelves.solutions(dimension=int(shelves.meta("dimension")))
    is_linked = np.array([bool(ticket_id in linked) for ticket_id in ids], np.bool_)
    known = [[article_id for article_id, _ in linked[ticket_id].links] for ticket_id in ids if ticket_id in linked]
    found = imply(vectors[~is_linked], vectors[is_linked], known)
    unlinked = [ticket_id for ticket_id in ids if ticket_id not in linked]
    with shelves.write() as writer:
        writer.set_implied_links(
            (ticket_id, article_id, round(weight, 4))
            for ticket_id, articles in zip(unlinked, found, strict=True)
            for article_id, weight in articles
            if weight >= _LEAST
        )


def _shares(cosines: Mapping[int, float], links: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
    weights = {place: cosine**2 for place, cosine in cosines.items() if cosine > 0}
    total = sum(weights.values())
    if total <= _NOTHING:
        return []
    shares: dict[str, float] = {}
    for place, weight in weights.items():
        for article_id in links[place]:
            shares[article_id] = shares.get(article_id, 0.0) + weight / total / len(links[place])
    return sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:_KEPT]
