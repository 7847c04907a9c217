"""What is asked: the text that suggestions are searched with, taken from a ticket or from what somebody typed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from indexer.problem import first_burst, latest_burst
from kb.folds import own_text
from kb.locales import UNDETERMINED
from kb.model import Message, Ticket

FEW_WORDS = 25
"""A burst of fewer words is read together with what the customer asked first."""
MAX_CHARACTERS = 4000
"""More of a question than this says nothing new; a pasted log of megabytes must not cost seconds."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, as far as it is known."""

    subject: str = ""
    body: str = ""
    locale: str = UNDETERMINED
    product: str = ""
    topic: str = ""
    tags: tuple[str, ...] = ()
    ticket_id: str = ""
    """The ticket it belongs to, which must not vouch for itself."""
    created_at: datetime | None = None
    """Only tickets created before this count as evidence; None: all."""
    as_of: datetime | None = None
    """Only links made up to this moment count; None: all."""
    customer_name: str = ""

    @property
    def text(self) -> str:
        """Subject and body without signature and quoted history, at most MAX_CHARACTERS."""
        body = own_text(self.body).strip()
        subject = self.subject.strip()
        if subject and body.casefold().startswith(subject.casefold()):
            subject = ""
        return f"{subject}\n{body}".strip()[:MAX_CHARACTERS]


def question_of(ticket: Ticket) -> Question:
    """The question that a ticket asks now: its subject and the customer's latest burst of public messages.

    A burst of a few words ("still yellow", a serial number) answers the agent and asks nothing by itself: then the
    first burst stands before it. The agent's own words are never used, nor are notes and bots.
    """
    burst = latest_burst(ticket.messages)
    asked = burst
    if len(join(burst).split()) < FEW_WORDS:
        first = first_burst(ticket.messages)
        asked = first + [message for message in burst if message not in first]
    return question_in(ticket, asked, as_of=burst[-1].at if burst else ticket.created_at)


def question_in(ticket: Ticket, messages: Iterable[Message], *, as_of: datetime) -> Question:
    """The question that some messages of a ticket ask, as far as it was known at a moment.

    Args:
        ticket: Gives subject, language, product and customer.
        messages: What is asked, in order.
        as_of: Later links do not count as evidence.
    """
    return Question(
        subject=ticket.subject,
        body=join(messages),
        locale=ticket.locale,
        product=ticket.product,
        topic=ticket.topic,
        tags=ticket.tags,
        ticket_id=ticket.id,
        created_at=ticket.created_at,
        as_of=as_of,
        customer_name=ticket.customer.name if ticket.customer else "",
    )


def join(messages: Iterable[Message]) -> str:
    """The bodies of several messages as one text."""
    return "\n\n".join(message.body.strip() for message in messages if message.body.strip())
