"""A sketch of an article from a group of tickets: customers' words for the question, agents' for the answer. Pure.

Nothing is worded anew. Every line keeps the message that it was taken from; what has personal data in it is left out,
and what nobody said is marked as missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.capture.cause import cause_of
from assistant.capture.page import Kind, Piece, body_of
from assistant.capture.remedy import resolution_of
from assistant.capture.wordings import common_words, issue_of, questions_of, title_of
from assistant.redaction.redact import TeamNumbers
from assistant.writing.template import template_of
from indexer.words import query_stems
from kb.knowledge.candidate import Line, Section, Sketch
from kb.model import Ticket

MOST_READ = 30
"""Tickets of a group whose words are read, those that speak for it best."""


def sketch(
    tickets: Sequence[Ticket], locale: str, *, team: TeamNumbers | None = None, own_template: str = ""
) -> Sketch:
    """Write a sketch from the tickets of a group.

    Args:
        tickets: At least one, the one that speaks for the group best first; at most MOST_READ are read.
        locale: Language of the sketch; only tickets in it are quoted, or all where none is.
        team: What the team's own numbers look like.
        own_template: The team's own template in that language (`template_of`); "" takes the one that comes with Svar.
    """
    read = [ticket for ticket in tickets if ticket.locale == locale][:MOST_READ] or list(tickets[:MOST_READ])
    common = common_words(read)
    resolution = resolution_of(read, locale, common, team)
    if resolution:
        # Question and answer are of one conversation, so that they fit.
        read.sort(key=lambda ticket: ticket.id != resolution[0].line.ticket_id)
    answer = frozenset(stem for piece in resolution for stem in query_stems(piece.line.text, locale))
    title = title_of(read, team, answer)
    issue = issue_of(read, title, team, answer)
    cause = cause_of(read[0], resolution, common, team)
    if cause is not None:
        # It stands once, unless it is all that was said.
        left = tuple(piece for piece in resolution if piece.line.start != cause.start or piece.line.end != cause.end)
        resolution = left or resolution
    pieces = [*_asked(issue), *_environment(read), *resolution]
    pieces += [Piece(cause, Kind.PARAGRAPH)] if cause is not None else []
    filled = {piece.line.section for piece in pieces}
    missing = tuple(section for section in Section if section not in filled)
    body, lines = body_of(pieces, locale, template_of(locale, own_template))
    return Sketch(title, body, lines, missing, tuple(questions_of(read, title, team, answer)))


def _asked(lines: Sequence[Line]) -> Iterator[Piece]:
    """The first ticket's sentences as one paragraph, the others as points."""
    for n, line in enumerate(lines):
        is_other = line.ticket_id != lines[0].ticket_id
        yield Piece(line, Kind.BULLET if is_other else Kind.TEXT if n else Kind.PARAGRAPH)


def _environment(tickets: Sequence[Ticket]) -> Iterator[Piece]:
    """The products that the tickets are about."""
    seen: set[str] = set()
    for ticket in tickets:
        if ticket.product and ticket.product not in seen:
            seen.add(ticket.product)
            line = Line(Section.ENVIRONMENT, ticket.product, ticket.id, -1, 0, len(ticket.product))
            yield Piece(line, Kind.BULLET)
