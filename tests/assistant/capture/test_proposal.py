"""New, update or contradiction: a table."""

from __future__ import annotations

import pytest

from assistant.capture.proposal import near_articles, proposal_of
from assistant.demand.groups import Group, Mixing
from kb.knowledge.candidate import NearArticle, Proposal

A, B = NearArticle("a-sv", "a", "About a", "sv"), NearArticle("b", "b", "About b", "en")
FAMILIES = {"a": A, "a-en": A, "a-sv": A, "b": B}


def mixing(family: str, density: float, tickets: int = 30) -> Mixing:
    return Mixing(family, density / 3, density, tickets)


CASES = [
    ("nothing near", Group((1, 2, 3)), [], [], Proposal.NEW, ""),
    ("a crowd apart", Group((1, 2, 3)), [mixing("a", 0.1)], [], Proposal.NEW, ""),
    ("one crowd", Group((1, 2, 3)), [mixing("a", 0.8)], [mixing("a", 0.7)], Proposal.UPDATE, "a-sv"),
    ("in the middle of linked tickets", Group((1, 2, 3), "b"), [mixing("a", 0.8)], [], Proposal.UPDATE, "b"),
    ("other answers to the same", Group((1, 2, 3)), [mixing("a", 0.8)], [mixing("a", 0.0), mixing("b", 0.9)], Proposal.CONTRADICTION, "a-sv"),
    ("too few tickets to compare answers", Group((1, 2, 3)), [mixing("a", 0.8, 6)], [mixing("b", 0.9)], Proposal.UPDATE, "a-sv"),
    ("answers unknown", Group((1, 2, 3)), [mixing("a", 0.8)], [], Proposal.UPDATE, "a-sv"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "group", "asked", "said", "proposal", "first"), CASES, ids=[case[0] for case in CASES]
)
def test_proposal(
    name: str, group: Group, asked: list[Mixing], said: list[Mixing], proposal: Proposal, first: str
) -> None:
    near = near_articles([], group, asked, FAMILIES)
    found, near = proposal_of(near, group, asked, said, linked={"a": 30, "b": 30}, confident=0.5)
    assert found is proposal
    assert not first or near[0].id == first
