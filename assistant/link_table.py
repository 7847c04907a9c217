"""The links of all tickets in memory, as columns: what agents linked, and what their answers imply."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    linked: NDArray[np.float32]
    """(a,) how many tickets have each article linked by an agent."""

    @staticmethod
    def of(linked: Iterable[LinkedTicket], implied: Iterable[tuple[str, str, float]]) -> Links:
        """Arrange links as columns.

        Args:
            linked: Tickets with what agents linked.
            implied: (ticket id, article id, weight); what the answers of a linked ticket imply is left out.
        """
        rows: dict[str, list[tuple[str, float, float, bool]]] = {}
        created: dict[str, float] = {}
        for ticket in linked:
            if ticket.links:
                rows[ticket.id] = [(article_id, at.timestamp(), 1.0, False) for article_id, at in ticket.links]
                created[ticket.id] = ticket.created_at.timestamp()
        for ticket_id, article_id, weight in implied:
            if ticket_id not in created:
                rows.setdefault(ticket_id, []).append((article_id, 0.0, weight, True))
        flat = [row for found in rows.values() for row in found]
        articles = tuple(sorted({row[0] for row in flat}))
        code = {article_id: i for i, article_id in enumerate(articles)}
        return Links._counted(
            articles=articles,
            tickets=list(rows),
            created_s=np.array([created.get(ticket_id, 0.0) for ticket_id in rows], np.float64),
            counts=np.array([len(found) for found in rows.values()], np.int64),
            article=np.array([code[row[0]] for row in flat], np.int32),
            at_s=np.array([row[1] for row in flat], np.float64),
            weight=np.array([row[2] for row in flat], np.float32),
            implied=np.array([row[3] for row in flat], np.bool_),
        )

    @staticmethod
    def _counted(
        *,
        articles: tuple[str, ...],
        tickets: Sequence[str],
        created_s: NDArray[np.float64],
        counts: NDArray[np.int64],
        article: NDArray[np.int32],
        at_s: NDArray[np.float64],
        weight: NDArray[np.float32],
        implied: NDArray[np.bool_],
    ) -> Links:
        return Links(
            articles=articles,
            tickets={ticket_id: i for i, ticket_id in enumerate(tickets)},
            created_s=created_s,
            begins=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)]),
            article=article,
            at_s=at_s,
            weight=weight,
            implied=implied,
            linked=np.bincount(article[~implied], minlength=len(articles)).astype(np.float32),
        )

    def rows_of(self, tickets: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows of some tickets, one ticket after the other.

        Args:
            tickets: (k,) their codes.

        Returns:
            (n,) rows, and (k,) how many of them each ticket has.
        """
        counts = self.begins[tickets + 1] - self.begins[tickets]
        ends = np.cumsum(counts)
        return np.arange(int(counts.sum())) + np.repeat(self.begins[tickets] - (ends - counts), counts), counts

    def without(self, tickets: Collection[str]) -> Links:
        """The same without the links of some tickets, and without articles that nothing else leads to.

        Args:
            tickets: Ids; those that have no links change nothing.
        """
        gone = [self.tickets[ticket_id] for ticket_id in tickets if ticket_id in self.tickets]
        if not gone:
            return self
        stays = np.ones(len(self.created_s), np.bool_)
        stays[gone] = False
        rows, counts = self.rows_of(np.flatnonzero(stays))
        used, article = np.unique(self.article[rows], return_inverse=True)
        return Links._counted(
            articles=self.articles
            if len(used) == len(self.articles)
            else tuple(self.articles[i] for i in used.tolist()),
            tickets=[ticket_id for ticket_id, stay in zip(self.tickets, stays.tolist(), strict=True) if stay],
            created_s=self.created_s[stays],
            counts=counts,
            article=article.astype(np.int32),
            at_s=self.at_s[rows],
            weight=self.weight[rows],
            implied=self.implied[rows],
        )

    def joined(self, other: Links) -> Links:
        """The links of both.

        Args:
            other: Links of other tickets; its tickets come last.
        """
        # The same object where nothing is new: others remember what they know about these articles.
        known = set(self.articles).issuperset(other.articles)
        articles = self.articles if known else tuple(sorted({*self.articles, *other.articles}))
        code = {article_id: i for i, article_id in enumerate(articles)}
        renamed = [
            np.array([code[article_id] for article_id in each.articles], np.int32)[each.article]
            for each in (self, other)
        ]
        return Links._counted(
            articles=articles,
            tickets=[*self.tickets, *other.tickets],
            created_s=np.concatenate([self.created_s, other.created_s]),
            counts=np.concatenate([np.diff(self.begins), np.diff(other.begins)]),
            article=np.concatenate(renamed),
            at_s=np.concatenate([self.at_s, other.at_s]),
            weight=np.concatenate([self.weight, other.weight]),
            implied=np.concatenate([self.implied, other.implied]),
        )

    def popularity(self, *, before_s: float = np.inf) -> NDArray[np.float32]:
        """(a,) how many tickets that came in before a moment have each article linked by an agent."""
        # Nearly always few came later, or none.
        later, _ = self.rows_of(np.flatnonzero(self.created_s >= before_s))
        later = later[~self.implied[later]]
        return self.linked - np.bincount(self.article[later], minlength=len(self.articles)).astype(np.float32)

    def said(self, ticket_id: str) -> tuple[float, list[tuple[str, float]], list[tuple[str, float]]]:
        """What the columns say of a ticket.

        Args:
            ticket_id: Its id.

        Returns:
            When it came in, (article id, when it was linked) by article, and what is implied as (article id, weight);
            0 and nothing for a ticket without links.
        """
        code = self.tickets.get(ticket_id)
        if code is None:
            return 0.0, [], []
        rows = range(int(self.begins[code]), int(self.begins[code + 1]))
        named = [(self.articles[self.article[row]], row) for row in rows]
        linked = sorted((article_id, float(self.at_s[row])) for article_id, row in named if not self.implied[row])
        return (
            float(self.created_s[code]),
            linked,
            [(article_id, float(self.weight[row])) for article_id, row in named if self.implied[row]],
        )


