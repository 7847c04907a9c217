"""Whether a candidate's question is new to the knowledge base. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.capture.searching import Searched
from assistant.demand.groups import Group, Mixing
from kb.knowledge.candidate import NearArticle, Proposal

_ONE_CROWD = 0.25
"""Density from which a group's tickets and those of an article ask the same. Of groups of bank customers' questions
without an article 95 in 100 lie below .20; of those of an article half of whose links were taken away, three quarters
lie above .43. Tickets of an article that come in again lie near 1."""
_FEW_TICKETS = 5
"""An article that fewer tickets link has no crowd to compare with: there its text alone decides."""
_MANY_TICKETS, _SURELY_ONE = 10, 0.5
"""Only where an article has so many tickets, and they surely ask the same, can their answers be compared."""
_OTHER_ADVICE = 0.05
"""Density of the answers below which agents say something else than they do where the article is linked."""
MOST_NEAR = 3


def near_articles(
    found: Sequence[Searched], group: Group, mixed: Sequence[Mixing], families: Mapping[str, NearArticle]
) -> tuple[NearArticle, ...]:
    """The articles that may already answer a candidate.

    Args:
        found: What is suggested for the tickets that speak for it best.
        group: The candidate's tickets.
        mixed: How far the tickets of articles lie among the candidate's.
        families: By article id and by family: the version that the candidate's customers read, without figures.

    Returns:
        At most three: the one that the tickets around the group link, if they do; then by confidence and mixing
        together, ties by id.
    """
    chance: dict[str, float] = {}
    for each in found:
        for rank, article_id in enumerate(each.articles[:MOST_NEAR]):
            if article_id in families:
                family = families[article_id].family
                chance[family] = chance.get(family, 0.0) + each.confidence / (1 + rank) / len(found)
    density = {each.family: each.density for each in mixed if each.tickets >= _FEW_TICKETS}
    near = [
        replace(
            families[family],
            confidence=round(min(1.0, chance.get(family, 0.0)), 4),
            mixing=round(density.get(family, 0.0), 4),
        )
        for family in chance.keys() | density.keys() | {group.family}
        if family in families
    ]
    order = sorted(near, key=lambda a: (a.family != group.family, -max(a.confidence, a.mixing / _ONE_CROWD / 2), a.id))
    return tuple(order[:MOST_NEAR])


def proposal_of(
    near: Sequence[NearArticle],
    group: Group,
    asked: Sequence[Mixing],
    said: Sequence[Mixing],
    *,
    linked: Mapping[str, int],
    confident: float,
) -> tuple[Proposal, tuple[NearArticle, ...]]:
    """Decide between a new article, an update and a contradiction.

    Where it is not sure that the question is the same, and agents give other advice, it is new: the article stands
    beside it.

    Args:
        near: See `near_articles`.
        group: The candidate's tickets.
        asked: How far the questions of articles' tickets lie among the candidate's.
        said: The same for the answers; empty where they are not known.
        linked: How many tickets link each family.
        confident: The team's threshold: from this chance on an article is shown.

    Returns:
        The proposal, and the near articles with the one that it is about first.
    """
    crowds = {each.family: each for each in asked if each.tickets >= _FEW_TICKETS}
    answers = {each.family: each.density for each in said}

    def is_other_advice(family: str) -> bool:
        return bool(said) and answers.get(family, 0.0) < _OTHER_ADVICE

    def is_same(article: NearArticle) -> bool:
        if article.family in crowds:
            sure = article.mixing >= _SURELY_ONE
            return article.mixing >= _ONE_CROWD and (sure or not is_other_advice(article.family))
        # Many tickets, and none of them is near: they ask something else, whatever the text of the article says.
        return linked.get(article.family, 0) < _MANY_TICKETS and article.confidence >= confident

    same = [a for a in near if a.family == group.family] or [a for a in near if is_same(a)]
    if not same:
        return Proposal.NEW, tuple(near)
    first = same[0]
    rest = tuple(a for a in near if a is not first)
    crowd = crowds.get(first.family)
    is_one_question = crowd is not None and crowd.tickets >= _MANY_TICKETS and crowd.density >= _SURELY_ONE
    contradicts = is_one_question and is_other_advice(first.family)
    return Proposal.CONTRADICTION if contradicts else Proposal.UPDATE, (first, *rest)
