"""What speaks for or against an article after it was published: the kinds of signals, and from when on one counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class SignalKind(StrEnum):
    """What happened."""

    FLAGGED = "flagged"
    """An agent says that a paragraph is wrong or outdated."""
    DISMISSED = "dismissed"
    """Several agents set it aside as outdated or not working."""
    REOPENED = "reopened"
    """A ticket that it was linked to was opened again."""
    DID_NOT_WORK = "did_not_work"
    """A customer says that the answer did not work."""
    SOURCE_CHANGED = "source_changed"
    """The help centre it came from has another text now, and it was edited here."""
    REUSED = "reused"
    """Several agents other than its authors solved tickets with it: reuse is review (KCS v6)."""


SOFT = frozenset({SignalKind.DISMISSED, SignalKind.REOPENED, SignalKind.DID_NOT_WORK})
"""What is an impression of its use, which better use outweighs. That a paragraph is wrong, or that the source says
something else, is a statement about the text: a person has to look."""
DOUBTS = frozenset(kind for kind in SignalKind if kind is not SignalKind.REUSED)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on something counts, each with its reason."""

    dismissing_agents: int = 2
    """One agent may have misread the ticket; two who never saw each other's ticket did not."""
    failing_share: float = 0.1
    """Share of the tickets it was linked to that were opened again, or whose customer says that it did not work. One is
    enough for an article that few use; one that solved hundreds is not wrong because one customer came back."""
    reuses: int = 4
    """Tickets that others solved with it: a few, so that one odd case does not vouch for it..."""
    reusers: int = 3
    """... by so many different agents, none of whom wrote, owns or verified it: self-reuse is no review."""
    window: timedelta = timedelta(days=90)
    """What happened earlier says little about the text of today."""


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class TrustState:
    """What a signal can change of an article."""

    unverified_reason: str
    verify_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class TrustSignal:
    """One signal with the change that it made."""

    id: int
    at: datetime
    kind: SignalKind
    article_id: str
    revision: int
    """The revision that was published then."""
    ticket_id: str
    """Where it happened; empty outside of a ticket."""
    user_id: str
    """Whose deed it was; empty for a customer or an import."""
    before: TrustState
    after: TrustState
    detail: Mapping[str, object] = field(default_factory=dict)
    """How much spoke for it: agents, tickets, share; of a flag its id and reason."""
    undone_at: datetime | None = None
    undone_by: str = ""

    @property
    def is_doubt(self) -> bool:
        """Whether it took trust away."""
        return self.kind is not SignalKind.REUSED


def is_failing(failed: int, linked: int, thresholds: Thresholds = THRESHOLDS) -> bool:
    """Whether so many of the tickets that an article was linked to speak against it. Pure.

    Args:
        failed: Tickets that were opened again, or whose customer says that it did not work.
        linked: Tickets it was linked to in the same time; those that failed are among them.
        thresholds: From when on it counts.
    """
    return failed > 0 and failed >= thresholds.failing_share * max(linked, failed)


def is_reviewed_by_reuse(reuses: int, reusers: int, thresholds: Thresholds = THRESHOLDS) -> bool:
    """Whether enough others solved tickets with an article. Pure.

    Args:
        reuses: Different tickets.
        reusers: Different agents.
        thresholds: From when on it counts.
    """
    return reuses >= thresholds.reuses and reusers >= thresholds.reusers
