"""What whoever takes a ticket over needs to know, put together without a language model. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.drafts.asked import read
from assistant.drafts.ticket import people_of
from assistant.model import ArticleHit
from assistant.question import MAX_CHARACTERS, question_in, question_of
from assistant.redaction.redact import TeamNumbers, redact
from kb.model import Audience, Author, Message, Ticket

MOST_ASKED = 1500
"""Characters of the customer's own words."""
MOST_SAID = 600
"""Characters of one reply or note."""
LAST_REPLIES = 4
MOST_NOTES = 10
MOST_TRIED = 8
MOST_ARTICLES = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply or a note, shortened."""

    at: datetime
    name: str
    """Who wrote it; empty for people outside, who need no names."""
    text: str


@dataclass(frozen=True, slots=True)
class Handover:
    """A ticket in short."""

    subject: str
    customer: str
    """The customer's name; empty for people outside."""
    asked: str
    """What the customer asks now, in their own words."""
    tried: tuple[str, ...] = ()
    """What the customer says that they did, in their own words, in order."""
    replies: tuple[Turn, ...] = ()
    """The last public replies, oldest first."""
    notes: tuple[Turn, ...] = ()
    """Internal notes, oldest first; empty unless they were asked for."""
    articles: tuple[tuple[str, str], ...] = ()
    """Title and address of the suggested articles, best first; an address may be empty."""
    redacted: bool = False


def handover_of(
    ticket: Ticket,
    articles: Sequence[ArticleHit],
    *,
    notes: bool,
    outside: bool,
    team: TeamNumbers | None = None,
) -> Handover:
    """Put a ticket in short.

    Args:
        ticket: What is handed over.
        articles: What was suggested for it, best first; of internal ones people outside hear nothing.
        notes: Whether internal notes go along.
        outside: For people who are not our own: personal data is taken out, and nobody is named.
        team: What the team's own numbers look like.
    """
    people = people_of(ticket)

    def clean(text: str, length: int) -> str:
        # Redacted before it is cut: half an address is not recognised any more.
        text = _beginning(text.strip())
        return _short(redact(text, people=people, locale=ticket.locale, team=team).text if outside else text, length)

    def turn(message: Message) -> Turn:
        return Turn(message.at, "" if outside else message.name, clean(message.body, MOST_SAID))

    said = [m for m in ticket.messages if m.public and m.author is Author.AGENT][-LAST_REPLIES:]
    private = [m for m in ticket.messages if not m.public][-MOST_NOTES:] if notes else []
    shown = [a for a in articles if not outside or a.audience == Audience.PUBLIC]
    return Handover(
        subject=clean(" ".join(ticket.subject.split()), MOST_SAID),
        customer=ticket.customer.name if ticket.customer and not outside else "",
        asked=clean(replace(question_of(ticket), subject="").text, MOST_ASKED),
        tried=tuple(clean(each, MOST_SAID) for each in _tried(ticket)),
        replies=tuple(map(turn, said)),
        notes=tuple(map(turn, private)),
        articles=tuple((" ".join(a.title.split()), a.url) for a in shown[:MOST_ARTICLES]),
        redacted=outside,
    )


def _tried(ticket: Ticket) -> list[str]:
    wrote = [m for m in ticket.messages if m.public and m.author is Author.CUSTOMER]
    # Of a log of a megabyte only what a question could hold.
    texts = [replace(m, body=_beginning(m.body)) for m in wrote]
    found = [tried for m in texts for tried in read(question_in(ticket, [m], as_of=m.at)).tried]
    return [" ".join(each.split()) for each in dict.fromkeys(found)][-MOST_TRIED:]


def _beginning(text: str) -> str:
    """What is read of a text, without the word that the limit cuts."""
    return text if len(text) <= MAX_CHARACTERS else _to_a_word(text[:MAX_CHARACTERS])


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else _to_a_word(text[:length]) + " …"


def _to_a_word(text: str) -> str:
    head = text.rsplit(None, 1)[0] if text[-1:].strip() else text.rstrip()
    return head if len(text.split()) > 1 else text
