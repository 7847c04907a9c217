"""What earlier agents did: similar tickets vote for the articles that were linked to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.evidence import Neighbour
from assistant.link_table import Links
from assistant.model import Evidence
from assistant.weights import Weights

SHOWN_TICKETS = 5
_SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Vote:
    """What the neighbours say about one article."""

    score: float
    """Sum of the weights of those that link it, or whose answer implies it; comparable within one search."""
    evidence: Evidence
    voters: Mapping[str, bool] = field(default_factory=dict)
    """Who links it, most similar first, and whether that ticket ended well."""


@dataclass(frozen=True, slots=True, eq=False)
class Ballot:
    """The neighbours of one question that have links; row r of the lower columns is one link of one of them."""

    near: tuple[Neighbour, ...]
    """Most similar first."""
    similarity: NDArray[np.float32]
    """(k,)"""
    age_days: NDArray[np.float32]
    """(k,)"""
    voter: NDArray[np.int64]
    """(r,) place in `near`."""
    article: NDArray[np.int32]
    """(r,) article code."""
    share: NDArray[np.float32]
    """(r,) the part of a ticket's vote that goes to this article, before `Weights.sharing`."""
    implied: NDArray[np.bool_]
    """(r,) no agent linked it; the answer implies it."""
    of_ticket: NDArray[np.float32]
    """(r,) how many links that ticket has."""
    popularity: NDArray[np.float32]
    """(a,) how many earlier tickets link each article, at least 1."""

    def tally(self, weights: Weights, solved: Sequence[bool]) -> NDArray[np.float32]:
        """(a,) the votes by article code.

        A neighbour's vote is its similarity to the power `sharpness`, halved every `half_life_days`, counts `unsolved`
        of that if the ticket did not end well, and is shared between its articles; what is only implied counts
        `implied` of that; an article's votes are divided by its popularity to the power `popularity`.

        Args:
            weights: The numbers.
            solved: (k,) whether each of `near` ended well.
        """
        ended = np.where(np.array(solved, np.bool_), 1.0, weights.unsolved)
        said = (
            ended
            * np.maximum(self.similarity, 0.0) ** weights.sharpness
            * 0.5 ** (self.age_days / weights.half_life_days)
        )
        part = np.where(self.implied, weights.implied * self.share, 1.0 / self.of_ticket**weights.sharing)
        summed = np.bincount(self.article, said[self.voter] * part, minlength=len(self.popularity))
        result: NDArray[np.float32] = (summed / self.popularity**weights.popularity).astype(np.float32)
        return result


def ballot(
    near: Sequence[Neighbour],
    links: Links,
    *,
    shown: NDArray[np.bool_],
    at_s: NDArray[np.float64],
    now_s: float,
    known_until_s: float = np.inf,
    popular_until_s: float = np.inf,
) -> Ballot:
    """Collect the links of some neighbours.

    Args:
        near: Similar tickets, most similar first.
        links: All links.
        shown: (a,) articles that can be found today: a vote for another one would make all the rest look weak.
        at_s: (k,) when each neighbour came in.
        now_s: The moment that age is counted from.
        known_until_s: Links made later do not count.
        popular_until_s: Tickets that came in from then on do not count for popularity.

    Returns:
        Only those neighbours that have a link that counts.
    """
    codes = np.array([links.tickets.get(n.ticket_id, -1) for n in near], np.int64)
    has = np.flatnonzero(codes >= 0)
    rows, counts = links.rows_of(codes[has])
    neighbour = np.repeat(has, counts)
    counted = shown[links.article[rows]] & (links.at_s[rows] <= known_until_s)
    rows, neighbour = rows[counted], neighbour[counted]
    voters, voter = np.unique(neighbour, return_inverse=True)
    real = ~links.implied[rows]
    of_ticket = np.bincount(voter, real, minlength=len(voters))[voter]
    chosen = tuple(near[i] for i in voters.tolist())
    return Ballot(
        near=chosen,
        similarity=np.array([n.similarity for n in chosen], np.float32),
        age_days=np.maximum(0.0, (now_s - at_s[voters]) / _SECONDS_PER_DAY).astype(np.float32),
        voter=voter,
        article=links.article[rows],
        share=links.weight[rows],
        implied=links.implied[rows],
        of_ticket=np.maximum(of_ticket, 1.0).astype(np.float32),
        popularity=np.maximum(links.popularity(before_s=popular_until_s), 1.0),
    )


def counted(
    cast: Ballot, scores: NDArray[np.float32], articles: Sequence[str], solved: Sequence[bool]
) -> dict[str, Vote]:
    """What the neighbours say, by article id.

    Args:
        cast: The ballot.
        scores: (a,) as `Ballot.tally` gives them.
        articles: (a,) article ids by code.
        solved: Whether each of `cast.near` ended well.

    Returns:
        Every article that any neighbour speaks for, most votes first, ties by id; only what agents linked is named as
        evidence.
    """
    chosen = np.unique(cast.article)
    chosen = chosen[np.lexsort((chosen, -scores[chosen]))]
    voters: dict[int, dict[str, bool]] = {code: {} for code in chosen.tolist()}
    real = ~cast.implied
    for place, code in zip(cast.voter[real].tolist(), cast.article[real].tolist(), strict=True):
        voters[code][cast.near[place].ticket_id] = solved[place]
    said = dict(zip(chosen.tolist(), scores[chosen].tolist(), strict=True))
    return {
        articles[code]: Vote(
            score=said[code],
            evidence=Evidence(len(named), sum(named.values()), tuple(named)[:SHOWN_TICKETS]),
            voters=named,
        )
        for code, named in voters.items()
    }
