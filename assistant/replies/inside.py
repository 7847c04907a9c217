"""What of a reply is meant for colleagues alone: internal articles, internal notes, other customers' tickets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.drafts.sentences import split
from assistant.drafts.ticket import people_of
from assistant.redaction.redact import TeamNumbers, redact
from assistant.replies.overlap import READ_CHARACTERS, overlaps
from kb.internal_blocks import for_customers, internal_text
from kb.model import Article, Audience, Author, Message, Ticket


class InsideKind(StrEnum):
    """What kind of text is meant for colleagues alone."""

    ARTICLE = "article"
    NOTE = "note"
    """An internal note, of this ticket or another."""
    TICKET = "ticket"
    """What another customer wrote, or an answer with that customer's own details in it."""


@dataclass(frozen=True, slots=True)
class InsideText:
    """A text that a customer is not to read."""

    kind: InsideKind
    id: str
    """Id of the article or ticket."""
    text: str
    title: str = ""
    """Title of the article, subject of the ticket."""
    audience: str = ""
    """Who may read the article; empty for a ticket."""
    details: tuple[str, ...] = ()
    """If there are any, only what names one of them is meant for colleagues alone; casefolded."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A place of a reply that was taken from a text for colleagues alone."""

    quote: str
    """The sentence of the reply."""
    start: int
    end: int
    said: str
    """The sentence it was taken from, or the number or address that both have."""
    kind: InsideKind
    id: str
    title: str
    audience: str


def leaks(reply: str, inside: Iterable[InsideText], *, known: Sequence[str] = ()) -> tuple[Leak, ...]:
    """The sentences of a reply that colleagues alone may read, in order, each once with the first text it stands in.

    Args:
        reply: What is about to be sent.
        inside: The texts that the agent had before them.
        known: What this customer has read or may read: their own ticket's messages and public articles.
    """
    found: dict[tuple[int, int], Leak] = {}
    for each in inside:
        for place in overlaps(reply, each.text, known=known):
            if each.details and not _names(reply[place.start : place.end], each.details):
                continue
            leak = Leak(
                reply[place.start : place.end], place.start, place.end, place.said, each.kind, each.id, each.title,
                each.audience,
            )  # fmt: skip
            found.setdefault((place.start, place.end), leak)
    return tuple(found[place] for place in sorted(found))


def inside_of_articles(articles: Iterable[Article]) -> Iterator[InsideText]:
    """Articles that not everybody may read, whatever the narrower audience is, and of public ones what is for us."""
    for article in articles:
        own = internal_text(article.revision.body)
        if article.audience is Audience.PUBLIC and own:
            yield InsideText(InsideKind.ARTICLE, article.id, own, article.title, Audience.INTERNAL.value)
        if article.audience is not Audience.PUBLIC:
            revision = article.revision
            text = "\n\n".join(part for part in (revision.title, revision.summary, revision.body) if part)
            yield InsideText(InsideKind.ARTICLE, article.id, text, article.title, article.audience.value)


def inside_of_ticket(ticket: Ticket) -> Iterator[InsideText]:
    """The internal notes of the ticket that is being answered."""
    for message in ticket.messages:
        if not message.public:
            yield InsideText(InsideKind.NOTE, ticket.id, message.body, ticket.subject)


def inside_of_others(
    tickets: Iterable[Ticket], *, customer_id: str, team: TeamNumbers | None = None
) -> Iterator[InsideText]:
    """Of other customers' tickets: notes, what the customers wrote, and answers as far as they name personal details.

    What colleagues answered in public without such details is what drafts are made of, and no secret.

    Args:
        tickets: Tickets that the agent had before them.
        customer_id: Whose ticket is being answered; this customer's own earlier messages are no secret to them.
        team: The team's own order and customer numbers.
    """
    for ticket in tickets:
        own = bool(customer_id) and ticket.customer is not None and ticket.customer.id == customer_id
        for message in ticket.messages:
            if not message.public:
                yield InsideText(InsideKind.NOTE, ticket.id, message.body, ticket.subject)
            elif not own:
                yield from _of_message(ticket, message, team)


def known_to(ticket: Ticket, articles: Iterable[Article], others: Collection[Ticket] = ()) -> list[str]:
    """What a customer has read or may read: public messages of their tickets, and public articles.

    Args:
        ticket: The ticket that is being answered.
        articles: Articles around it; only public ones count.
        others: Other tickets around it; only the same customer's count.
    """
    customer = ticket.customer.id if ticket.customer else ""
    own = [ticket, *(each for each in others if customer and each.customer and each.customer.id == customer)]
    messages = [message.body for each in own for message in each.messages if message.public]
    public = [article for article in articles if article.audience is Audience.PUBLIC]
    return [ticket.subject, *messages, *(f"{each.title}\n\n{for_customers(each.revision.body)}" for each in public)]


def _of_message(ticket: Ticket, message: Message, team: TeamNumbers | None) -> Iterator[InsideText]:
    """A customer's whole message; of an answer the sentences in which somebody's details stand, with the details."""
    body = message.body[:READ_CHARACTERS]
    if message.author is Author.CUSTOMER:
        yield InsideText(InsideKind.TICKET, ticket.id, body, ticket.subject)
        return
    spoiled = redact(body, people=people_of(ticket), locale=ticket.locale, team=team).spans
    details = tuple(dict.fromkeys(body[span.start : span.end].casefold() for span in spoiled))
    if details:
        spans = split(body, ticket.locale)
        kept = [span for span in spans if any(s.start < span.end and span.start < s.end for s in spoiled)]
        text = "\n\n".join(body[span.start : span.end] for span in kept)
        yield InsideText(InsideKind.TICKET, ticket.id, text, ticket.subject, details=details)


def _names(text: str, details: Sequence[str]) -> bool:
    said = text.casefold()
    return any(re.search(rf"(?<!\w){re.escape(detail)}(?!\w)", said) for detail in details)
