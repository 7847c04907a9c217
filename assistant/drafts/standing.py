"""Standing advice: paragraphs that agents sent to several customers with such tickets in nearly the same words. Pure.

A team without canned replies has them all the same, in its sent mail.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.drafts.consensus import READ_WORDS, Pair, pairs
from assistant.drafts.platforms import meant_for
from assistant.drafts.precedents import MOST_PRECEDENTS, Precedent
from assistant.drafts.sentences import Span
from assistant.drafts.ticket import impersonal
from assistant.drafts.told import (
    ITEM,
    LOST_LINK,
    MOST_WORDS,
    READ_CHARACTERS,
    Paragraph,
    Told,
    around_lost_links,
    paragraphs_of,
)
from assistant.redaction.redact import TeamNumbers
from kb.model import Message, Ticket

LEAST_WEIGHT = 0.5
"""Below this too few of the similar tickets say it, or hardly similar ones."""
MOST_MESSAGES = 3
"""A letter of more pieces does not read as one."""
_TRIED_MESSAGES = 3
_FEWEST_LEFT = 12
_NEW = 0.7
"""Share of its pairs of words that a further piece must have and those before it not."""
_LEAST_MORE = 0.3
"""A further piece must add so much of what the first one says of the others' answers."""
_SHORT_LINE = 8
"""Fewer words behind something announced are an item of it, with or without a mark."""
_ANNOUNCES = re.compile(r":[ \t*_]*\n")
_GOES_ON = re.compile(
    r"\W*(?:\((?:[2-9]|[b-z])\)|(?:then|now|next|also|otherwise|after that|both"
    r"|if (?:you have|there is|that|it|this|not)|sedan|därefter|annars|också|om det inte"
    r"|deretter|ellers|derefter|så|hvis (?:det|ikke)|dersom det|(?:you|du) (?:can|could|may|kan) (?:also|också|også|òg)"
    r"|in (?:the|that|this) (?:dialog|window|menu|list)\b|i (?:dialogen|dialogboksen|fönstret|vinduet|vindauget)"
    r"|i (?:menyn|menyen|menuen|listan|listen|lista)"
    r"|(?:an?|the|ett?|en|ei) (?:\w+ )?(?:dialog|window|menu|box|fönster|vindu|vindauge|vindue|dialogboks|meny)"
    r" (?:should|will|may|ska|skal|bör|bør|vil))\b)",
    re.IGNORECASE,
)
"""How a paragraph begins that goes on from another one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One message that holds standing advice, and which parts of it are that."""

    ticket: Ticket
    message: Message
    spans: tuple[Span, ...]
    """Whole paragraphs in their order; a list stands with the line that announces it. What was for one customer is
    left out between them."""
    tickets: tuple[str, ...]
    """Ids of the similar tickets in which agents said at least one of them, rising."""
    weight: float
    """How much speaks for it; 0 and more, comparable between questions."""
    agreement: float = 0.0
    """How much of what the others were told it says (`consensus`); 0 and more."""

    @property
    def text(self) -> str:
        """The paragraphs without lost links."""
        return LOST_LINK.sub("", "\n\n".join(self.message.body[span.start : span.end] for span in self.spans))

    @property
    def opening(self) -> str:
        """Its first paragraph."""
        return self.message.body[self.spans[0].start : self.spans[0].end]

    @property
    def parts(self) -> tuple[Span, ...]:
        """What of the message is quoted: the paragraphs around lost links."""
        return tuple(part for span in self.spans for part in around_lost_links(self.message.body, span))

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


def standing_advice(precedents: Sequence[Precedent], *, locale: str, without: str = "") -> tuple[Standing, ...]:
    """Find what agents usually say to such a question.

    Args:
        precedents: Similar tickets, nearest first; only those in the customer's language are read.
        locale: The customer's language.
        without: Id of the ticket in question, which must not speak for itself.

    Returns:
        The best of every message that holds any, the one first that agrees most with what others were told; ties in
        the given order.
    """
    return _Advice(precedents, locale, without).further()


def best_standing(
    precedents: Sequence[Precedent], *, locale: str, without: str = "", team: TeamNumbers | None = None
) -> tuple[Standing, ...]:
    """What agents usually say, without all that is personal, in up to MOST_MESSAGES pieces and MOST_WORDS words.

    The first piece agrees most with what others were told; each further one adds most to what stands already: the
    greedy choice, which for such a sum of what is covered is never far from the best one.

    Args:
        precedents: Similar tickets, nearest first.
        locale: The customer's language.
        without: Id of the ticket in question.
        team: What the team's own numbers look like.

    Returns:
        Empty if there is nothing, or where too little speaks for any.

    Source: Lin and Bilmes, "A Class of Submodular Functions for Document Summarization", 2011,
    aclanthology.org/P11-1052.
    """
    advice = _Advice(precedents, locale, without)
    found = advice.further()
    if max((each.weight for each in found), default=0.0) < LEAST_WEIGHT:
        return ()
    chosen: list[Standing] = []
    while found and len(chosen) < MOST_MESSAGES:
        kept = next((each for each in (_general(one, team) for one in found[:_TRIED_MESSAGES]) if each), None)
        if kept is None:
            break
        chosen.append(kept)
        room = MOST_WORDS - sum(each.words for each in chosen)
        found = advice.further(chosen, room=room, least=_LEAST_MORE * chosen[0].agreement)
    return advice.in_order(chosen)


