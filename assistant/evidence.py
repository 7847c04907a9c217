"""What earlier agents did: similar resolved tickets vote for the articles that were linked to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from assistant.fusion import LEAST_BM25, LEAST_COSINE, stretch
from assistant.model import Evidence
from assistant.weights import Weights
from indexer.encode import Vectors
from indexer.reader import Filter, ShelfReader

SHOWN_TICKETS = 5
_LIKENESS_OF = 5
_SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One similar ticket that may vote."""

    ticket_id: str
    similarity: float
    """0..1 within this search."""
    cosine: float
    """Centred cosine of the whole questions, comparable between searches."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What the neighbours say about one article."""

    score: float
    """Sum of the weights of those that link it; comparable within one search."""
    evidence: Evidence
    voters: Mapping[str, bool] = field(default_factory=dict)
    """Who links it, most similar first, and whether that ticket ended well."""


def neighbours(
    shelf: ShelfReader,
    text: str,
    locale: str,
    whole: Vectors,
    subject: Vectors | None,
    chosen: Filter,
    weights: Weights,
) -> list[Neighbour]:
    """The tickets most like a question, best first, at most `weights.neighbours`.

    Args:
        shelf: The ticket shelf.
        text: The question.
        locale: Its language.
        whole: (d,) the whole question encoded.
        subject: (d,) its subject alone encoded; None if there is none apart from the text.
        chosen: Which tickets may be found.
        weights: How much each view counts.
    """
    reach = weights.neighbours * 4
    found: dict[int, str] = {}
    views = [(weights.whole, whole)] + ([] if subject is None else [(weights.subject, subject)])
    for _, vector in views:
        found.update({hit.passage_id: hit.noun_id for hit in shelf.nearest(vector, chosen, limit=reach)})
    shared = shelf.matching(text, locale, chosen, limit=reach)
    found.update({hit.passage_id: hit.noun_id for hit in shared})
    cosines = [shelf.cosines(vector, list(found)) for _, vector in views]
    legs = [(weight, stretch(view, LEAST_COSINE)) for (weight, _), view in zip(views, cosines, strict=True)]
    legs.append((weights.words, stretch({hit.passage_id: hit.score for hit in shared}, LEAST_BM25)))
    total = sum(weight for weight, _ in legs)
    summed = {i: sum(weight / total * view.get(i, 0.0) for weight, view in legs) for i in found}
    best = sorted(summed, key=lambda i: (-summed[i], found[i]))[: weights.neighbours]
    return [Neighbour(found[i], summed[i], cosines[0][i]) for i in best]


def vote(
    near: Sequence[Neighbour],
    links: Mapping[str, Sequence[str]],
    *,
    solved: Mapping[str, bool],
    created: Mapping[str, datetime],
    popularity: Mapping[str, int],
    now: datetime,
    weights: Weights,
) -> dict[str, Vote]:
    """Let neighbours vote for the articles that were linked to them.

    Args:
        near: Similar tickets, best first.
        links: Article ids by ticket id.
        solved: Whether a ticket ended well.
        created: When a ticket came in.
        popularity: How many tickets link each article.
        now: The moment that age is counted from.
        weights: How votes are weighed.

    Returns:
        A vote per article that any neighbour links; empty if none does.
    """
    scores: dict[str, float] = defaultdict(float)
    voters: dict[str, list[str]] = defaultdict(list)
    for neighbour in near:
        articles = links.get(neighbour.ticket_id, ())
        if not articles:
            continue
        age_days = max(0.0, (now - created[neighbour.ticket_id]).total_seconds() / _SECONDS_PER_DAY)
        weight = max(neighbour.similarity, 0.0) ** weights.sharpness
        weight *= 0.5 ** (age_days / weights.half_life_days) / len(articles) ** weights.sharing
        for article_id in articles:
            scores[article_id] += weight / max(popularity.get(article_id, 1), 1) ** weights.popularity
            voters[article_id].append(neighbour.ticket_id)
    return {
        article_id: Vote(
            score,
            Evidence(
                tickets=len(voters[article_id]),
                solved=sum(solved.get(ticket_id, False) for ticket_id in voters[article_id]),
                ticket_ids=tuple(voters[article_id][:SHOWN_TICKETS]),
            ),
            {ticket_id: solved.get(ticket_id, False) for ticket_id in voters[article_id]},
        )
        for article_id, score in scores.items()
    }


def strength(near: Sequence[Neighbour], linked_tickets: int, weights: Weights) -> float:
    """How much the evidence is to be believed, 0..1: are there linked tickets, and are any of them like this one?

    Args:
        near: Similar linked tickets.
        linked_tickets: How many linked tickets there are in all.
        weights: Where belief begins and where it is full.
    """
    if not near:
        return 0.0
    nearest = sorted((n.cosine for n in near), reverse=True)[:_LIKENESS_OF]
    low, high = weights.likeness
    likeness = float(np.clip((sum(nearest) / len(nearest) - low) / (high - low), 0.0, 1.0))
    return likeness * linked_tickets / (linked_tickets + weights.plenty)
