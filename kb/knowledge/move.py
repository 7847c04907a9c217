"""The moves that drafts and articles know, what goes with each, and who wants one in which case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kb.knowledge.article_draft import ArticleDraft
from kb.model import Article, Audience, Confidence, Governance, Role, User

SYSTEM = User(id="system", name="svar", email="", role=Role.ADMIN)
"""Who has the command line, or the server itself."""


class DraftMove(StrEnum):
    """What can be done with a draft."""

    SAVE = "save"
    COMMENT = "comment"
    REQUEST_REVIEW = "request_review"
    WITHDRAW = "withdraw"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    TAKE_NOTE = "take_note"
    """The writer has seen that the published text changed, or what the source wrote."""
    DISCARD = "discard"


class ArticleMove(StrEnum):
    """What can be done with a published article."""

    EDIT = "edit"
    """Begin the draft of its next revision."""
    ADD_QUESTION = "add_question"
    VERIFY = "verify"
    UNVERIFY = "unverify"
    ROLL_BACK = "roll_back"
    SET_AUDIENCE = "set_audience"
    SET_CONFIDENCE = "set_confidence"
    SET_GOVERNANCE = "set_governance"
    SET_OWNER = "set_owner"
    SET_VERIFY_EVERY = "set_verify_every"
    ARCHIVE = "archive"
    RESTORE = "restore"
    MERGE = "merge"
    DELETE = "delete"
    UNDO = "undo"
    """Take the last move back: the article is to the second what it was before."""


class ArticleState(StrEnum):
    """Where an article stands."""

    PUBLISHED = "published"
    ARCHIVED = "archived"
    MERGED = "merged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWish:
    """What goes with a move of a draft."""

    version: int
    """The version that was read."""
    reason: str = ""
    """Needed to send back."""
    note: str = ""
    """To the reviewer; as the published revision's note where it is published."""
    reviewer_id: str = ""
    at: datetime | None = None
    """When to publish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWish:
    """What goes with a move of an article; each move reads what it needs."""

    reason: str = ""
    revision: int = 0
    """Which one to roll back to."""
    audience: Audience | None = None
    confidence: Confidence | None = None
    governance: Governance | None = None
    owner_id: str = ""
    """Empty: nobody."""
    into: str = ""
    """Id of the article that takes its place."""
    days: int | None = None
    """How long a verification lasts; None: as the team has it, 0: for good."""
    question: str = ""
    undoes: ArticleMove | None = None
    """Which move is meant to be taken back; None: whichever was the last."""


@dataclass(frozen=True, slots=True)
class LastMove:
    """The newest move of an article that can be taken back."""

    move: ArticleMove
    at: datetime
    actor: str
    """The user's id."""
    before: Mapping[str, object]
    """The columns of the article that it changed, as they were."""
    after: Mapping[str, object]
    """The same as the move left them."""
    noticed_at: str | None = None
    """When it had been noticed as unused; a move that makes it look used forgets that."""
    merged: Mapping[str, str] = field(default_factory=dict)
    """Of a merge that it took back: into, at, by."""


@dataclass(frozen=True, slots=True)
class DraftCase:
    """A draft, its published article if there is one, and who wants something."""

    draft: ArticleDraft
    article: Article | None
    user: User


@dataclass(frozen=True, slots=True)
class ArticleCase:
    """An article, who wants something, and what exactly; None: it is only asked what may be done."""

    article: Article
    user: User
    wish: ArticleWish | None = None
    last: LastMove | None = None
    """Its newest move that can be taken back; None: there is none."""
