"""What colleagues answered to similar tickets: which words they used, and how much that says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.problem import is_solved
from indexer.words import query_stems
from kb.model import Author, Message, Ticket

MOST_PRECEDENTS = 30
"""More tickets add nothing: their weight has fallen to a fraction of the nearest one's."""
_READ_CHARACTERS = 1500
"""Of each reply; what follows in longer ones is a log or a footnote."""
_READ_REPLIES = 3
_TENTH = 9
_TELLING = (0.05, 0.30)
"""Likeness of the tenth nearest ticket at which tickets say nothing, and enough. Measured on the demo, where they
should give way to the words of the articles, and on sumo, where they should not (`choice.worth`)."""
_SOLVED = 1.5
"""A ticket that ended solved counts so much more than one of which that is not known."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """A resolved ticket like the one in question."""

    ticket: Ticket
    likeness: float
    """Centred cosine of the two questions."""

    @property
    def weight(self) -> float:
        """What it counts: the square of the likeness, since a half-like ticket is far less than half as telling."""
        return max(0.0, self.likeness) ** 2 * (_SOLVED if is_solved(self.ticket) else 1.0)

    @property
    def replies(self) -> tuple[Message, ...]:
        """What agents answered in public, in order; of a long conversation the beginning."""
        return tuple(m for m in self.ticket.messages if m.public and m.author is Author.AGENT)[:_READ_REPLIES]


def doubt(precedents: Sequence[Precedent]) -> float:
    """How little similar tickets can say about a question, 0..1: 1 if hardly any are like it, 0 if ten clearly are.

    Args:
        precedents: Similar tickets, nearest first.
    """
    low, high = _TELLING
    tenth = precedents[_TENTH].likeness if len(precedents) > _TENTH else 0.0
    return 1.0 - min(1.0, max(0.0, (tenth - low) / (high - low)))


def vocabulary(precedents: Sequence[Precedent], locale: str) -> dict[str, float]:
    """How usual each word is in the answers to similar tickets.

    Args:
        precedents: Similar tickets, nearest first; the first MOST_PRECEDENTS are read.
        locale: Language of the answer to be written; tickets in others have hardly a word in common with it.

    Returns:
        By stem the weighted share 0..1 of the tickets whose replies have it; empty without precedents.
    """
    read = precedents[:MOST_PRECEDENTS]
    total = sum(each.weight for each in read)
    found: dict[str, float] = {}
    for each in read:
        share = each.weight / total if total else 0.0
        said = [_stems(reply.body[:_READ_CHARACTERS], locale) for reply in each.replies] if share else []
        for stem in frozenset().union(*said):
            found[stem] = found.get(stem, 0.0) + share
    return found


@lru_cache(maxsize=4096)
def _stems(text: str, locale: str) -> frozenset[str]:
    return frozenset(query_stems(text, locale))


def usual(stems: frozenset[str], known: Mapping[str, float]) -> float:
    """How much a text sounds like the answers: the sum of its words' shares over the root of their number.

    The root keeps a long text from winning by its length and a short one by a single word; 0 for a text without words.
    """
    return sum(known.get(stem, 0.0) for stem in stems) / len(stems) ** 0.5 if stems else 0.0
