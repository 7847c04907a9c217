"""Whether the knowledge base answered each ticket: by what was linked, else by what was shown at the time. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from assistant.gaps.model import Coverage
from kb.gaps.model import AskedTicket, Said

_LINKS = frozenset({"linked", "mentioned", "resolution"})
_USES = frozenset({"inserted", "copied", "sent"})
_MISSES = frozenset({"missed", "wanted"})
DISMISSED = "dismissed"
UNSOLVED = "unsolved"


@dataclass(slots=True)
class Trace:
    """What is left of how one ticket was dealt with; articles by id."""

    linked: set[str] = field(default_factory=set)
    """What answered it, and is there today."""
    unsolved: set[str] = field(default_factory=set)
    """What was linked or sent, and the customer says that it did not work."""
    shown: set[str] = field(default_factory=set)
    """What was shown with enough confidence."""
    used: set[str] = field(default_factory=set)
    dismissed: dict[str, str] = field(default_factory=dict)
    """Reason by article."""
    missed: bool = False
    """Nothing was good enough, or somebody said that an article is missing."""
    by_hand: set[str] = field(default_factory=set)
    """What was linked after a miss: an agent knew better than the search."""

    @property
    def answer(self) -> str:
        """The article that answered it, first by id; "" for none."""
        return min(self.linked, default="")


def traces(
    said: Iterable[Said], tickets: Mapping[str, AskedTicket], live: Collection[str], *, confident: float
) -> dict[str, Trace]:
    """Sort what the log says by ticket.

    Args:
        said: By ticket, oldest first.
        tickets: By id; what is said of others is left out.
        live: Articles that are there today: a link to one that was archived answers nobody any more.
        confident: The team's threshold.
    """
    found: dict[str, Trace] = {}
    for each in said:
        ticket = tickets.get(each.ticket_id)
        if ticket is None:
            continue
        trace = found.setdefault(each.ticket_id, Trace())
        if each.kind in _MISSES:
            trace.missed = True
        elif each.article_id in live:
            _take(trace, each, confident, failed=ticket.worked is False or each.detail == UNSOLVED)
    return found


def _take(trace: Trace, each: Said, confident: float, *, failed: bool) -> None:
    if each.kind in _LINKS:
        (trace.unsolved if failed else trace.linked).add(each.article_id)
        if trace.missed and not failed:
            trace.by_hand.add(each.article_id)
    elif each.kind == DISMISSED:
        trace.dismissed[each.article_id] = each.detail
    elif each.kind in _USES:
        (trace.unsolved if failed else trace.used).add(each.article_id)
    elif each.kind == "shown" and each.confidence >= confident:
        trace.shown.add(each.article_id)


def coverage_of(trace: Trace | None) -> Coverage:
    """What a ticket's trace says; NONE also where nothing is known.

    An article that was found only by hand answered this ticket, but the next agent will not find it either: that
    counts as not covered. So does what was shown and set aside, or linked and did not work.

    Args:
        trace: What is left of how it was dealt with; None for nothing.
    """
    if trace is None:
        return Coverage.NONE
    if trace.linked - trace.by_hand:
        return Coverage.LINKED
    if (trace.shown | trace.used) - trace.dismissed.keys() - trace.unsolved and not trace.by_hand:
        return Coverage.SUGGESTED
    return Coverage.NONE


def is_open(trace: Trace | None) -> bool:
    """Whether a ticket without a covering trace may still be taken as covered by what would be suggested today.

    Not where people said otherwise: a miss, something set aside, or an article that did not work.

    Args:
        trace: What is left of how it was dealt with; None for nothing.
    """
    return trace is None or not (trace.missed or trace.dismissed or trace.unsolved)
