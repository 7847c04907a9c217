"""What agents said that helps: the resolution of a sketch with its steps. Pure.

Nothing is worded anew: sentences are left out where they greet, ask back or speak to one customer alone, and list
marks become numbers where the points are steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.capture.agreement import agreements
from assistant.capture.courtesy import is_talk, without_greeting
from assistant.capture.leaning import announces, begins_leaning, leans, proposes, substance, without_name
from assistant.capture.page import Kind, Piece
from assistant.drafts.precedents import Precedent
from assistant.drafts.sentences import Span, split
from assistant.drafts.standing import best_standing
from assistant.drafts.ticket import advice, impersonal
from assistant.redaction.redact import TeamNumbers
from assistant.resolution import solving_reply
from indexer.problem import is_solved
from indexer.words import query_stems
from kb.knowledge.candidate import Line, Section
from kb.model import Author, Message, Ticket

_READ, _TRIED = 4000, 15
_FEWEST_WORDS, _FEWEST_WORDS_OF_STEPS, _MANY_WORDS = 12, 8, 80
_MOST_WORDS = 400
_BONUS = 0.5
"""What steps are worth, and that the customer said it worked: half of what a reply to the nearest ticket is worth."""
_AGREES, _FITS, _FIRST = 0.75, 0.25, 0.5
"""What it is worth that others say the same, that it speaks of what its own customer asked first, and that nothing was
said before it."""
_MOST_LEFT_OUT = 0.6
"""Share of its words without which a reply has more holes than sense."""
_FEWEST_STEPS, _MOST_BETWEEN, _RELATED = 2, 3, 2
_MARK = re.compile(
    r"(?:(?:[-*+•·]|(?P<number>\(?\d{1,2}[.)]|(?:step|steg|trin|trinn) \d{1,2}[.:)]?))(?:[ \t]+|(?=[A-ZÅÄÖÆØ])))",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"^(?:>|quote:|citat:|sitat:)|\b(?:said|wrote|skrev|schrieb):?$", re.IGNORECASE)
_WHOLE = ("```", "~~~", "|", "    ")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_DOES = re.compile(
    r"\W*(?:then |now |next,? |first,? |sedan |därefter |så |deretter |derefter |først |først? |please )?"
    r"(?:open|click|tap|go|press|select|choose|type|paste|enter|scroll|turn|hold|remove|take|put|check|uncheck|set|restart"
    r"|install|uninstall|download|disable|enable|close|start|wait|sign|log|change|move|copy|delete|clear|double-click"
    r"|right-click|reset|update|make|use|find|look|visit|add|create|drag|reboot|switch|unplug|connect"
    r"|öppna|klicka|gå|tryck|välj|skriv|rulla|vrid|håll|ta|sätt|kryssa|stäng|starta|installera|avinstallera|ladda|vänta"
    r"|logga|ändra|flytta|kopiera|radera|rensa|återställ|uppdatera|lägg|dra|koppla|byt|slå|kontrollera"
    r"|åpne|åpn|klikk|trykk|velg|skriv|rull|hold|ta|sett|lukk|start|installer|avinstaller|last|vent|logg|endre|flytt"
    r"|kopier|slett|tøm|tilbakestill|oppdater|legg|dra|koble|bytt|slå|sjekk|opne|vel|hald|set|lat|sjå"
    r"|åbn|klik|tryk|vælg|luk|afinstaller|hent|vent|log|skift|flyt|slet|ryd|nulstil|opdater|læg|træk|tilslut|sæt|tjek)\b",
    re.IGNORECASE,
)
"""How a step begins: what to do comes first in all five languages."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """What of one message can be quoted."""

    ticket: Ticket
    pieces: tuple[Piece, ...]
    left_out: float
    """Share 0..1 of its words that was left out: much, and what is left has holes."""
    is_first: bool
    """No agent had said anything before."""

    @property
    def words(self) -> int:
        return sum(len(piece.line.text.split()) for piece in self.pieces)

    @property
    def steps(self) -> int:
        return sum(piece.kind is Kind.STEP for piece in self.pieces)

    @property
    def is_useful(self) -> bool:
        """Whether it says enough, and more than where to look."""
        least = _FEWEST_WORDS_OF_STEPS if self.steps >= _FEWEST_STEPS else _FEWEST_WORDS
        enough = substance(piece.line.text for piece in self.pieces) >= least
        return enough and self.words <= _MOST_WORDS and self.left_out <= _MOST_LEFT_OUT

    @property
    def stems(self) -> frozenset[str]:
        """What it speaks of."""
        locale = self.ticket.locale
        return frozenset(stem for piece in self.pieces for stem in query_stems(piece.line.text, locale))


def resolution_of(
    tickets: Sequence[Ticket], locale: str, common: frozenset[str], team: TeamNumbers | None
) -> tuple[Piece, ...]:
    """The best thing that an agent said to one of some customers.

    What several customers were told in the same words comes first. Of the others the reply counts that would serve the
    next one best: with steps, about what all of them ask and what its own customer asked, in agreement with what others
    were told, little left out of it, from a ticket that is like all. What only says where to look is no answer.

    Args:
        tickets: The one that speaks for all best first.
        locale: Of the sketch.
        common: Stems of what most of them ask.
        team: What the team's own numbers look like.

    Returns:
        In the order of the message; empty where no agent said anything of use to others.
    """
    likeness = [1 - n / (2 * len(tickets)) for n in range(len(tickets))]
    precedents = [Precedent(ticket, like) for ticket, like in zip(tickets, likeness, strict=True)]
    # Its first piece: what else is usually said stands in other conversations.
    for standing in best_standing(precedents, locale=locale, team=team)[:1]:
        whole = split(standing.message.body[:_READ], standing.ticket.locale)
        spans = [s for s in whole if any(each.start <= s.start < each.end for each in standing.spans)]
        told = _quoted(standing.ticket, standing.message, spans)
        if told.is_useful:
            return told.pieces
    said = [(n, reply) for n, ticket in enumerate(tickets[:_TRIED]) for reply in _replies(ticket, team)]
    if not said:
        return ()
    agreed = agreements([reply.stems for _, reply in said], [reply.ticket.id for _, reply in said])
    worth = [
        round(_worth(reply, likeness[n], common) + _AGREES * agree, 6)
        for (n, reply), agree in zip(said, agreed, strict=True)
    ]
    return said[max(range(len(said)), key=lambda i: (worth[i], -i))][1].pieces


def _replies(ticket: Ticket, team: TeamNumbers | None) -> Iterator[_Reply]:
    """What of a ticket's replies would serve another customer: of the one that is advice, else of the solving one."""
    if not is_solved(ticket):
        return
    found = advice(ticket, team=team)
    if found is not None:
        message, spans = found
    else:
        solving = solving_reply(ticket.messages)
        if solving is None or solving.author is not Author.AGENT or not solving.public:
            return
        message, spans = solving, impersonal(ticket, solving, split(solving.body[:_READ], ticket.locale), team=team)
    reply = _quoted(ticket, message, spans)
    if reply.is_useful:
        yield reply


