"""Writing down what nothing good was found for."""

from __future__ import annotations

import logging
from datetime import timedelta

from assistant.drafts.ticket import people_of
from assistant.misses import miss_of
from assistant.model import Suggestion
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers
from kb import clock
from kb.errors import DatabaseBusy, StorageFull
from kb.model import EventKind
from kb.store import Store

_log = logging.getLogger(__name__)
_ONCE = timedelta(days=1)


def log_once(
    store: Store, kind: EventKind, question: Question, found: Suggestion, *, user_id: str, team: TeamNumbers
) -> bool:
    """Log a miss or a wish, once a day for the same words of the same ticket.

    Args:
        store: Where events are kept.
        kind: `missed` or `wanted`.
        question: What was asked.
        found: What was suggested for it.
        user_id: Who asked; "" for the command line.
        team: What the team's own numbers look like.

    Returns:
        Whether it was written: not if nothing was asked, it is known, or the database could not be written just now,
        which must not cost anybody his answer.
    """
    if not question.text:
        return False
    now = clock.now()
    tickets = store.tickets.get_many([question.ticket_id] if question.ticket_id else [])
    people = [name for ticket in tickets.values() for name in people_of(ticket)]
    miss = miss_of(question, found, at=now, user_id=user_id, people=people, team=team, kind=kind)
    try:
        return store.events.append_once(miss, key="question", since=now - _ONCE)
    except (DatabaseBusy, StorageFull) as error:
        _log.warning("That something was %s was not logged: %s", kind, error)
        return False
