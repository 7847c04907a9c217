"""Whether a candidate's question is new to the knowledge base. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.capture.model import NearArticle, Proposal
from assistant.demand.groups import Group, Mixing
from assistant.model import Suggestion

_ONE_CROWD = 0.13
"""Density from which a group's tickets and those of an article ask the same. On bank customers' questions 95 of 100
groups without an article lie below .12 to .20, and 95 of 100 groups of an article that lost half of its links above
.14; a little low, since a second article about one thing does more harm than an update that turns out to be new."""
_MOSTLY_LINKED = 0.5
"""From this share of linked tickets on, a group is about what they link."""
_FEW_TICKETS = 5
"""An article that fewer tickets link has no crowd to compare with: there its text alone decides."""
_OTHER_ADVICE = 0.05
"""Density of the answers below which agents say something else than they do where the article is linked."""
MOST_NEAR = 3


def near_articles(
    found: Sequence[Suggestion], group: Group, mixed: Sequence[Mixing], titles: Mapping[str, tuple[str, str]]
) -> tuple[NearArticle, ...]:
    """The articles that may already answer a candidate.

    Args:
        found: What is suggested for the tickets that speak for it best.
        group: The candidate's tickets, and the linked ones among them.
        mixed: How far the tickets of articles lie among the candidate's.
        titles: (title, language) by article id; those that are not here are left out.

    Returns:
        At most three: the one that most tickets of the group link, where most do; then by confidence and mixing
        together, ties by id.
    """
    chance: dict[str, float] = {}
    for each in found:
        for rank, hit in enumerate(each.articles[:MOST_NEAR]):
            chance[hit.id] = chance.get(hit.id, 0.0) + each.confidence / (1 + rank) / len(found)
    density = {each.article_id: each.density for each in mixed if each.tickets >= _FEW_TICKETS}
    near = [
        NearArticle(a, *titles[a], round(min(1.0, chance.get(a, 0.0)), 4), round(density.get(a, 0.0), 4))
        for a in chance.keys() | density.keys() | {a for a, _ in group.linked[:1]}
        if a in titles
    ]
    most = group.linked[0][0] if group.answered >= _MOSTLY_LINKED else ""
    order = sorted(near, key=lambda a: (a.id != most, -max(a.confidence, a.mixing / _ONE_CROWD / 2), a.id))
    return tuple(order[:MOST_NEAR])


def proposal_of(
    near: Sequence[NearArticle], group: Group, asked: Sequence[Mixing], said: Sequence[Mixing], *, confident: float
) -> tuple[Proposal, tuple[NearArticle, ...]]:
    """Decide between a new article, an update and a contradiction.

    Args:
        near: See `near_articles`.
        group: The candidate's tickets.
        asked: How far the questions of articles' tickets lie among the candidate's.
        said: The same for the answers; empty where they are not known.
        confident: The team's threshold: from this chance on an article is shown.

    Returns:
        The proposal, and the near articles with the one that it is about first.
    """
    linked = {each.article_id: each for each in asked if each.tickets >= _FEW_TICKETS}
    most = group.linked[0][0] if group.answered >= _MOSTLY_LINKED else ""
    same = [a for a in near if a.id == most] or [
        a for a in near if a.mixing >= _ONE_CROWD or (a.id not in linked and a.confidence >= confident)
    ]
    if not same:
        return Proposal.NEW, tuple(near)
    first = same[0]
    answers = {each.article_id: each.density for each in said}
    contradicts = bool(said) and first.id in linked and answers.get(first.id, 0.0) < _OTHER_ADVICE
    rest = tuple(a for a in near if a is not first)
    return Proposal.CONTRADICTION if contradicts else Proposal.UPDATE, (first, *rest)
