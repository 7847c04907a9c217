"""The demand of a window: its tickets without noise, what is left of how they were dealt with, and what links say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.gaps.corpus import MOST_LINKED, Corpus, search_id
from assistant.gaps.coverage import Trace, coverage_of, is_open, traces
from assistant.gaps.likely import Likely
from assistant.gaps.model import Coverage, LeftOut
from assistant.gaps.shelf import ArticleShelf
from assistant.gaps.sift import left_out
from kb.gaps.model import AskedTicket, Miss, Window
from kb.store import Store

_AMONG_LINKED = 0.6
"""Of banking77 without twelve of its articles, this leaves one in twenty of their questions as covered instead of four
in ten, and takes one in a hundred from those that are."""
_RETOLD = 0.2
"""Of sumo's tickets whose article was taken out, three in four get a confident list, hardly fewer than of those that
link an article. With this, four in ten are left, and seven in ten of the others (judged by the other half's links)."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What was asked in a window, by ticket id."""

    tickets: Mapping[str, AskedTicket]
    """Without those that are no demand."""
    left_out: Mapping[LeftOut, int]
    misses: Mapping[str, Miss]
    """Questions outside of tickets, by their id among tickets."""
    traces: Mapping[str, Trace]
    labels: Mapping[str, str]
    """Of all times: the family that each linked ticket links; of several the one that most tickets link, ties by id."""

    def traced(self) -> dict[str, Coverage]:
        """What is known of each ticket without guessing."""
        return {ticket_id: coverage_of(self.traces.get(ticket_id)) for ticket_id in self.tickets}


def read(store: Store, shelf: ArticleShelf, window: Window, *, confident: float) -> Demand:
    """Read the demand of a window.

    Args:
        store: The open data folder.
        shelf: The articles that are there today.
        window: Which demand.
        confident: The team's threshold.
    """
    asked = store.gaps.asked
    counted: Counter[LeftOut] = Counter()
    tickets: dict[str, AskedTicket] = {}
    for ticket in asked.tickets(window):
        reason = left_out(ticket)
        if reason is None:
            tickets[ticket.id] = ticket
        else:
            counted[reason] += 1
    found = traces(asked.said(window), tickets, shelf.leaves.keys(), confident=confident)
    misses = {search_id(each): each for each in asked.misses(window)}
    uncovered = {ticket_id for ticket_id, trace in found.items() if coverage_of(trace) is not Coverage.LINKED}
    return Demand(tickets, dict(counted), misses, found, _labels(store, shelf, window, uncovered))


def _labels(store: Store, shelf: ArticleShelf, window: Window, uncovered: set[str]) -> dict[str, str]:
    """What the newest linked tickets link that the window may know of; not of those whose link covers nothing."""
    known = [
        each
        for each in store.tickets.linked_since(0)
        if (window.until is None or each.created_at < window.until) and each.id not in uncovered
    ]  # fmt: skip
    newest = sorted(known, key=lambda each: (each.created_at, each.id))[-MOST_LINKED:]
    links = {each.id: {shelf.family(article_id) for article_id, _ in each.links} - {""} for each in newest}
    counted = Counter(family for families in links.values() for family in families)
    return {
        ticket_id: min(links[ticket_id], key=lambda family: (-counted[family], family))
        for ticket_id in sorted(links)
        if links[ticket_id]
    }


def undecided(demand: Demand, corpus: Corpus) -> NDArray[np.int64]:
    """(m,) rising: rows of what no trace covers, questions outside of tickets among them.

    Args:
        demand: The window's.
        corpus: Has a row for each.
    """
    traced = demand.traced()
    wanted = [ticket_id for ticket_id, known in traced.items() if known is Coverage.NONE]
    return np.array(sorted(corpus.place[each] for each in [*wanted, *demand.misses]), np.int64)


def coverage_with(
    demand: Demand, corpus: Corpus, rows: NDArray[np.int64], likely: Likely, shelf: ArticleShelf, *, confident: float
) -> dict[str, Coverage]:
    """Whether each ticket, and each question outside of tickets, is covered, by what would be suggested too.

    A confident suggestion counts only where tickets like it are linked about as often as all are: a crowd of questions
    that nobody linked anything to is one that colleagues found nothing for, however like the neighbouring topic it is.
    Where colleagues did answer, it counts only if their answer may well retell one of the articles: if they said
    something else, the list would not have helped them.

    Args:
        demand: The window's.
        corpus: The questions.
        rows: (m,) what no trace covers.
        likely: What would be suggested for these.
        shelf: Says which articles serve whom.
        confident: The team's threshold.
    """
    known = demand.traced() | dict.fromkeys(demand.misses, Coverage.NONE)
    serves: dict[tuple[int, str], bool] = {}
    for place, row in enumerate(rows.tolist()):
        ticket_id, code = corpus.ids[row], int(likely.first[place])
        if ticket_id not in known or code < 0 or likely.confidence[place] < confident:
            continue
        if likely.around[place] < _AMONG_LINKED * likely.base or likely.retold[place] < _RETOLD:
            continue
        key = code, corpus.locales[row]
        if key not in serves:
            serves[key] = shelf.serves(likely.articles[code], key[1])
        if serves[key] and is_open(demand.traces.get(ticket_id)):
            known[ticket_id] = Coverage.LIKELY
    return known
