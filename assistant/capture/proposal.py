"""Whether a candidate's question is new to the knowledge base. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
_MANY_TICKETS, _SURELY_ONE = 10, 0.5
"""Only where an article has so many tickets, and they surely ask the same, can their answers be compared."""
_OTHER_ADVICE = 0.05
"""Density of the answers below which agents say something else than they do where the article is linked."""
MOST_NEAR = 3


def near_articles(
    found: Sequence[Suggestion], group: Group, mixed: Sequence[Mixing], families: Mapping[str, NearArticle]
) -> tuple[NearArticle, ...]:
    """The articles that may already answer a candidate.

    Args:
        found: What is suggested for the tickets that speak for it best.
        group: The candidate's tickets, and the linked ones among them.
        mixed: How far the tickets of articles lie among the candidate's.
        families: By article id and by family: the version that the candidate's customers read, without figures.

    Returns:
        At most three: the one that most tickets of the group link, where most do; then by confidence and mixing
        together, ties by id.
    """
    chance: dict[str, float] = {}
    for each in found:
        for rank, hit in enumerate(each.articles[:MOST_NEAR]):
            if hit.id in families:
                family = families[hit.id].family
                chance[family] = chance.get(family, 0.0) + each.confidence / (1 + rank) / len(found)
    density = {each.family: each.density for each in mixed if each.tickets >= _FEW_TICKETS}
    most = _answered_by(group)
    near = [
        replace(
            families[family],
            confidence=round(min(1.0, chance.get(family, 0.0)), 4),
            mixing=round(density.get(family, 0.0), 4),
        )
        for family in chance.keys() | density.keys() | {most}
        if family in families
    ]
    order = sorted(near, key=lambda a: (a.family != most, -max(a.confidence, a.mixing / _ONE_CROWD / 2), a.id))
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
    crowds = {each.family: each for each in asked if each.tickets >= _FEW_TICKETS}
    most = _answered_by(group)
    same = [a for a in near if a.family == most] or [
        a for a in near if a.mixing >= _ONE_CROWD or (a.family not in crowds and a.confidence >= confident)
    ]
    if not same:
        return Proposal.NEW, tuple(near)
    first = same[0]
    rest = tuple(a for a in near if a is not first)
    crowd = crowds.get(first.family)
    is_one_question = crowd is not None and crowd.tickets >= _MANY_TICKETS and crowd.density >= _SURELY_ONE
    answers = {each.family: each.density for each in said}
    contradicts = is_one_question and bool(said) and answers.get(first.family, 0.0) < _OTHER_ADVICE
    return Proposal.CONTRADICTION if contradicts else Proposal.UPDATE, (first, *rest)


def _answered_by(group: Group) -> str:
    """The family that most linked tickets of a group link, where most of its tickets are linked; else ""."""
    return group.linked[0][0] if group.linked and group.answered >= _MOSTLY_LINKED else ""
