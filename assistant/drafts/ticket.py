"""What of a solved ticket's reply may serve another customer: general advice, nothing personal, nothing done. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.drafts.sentences import Span, split
from assistant.redaction.redact import PersonalData, TeamNumbers, redact
from kb.model import Author, Message, Ticket

MIN_SHARE = 0.6
"""Share of the reply's words that must be left; with less, what is left no longer makes sense by itself."""
_GREETING = re.compile(
    r"(?:hej(?:san)?|hei|hallo|halloj|hello|hi|dear|kära|kære|kjære|god ?dag|god morgon|god morgen)\b[^.?]*",
    re.IGNORECASE,
)
_THANKS = re.compile(r"(?:tack|takk|tak|thanks|thank you)\b[^?]*", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:med )?(?:vänlig|vennlig|venleg|venlig|bästa|beste|bedste|kind|best|many thanks|mvh|hälsning|hilsen|helsing)"
    r"[^.?!]*",
    re.IGNORECASE,
)
_SHORT = 6
_READ_CHARACTERS = 2000
"""Of a message; a pasted log behind it is full of numbers, none of which an agent repeats."""
_FEWEST_WORDS = 12
"""A shorter reply leans on what was asked."""
# What an agent did for one customer, his family, or a day that has passed, is untrue for the next.
_DEEDS = re.compile(
    r"\b(?:jag|jeg|eg)\b|(?-i:\bI\b)|\b(?:we|vi) ha(?:r|de|dde|ve|d)\b|\bhar (?:vi|nu)\b|\bwe(?:['’]ve|['’]d| just)\b"
    r"|\b(?:wife|husband|son|daughter|fru|mand|mann|kone|konen|sønn?|datter|dotter|(?:din|min) man)\b"
    r"|\b(?:i ?dag|i ?går|i ?morgon|i ?morgen|i ?morse|i ?kväll|i ?aften|today|yesterday|tomorrow|tonight)\b"
    r"|\b(?:mån|tis|ons|tors|fre|lör|sön)dag|\b(?:man|tirs|ons|tors|fre|lør|søn)dag|\bkl\. ?\d|\bat \d{1,2}[:.]\d\d"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\bdin(?:e|a)? (?:order|ordre|beställning|bestilling|pakke|paket)\b"
    r"|\byour (?:order|parcel|refund)\b|\b(?:din|ditt|dit|your) (?:sag|sak|ärende|ticket|case)\b",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s")


def advice(ticket: Ticket, *, team: TeamNumbers | None = None) -> tuple[Message, tuple[Span, ...]] | None:
    """The sentences of a ticket's one public reply that may be quoted to another customer.

    Of a conversation nothing is used: its last reply only makes sense after the ones before. Greeting and sign-off
    are left out; sentences with personal data, with what the agent did, or with a day are too.

    Args:
        ticket: A solved ticket.
        team: What the team's own numbers look like.

    Returns:
        The message and the spans in its body; None when a step would be missing or too little is left.
    """
    replies = [m for m in ticket.messages if m.public and m.author is Author.AGENT]
    if len(replies) != 1:
        return None
    message = replies[0]
    spans = _core(message.body, split(message.body, ticket.locale))
    spoiled = redact(message.body, people=people_of(ticket), locale=ticket.locale, team=team).spans
    personal = {span for span in spans if any(_touch(span, each.start, each.end) for each in spoiled)}
    dropped = [span for span in spans if span in personal or _deed(message.body, span)]
    left = tuple(span for span in spans if span not in dropped)
    if any(_LIST_ITEM.match(message.body[span.start : span.end]) for span in dropped):
        return None
    if _size(message.body, left) < max(_FEWEST_WORDS, MIN_SHARE * _size(message.body, spans)):
        return None
    return message, left


def impersonal(
    ticket: Ticket, message: Message, spans: Sequence[Span], *, team: TeamNumbers | None = None
) -> tuple[Span, ...]:
    """Those of some parts of a message that hold no personal data, nothing that the agent did, and no day."""
    if not spans:
        return ()
    start, end = spans[0].start, spans[-1].end
    spoiled = redact(message.body[start:end], people=people_of(ticket), locale=ticket.locale, team=team).spans
    return tuple(
        span
        for span in spans
        if not _deed(message.body, span) and not any(_touch(span, start + s.start, start + s.end) for s in spoiled)
    )


def is_deed(text: str) -> bool:
    """Whether a text tells what an agent did, or names a day or somebody's family: untrue for the next customer."""
    return bool(_DEEDS.search(text))


def is_courtesy(text: str) -> bool:
    """Whether a text is nothing but a greeting or thanks."""
    return bool(_GREETING.fullmatch(text) or _THANKS.fullmatch(text)) and len(text.split()) <= _SHORT


def people_of(ticket: Ticket) -> tuple[str, ...]:
    """Names of everybody who takes part in a ticket."""
    names = [ticket.customer.name] if ticket.customer else []
    return tuple(dict.fromkeys(name for name in [*names, *(m.name for m in ticket.messages)] if name))


def identifiers(ticket: Ticket, *, team: TeamNumbers | None = None) -> Iterator[str]:
    """What identifies the people of a ticket: full names, addresses and numbers; single names are too common."""
    yield from people_of(ticket)
    if ticket.customer and ticket.customer.email:
        yield ticket.customer.email
    for message in ticket.messages:
        yield from _identifying(message.body[:_READ_CHARACTERS], ticket.locale, team)


@lru_cache(maxsize=2048)
def _identifying(text: str, locale: str, team: TeamNumbers | None) -> tuple[str, ...]:
    spans = redact(text, people=(), locale=locale, team=team).spans
    found = [(span.type, text[span.start : span.end]) for span in spans]
    return tuple(each for kind, each in found if kind is not PersonalData.NAME or len(each.split()) > 1)


def _core(body: str, spans: Sequence[Span]) -> list[Span]:
    """The sentences between greeting and sign-off."""
    core = list(spans)
    for courtesy in (_GREETING, _THANKS):
        if core and _is_short(body, core[0]) and courtesy.fullmatch(body[core[0].start : core[0].end]):
            core = core[1:]
    for number, span in enumerate(core):
        text = body[span.start : span.end]
        if number >= len(core) - 3 and len(text.split()) <= _SHORT and _CLOSING.fullmatch(text):
            return core[:number]
    return core


def _is_short(body: str, span: Span) -> bool:
    return len(body[span.start : span.end].split()) <= _SHORT


def _deed(body: str, span: Span) -> bool:
    return bool(_DEEDS.search(body, span.start, span.end))


def _touch(span: Span, start: int, end: int) -> bool:
    return span.start < end and start < span.end


def _size(body: str, spans: Sequence[Span]) -> int:
    return sum(len(body[span.start : span.end].split()) for span in spans)