def _worth(reply: _Reply, likeness: float, common: frozenset[str]) -> float:
    stems = reply.stems
    asked = frozenset(query_stems(_first_words(reply.ticket), reply.ticket.locale))
    about = min(1.0, len(stems & common) / max(1, min(len(common), 8)))
    fits = min(1.0, len(stems & asked) / max(1, min(len(asked), 4)))
    helped = _BONUS * ((reply.steps >= _FEWEST_STEPS) + (reply.ticket.worked is True))
    stands = _FIRST * (reply.is_first + (not begins_leaning(reply.pieces[0].line.text)))
    length = min(reply.words, _MANY_WORDS) / _MANY_WORDS
    return length + likeness + about + _FITS * fits + helped + stands - reply.left_out


def _first_words(ticket: Ticket) -> str:
    said = next((m.body[:_READ] for m in ticket.messages if m.author is Author.CUSTOMER and m.public), "")
    return f"{ticket.subject}\n{said}"


def _quoted(ticket: Ticket, message: Message, spans: Sequence[Span]) -> _Reply:
    """Lines with how they stand, without talk, questions back and a greeting in front."""
    body = message.body
    found: list[Piece] = []
    end = -1
    for n, span in enumerate(spans):
        start = span.start + without_greeting(body[span.start : span.end])
        if not found:
            start += without_name(body[start : span.end])
        raw = body[start : span.end]
        mark = _MARK.match(raw)
        text = (
            raw
            if raw.startswith(_WHOLE)
            else _capital(" ".join(raw[mark.end() if mark else 0 :].split()), is_cut=start > span.start)
        )
        after = body[spans[n + 1].start : spans[n + 1].end] if n + 1 < len(spans) else ""
        if (
            not any(c.isalnum() for c in text)
            or is_talk(text)
            or leans(text)
            or _QUOTES.search(text)
            or (text.endswith("?") and not (_MARK.match(after) and proposes(text)))
        ):
            continue
        kind = _kind(raw, mark, body[end:start] if end >= 0 else "\n\n", found)
        at = start + (mark.end() if mark else 0)
        found.append(Piece(Line(Section.RESOLUTION, text, ticket.id, message.number, at, span.end), kind))
        end = span.end
    # What ends with a colon and announces nothing that is left, announces a hole.
    while found and found[-1].line.text.endswith(":"):
        found.pop()
    pieces = tuple(_announced(list(_stepped(_gathered(found)))))
    whole = max(1, len(body[:_READ].split()))
    left_out = 1 - min(1.0, sum(len(p.line.text.split()) for p in pieces) / whole)
    first = next((m for m in ticket.messages if m.public and m.author is Author.AGENT), message)
    return _Reply(ticket, pieces, left_out, first.number == message.number)


