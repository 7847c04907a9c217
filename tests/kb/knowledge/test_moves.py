"""The table of moves is what moves.md says, for every role, move and state; and what decides is asked everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kb.knowledge.article_draft import ArticleDraft, DraftState, DraftText
from kb.knowledge.move import ArticleCase, ArticleMove, ArticleState, ArticleWish, DraftCase, DraftMove
from kb.knowledge.moves import (
    ARTICLE_MOVES,
    DRAFT_MOVES,
    allowed_article_moves,
    allowed_draft_moves,
    check_article_move,
    state_of,
)
from kb.knowledge.refusals import RoleTooSmall
from kb.model import Article, Audience, Confidence, Governance, Role, User
from tests.fakes import DAY, an_article

TABLES = (Path(__file__).parent / "moves.md").read_text("utf-8")
USERS = {role: User(role.value, role.value, f"{role.value}@x.example", role) for role in Role}


def sections() -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """(heading, states, rows) of every table."""
    for part in TABLES.split("\n## ")[1:]:
        lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if "|" in line]
        yield part.splitlines()[0], lines[0][1:], lines[2:]


CASES = [
    (heading, move, state, cell)
    for heading, states, rows in sections()
    for move, *cells in rows
    for state, cell in zip(states, cells, strict=True)
]


def a_draft(heading: str, state: str, writer: str) -> ArticleDraft:
    audience, confidence, governance = (name.strip() for name in heading.split(":")[1].split(",")[:3])
    approved = "somebody" if state == "approved" else ""
    return ArticleDraft(
        id="d1", state=DraftState(state), version=1, base_revision=0, seen_revision=0, approved_by=approved,
        created_by=writer if "by oneself" in heading else "colleague", created_at=DAY, edited_by="", edited_at=DAY,
        text=DraftText(audience=Audience(audience), confidence=Confidence(confidence), governance=Governance(governance)),
    )  # fmt: skip


def the_article(heading: str, state: str) -> Article:
    audience, confidence, governance = (name.strip() for name in heading.split(":")[1].split(","))
    article = an_article(
        audience=Audience(audience), confidence=Confidence(confidence), governance=Governance(governance)
    )
    changes = {"archived": {}, "merged": {"merged_into": "a2"}, "deleted": {"deleted_at": DAY}}
    return article if state == "published" else replace(
        article, confidence=Confidence.ARCHIVED, **changes[state]  # type: ignore[arg-type]
    )  # fmt: skip


def may(heading: str, move: str, state: str, role: Role) -> bool:
    user = USERS[role]
    if heading.startswith("draft"):
        return DraftMove(move) in allowed_draft_moves(DraftCase(a_draft(heading, state, user.id), None, user))
    article = the_article(heading, state)
    assert state_of(article) is ArticleState(state)
    return ArticleMove(move) in allowed_article_moves(article, user)


@pytest.mark.parametrize(("heading", "move", "state", "smallest"), CASES)
def test_the_table(heading: str, move: str, state: str, smallest: str) -> None:
    allowed = [role for role in Role if may(heading, move, state, role)]
    expected = [] if smallest == "–" else [role for role in Role if role.allows(Role(smallest))]
    assert allowed == expected


def test_every_move_and_state_stands_in_the_tables() -> None:
    for heading, states, rows in sections():
        moves, known = (DRAFT_MOVES, DraftState) if heading.startswith("draft") else (ARTICLE_MOVES, ArticleState)
        assert [row[0] for row in rows] == [move.value for move in moves]
        assert states == [state.value for state in known]


def test_a_draft_of_a_public_article_is_not_published_by_making_the_draft_internal() -> None:
    public = an_article(audience=Audience.PUBLIC)
    draft = replace(a_draft("draft: internal, not_validated, experience_based", "editing", "c"), base_revision=1)
    for role, expected in ((Role.CONTRIBUTOR, False), (Role.PUBLISHER, True)):
        assert (DraftMove.PUBLISH in allowed_draft_moves(DraftCase(draft, public, USERS[role]))) is expected


@pytest.mark.parametrize(
    ("move", "wish"),
    [
        (ArticleMove.SET_AUDIENCE, ArticleWish(audience=Audience.PUBLIC)),
        (ArticleMove.SET_AUDIENCE, ArticleWish(audience=Audience.PARTNER)),
        (ArticleMove.SET_CONFIDENCE, ArticleWish(confidence=Confidence.VALIDATED)),
        (ArticleMove.SET_OWNER, ArticleWish(owner_id="somebody else")),
    ],
)
def test_what_is_wished_for_decides_as_well(move: ArticleMove, wish: ArticleWish) -> None:
    near = an_article(audience=Audience.INTERNAL, confidence=Confidence.NOT_VALIDATED)
    with pytest.raises(RoleTooSmall, match=r"contributor may not .* here; needed: publisher"):
        check_article_move(move, ArticleCase(near, USERS[Role.CONTRIBUTOR], wish))
    check_article_move(move, ArticleCase(near, USERS[Role.PUBLISHER], wish))
