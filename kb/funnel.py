"""How far suggestions get: shown, opened, used, sent, solved. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kb.event import EventKind

SHOWN, OPENED, USED, SENT, SOLVED = range(1, 6)
STAGES: Mapping[EventKind, int] = MappingProxyType(
    {
        EventKind.SHOWN: SHOWN,
        EventKind.OPENED: OPENED,
        EventKind.INSERTED: USED,
        EventKind.COPIED: USED,
        EventKind.LINKED: SENT,
        EventKind.SENT: SENT,
    }
)
"""How far each kind of event brings an article; a kind that is not here brings it nowhere."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done with one article in one ticket."""

    kind: EventKind
    ticket_id: str
    """Empty outside of a ticket, e.g. in a call."""
    article_id: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many pairs of a ticket and an article got at least so far; no number is larger than the one before it."""

    shown: int = 0
    opened: int = 0
    used: int = 0
    """Put into a reply or copied; it may have been taken out again, so it is no acceptance."""
    sent: int = 0
    """Sent to the customer or linked to the ticket: this, and only this, is acceptance."""
    solved: int = 0
    """Of those, the ones whose ticket is solved and whose customer did not say that it did not work."""

    @property
    def acceptance(self) -> float:
        """Share 0..1 of what was shown that was sent or linked; 0 if nothing was shown."""
        return self.sent / self.shown if self.shown else 0.0


def funnel_of(deeds: Iterable[Deed], solved: Collection[str]) -> Funnel:
    """Count how far articles got, each once per ticket however often something was done with it.

    Who inserts a passage has read it and has seen it: a pair counts in every stage up to its furthest.

    Args:
        deeds: In any order; those of a kind without a stage, or without an article, count nowhere.
        solved: Ids of the tickets that are solved.
    """
    furthest: dict[tuple[str, str], int] = {}
    for deed in deeds:
        stage = STAGES.get(deed.kind, 0)
        if not stage or not deed.article_id:
            continue
        if stage == SENT and deed.ticket_id in solved:
            stage = SOLVED
        pair = deed.ticket_id, deed.article_id
        furthest[pair] = max(stage, furthest.get(pair, 0))
    counts = [sum(reached >= stage for reached in furthest.values()) for stage in (SHOWN, OPENED, USED, SENT, SOLVED)]
    return Funnel(*counts)
