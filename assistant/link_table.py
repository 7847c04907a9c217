"""The links of all tickets in memory, as columns: what agents linked, and what their answers imply."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.shelves import TAUGHT, Shelves
from kb.model import LinkedTicket
from kb.store import Store


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Which articles belong to which tickets; row r of the lower columns is one link."""

    articles: tuple[str, ...]
    """Article ids by code."""
    tickets: Mapping[str, int]
    """Codes by ticket id."""
    created_s: NDArray[np.float64]
    """(t,) when each ticket came in, in seconds since 1970; 0 for one that has only implied links."""
    begins: NDArray[np.int64]
    """(t + 1,) ticket c has the rows begins[c] to begins[c + 1]."""
    article: NDArray[np.int32]
    """(r,) article code."""
    at_s: NDArray[np.float64]
    """(r,) when it was linked; 0 for an implied one, which counts wherever its ticket does."""
    weight: NDArray[np.float32]
    """(r,) 1 for what an agent linked; what a ticket's answers imply adds up to 1 at most."""
    implied: NDArray[np.bool_]
    """(r,)"""

    @staticmethod
    def of(linked: Sequence[LinkedTicket], implied: Sequence[tuple[str, str, float]]) -> Links:
        """Arrange links as columns.

        Args:
            linked: Tickets with what agents linked.
            implied: (ticket id, article id, weight); what the answers of a linked ticket imply is left out.
        """
        rows: dict[str, list[tuple[str, float, float, bool]]] = {
            ticket.id: [(article_id, at.timestamp(), 1.0, False) for article_id, at in ticket.links]
            for ticket in linked
            if ticket.links
        }
        created = {ticket.id: ticket.created_at.timestamp() for ticket in linked if ticket.links}
        own = set(rows)
        for ticket_id, article_id, weight in implied:
            if ticket_id not in own:
                rows.setdefault(ticket_id, []).append((article_id, 0.0, weight, True))
        flat = [row for found in rows.values() for row in found]
        articles = tuple(sorted({row[0] for row in flat}))
        code = {article_id: i for i, article_id in enumerate(articles)}
        return Links(
            articles=articles,
            tickets={ticket_id: i for i, ticket_id in enumerate(rows)},
            created_s=np.array([created.get(ticket_id, 0.0) for ticket_id in rows], np.float64),
            begins=np.cumsum([0, *(len(found) for found in rows.values())], dtype=np.int64),
            article=np.array([code[row[0]] for row in flat], np.int32),
            at_s=np.array([row[1] for row in flat], np.float64),
            weight=np.array([row[2] for row in flat], np.float32),
            implied=np.array([row[3] for row in flat], np.bool_),
        )

    def popularity(self, *, before_s: float = np.inf) -> NDArray[np.float32]:
        """(a,) how many tickets that came in before a moment have each article linked by an agent."""
        ticket = np.repeat(np.arange(len(self.created_s)), np.diff(self.begins))
        counted = ~self.implied & (self.created_s[ticket] < before_s)
        return np.bincount(self.article[counted], minlength=len(self.articles)).astype(np.float32)


class LinkTable:
    """Follows the links of a store and the implied links of an index. Safe to use from several threads."""

    def __init__(self, store: Store, shelves: Shelves) -> None:
        """Read all of them."""
        self._store, self._shelves = store, shelves
        self._lock = threading.Lock()
        self._linked: dict[str, LinkedTicket] = {}
        self._seq = 0
        self._run = ""
        self._implied: list[tuple[str, str, float]] = []
        self.links = Links.of((), ())
        self.refresh()

    def refresh(self) -> None:
        """Take in what changed since; microseconds when nothing did."""
        with self._lock:
            changed = self._take_linked()
            run = self._shelves.meta(TAUGHT)
            if run != self._run:
                self._run, self._implied, changed = run, self._shelves.implied_links(), True
            if changed:
                self.links = Links.of(list(self._linked.values()), self._implied)

    def _take_linked(self) -> bool:
        """Whether any ticket has other links than before, or any that has some came in at another time."""
        seq = self._store.seq()
        if seq == self._seq:
            return False
        changed = False
        for ticket in self._store.tickets.linked_since(self._seq):
            before = self._linked.pop(ticket.id, None)
            if ticket.links:
                self._linked[ticket.id] = ticket
            changed = changed or _known(before) != _known(ticket)
        self._seq = seq
        return changed


def _known(ticket: LinkedTicket | None) -> tuple[object, ...]:
    """What the columns say of a ticket; the same for none and for one without links."""
    return (ticket.created_at, ticket.links) if ticket is not None and ticket.links else ()
