"""How a ticket stands right now: who wrote last, who waits, and what is due when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DueKind(StrEnum):
    """What is due next."""

    FIRST_REPLY = "first_reply"
    SOLUTION = "solution"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Standing:
    """Worked out from a ticket's messages, status, priority and the team's hours whenever one of them changes."""

    last_at: datetime | None = None
    """When the newest message was written, or the ticket was made; None before it is stored."""
    last_author: str = ""
    """Who wrote the newest message: "customer", "agent" or "bot"; empty without messages."""
    message_count: int = 0
    waits_since: datetime | None = None
    """When the customer wrote what no public reply has followed yet; None if nobody waits, or it is resolved."""
    due_at: datetime | None = None
    """When the next thing is due; None while the clock stands still."""
    due_kind: str = ""
    """A DueKind; empty if nothing is due."""
    first_due_at: datetime | None = None
    """When the first reply is due; None once there is one, and while the clock stands still."""
    solve_due_at: datetime | None = None
    """When it is to be solved; None while the clock stands still."""
