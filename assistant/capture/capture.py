"""From the closed tickets of a data folder to candidates for articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.capture.memory import Memory, content_of, digest
from assistant.capture.near import NearArticles
from assistant.capture.proposal import near_articles, proposal_of
from assistant.capture.rejects import rejection_of, rejection_of_all
from assistant.capture.searching import Search
from assistant.capture.sketch import MOST_READ, sketch
from assistant.demand import asked
from assistant.demand.asked import Demand
from assistant.demand.grain import learned
from assistant.demand.groups import Group, Mixing, group, mixings
from assistant.demand.space import Space
from assistant.redaction.redact import TeamNumbers
from assistant.service import Service
from indexer.folders import require_folder
from indexer.shelves import Shelves
from kb.knowledge.candidate import Candidate, Proposal, Rejection, Section, Sketch
from kb.knowledge.candidate_rows import sketch_from
from kb.model import Confidence, Ticket

LEAST = 3
"""Tickets of a candidate: twice may be chance."""
_SPEAKERS, _MANY = 3, 10
"""How many tickets are searched for near articles; of a small group one."""
_WORTH_WARMING = 600
"""So many tickets make some sixty questions to search."""
_ANSWERS_EXPECTED = 0.2
"""From this share of answered tickets on, one without an answer was left without; below, the import had none."""
_WORKING_DAY = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Window:
    """Which tickets are looked at; those of other times still say what belongs together."""

    since: datetime | None = None
    until: datetime | None = None
    """Tickets that came in before this."""
    locale: str = ""
    product: str = ""

    def holds(self, ticket: Ticket) -> bool:
        """Whether a ticket is in it."""
        return (
            (self.since is None or ticket.created_at >= self.since)
            and (self.until is None or ticket.created_at < self.until)
            and self.locale in {"", ticket.locale}
            and self.product in {"", ticket.product}
        )


def capture(
    service: Service,
    window: Window,
    *,
    least: int = LEAST,
    memory: Memory | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Candidate]:
    """Find what closed tickets ask that no article was linked to, and what to do about it.

    Args:
        service: The open data folder.
        window: Which tickets.
        least: Fewer tickets make no candidate.
        memory: What earlier runs worked out; with or without it the same is found. None: everything is worked out.
        progress: Called with (done, all) groups.

    Returns:
        Those that are not rejected first, each with most tickets first, ties by id. Empty where nothing is indexed.
    """
    store = service.store
    shelves = Shelves(require_folder(service.settings.home))
    linked = {each.id: each for each in store.tickets.linked_since(0)}
    kin = store.articles.families({article_id for each in linked.values() for article_id, _ in each.links})
    families = {each.id: each.family for each in kin if each.confidence is not Confidence.ARCHIVED}
    demand = asked.read(shelves, linked, families)
    rows = np.array([i for i, label in enumerate(demand.labels) if not label], np.int64)
    tickets = store.tickets.get_many(demand.ids[row] for row in rows)
    rows = rows[[demand.ids[row] in tickets and window.holds(tickets[demand.ids[row]]) for row in rows]]
    if len(rows) >= _WORTH_WARMING:
        # Seconds to begin with, and each question is encoded five times as quickly.
        service.warm()
    found = _Found(service, demand, tickets, memory or Memory())
    grain = learned(demand)
    space = Space.learned(demand, found.linked, grain.answer_weight)
    groups = group(demand, rows, found.linked, space, grain, least=least)
    questions = mixings(demand, groups, found.linked, replace(space, answer_weight=0.0))
    answers = mixings(demand, groups, found.linked, replace(space, answer_weight=1.0)) if grain.answer_weight else []
    candidates = []
    for n, each in enumerate(groups):
        candidates.append(found.candidate(each, questions[n], answers[n] if answers else []))
        if progress is not None:
            progress(n + 1, len(groups))
    return sorted(candidates, key=lambda each: (each.rejected is not None, -len(each.tickets), each.id))


class _Found:
    """What is known about the tickets while candidates are made of them."""

    def __init__(self, service: Service, demand: Demand, tickets: Mapping[str, Ticket], memory: Memory) -> None:
        self._service, self._demand, self._tickets, self._memory = service, demand, tickets, memory
        self._team = TeamNumbers.of(service.settings)
        self._near = NearArticles(service.store.articles)
        self._search = Search(service, memory)
        self._own_template = cache(service.store.article_templates.of)
        self._content = cache(lambda ticket_id: content_of(tickets[ticket_id]))
        self._answers_expected = bool(len(demand)) and float(demand.answered.mean()) >= _ANSWERS_EXPECTED
        self._counts = Counter(label for label in demand.labels if label)
        self.linked: NDArray[np.int64] = np.array([i for i, label in enumerate(demand.labels) if label], np.int64)

    def candidate(self, each: Group, questions: Sequence[Mixing], answers: Sequence[Mixing]) -> Candidate:
        """Make one candidate."""
        tickets = [self._tickets[self._demand.ids[row]] for row in each.rows]
        reasons = [self._reason(ticket) for ticket in tickets]
        good = [t for t, reason in zip(tickets, reasons, strict=True) if reason is None] or tickets
        rejected = rejection_of_all(reasons)
        # What is no article need not be compared with any: searching is what costs time.
        speakers = 0 if rejected else _SPEAKERS if len(good) >= _MANY else 1
        searched = [self._search.ticket(ticket) for ticket in good[:speakers]]
        locale = Counter(t.locale for t in tickets).most_common(1)[0][0]
        ids = {article_id for found in searched for article_id in found.articles}
        ids |= {mixed.family for mixed in questions}
        near = near_articles(searched, each, questions, self._near.families(ids, locale))
        proposal, near = proposal_of(
            near,
            each,
            questions,
            answers,
            linked=self._counts,
            confident=self._service.settings.min_confidence,
        )
        text = self._sketch(good[:MOST_READ], locale)
        if proposal is Proposal.NEW and self._answers_expected and Section.RESOLUTION in text.missing:
            # Nobody said more than where to look: that would be an empty page.
            rejected = rejected or Rejection.NO_RESOLUTION
        newest = sorted(tickets, key=lambda t: (-t.created_at.timestamp(), t.id))
        weeks = Counter(f"{t.created_at:%G-W%V}" for t in tickets)
        return Candidate(
            id=f"from-{self._demand.ids[each.rows[0]]}",
            proposal=proposal,
            title=text.title,
            locale=locale,
            product=_commonest(t.product for t in tickets),
            tickets=tuple(t.id for t in newest),
            customers=len({t.customer.id if t.customer else t.id for t in tickets}),
            minutes=sum(_minutes(t) for t in tickets),
            first_at=newest[-1].created_at,
            last_at=newest[0].created_at,
            per_week=tuple(sorted(weeks.items())),
            nearest=near,
            rejected=rejected,
            sketch=text,
        )

    def _reason(self, ticket: Ticket) -> Rejection | None:
        made_of = digest(self._content(ticket.id), self._answers_expected, self._team)
        reason = self._memory.worked(
            "rejection",
            ticket.id,
            made_of,
            lambda: rejection_of(ticket, answers_expected=self._answers_expected, team=self._team),
        )
        return Rejection(reason) if reason else None

    def _sketch(self, tickets: Sequence[Ticket], locale: str) -> Sketch:
        own = self._own_template(locale)
        made_of = digest([self._content(ticket.id) for ticket in tickets], locale, self._team, own)
        return sketch_from(
            self._memory.worked(
                "sketch",
                tickets[0].id,
                made_of,
                lambda: asdict(sketch(tickets, locale, team=self._team, own_template=own)),
            )
        )


def _commonest(products: Iterable[str]) -> str:
    """What at least half of them are; else empty."""
    counted = Counter(products)
    name, count = min(counted.items(), key=lambda each: (-each[1], each[0]))
    return name if 2 * count >= counted.total() else ""


def _minutes(ticket: Ticket) -> int:
    """From arrival to end, at most a working day: nobody works on one ticket for a week."""
    end = ticket.closed_at or (ticket.messages[-1].at if ticket.messages else ticket.created_at)
    return int(max(timedelta(), min(end - ticket.created_at, _WORKING_DAY)).total_seconds() // 60)
