"""Who may do what with drafts and articles, from which state: the one table that decides. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from kb.errors import Conflict, PermissionDenied
from kb.knowledge.article_draft import DraftState
from kb.knowledge.move import (
    SYSTEM,
    ArticleCase,
    ArticleMove,
    ArticleState,
    ArticleWish,
    DraftCase,
    DraftMove,
    DraftWish,
    LastMove,
)
from kb.knowledge.refusals import ArticleNotLive, MoveRefused, NothingToUndo, PublishedTextChanged, RoleTooSmall
from kb.model import Article, Audience, Confidence, Governance, Role, User

__all__ = [
    "ARTICLE_MOVES", "DRAFT_MOVES", "SYSTEM", "ArticleCase", "ArticleMove", "ArticleState", "ArticleWish", "DraftCase",
    "DraftMove", "DraftWish", "PublishedTextChanged", "allowed_article_moves", "allowed_draft_moves",
    "check_article_move", "check_draft_move", "state_of", "within_reach",
]  # fmt: skip


def within_reach(audience: Audience, confidence: Confidence, governance: Governance) -> bool:
    """Whether a contributor may decide alone: nothing that is validated, leaves the house or is prescribed."""
    return (
        audience in {Audience.AUTHOR, Audience.INTERNAL}
        and confidence in {Confidence.WIP, Confidence.NOT_VALIDATED}
        and governance is Governance.EXPERIENCE_BASED
    )


def state_of(article: Article) -> ArticleState:
    """Where an article stands."""
    if article.deleted_at is not None:
        return ArticleState.DELETED
    if article.merged_into:
        return ArticleState.MERGED
    return ArticleState.ARCHIVED if article.confidence is Confidence.ARCHIVED else ArticleState.PUBLISHED


def _contributor(_: object) -> Role:
    return Role.CONTRIBUTOR


def _publisher(_: object) -> Role:
    return Role.PUBLISHER


def _lead(_: object) -> Role:
    return Role.LEAD


def _by_governance(case: DraftCase) -> Role:
    """What is prescribed is edited by publishers only."""
    prescribed = Governance.COMPLIANCE_BASED
    found = case.draft.text.governance is prescribed or (case.article and case.article.governance is prescribed)
    return Role.PUBLISHER if found else Role.CONTRIBUTOR


def _by_reach(case: DraftCase) -> Role:
    """A contributor publishes what a publisher approved, and what neither leaves the house nor says "validated"."""
    text, old = case.draft.text, case.article
    if _by_governance(case) is Role.PUBLISHER:
        return Role.PUBLISHER
    near = within_reach(text.audience, text.confidence, text.governance) and (old is None or _near(old))
    return Role.CONTRIBUTOR if near or case.draft.approved_by else Role.PUBLISHER


def _by_approval(case: DraftCase) -> Role:
    approved = case.draft.state is DraftState.APPROVED and _by_governance(case) is Role.CONTRIBUTOR
    return Role.CONTRIBUTOR if approved else Role.PUBLISHER


def _by_writer(case: DraftCase) -> Role:
    return Role.CONTRIBUTOR if case.draft.created_by == case.user.id else Role.PUBLISHER


def _near(article: Article) -> bool:
    return within_reach(article.audience, article.confidence, article.governance)


def _article_governance(case: ArticleCase) -> Role:
    return Role.PUBLISHER if case.article.governance is Governance.COMPLIANCE_BASED else Role.CONTRIBUTOR


def _article_reach(case: ArticleCase) -> Role:
    """The article as it is and as it is to be must both be within a contributor's reach."""
    article, wish = case.article, case.wish or ArticleWish()
    confidence = wish.confidence or article.confidence
    if article.confidence is Confidence.ARCHIVED:
        return Role.PUBLISHER
    both = _near(article) and within_reach(wish.audience or article.audience, confidence, article.governance)
    return Role.CONTRIBUTOR if both else Role.PUBLISHER


def _own_owner(case: ArticleCase) -> Role:
    """Anybody may take an article on; giving it to somebody else takes a publisher."""
    takes = case.wish is None or case.wish.owner_id == case.user.id
    return Role.CONTRIBUTOR if takes else Role.PUBLISHER


def _live_and_seen(case: DraftCase) -> None:
    """What is published must be live, and its latest change known to the writer."""
    if case.article is None:
        return
    state = state_of(case.article)
    if state is not ArticleState.PUBLISHED:
        raise ArticleNotLive(case.article.id, state)
    current = case.article.revision.number
    if current not in {case.draft.base_revision, case.draft.seen_revision}:
        raise PublishedTextChanged(case.draft.base_revision, current)


def _anything(_: DraftCase) -> None:
    return


def _by_doer(case: ArticleCase) -> Role:
    """Whoever did it may take it back; what somebody else did takes a publisher."""
    is_own = case.last is not None and case.last.actor == case.user.id
    return Role.CONTRIBUTOR if is_own else Role.PUBLISHER


def _something_to_undo(case: ArticleCase) -> None:
    wanted = case.wish.undoes if case.wish else None
    if case.last is None or wanted not in {None, case.last.move}:
        raise NothingToUndo


