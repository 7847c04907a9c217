"""What each move does to a draft, inside the transaction that checked it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kb.clock import to_text
from kb.errors import InvalidRow, NotFound
from kb.knowledge.article_draft import ArticleDraft, DraftState, check_complete
from kb.knowledge.article_files import forget_files
from kb.knowledge.candidate_moves import released
from kb.knowledge.move import DraftCase, DraftMove, DraftWish
from kb.knowledge.publish import publish
from kb.knowledge.refusals import BadTime, ReasonMissing
from kb.model import Role

MAX_REASON = 2_000
_FURTHEST = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Step:
    """A move that is allowed: on what, by whom, with what, when."""

    connection: sqlite3.Connection
    case: DraftCase
    wish: DraftWish
    at: datetime
    detail: dict[str, object]
    """Of the audit row; a step may add to it."""

    @property
    def draft(self) -> ArticleDraft:
        """The draft before the move."""
        return self.case.draft


def _request_review(step: Step) -> ArticleDraft:
    check_complete(step.draft.text)
    reviewer = step.wish.reviewer_id
    if reviewer:
        row = step.connection.execute("SELECT role FROM users WHERE id = ? AND active = 1", (reviewer,)).fetchone()
        if row is None:
            raise NotFound("user", reviewer)
        if not Role(row["role"]).allows(Role.PUBLISHER):
            raise InvalidRow(f"the reviewer is {row['role']}; a review needs: publisher")
    step.detail["reviewer"] = reviewer
    return replace(
        step.draft, state=DraftState.IN_REVIEW, reviewer_id=reviewer, note=step.wish.note.strip(), sent_back=""
    )


def _withdraw(step: Step) -> ArticleDraft:
    return replace(step.draft, state=DraftState.EDITING, approved_by="")


def _send_back(step: Step) -> ArticleDraft:
    reason = needed_reason(step.wish.reason, "send a draft back")
    return replace(step.draft, state=DraftState.EDITING, approved_by="", sent_back=reason)


def _approve(step: Step) -> ArticleDraft:
    return replace(step.draft, state=DraftState.APPROVED, approved_by=step.case.user.id)


def _schedule(step: Step) -> ArticleDraft:
    at = step.wish.at
    if at is None or at.tzinfo is None or not step.at < at <= step.at + _FURTHEST:
        raise BadTime
    check_complete(step.draft.text)
    step.detail["at"] = to_text(at)
    return replace(step.draft, state=DraftState.SCHEDULED, publish_at=at, scheduled_by=step.case.user.id)


def _unschedule(step: Step) -> ArticleDraft:
    state = DraftState.APPROVED if step.draft.approved_by else DraftState.EDITING
    return replace(step.draft, state=state, publish_at=None, scheduled_by="")


def _take_note(step: Step) -> ArticleDraft:
    current = step.case.article.revision.number if step.case.article else 0
    step.detail["revision"] = current
    return replace(step.draft, seen_revision=current, source_text={})


def _discard(step: Step) -> None:
    step.detail["title"] = step.draft.title
    step.connection.execute("DELETE FROM article_comments WHERE article_id = ? AND revision = 0", (step.draft.id,))
    step.connection.execute("DELETE FROM article_drafts WHERE id = ?", (step.draft.id,))
    if step.draft.base_revision == 0:
        forget_files(step.connection, step.draft.id)
    released(step.connection, step.draft.id)


def _publish(step: Step) -> None:
    note = step.wish.note.strip()[:MAX_REASON]
    step.detail.update(publish(step.connection, step.draft, step.case.user, at=step.at, note=note))


STEPS: Mapping[DraftMove, Callable[[Step], ArticleDraft | None]] = {
    DraftMove.REQUEST_REVIEW: _request_review,
    DraftMove.WITHDRAW: _withdraw,
    DraftMove.SEND_BACK: _send_back,
    DraftMove.APPROVE: _approve,
    DraftMove.SCHEDULE: _schedule,
    DraftMove.UNSCHEDULE: _unschedule,
    DraftMove.TAKE_NOTE: _take_note,
    DraftMove.DISCARD: _discard,
    DraftMove.PUBLISH: _publish,
}
"""Move -> what it does; gives the draft as it is then, or None where there is none any more.

Saving and commenting carry more than a wish and have verbs of their own.
"""


def needed_reason(reason: str, what: str) -> str:
    """A reason without blanks around.

    Args:
        reason: What was said.
        what: What needs it, for the error.

    Raises:
        ReasonMissing: It is empty, or longer than MAX_REASON.
    """
    clean = reason.strip()
    if not clean or len(clean) > MAX_REASON:
        raise ReasonMissing(what, len(clean), MAX_REASON)
    return clean
