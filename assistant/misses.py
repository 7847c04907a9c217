"""A question for which nothing good was found, as the log keeps it for whoever looks for gaps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from assistant.model import Suggestion
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers, redact
from kb.model import Event, EventKind

MAX_CHARACTERS = 1000
"""So much of a question is kept."""


def miss_of(
    question: Question,
    found: Suggestion,
    *,
    at: datetime,
    user_id: str = "",
    people: Sequence[str] = (),
    team: TeamNumbers | None = None,
    kind: EventKind = EventKind.MISSED,
) -> Event:
    """The event of a miss: what was asked, without personal data, and the nearest article.

    Args:
        question: What was asked.
        found: What was found for it; not confident.
        at: When.
        user_id: Who asked; "" for the command line.
        people: Names of those who take part in the ticket, besides the question's customer.
        team: What the team's own numbers look like.
        kind: `missed`, or `wanted` where an agent says that an article is missing.

    Returns:
        An event of the kind; article_id and revision are those of the nearest article, "" and 0 if there is none. The
        detail holds "question" (a hash of the words, the same for the same words), "query", "locale" and "product".
    """
    nearest = found.articles[0] if found.articles else None
    names = [name for name in (question.customer_name, *people) if name]
    # Cut afterwards: half an e-mail address would not be known as one.
    asked = redact(question.text, people=names, locale=found.locale, team=team).text[:MAX_CHARACTERS]
    return Event(
        kind=kind,
        at=at,
        user_id=user_id,
        ticket_id=question.ticket_id,
        article_id=nearest.id if nearest else "",
        revision=nearest.revision if nearest else 0,
        confidence=found.confidence,
        detail={
            "question": fingerprint(question.text),
            "query": asked,
            "locale": found.locale,
            "product": question.product,
        },
    )


def fingerprint(text: str) -> str:
    """16 hexadecimal digits that are the same for texts that differ in case and white space only."""
    return sha256(" ".join(text.casefold().split()).encode("utf-8", "replace")).hexdigest()[:16]
