"""A draft article from a group of tickets: the customers' words for the question, agents' for the answer. Pure.

Nothing is worded anew. Every line keeps the message that it was taken from; personal data is taken out, and what nobody
said is marked as missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from assistant.capture.model import ArticleDraft, Line, Section
from assistant.drafts.precedents import Precedent
from assistant.drafts.sentences import Span, split
from assistant.drafts.standing import best_standing
from assistant.drafts.ticket import advice, impersonal, people_of
from assistant.redaction.redact import TeamNumbers, redact
from assistant.resolution import solving_reply
from indexer.problem import first_burst
from indexer.words import query_stems
from kb.model import Message, Ticket

MOST_READ = 30
"""Tickets of a group whose words are read, those that speak for it best."""
_ISSUE_SENTENCES, _OTHER_WORDINGS = 3, 3
_MOST_TITLE = 90
_READ = 4000
_SAME = 0.6
"""Share of the words of the shorter of two lines from which they say the same."""
_FEWEST_WORDS = 3
_MARKUP = re.compile(r"^(?:re|sv|vs|fwd?|aw)\s*:\s*", re.IGNORECASE)
_COURTESY = re.compile(
    r"(?:hej\w*|hei|hallo|hello|hi|dear|god ?dag|thanks?|thank you|tack\w*|takk|tak|mvh|regards|hilsen|hälsning\w*)"
    r"\b[^.?]{0,40}[.!,]?",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:med |mange |många )?(?:vänlig|vennlig|venleg|venlig|bästa|beste|bedste|kind|best|warm|mvh|hälsning"
    r"|hilsen|helsing|regards)[^.?!\d]{0,40}[.!]?",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|caused by|the (?:cause|reason) (?:is|was|for)|due to|happens (?:when|if)|eftersom|beror på"
    r"|berodde på|orsak\w*|på grund av|fordi|skyldes|skuldast|årsak\w*|årsag\w*|på grunn av|på grund af"
    r"|sker (?:når|hvis)|händer (?:när|om)|skjer (?:når|hvis))\b",
    re.IGNORECASE,
)


def article_draft(tickets: Sequence[Ticket], locale: str, *, team: TeamNumbers | None = None) -> ArticleDraft:
    """Write a draft from the tickets of a group.

    Args:
        tickets: The one that speaks for the group best first; at most MOST_READ are read.
        locale: Language of the draft; only tickets in it are quoted, or all where none is.
        team: What the team's own numbers look like.
    """
    read = [ticket for ticket in tickets if ticket.locale == locale][:MOST_READ] or list(tickets[:MOST_READ])
    resolution = _resolution(read, locale, team)
    lines = (*_issue(read, team), *_environment(read), *resolution, *_cause(read, resolution, team))
    filled = {line.section for line in lines}
    missing = tuple(section for section in Section if section not in filled)
    title = _title(read, team)
    return ArticleDraft(title, lines, missing, _markdown(title, lines, locale))


def _title(tickets: Sequence[Ticket], team: TeamNumbers | None) -> str:
    """The first clean subject, else the first question sentence; in the customers' words."""
    for ticket in tickets:
        subject = _MARKUP.sub("", ticket.subject.strip()).strip(" !.")
        if len(subject.split()) >= _FEWEST_WORDS and _clean(subject, ticket, team):
            return _short(subject)
    for ticket in tickets:
        for line in _asked(ticket, team):
            return _short(line.text.strip(" !."))
    return _short(redact(tickets[0].subject, people=people_of(tickets[0]), locale=tickets[0].locale, team=team).text)


def _issue(tickets: Sequence[Ticket], team: TeamNumbers | None) -> Iterator[Line]:
    """What is asked, and in which other words it is asked too."""
    kept: list[Line] = []
    for n, ticket in enumerate(tickets):
        own = list(_asked(ticket, team))[: _ISSUE_SENTENCES if n == 0 else 1]
        kept += [line for line in own if n == 0 or not any(_same(line, other) for other in kept)]
        if len(kept) >= _ISSUE_SENTENCES + _OTHER_WORDINGS:
            break
    yield from kept[: _ISSUE_SENTENCES + _OTHER_WORDINGS]


def _asked(ticket: Ticket, team: TeamNumbers | None) -> Iterator[Line]:
    """The customer's sentences without personal data and courtesy, in order."""
    for message in first_burst(ticket.messages)[:2]:
        body = message.body[:_READ]
        spoiled = redact(body, people=people_of(ticket), locale=ticket.locale, team=team).spans
        for span in split(body, ticket.locale):
            text = body[span.start : span.end]
            if len(text.split()) < _FEWEST_WORDS or _COURTESY.fullmatch(text.strip()):
                continue
            if not any(span.start < each.end and each.start < span.end for each in spoiled):
                yield Line(Section.ISSUE, " ".join(text.split()), ticket.id, message.number, span.start, span.end)


