"""What to ask back when nothing good was found: the questions that agents asked in similar tickets, verbatim. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.drafts.sentences import split
from assistant.drafts.ticket import people_of
from assistant.model import Sentence, Source, SourceKind
from assistant.redaction.redact import TeamNumbers, redact
from indexer.words import query_stems
from kb.locales import is_own
from kb.model import Author, Ticket

MOST = 3
"""More than three questions at once and a customer answers one of them."""
FEWEST_WORDS, MOST_WORDS = 3, 30
LEAST_NEW = 0.5
"""Share of a question's words that the customer must not have said; with less he has answered it already."""
SAME = 0.5
"""Two questions that share so much of their words (Jaccard) ask the same."""
_READ_CHARACTERS = 6000
_LIST_MARK = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s+")
# "Anything else?", "did that help?", offers and politeness: they close a conversation, they do not open one.
_CLOSES = re.compile(
    r"\b(?:anything else|any(?: other| more)? questions|(?:did|does|has) (?:that|this|it) (?:help|work|solve|fix)\w*"
    r"|let (?:me|us) know|shall i|should i|do you want me|would you like me"
    r"|något (?:mer|annat)|några (?:fler|andra) frågor|(?:hjälpte|löste|fungerade) det|ska jag|vill du att jag"
    r"|noe (?:mer|annet)|noko (?:meir|anna)|(?:hjalp|løste|fungerte) det|skal jeg|skal eg|vil du at jeg"
    r"|andet,? (?:jeg|vi)|noget (?:mere|andet)|(?:virkede|løste) det|vil du have)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question of an agent."""

    sentence: Sentence
    ticket_id: str
    stems: frozenset[str]
    place: int
    """Rank of its ticket, 0 the most similar."""


def clarifying(
    question: str, locale: str, similar: Sequence[Ticket], *, most: int = MOST, team: TeamNumbers | None = None
) -> tuple[Sentence, ...]:
    """The questions that agents asked in similar tickets and that the customer has not answered yet.

    Questions that ask the same are one; what agents asked in more tickets comes first, then what was asked in the more
    similar ticket. Nothing is taken that holds personal data of another customer.

    Args:
        question: What the customer wrote.
        locale: The customer's language; only tickets in it are read.
        similar: Tickets like this one, most similar first.
        most: So many at most.
        team: What the team's own numbers look like.

    Returns:
        Verbatim sentences with ticket, number of the message and place; none where nobody asked.
    """
    said = frozenset(query_stems(question, locale))
    readable = [ticket for ticket in similar if is_own(locale, ticket.locale)]
    asked = [each for place, ticket in enumerate(readable) for each in _asked(ticket, place, team)]
    groups: list[list[_Asked]] = []
    for each in asked:
        if len(each.stems - said) < LEAST_NEW * len(each.stems):
            continue
        same = next((group for group in groups if _alike(group[0].stems, each.stems)), None)
        if same is None:
            groups.append([each])
        else:
            same.append(each)
    ranked = sorted(groups, key=lambda group: (-len({each.ticket_id for each in group}), group[0].place))
    # Of several wordings the shortest carries least of the conversation that it was asked in.
    return tuple(min(group, key=lambda each: len(each.sentence.text)).sentence for group in ranked[:most])


def _asked(ticket: Ticket, place: int, team: TeamNumbers | None) -> Iterator[_Asked]:
    for message in ticket.messages:
        if not message.public or message.author is not Author.AGENT or "?" not in message.body:
            continue
        body = message.body[:_READ_CHARACTERS]
        found = list(_questions(body, ticket.locale))
        personal = redact(body, people=people_of(ticket), locale=ticket.locale, team=team).spans if found else ()
        for start, end in found:
            if any(span.start < end and start < span.end for span in personal):
                continue
            text = body[start:end]
            source = Source(SourceKind.TICKET, ticket.id, message.number, start, end, text, title=ticket.subject)
            stems = frozenset(query_stems(text, ticket.locale))
            if stems:
                yield _Asked(Sentence(text, source), ticket.id, stems, place)


def _questions(body: str, locale: str) -> Iterator[tuple[int, int]]:
    """Places of the sentences that ask for something, without the mark of a list."""
    for span in split(body, locale):
        mark = _LIST_MARK.match(body, span.start, span.end)
        start = mark.end() if mark else span.start
        text = body[start : span.end]
        fits = FEWEST_WORDS <= len(text.split()) <= MOST_WORDS
        if fits and text.endswith("?") and "\n" not in text and not _CLOSES.search(text):
            yield start, span.end


def _alike(one: Iterable[str], other: Iterable[str]) -> bool:
    left, right = frozenset(one), frozenset(other)
    return len(left & right) >= SAME * len(left | right)
