"""The gaps for which an article came out, each before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from assistant.engine import Engine
from assistant.gaps import corpus as corpora
from assistant.gaps import demand as demands
from assistant.gaps.closure import Case, closure_of
from assistant.gaps.clusters import LEAST, radius_of
from assistant.gaps.corpus import Corpus
from assistant.gaps.demand import Demand
from assistant.gaps.identity import Known
from assistant.gaps.model import Closure
from assistant.gaps.shelf import ArticleShelf
from assistant.gaps.stored import known_gaps
from kb.gaps.model import GapRecord, GapStatus, Said, Window
from kb.settings import Settings
from kb.store import Store

_BEFORE = timedelta(weeks=26)
"""So long before the day is looked at."""
_MOST_OF_IT = 0.5
"""A gap has its article once one article is linked to so much of it."""
_LINKS = frozenset({"linked", "mentioned", "resolution"})
_LATE = timedelta(days=1)
"""A link that is made so long after a ticket ended did not answer it."""


def note_shipped(store: Store, shelf: ArticleShelf, now: datetime) -> None:
    """Note which gaps have their article by now: one to which most of their tickets are linked.

    Args:
        store: The open data folder.
        shelf: The articles that are there today.
        now: The day for an article that was there already when the gap was found.
    """
    known = {each.id: each for each in known_gaps(store)}
    records = store.gaps.get_many(known)
    links: dict[str, set[str]] = {}
    for ticket in store.tickets.linked_since(0):
        links[ticket.id] = {shelf.family(article_id) for article_id, _ in ticket.links} - {""}
    for gap_id in sorted(known):
        if records[gap_id].shipped_at is not None or not known[gap_id].tickets:
            continue
        counted = Counter(family for ticket in known[gap_id].tickets for family in links.get(ticket, ()))
        family = min(counted, key=lambda each: (-counted[each], each), default="")
        if family and counted[family] >= _MOST_OF_IT * len(known[gap_id].tickets):
            leaf = shelf.version(family, "")
            if leaf is not None:
                published = leaf.article.published_at
                later = published if published and published > records[gap_id].created_at else now
                store.gaps.ship(gap_id, leaf.article.id, later, actor="system")


def closures_of(engine: Engine, settings: Settings, window: Window, now: datetime) -> dict[str, Closure]:
    """Compare each gap that has its article before and after that came out, by gap id.

    A ticket is of the topic on both sides of the day if its question lies within the radius of the gap as it was found,
    and nearer to its centre than to that of any other gap, or of the tickets that link any other article.

    Args:
        engine: The open index and store.
        settings: The team's.
        window: Its end, language and product count; the beginning is half a year before the first article.
        now: The end where the window has none.
    """
    store = engine.store
    shipped = [each for each in store.gaps.shipped() if each.shipped_at and each.status is not GapStatus.IGNORED]
    if not shipped:
        return {}
    since = min(each.shipped_at for each in shipped if each.shipped_at) - _BEFORE
    longer = replace(window, since=since)
    shelf = ArticleShelf.read(store, now)
    demand = demands.read(store, shelf, longer, confident=settings.min_confidence)
    corpus = corpora.read(engine.shelves, settings, demand.tickets, [], demand.labels.keys())
    known = {each.id: each for each in known_gaps(store)}
    members = _members(corpus, demand, list(known.values()), {each.id: each for each in shipped}, shelf)
    at_the_time = _at_the_time(store, demand, longer, settings.min_confidence)
    last = window.until or max((each.created_at for each in demand.tickets.values()), default=now)
    found = {}
    for record in shipped:
        if record.id in known and record.shipped_at is not None:
            cases = [Case(demand.tickets[i], i in at_the_time) for i in members.get(record.id, ())]
            first = max(since, min((case.ticket.created_at for case in cases), default=since))
            found[record.id] = closure_of(
                record.shipped_article_id, record.shipped_at, cases, first=first, last=max(last, record.shipped_at)
            )
    return found


def _members(
    corpus: Corpus, demand: Demand, known: Sequence[Known], shipped: Mapping[str, GapRecord], shelf: ArticleShelf
) -> dict[str, list[str]]:
    """Ids of the tickets of each shipped gap's topic."""
    own = {shelf.family(each.shipped_article_id): gap_id for gap_id, each in shipped.items()}
    rows: dict[str, list[int]] = {}
    for ticket_id, family in demand.labels.items():
        if ticket_id in corpus.place and family not in own:
            rows.setdefault(family, []).append(corpus.place[ticket_id])
    known = [_as_it_lies_now(each, corpus) for each in known]
    centres = [each.centre for each in known] + [_unit(corpus.questions[rows[f]].mean(axis=0)) for f in sorted(rows)]
    if not centres:
        return {}
    matrix = np.stack(centres)
    tickets = sorted(i for i in demand.tickets if i in corpus.place)
    found: dict[str, list[str]] = {}
    cosines = corpus.questions[[corpus.place[i] for i in tickets]] @ matrix.T
    for ticket_id, nearest, row in zip(tickets, cosines.argmax(axis=1).tolist(), cosines, strict=True):
        if nearest < len(known) and known[nearest].id in shipped and row[nearest] >= known[nearest].radius:
            found.setdefault(known[nearest].id, []).append(ticket_id)
    return found


def _as_it_lies_now(gap: Known, corpus: Corpus) -> Known:
    """A gap with the centre of its tickets among today's: what all tickets share has changed since it was found."""
    rows = [corpus.place[ticket_id] for ticket_id in sorted(gap.tickets) if ticket_id in corpus.place]
    if len(rows) < LEAST:
        return gap
    own = corpus.questions[rows]
    return replace(gap, centre=_unit(own.mean(axis=0)), radius=radius_of(own))


def _at_the_time(store: Store, demand: Demand, window: Window, confident: float) -> frozenset[str]:
    """Tickets that an article or a confident suggestion answered then."""
    return frozenset(
        each.ticket_id
        for each in store.gaps.asked.said(window)
        if each.ticket_id in demand.tickets and _answered(each, demand, confident)
    )


def _answered(said: Said, demand: Demand, confident: float) -> bool:
    ticket = demand.tickets[said.ticket_id]
    in_time = said.at <= ticket.ended_at + _LATE
    shown = said.kind == "shown" and said.confidence >= confident
    return in_time and ticket.worked is not False and (said.kind in _LINKS or shown)


def _unit(
    vector: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.asarray(vector / (float(np.linalg.norm(vector)) or 1.0), np.float32)
