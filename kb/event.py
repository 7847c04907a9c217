"""What agents did with what they were shown: the row of the log and its kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What an agent did with a suggestion; the log that ranking learns from."""

    SHOWN = "shown"
    OPENED = "opened"
    INSERTED = "inserted"
    COPIED = "copied"
    LINKED = "linked"
    SENT = "sent"
    DISMISSED = "dismissed"
    RESTORED = "restored"
    """What was dismissed may be suggested for the ticket again."""
    SEARCHED = "searched"
    FLAGGED = "flagged"
    MISSED = "missed"
    PASSED_ON = "passed_on"
    """The ticket went to a team or out of the house; the detail has to whom."""
    WANTED = "wanted"
    """Somebody says that an article is needed; the detail has the masked question."""
    RATED = "rated"
    """The customer said how it went; the detail has the score and whether it worked."""
    OVERRIDDEN = "overridden"
    """Internal-only text went to a customer all the same; the detail has the words and where they came from."""
    REWRITTEN = "rewritten"
    """A language model was asked; the detail has its tokens and what they cost."""


@dataclass(frozen=True, slots=True)
class Event:
    """One append-only row of the log."""

    kind: EventKind
    at: datetime
    user_id: str = ""
    ticket_id: str = ""
    article_id: str = ""
    revision: int = 0
    rank: int = 0
    """1-based place in the list that was shown; 0 where there was no list."""
    confidence: float = 0.0
    """Share 0..1, as it was shown."""
    detail: Mapping[str, object] = field(default_factory=dict)