def _general(found: Standing, team: TeamNumbers | None) -> Standing | None:
    """The same without all that is personal; None if hardly anything is left."""
    left = impersonal(found.ticket, found.message, found.spans, team=team)
    kept = replace(found, spans=_upright(found.message.body, found.spans, left))
    return kept if kept.words >= _FEWEST_LEFT else None


class _Advice:
    """All standing advice in the answers to similar tickets."""

    def __init__(self, precedents: Sequence[Precedent], locale: str, without: str) -> None:
        read = [p for p in precedents[:MOST_PRECEDENTS] if p.ticket.locale == locale and p.ticket.id != without]
        self._told = Told(read)
        self._most: dict[int, float] = {}
        """What each message adds at most, by its number."""
        self._messages = [
            (each.ticket, reply, _paragraphs(reply, self._told)) for each in read for reply in each.replies
        ]

    def further(
        self, chosen: Sequence[Standing] = (), *, room: int = MOST_WORDS, least: float = 0.0
    ) -> tuple[Standing, ...]:
        """The best of every message beside what is chosen already, by what it adds to that.

        Args:
            chosen: What stands already.
            room: Most words.
            least: What adds less is left out.
        """
        said = frozenset[Pair]().union(*(pairs(each.text) for each in chosen))
        used = {each.ticket.id for each in chosen}
        found = []
        for number, (ticket, message, paragraphs) in enumerate(self._messages):
            # The more is said, the less any message adds: what was too little before is so still.
            if ticket.id in used or self._most.get(number, math.inf) < least or not any(paragraphs.values()):
                continue
            pieces = self._pieces(ticket, message, paragraphs, said, room)
            best = max(pieces, key=lambda piece: piece.agreement, default=None)
            self._most[number] = best.agreement if best else -math.inf
            found += [best] if best and best.agreement >= least else []
        return tuple(sorted(found, key=lambda each: -each.agreement))

    def in_order(self, chosen: Sequence[Standing]) -> tuple[Standing, ...]:
        """The pieces in the order in which agents say them, where any says both; else the stronger one first."""
        ordered: list[Standing] = []
        for piece in chosen:
            later = (n for n, other in enumerate(ordered) if self._told.precedes(piece.opening, other.opening))
            ordered.insert(next(later, len(ordered)), piece)
        return tuple(ordered)

    def _pieces(
        self, ticket: Ticket, message: Message, told: _Paragraphs, said: frozenset[Pair], room: int
    ) -> Iterator[Standing]:
        """From every paragraph on that can stand first, as many as there is room for."""
        blocks, customer = tuple(told), self._told.customer(ticket)
        for number, first in enumerate(blocks):
            text = message.body[first.start : first.end]
            if told[first] is None or _leans(text) or self._told.follows(text):
                continue
            general = [span for span in blocks[number:] if told[span] is not None]
            kept: list[Paragraph] = []
            for span in _upright(message.body, blocks[number:], general):
                paragraph = told[span]
                if paragraph is None or sum(each.words for each in kept) + paragraph.words > room:
                    break
                kept.append(paragraph)
            if kept and _is_cut(message.body, kept[-1].span, blocks):
                kept.pop()
            spans = tuple(each.span for each in kept)
            piece = Standing(ticket, message, spans, self._told.tickets(kept), _strength(kept))
            own = pairs(piece.text, READ_WORDS)
            if kept and len(own - said) >= _NEW * len(own):
                yield replace(piece, agreement=self._told.consensus.agreement(own - said, without=customer))


_Paragraphs = dict[Span, Paragraph | None]
"""Every paragraph of a message in order, with who else was told it; None where too few were."""


def _paragraphs(message: Message, told: Told) -> _Paragraphs:
    body = message.body[:READ_CHARACTERS]
    return {span: told.paragraph(span, body[span.start : span.end]) for span in paragraphs_of(body)}


def _upright(body: str, spans: Sequence[Span], left: Sequence[Span]) -> tuple[Span, ...]:
    """Those of the paragraphs left over that do not lean on one that was taken out."""
    kept: list[Span] = []
    stands = False
    for span in spans:
        stands = span in left and (stands or not _leans(body[span.start : span.end]))
        if stands:
            kept.append(span)
    return tuple(kept)


def _is_cut(body: str, last: Span, blocks: Sequence[Span]) -> bool:
    """Whether what is announced in a paragraph goes on behind it: half a list is worse than none."""
    behind = blocks[blocks.index(last) + 1 :]
    following = body[behind[0].start : behind[0].end] if behind else ""
    listed = bool(ITEM.match(following)) or 0 < len(following.split()) < _SHORT_LINE
    return listed and bool(_ANNOUNCES.search(body, last.start, last.end))


def _strength(paragraphs: Sequence[Paragraph]) -> float:
    return sum(paragraph.weight * math.sqrt(paragraph.words) for paragraph in paragraphs)


def _leans(text: str) -> bool:
    """Whether a paragraph only makes sense behind another: items, the second of several, one platform of many."""
    return bool(ITEM.match(text) or _GOES_ON.match(text) or meant_for(text))
