"""Whether somebody vouches for an article just now. Pure: the time is an argument."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

DUE_SOON = timedelta(days=14)
"""So long before its date a verification stands in the queue."""
EVERY_DAYS = 180
"""How long a verification lasts where neither article nor team says otherwise."""


class Verification(StrEnum):
    """What is known about the truth of an article."""

    VERIFIED = "verified"
    DUE = "due"
    """Verified, and to be looked at within DUE_SOON."""
    OVERDUE = "overdue"
    UNVERIFIED = "unverified"
    """A person or a signal doubts it."""
    NEVER = "never"
    """Nobody who may do so has vouched for it yet."""

    @property
    def holds(self) -> bool:
        """Whether it counts as verified: what is only due soon still does."""
        return self in {Verification.VERIFIED, Verification.DUE}


def verification_at(
    now: datetime, *, confidence: str, verified_at: datetime | None, due_at: datetime | None, reason: str = ""
) -> Verification:
    """What is known about the truth of an article at a moment.

    Args:
        now: The moment, aware.
        confidence: The article's confidence; what is not validated was never verified.
        verified_at: When somebody last vouched for it; None for an import that brought no date, which counts as
            verified as long as it has a date on which to look at it.
        due_at: From when on that is too long ago; None: never.
        reason: Why somebody doubts it; not empty outweighs all dates.
    """
    if reason:
        return Verification.UNVERIFIED
    if confidence not in {"validated", "archived"} or (verified_at is None and due_at is None):
        return Verification.NEVER
    if due_at is None or now < due_at - DUE_SOON:
        return Verification.VERIFIED
    return Verification.DUE if now < due_at else Verification.OVERDUE


def next_due(verified_at: datetime, *, every_days: int | None, team_days: int = EVERY_DAYS) -> datetime | None:
    """When a verification runs out.

    Args:
        verified_at: When somebody vouched for the article.
        every_days: What the article says; None: as the team; 0: never.
        team_days: What the team says; 0: never.
    """
    days = team_days if every_days is None else every_days
    return verified_at + timedelta(days=days) if days > 0 else None
