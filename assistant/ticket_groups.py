"""Similar resolved tickets, each problem shown once: near-identical ones stand behind the best of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from indexer.encode import Vectors
from indexer.words import fold, words

SAME_PROBLEM = 0.70
"""Centred cosine from which two questions are the same one. Of real tickets (sumo, 3,000 questions with their ten
nearest) those read between .70 and .75 told the same problem, of those between .65 and .70 some did not."""
SAME_PRODUCT = 0.05
"""Added to the cosine of a ticket about the question's own product: first among near equals, others are not hidden."""
MAX_OTHERS = 20
"""So many ids of the others are named."""
_SAME_WORDS = 0.8
"""Share of words, of all that either has, from which two texts with one subject are near-equal."""
_WORDS_READ = 200
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Solved:
    """A resolved ticket as far as folding needs to know it."""

    id: str
    cosine: float
    """To the question, centred."""
    locale: str
    product: str
    subject: str
    text: str
    """What the customer asked."""
    is_solved: bool
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class TicketGroup:
    """Tickets with one problem."""

    best: Solved
    """Who is shown for all of them."""
    cosine: float
    """Of the nearest of them to the question."""
    count: int
    """How many they are, 1 = only the best."""
    others: tuple[str, ...] = ()
    """Ids of the rest, nearest first, at most MAX_OTHERS."""


def group(tickets: Sequence[Solved], vectors: Vectors, *, product: str = "", limit: int) -> tuple[TicketGroup, ...]:
    """Fold near-identical tickets into one.

    Tickets are the same problem if they are in one language, not about two products, and either their questions lie
    together (SAME_PROBLEM) or their subjects are equal and their texts nearly so. Each is compared with the nearest
    ticket of a group only, so that no chain of small steps joins two different problems. The best of a group is a
    solved one, then one about the question's own product, then the newest, then the nearest.

    Args:
        tickets: Any number, each once, in any order.
        vectors: (n, d) their questions, centred, rows of unit length or zero; in the order of `tickets`.
        product: What the question is about; "" if nobody said.
        limit: Most groups, at least 1.

    Returns:
        Groups, nearest to the question first, those about its product SAME_PRODUCT nearer; ties by ticket id.
    """
    if not tickets:
        return ()
    place = {ticket.id: n for n, ticket in enumerate(tickets)}
    # As a list: a loop that takes single numbers out of an array pays for each as much as for a whole row.
    alike = (vectors @ vectors.T >= SAME_PROBLEM).tolist()
    subjects = {ticket.id: fold(ticket.subject).strip() for ticket in tickets}
    said = _Said()
    groups: list[list[Solved]] = []
    for ticket in sorted(tickets, key=lambda t: (-_nearness(t, product), t.id)):
        for members in groups:
            first = members[0]
            near = alike[place[first.id]][place[ticket.id]]
            one_subject = subjects[first.id] == subjects[ticket.id] != ""
            if _may_join(first, ticket) and (near or (one_subject and said.alike(first, ticket))):
                members.append(ticket)
                break
        else:
            # Who belongs to none of those that are shown is not compared with anybody else either.
            if len(groups) < limit:
                groups.append([ticket])
    return tuple(_folded(members, product) for members in groups)


def _nearness(ticket: Solved, product: str) -> float:
    return ticket.cosine + (SAME_PRODUCT if product and ticket.product == product else 0.0)


def _may_join(first: Solved, other: Solved) -> bool:
    return first.locale == other.locale and (first.product == other.product or not (first.product and other.product))


class _Said:
    """The words of tickets, each taken apart once: with many equal subjects all are compared with all."""

    def __init__(self) -> None:
        self._words: dict[str, frozenset[str]] = {}

    def alike(self, first: Solved, other: Solved) -> bool:
        said, says = self._of(first), self._of(other)
        shared = len(said & says)
        return shared >= _SAME_WORDS * (len(said) + len(says) - shared)

    def _of(self, ticket: Solved) -> frozenset[str]:
        if ticket.id not in self._words:
            self._words[ticket.id] = frozenset(words(ticket.text)[:_WORDS_READ])
        return self._words[ticket.id]


def _folded(members: Sequence[Solved], product: str) -> TicketGroup:
    best = max(members, key=lambda t: (t.is_solved, bool(product) and t.product == product, t.closed_at or _NEVER))
    others = tuple(ticket.id for ticket in members if ticket is not best)
    return TicketGroup(best, max(t.cosine for t in members), len(members), others[:MAX_OTHERS])
