"""What solved a ticket, in a few sentences: the part of the agents' reply that speaks of what is asked now. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.drafts.sentences import Span, split
from assistant.drafts.ticket import people_of
from assistant.redaction.redact import TeamNumbers, redacted
from indexer.words import query_stems
from kb.model import Author, Message, Ticket

MAX_CHARACTERS = 600
"""More is not read beside a reply that is being written."""
_READ_CHARACTERS = 6000
"""A longer reply is read so far; it holds a log."""
_CUT_CHARACTERS = 300
"""Left out at a place where a reply was cut before redaction: half an e-mail address would not be known as one."""
_FEWEST_WORDS = 8
"""A shorter reply ("Great, have a nice day!") solved nothing: then the one before it counts."""
_STEP = 0.5
"""What a step of a list counts, beside 1 for a word of the question."""
_LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s")


def solving_reply(messages: Sequence[Message]) -> Message | None:
    """The agents' last public message that says more than a courtesy; if none does their last one, None without any."""
    replies = [m for m in messages if m.public and m.author is Author.AGENT]
    telling = [m for m in replies if len(m.body.split()) >= _FEWEST_WORDS]
    for those in (telling, replies):
        if those:
            return those[-1]
    return None


def resolution_of(ticket: Ticket, wanted: frozenset[str], *, team: TeamNumbers | None = None) -> str:
    """The part of the solving reply that answers a question best, other people's identifiers taken out.

    Args:
        ticket: A resolved ticket.
        wanted: Stems of the question's words (`indexer.words.query_stems`).
        team: What the team's own numbers look like.

    Returns:
        At most MAX_CHARACTERS in whole sentences; a single longer sentence is cut after a word. "" without a reply.
    """
    reply = solving_reply(ticket.messages)
    if reply is None:
        return ""
    text = redacted(reply.body[:_READ_CHARACTERS], tuple(people_of(ticket)), ticket.locale, team)
    if len(reply.body) > _READ_CHARACTERS:
        text = text[:-_CUT_CHARACTERS]
    return best_part(text.strip(), wanted, locale=ticket.locale)


def best_part(text: str, wanted: frozenset[str], *, locale: str, limit: int = MAX_CHARACTERS) -> str:
    """The stretch of whole sentences that has most of a question's words; the earliest of equals.

    A word counts once however often it is said, and steps of a list count for themselves: who asks why something
    blinks is answered by what to do, which seldom repeats the question.

    Args:
        text: A reply; one that fits is returned as it is.
        wanted: Stems of the question's words.
        locale: Language of the text.
        limit: Most characters, at least 1.
    """
    if len(text) <= limit:
        return text
    spans, stemmed = _taken_apart(text, locale)
    said = [wanted & each for each in stemmed]
    steps = [bool(_LIST_ITEM.match(text, span.start)) for span in spans]
    best, chosen = -1.0, Span(0, len(text))
    for first, span in enumerate(spans):
        fitting = [n for n in range(first, len(spans)) if spans[n].end - span.start <= limit]
        last = fitting[-1] if fitting else first
        words = frozenset().union(*said[first : last + 1])
        score = len(words) + _STEP * sum(steps[first : last + 1])
        if score > best:
            best, chosen = score, Span(span.start, spans[last].end)
    part = text[chosen.start : chosen.end]
    return part if len(part) <= limit else _cut(part, limit)


@lru_cache(maxsize=1024)
def _taken_apart(text: str, locale: str) -> tuple[tuple[Span, ...], tuple[frozenset[str], ...]]:
    """The sentences of a text, and the stems of each."""
    spans = tuple(split(text, locale))
    return spans, tuple(frozenset(query_stems(text[s.start : s.end], locale)) for s in spans)


def _cut(text: str, limit: int) -> str:
    """The beginning of a longer text, up to a space where there is one."""
    start = text[:limit]
    if start[-1].isspace() or text[limit].isspace() or len(start.split()) < 2:
        return start.rstrip()
    return start.rsplit(None, 1)[0]