def _environment(tickets: Sequence[Ticket]) -> Iterator[Line]:
    """The products that the tickets are about."""
    seen: set[str] = set()
    for ticket in tickets:
        if ticket.product and ticket.product not in seen:
            seen.add(ticket.product)
            yield Line(Section.ENVIRONMENT, ticket.product, ticket.id, -1, 0, len(ticket.product))


def _resolution(tickets: Sequence[Ticket], locale: str, team: TeamNumbers | None) -> tuple[Line, ...]:
    """What agents said to several customers, else the best reply that would serve another one too."""
    likeness = [1 - n / (2 * len(tickets)) for n in range(len(tickets))]
    precedents = [Precedent(ticket, like) for ticket, like in zip(tickets, likeness, strict=True)]
    standing = best_standing(precedents, locale=locale, team=team)
    if standing is not None:
        return _lines(standing.ticket, standing.message, standing.spans)
    for ticket in tickets:
        found = advice(ticket, team=team)
        if found is not None:
            return _lines(ticket, *found)
    for ticket in tickets:
        reply = solving_reply(ticket.messages)
        spans = impersonal(ticket, reply, split(reply.body[:_READ], ticket.locale), team=team) if reply else ()
        if reply is not None and sum(len(reply.body[s.start : s.end].split()) for s in spans) >= _ISSUE_SENTENCES**2:
            return _lines(ticket, reply, spans)
    return ()


def _lines(ticket: Ticket, message: Message, spans: Sequence[Span]) -> tuple[Line, ...]:
    texts = [(span, message.body[span.start : span.end].strip()) for span in spans]
    said = [(span, text) for span, text in texts if text and not _CLOSING.fullmatch(text)]
    return tuple(Line(Section.RESOLUTION, text, ticket.id, message.number, s.start, s.end) for s, text in said)


def _cause(tickets: Sequence[Ticket], resolution: Sequence[Line], team: TeamNumbers | None) -> tuple[Line, ...]:
    """The first sentence of an agent that says why, from the quoted reply or another one."""
    for line in resolution:
        if _CAUSE.search(line.text):
            return (replace(line, section=Section.CAUSE),)
    for ticket in tickets:
        reply = solving_reply(ticket.messages)
        if reply is None:
            continue
        said = [s for s in split(reply.body[:_READ], ticket.locale) if _CAUSE.search(reply.body, s.start, s.end)]
        for span in impersonal(ticket, reply, said, team=team):
            text = reply.body[span.start : span.end].strip()
            return (Line(Section.CAUSE, text, ticket.id, reply.number, span.start, span.end),)
    return ()


def _markdown(title: str, lines: Sequence[Line], locale: str) -> str:
    words = _words()
    said = words.get(locale, words["en"])
    parts = [f"# {title}"]
    for section in Section:
        own = [line for line in lines if line.section is section]
        parts.append(f"## {said[section.value]}")
        if not own:
            parts.append(f"*{said['missing']}*")
        elif section is Section.ISSUE:
            asked = [line.text for line in own if line.ticket_id == own[0].ticket_id]
            others = [f"* {line.text}" for line in own if line.ticket_id != own[0].ticket_id]
            parts += [" ".join(asked), *([f"{said['also']}:", "\n".join(others)] if others else [])]
        elif section is Section.ENVIRONMENT:
            parts.append("\n".join(f"* {line.text}" for line in own))
        else:
            parts.append("\n\n".join(line.text for line in own))
    return "\n\n".join(parts) + "\n"


@cache
def _words() -> dict[str, dict[str, str]]:
    """Headings and remarks by language."""
    found: dict[str, dict[str, str]] = json.loads(files(__package__).joinpath("sections.json").read_text("utf-8"))
    return found


def _same(line: Line, other: Line) -> bool:
    one, two = (frozenset(query_stems(each.text, "en")) for each in (line, other))
    return len(one & two) >= _SAME * max(1, min(len(one), len(two)))


def _clean(text: str, ticket: Ticket, team: TeamNumbers | None) -> bool:
    return not redact(text, people=people_of(ticket), locale=ticket.locale, team=team).spans


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_TITLE else line[:_MOST_TITLE].rsplit(None, 1)[0] + " …"
