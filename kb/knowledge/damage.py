"""How much harm an article may do just now: how often it is used, times how doubtful it is. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from kb.knowledge.verification import EVERY_DAYS, Verification

USE_WINDOW = timedelta(days=30)
"""The use of so long says what the use of the next weeks will be."""
MOST_AGE = 4.0
"""What was last verified four intervals ago is hardly less certain than what was ten ago."""
PER_SIGNAL = 1.0
"""A signal that stands is as good a reason to look as a whole interval that has passed."""


def doubt(
    now: datetime, *, verification: Verification, due_at: datetime | None, every_days: int | None, signals: int
) -> float:  # fmt: skip
    """How doubtful an article is, 0 or more: the age of its verification in intervals, and one for each signal.

    The age is 0 on the day of the verification, 1 on the day it runs out and grows evenly from there to MOST_AGE; 0 for
    what never runs out. What was never verified counts as run out today. A person's own doubt counts as a signal.

    Args:
        now: The moment.
        verification: What is known about the article then.
        due_at: When its verification runs out; None: never.
        every_days: How long one lasts; None or 0: as by default.
        signals: Signals against it that stand.
    """
    days = every_days or EVERY_DAYS
    if verification is Verification.NEVER:
        age = 1.0
    elif due_at is None:
        age = 0.0
    else:
        age = 1.0 - (due_at - now) / timedelta(days=days)
    spoken = max(signals, int(verification is Verification.UNVERIFIED))
    return min(MOST_AGE, max(0.0, age)) + PER_SIGNAL * spoken


def damage(uses: int, doubtful: float) -> float:
    """The harm that an article may do: tickets of the last 30 days in which it was used, times its doubt.

    Source: the relevance of Guru's verification queue, and feature 25: (links + uses) x time since verified.

    Args:
        uses: Tickets in which it was linked, inserted or sent in USE_WINDOW.
        doubtful: See `doubt`.
    """
    return round(uses * doubtful, 4)