def _no_demands(_: ArticleCase) -> None:
    return


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A line of the table for drafts."""

    states: frozenset[DraftState]
    needs: Callable[[DraftCase], Role]
    """The smallest role in a case."""
    demands: Callable[[DraftCase], None] = _anything
    """Raises what stands in the way beside state and role."""


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A line of the table for articles."""

    states: frozenset[ArticleState]
    needs: Callable[[ArticleCase], Role]
    demands: Callable[[ArticleCase], None] = _no_demands
    """Raises what stands in the way beside state and role."""


_E, _R, _A, _S = DraftState
_OPEN, _ALL = frozenset({_E, _R, _A}), frozenset(DraftState)
_LIVE = frozenset({ArticleState.PUBLISHED})
_KEPT = frozenset({ArticleState.PUBLISHED, ArticleState.ARCHIVED, ArticleState.MERGED})

DRAFT_MOVES: Mapping[DraftMove, DraftRow] = {
    DraftMove.SAVE: DraftRow(_OPEN, _by_governance),
    DraftMove.COMMENT: DraftRow(_ALL, _contributor),
    DraftMove.REQUEST_REVIEW: DraftRow(frozenset({_E}), _by_governance),
    DraftMove.WITHDRAW: DraftRow(frozenset({_R, _A}), _by_governance),
    DraftMove.SEND_BACK: DraftRow(frozenset({_R, _A}), _publisher),
    DraftMove.APPROVE: DraftRow(frozenset({_R}), _publisher, _live_and_seen),
    DraftMove.PUBLISH: DraftRow(_ALL, _by_reach, _live_and_seen),
    DraftMove.SCHEDULE: DraftRow(_OPEN, _by_approval, _live_and_seen),
    DraftMove.UNSCHEDULE: DraftRow(frozenset({_S}), _by_governance),
    DraftMove.TAKE_NOTE: DraftRow(_ALL, _by_governance),
    DraftMove.DISCARD: DraftRow(_ALL, _by_writer),
}
"""Move -> from which states, by whom at least, and what else must hold."""

ARTICLE_MOVES: Mapping[ArticleMove, ArticleRow] = {
    ArticleMove.EDIT: ArticleRow(_LIVE, _article_governance),
    ArticleMove.ADD_QUESTION: ArticleRow(_LIVE, _article_governance),
    ArticleMove.VERIFY: ArticleRow(_LIVE, _publisher),
    ArticleMove.UNVERIFY: ArticleRow(_LIVE, _publisher),
    ArticleMove.ROLL_BACK: ArticleRow(_LIVE, _article_reach),
    ArticleMove.SET_AUDIENCE: ArticleRow(_LIVE, _article_reach),
    ArticleMove.SET_CONFIDENCE: ArticleRow(_LIVE, _article_reach),
    ArticleMove.SET_GOVERNANCE: ArticleRow(_LIVE, _publisher),
    ArticleMove.SET_OWNER: ArticleRow(frozenset({ArticleState.PUBLISHED, ArticleState.ARCHIVED}), _own_owner),
    ArticleMove.SET_VERIFY_EVERY: ArticleRow(_LIVE, _publisher),
    ArticleMove.ARCHIVE: ArticleRow(_LIVE, _article_reach),
    ArticleMove.RESTORE: ArticleRow(frozenset({ArticleState.ARCHIVED, ArticleState.MERGED}), _publisher),
    ArticleMove.MERGE: ArticleRow(_LIVE, _publisher),
    ArticleMove.DELETE: ArticleRow(_KEPT, _lead),
    ArticleMove.UNDO: ArticleRow(_KEPT, _by_doer, _something_to_undo),
}
"""Move -> from which states and by whom at least."""


def check_draft_move(move: DraftMove, case: DraftCase) -> None:
    """Refuse a move that the table does not allow.

    Raises:
        PermissionDenied: The role is too small; says which is needed.
        Conflict: The draft's state does not allow it, or PublishedTextChanged.
    """
    row = DRAFT_MOVES[move]
    _check_role(move, case.user, row.needs(case))
    if case.draft.state not in row.states:
        raise MoveRefused("draft", move, case.draft.state, [s for s in DraftState if s in row.states])
    row.demands(case)


def check_article_move(move: ArticleMove, case: ArticleCase) -> None:
    """Refuse a move that the table does not allow.

    Raises:
        PermissionDenied: The role is too small; says which is needed.
        Conflict: The article's state does not allow it.
    """
    row = ARTICLE_MOVES[move]
    _check_role(move, case.user, row.needs(case))
    state = state_of(case.article)
    if state not in row.states:
        raise MoveRefused("article", move, state, [s for s in ArticleState if s in row.states])
    row.demands(case)


def allowed_draft_moves(case: DraftCase) -> list[DraftMove]:
    """What a user may do with a draft as it stands, in the order of the table."""
    return [move for move in DraftMove if _passes(partial(check_draft_move, move, case))]


def allowed_article_moves(article: Article, user: User, last: LastMove | None = None) -> list[ArticleMove]:
    """What a user may do with an article as it stands, in the order of the table.

    A move that is allowed for some values only, such as some audiences, is among them.

    Args:
        article: The article.
        user: Who asks.
        last: Its newest move that can be taken back; None: there is none.
    """
    case = ArticleCase(article, user, last=last)
    return [move for move in ArticleMove if _passes(partial(check_article_move, move, case))]


def _check_role(move: StrEnum, user: User, needed: Role) -> None:
    if not user.role.allows(needed):
        raise RoleTooSmall(user, f"{move.value.replace('_', ' ')} here", needed)


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except (PermissionDenied, Conflict):
        return False
    return True
