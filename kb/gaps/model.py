"""The nouns of the gap tables as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

STILL = timedelta(minutes=3)
"""A run that has said nothing for so long is dead."""


class GapStatus(StrEnum):
    """Where the work on a gap stands."""

    OPEN = "open"
    IN_WORK = "in_work"
    DONE = "done"
    """Somebody says that it is dealt with; whether it closed is measured."""
    IGNORED = "ignored"
    """Until a day, or until twice as many ask."""


class RunState(StrEnum):
    """How far a run has come."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ChangeKind(StrEnum):
    """What happened to a gap between two runs."""

    NEW = "new"
    SPLIT = "split"
    """It came out of another one, which is named."""
    MERGED = "merged"
    """Another one, which is named, went into it."""
    RETURNED = "returned"
    """It was ignored, and its time is over or twice as many ask."""
    GONE = "gone"
    """Its tickets were looked at and it is none any more."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which demand is looked at."""

    since: datetime | None = None
    until: datetime | None = None
    """What came in before this."""
    locale: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class AskedTicket:
    """A ticket as far as the demand is concerned."""

    id: str
    subject: str
    opening: str
    """Beginning of the customer's first public message; empty where there is none."""
    locale: str
    product: str
    created_at: datetime
    ended_at: datetime
    """When it was closed, else when the last message came."""
    customer_id: str
    customer_name: str
    customer_email: str
    is_resolved: bool
    tags: tuple[str, ...]
    worked: bool | None
    """What the customer said last about whether the answer worked."""
    agent_spoke: bool
    """An agent answered in public."""
    score: float | None
    """Share 0..1 of the highest mark that the customer gave last; None if none."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the log, the links and the dismissals say of one article in one ticket."""

    ticket_id: str
    article_id: str
    kind: str
    """The link's or the event's kind, or "dismissed"."""
    at: datetime
    detail: str = ""
    """Why it was dismissed; how a link turned out."""
    confidence: float = 0.0
    """As it was shown."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A question outside a ticket for which nothing good was found."""

    fingerprint: str
    query: str
    """Without personal data."""
    locale: str
    product: str
    at: datetime
    """The first time in the window."""
    times: int
    ticket_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GapRun:
    """One search for gaps."""

    id: int
    window: Window
    actor: str
    state: RunState
    step: str
    done: int
    total: int
    error: str
    started_at: datetime
    moved_at: datetime
    """When it last told how far it is: a run that has been still for minutes is dead."""
    finished_at: datetime | None
    summary: Mapping[str, object] = field(default_factory=dict)
    """Counts, Pareto figures and single cases."""

    def is_dead(self, now: datetime) -> bool:
        """Whether it stopped without saying so."""
        return self.state is RunState.RUNNING and now - self.moved_at > STILL


@dataclass(frozen=True, slots=True)
class GapRecord:
    """What people decided about a gap."""

    id: str
    status: GapStatus
    assignee_id: str
    ignored_reason: str
    ignored_until: datetime | None
    ignored_per_week: float | None
    """How many came a week when it was ignored."""
    shipped_article_id: str
    shipped_at: datetime | None
    created_at: datetime
    first_run_id: int
    last_run_id: int


@dataclass(frozen=True, slots=True)
class GapFigures:
    """What one run says of one gap."""

    gap_id: str
    place: int
    """1-based, the most work first."""
    figures: Mapping[str, object]
    centre: bytes
    """float16, in the space in which questions are compared as they are."""
    radius: float
    """Cosine with the centre from which a ticket belongs to it."""


@dataclass(frozen=True, slots=True)
class GapChange:
    """What became of a gap in a run."""

    gap_id: str
    kind: ChangeKind
    other_id: str = ""


@dataclass(frozen=True, slots=True)
class GapNote:
    """A word about a gap."""

    id: int
    gap_id: str
    user_id: str
    at: datetime
    body: str