class LinkTable:
    """Follows the links of a store and the implied links of an index. Safe to use from several threads.

    A change costs what it takes to copy the columns, some milliseconds for a hundred thousand tickets.
    """

    def __init__(self, store: Store, shelves: Shelves) -> None:
        """Read all of them."""
        self._store, self._shelves = store, shelves
        self._lock = threading.Lock()
        self._seq = 0
        self._run = ""
        self._aside: dict[str, list[tuple[str, float]]] = {}
        """What the answers of linked tickets imply: it counts again should they lose their links."""
        self.links = Links.of((), ())
        self.refresh()

    def refresh(self) -> None:
        """Take in what changed since; microseconds when nothing did."""
        with self._lock:
            links = self._with_linked(self.links)
            run = self._shelves.meta(TAUGHT)
            if run != self._run:
                self._run, links = run, self._taught(links)
            self.links = links

    def _with_linked(self, links: Links) -> Links:
        """With the tickets that have other links than before, or came in at another time."""
        seq = self._store.seq()
        if seq == self._seq:
            return links
        found = self._store.tickets.linked_since(self._seq)
        changed = [ticket for ticket in found if _said(ticket) != links.said(ticket.id)[:2]]
        self._seq = seq
        if not changed:
            return links
        for ticket in changed:
            implied = links.said(ticket.id)[2]
            if ticket.links and implied:
                self._aside[ticket.id] = implied
        unlinked = [ticket.id for ticket in changed if not ticket.links]
        back = [(key, *link) for key in unlinked for link in self._aside.pop(key, links.said(key)[2])]
        new = Links.of(changed, back)
        kept = links.without([ticket.id for ticket in changed])
        return kept.joined(new) if new.tickets else kept

    def _taught(self, links: Links) -> Links:
        """With other implied links than before."""
        linked = links.without([key for key, code in links.tickets.items() if links.implied[links.begins[code]]])
        self._aside = {}
        implied: list[tuple[str, str, float]] = []
        for ticket_id, article_id, weight in self._shelves.implied_links():
            if ticket_id in linked.tickets:
                self._aside.setdefault(ticket_id, []).append((article_id, weight))
            else:
                implied.append((ticket_id, article_id, weight))
        return linked.joined(Links.of((), implied))


def _said(ticket: LinkedTicket) -> tuple[float, list[tuple[str, float]]]:
    """What the columns would say of a ticket."""
    if not ticket.links:
        return 0.0, []
    return ticket.created_at.timestamp(), sorted((article_id, at.timestamp()) for article_id, at in ticket.links)