def _announced(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The same without lines that only ask to do the steps after them."""
    for n, piece in enumerate(pieces):
        after = pieces[n + 1].kind if n + 1 < len(pieces) else Kind.TEXT
        if not (after is Kind.STEP and piece.kind is not Kind.STEP and announces(piece.line.text)):
            yield piece


def _capital(text: str, *, is_cut: bool) -> str:
    """A sentence whose greeting was cut begins with a capital."""
    return text[:1].upper() + text[1:] if is_cut else text


def _kind(raw: str, mark: re.Match[str] | None, between: str, before: Sequence[Piece]) -> Kind:
    if raw.startswith(_WHOLE):
        return Kind.WHOLE
    if mark is not None:
        return Kind.STEP if mark["number"] else Kind.BULLET
    if not before:
        return Kind.PARAGRAPH
    if _BLANK_LINE.search(between):
        return Kind.PARAGRAPH
    # A line of its own that says what to do is a step where others stand beside it.
    return Kind.PARAGRAPH if "\n" in between and _DOES.match(raw) else Kind.TEXT


def _stepped(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The same with numbers where points, or lines of their own, say one after another what to do."""
    n = 0
    while n < len(pieces):
        kind = pieces[n].kind
        end = n + 1
        while end < len(pieces) and pieces[end].kind in {kind, Kind.TEXT}:
            end += 1
        own = [piece for piece in pieces[n:end] if piece.kind is kind]
        does = sum(bool(_DOES.match(piece.line.text)) for piece in own)
        is_list = kind is Kind.BULLET and len(own) >= _FEWEST_STEPS and 2 * does > len(own)
        is_lines = kind is Kind.PARAGRAPH and len(own) > _FEWEST_STEPS and does == len(own)
        for piece in pieces[n:end]:
            yield replace(piece, kind=Kind.STEP) if piece.kind is kind and (is_list or is_lines) else piece
        n = end


def _gathered(pieces: Sequence[Piece]) -> list[Piece]:
    """The same, with what stands between two numbered steps as a part of the first."""
    steps = [n for n, piece in enumerate(pieces) if piece.kind is Kind.STEP]
    between = {n for one, two in pairwise(steps) if two - one <= _MOST_BETWEEN for n in range(one + 1, two)}
    return [
        replace(piece, kind=Kind.TEXT) if n in between and piece.kind is Kind.PARAGRAPH else piece
        for n, piece in enumerate(pieces)
    ]
