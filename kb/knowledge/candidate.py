"""What capture proposes, as frozen data: a question that closed tickets ask, and what to do about it."""

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


class CandidateState(StrEnum):
    """Where a candidate stands."""

    OPEN = "open"
    DISMISSED = "dismissed"
    """Somebody said no; it comes back once twice as many tickets ask it."""
    DRAFTED = "drafted"
    """An article draft was made of it."""
    PUBLISHED = "published"
    """That draft was published, or its question became one of an article that was there; it comes back once enough
    tickets ask the same again without an answer."""
    MERGED = "merged"
    """It became a part of another candidate."""


class Dismissal(StrEnum):
    """Why somebody said no."""

    NOT_WORTH = "not_worth"
    DUPLICATE = "duplicate"
    OUTDATED = "outdated"
    ACCOUNT_SPECIFIC = "account_specific"
    TEMPORARY = "temporary"
    OTHER = "other"


class Section(StrEnum):
    """The parts of an article draft, in their order (Knowledge-Centered Service v6, "structured for reuse")."""

    ISSUE = "issue"
    ENVIRONMENT = "environment"
    RESOLUTION = "resolution"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sketch and the words it was taken from."""

    section: Section
    text: str
    """Markdown; words of the source, without blanks around."""
    ticket_id: str
    message: int
    """0-based place in the ticket; -1 for the subject or a field of the ticket itself."""
    start: int
    """Characters of that text, half-open."""
    end: int
    line: int = -1
    """0-based line of the sketch's body on which it begins."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """An article as agents' and customers' own words make it."""

    title: str
    body: str
    """Markdown, without the title."""
    lines: tuple[Line, ...]
    """In the order of the body."""
    missing: tuple[Section, ...]
    """Parts that nobody's words fill."""
    questions: tuple[str, ...] = ()
    """How customers asked it, the ones that speak for all first."""

    @property
    def markdown(self) -> str:
        """The whole of it, under its title."""
        return f"# {self.title}\n\n{self.body}"


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
    """The same as long as it keeps most of its tickets."""
    proposal: Proposal
    title: str
    locale: str
    product: str
    """The product of at least half of the tickets; else empty."""
    tickets: tuple[str, ...]
    """All ids, newest first, ties by id."""
    customers: int
    minutes: int
    """Between arrival and end of all tickets together, each at most a working day."""
    first_at: datetime
    last_at: datetime
    per_week: tuple[tuple[str, int], ...]
    """(ISO week such as "2026-W07", tickets that came in), oldest first, weeks without tickets left out."""
    nearest: tuple[NearArticle, ...]
    """Best first; the first is what an update or contradiction is about."""
    rejected: Rejection | None
    sketch: Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCandidate:
    """A candidate as it is kept between runs, with what was decided about it."""

    candidate: Candidate
    """Its tickets are those that still link no article."""
    state: CandidateState
    found_at: datetime
    """When a run found it first."""
    seen_at: datetime
    """When a run found it last."""
    dismiss_reason: Dismissal | None = None
    note: str = ""
    decided_by: str = ""
    """The user; empty while nothing was decided."""
    decided_at: datetime | None = None
    article_id: str = ""
    """The draft or article that it became, or whose question it became; stays when it comes back."""
    revision: int = 0
    """Of that article, the one that answers it; 0 while nothing was published."""
    merged_into: str = ""
    """The candidate that it became a part of."""
