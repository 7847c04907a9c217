"""What capture proposes, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Proposal(StrEnum):
    """What to do with a candidate."""

    NEW = "new"
    """No article answers this: write one."""
    UPDATE = "update"
    """An article answers this: add the question, or what agents say beside it."""
    CONTRADICTION = "contradiction"
    """An article answers this, and agents say something else."""


class Rejection(StrEnum):
    """Why a candidate is no article."""

    SPAM = "spam"
    ACCOUNT_SPECIFIC = "account_specific"
    """Agents did something for one customer; nothing they said helps the next."""
    HAND_OFF = "hand_off"
    """Agents passed it on and said no more."""
    TEMPORARY = "temporary"
    """An outage that passes by itself."""
    CONTACT_US = "contact_us"
    """The answer is to get in touch."""
    NO_RESOLUTION = "no_resolution"
    """Nobody answered, in a team that answers."""


class Section(StrEnum):
    """The parts of an article draft, in their order (Knowledge-Centered Service v6, "structured for reuse")."""

    ISSUE = "issue"
    ENVIRONMENT = "environment"
    RESOLUTION = "resolution"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a draft article and the words it was taken from."""

    section: Section
    text: str
    """Markdown; of the source's words only personal data is replaced."""
    ticket_id: str
    message: int
    """0-based place in the ticket; -1 for the subject or a field of the ticket itself."""
    start: int
    """Characters of that text, half-open."""
    end: int


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as agents' and customers' own words make it."""

    title: str
    lines: tuple[Line, ...]
    """In the order of the sections."""
    missing: tuple[Section, ...]
    """Parts that nobody's words fill."""
    markdown: str


@dataclass(frozen=True, slots=True)
class NearArticle:
    """An article that may already answer a candidate."""

    id: str
    """The version in the candidate's language where there is one, else the original."""
    family: str
    """Id of the original."""
    title: str
    locale: str
    confidence: float = 0.0
    """Calibrated chance 0..1 that it helps, over the tickets that speak for the candidate."""
    mixing: float = 0.0
    """How far tickets that link it lie among the candidate's, 0 apart to 1 (or more) one crowd."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One question that closed tickets ask, and what to do about it."""

    id: str
    """The same as long as the same ticket speaks for it."""
    proposal: Proposal
    title: str
    locale: str
    tickets: tuple[str, ...]
    """All ids, newest first, ties by id."""
    customers: int
    minutes: int
    """Between arrival and end of all tickets together, each at most a working day."""
    last_at: datetime
    per_week: tuple[tuple[str, int], ...]
    """(ISO week such as "2026-W07", tickets that came in), oldest first, weeks without tickets left out."""
    nearest: tuple[NearArticle, ...]
    """Best first; the first is what an update or contradiction is about."""
    rejected: Rejection | None
    draft: ArticleDraft
