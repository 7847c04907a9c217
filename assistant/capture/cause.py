"""The sentence of an agent that says why something happens. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.capture.leaning import begins_leaning
from assistant.capture.page import Kind, Piece
from assistant.drafts.sentences import split
from assistant.drafts.ticket import impersonal
from assistant.redaction.redact import TeamNumbers
from indexer.words import query_stems
from kb.knowledge.candidate import Line, Section
from kb.model import Author, Ticket

_READ = 4000
_RELATED = 2
_ITEM = re.compile(r"(?:[-*+•·]|\(?\d{1,2}[.)])\s*")
_CAUSE = re.compile(
    r"\b(?:because|caused by|the (?:cause|reason) (?:is|was|for)|due to|happens (?:when|if)|eftersom|beror på"
    r"|berodde på|orsak\w*|på grund av|fordi|skyldes|skuldast|årsak\w*|årsag\w*|på grunn av|på grund af"
    r"|sker (?:når|hvis)|händer (?:när|om)|skjer (?:når|hvis))\b",
    re.IGNORECASE,
)
_CAUSE_WORDS = (5, 45)


def cause_of(
    ticket: Ticket, resolution: Sequence[Piece], common: frozenset[str], team: TeamNumbers | None
) -> Line | None:
    """The sentence of an agent that says why it happens, understandable by itself; None if nobody said so.

    Args:
        ticket: The one that was answered with the resolution.
        resolution: Of the sketch; a sentence there may be the cause, too.
        common: Stems of what most of the tickets ask.
        team: What the team's own numbers look like.
    """
    for piece in resolution:
        if piece.kind in {Kind.TEXT, Kind.PARAGRAPH} and _is_cause(piece.line.text):
            return replace(piece.line, section=Section.CAUSE)
    for reply in (m for m in ticket.messages if m.public and m.author is Author.AGENT):
        spans = [s for s in split(reply.body[:_READ], ticket.locale) if _is_cause(reply.body[s.start : s.end])]
        for span in impersonal(ticket, reply, spans, team=team):
            text = " ".join(reply.body[span.start : span.end].split())
            if len(common.intersection(query_stems(text, ticket.locale))) >= _RELATED:
                return Line(Section.CAUSE, text, ticket.id, reply.number, span.start, span.end)
    return None


def _is_cause(text: str) -> bool:
    bare = " ".join(text.split())
    least, most = _CAUSE_WORDS
    return bool(
        _CAUSE.search(bare)
        and not begins_leaning(bare)
        and not _ITEM.match(bare)
        and least <= len(bare.split()) <= most
        and bare.endswith((".", "!"))
    )
