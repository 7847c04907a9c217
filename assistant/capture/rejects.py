"""Which tickets make no article, and why: rules over what agents answered. Pure.

A queue full of junk is what kills suggestions of articles, so each rule gives its reason, and what a rule takes out is
shown with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from assistant.drafts.sentences import split
from assistant.drafts.ticket import advice, impersonal
from assistant.redaction.redact import TeamNumbers
from assistant.resolution import solving_reply
from kb.knowledge.candidate import Rejection
from kb.model import Author, Ticket

_MOST_SHARE = 0.5
"""From this share of the tickets on, the reason is the candidate's."""
_FEW_WORDS = 12
"""What is left of a reply without personal things must have so many words to be of use to others."""
_READ = 2000
_SPAM_TAG = re.compile(r"spam|junk|skräp", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
_SPAM_LINKS = 3
_HAND_OFF = re.compile(
    r"\b(?:pass(?:ed|ing)? (?:this|it|your \w+) (?:on|along)|forward(?:ed|ing)? (?:this|it|your)|escalat\w+"
    r"|hand(?:ed)? (?:this|it) over|skicka(?:t|r|de)? (?:det|detta|ärendet|ditt ärende)?\s*vidare|vidarebefordra\w*"
    r"|lämna(?:t|r|de) (?:det|detta|ärendet)? ?(?:vidare|över)"
    r"|send(?:er|t|te) (?:det|dette|saken|sagen|saka)?\s*(?:videre|vidare)|videresend\w*|vidaresend\w*|eskaler\w*)\b",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(
    r"\b(?:outage|downtime|(?:service|temporary|planned) (?:disruption|interruption|maintenance)|is (?:back )?up again"
    r"|driftstörning\w*|driftstopp\w*|avbrott\w*|störning(?:en|ar)?|underhållsarbete\w*"
    r"|driftsforstyrrelse\w*|driftsstans\w*|driftstans\w*|nedetid\w*|driftsstop\w*"
    r"|midlertidig\w* (?:feil|fejl|avbrudd|afbrydelse))\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b(?:contact (?:us|support|our)|call us|get in touch|give us a (?:call|ring)|kontakta (?:oss|support|vår)"
    r"|ring (?:oss|till oss|til oss|os)"
    r"|hör av dig|kontakt (?:oss|os|kundeservice|support|vår|vores)|ta kontakt|tag kontakt|hør (?:fra|af) deg)\b",
    re.IGNORECASE,
)


def rejection_of(ticket: Ticket, *, answers_expected: bool, team: TeamNumbers | None = None) -> Rejection | None:
    """Why one ticket makes no article; None if it may.

    Args:
        ticket: A resolved ticket.
        answers_expected: The team's tickets come with their answers; without them, nothing can be said of a ticket
            that has none.
        team: What the team's own numbers look like.
    """
    if _is_spam(ticket):
        return Rejection.SPAM
    reply = solving_reply(ticket.messages)
    if reply is None:
        return Rejection.NO_RESOLUTION if answers_expected else None
    text = reply.body[:_READ]
    useful = _useful_words(ticket, team)
    for pattern, reason in (
        (_TEMPORARY, Rejection.TEMPORARY),
        (_HAND_OFF, Rejection.HAND_OFF),
        (_CONTACT, Rejection.CONTACT_US),
    ):
        said = [text[span.start : span.end] for span in split(text, ticket.locale)]
        if any(map(pattern.search, said)) and useful - _words(filter(pattern.search, said)) < _FEW_WORDS:
            return reason
    return Rejection.ACCOUNT_SPECIFIC if useful < _FEW_WORDS else None


def rejection_of_all(reasons: Sequence[Rejection | None]) -> Rejection | None:
    """Why a candidate makes no article: the commonest reason where half of its tickets have one; ties by name."""
    counted = Counter(reason for reason in reasons if reason is not None)
    if not reasons or sum(counted.values()) < _MOST_SHARE * len(reasons):
        return None
    return min(counted, key=lambda reason: (-counted[reason], reason.value))


def _is_spam(ticket: Ticket) -> bool:
    if any(_SPAM_TAG.fullmatch(tag) for tag in ticket.tags):
        return True
    if any(m.author is Author.AGENT and m.public for m in ticket.messages):
        return False
    text = " ".join(m.body for m in ticket.messages if m.author is Author.CUSTOMER)[:_READ]
    links = _ADDRESS.findall(text)
    return len(links) >= _SPAM_LINKS and len(_ADDRESS.sub(" ", text).split()) < 10 * len(links)


def _useful_words(ticket: Ticket, team: TeamNumbers | None) -> int:
    """How many words of all that agents said would serve another customer."""
    found = advice(ticket, team=team)
    if found is not None:
        message, spans = found
        return _words(message.body[span.start : span.end] for span in spans)
    return sum(
        _words(m.body[s.start : s.end] for s in impersonal(ticket, m, split(m.body[:_READ], ticket.locale), team=team))
        for m in ticket.messages
        if m.public and m.author is Author.AGENT
    )


def _words(texts: Iterable[str]) -> int:
    return sum(len(text.split()) for text in texts)
