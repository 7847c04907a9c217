"""What agents did with what they were shown, as labels beside their links. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kb.model import EventKind

USED = frozenset({EventKind.INSERTED, EventKind.COPIED, EventKind.LINKED, EventKind.SENT})
"""Deeds by which an agent says that an article answers the ticket; opening it says nothing yet."""
REFUSED = frozenset({EventKind.DISMISSED, EventKind.RESTORED})
"""Deeds by which an agent says that an article does not answer it, and takes that back."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """Labels by ticket id."""

    used: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Articles that were used in an answer."""
    refused: frozenset[str] = frozenset()
    """Tickets for which something was dismissed, for good, and nothing used: the list was of no use."""


def feedback_of(deeds: Iterable[tuple[EventKind, str, str]]) -> Feedback:
    """Sum up the log.

    Args:
        deeds: Kind, ticket id and article id, oldest first; those without a ticket or an article say nothing.
    """
    used: dict[str, set[str]] = {}
    refused: dict[str, set[str]] = {}
    for kind, ticket_id, article_id in deeds:
        if not ticket_id or not article_id:
            continue
        if kind in USED:
            used.setdefault(ticket_id, set()).add(article_id)
        elif kind is EventKind.DISMISSED:
            refused.setdefault(ticket_id, set()).add(article_id)
        elif kind is EventKind.RESTORED:
            refused.get(ticket_id, set()).discard(article_id)
    useless = {ticket_id for ticket_id, articles in refused.items() if articles} - used.keys()
    return Feedback({ticket_id: frozenset(articles) for ticket_id, articles in used.items()}, frozenset(useless))
