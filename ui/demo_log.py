"""What the demo's team has done before you come in: a log of use since August, and customers' answers. All made up.

Only tickets with a linked article get a log, so that neither the ranking nor the gaps of the demo change by it; and
no answer says whether a solution worked. Everything is drawn from the tickets' ids: the same data gives the same log.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from kb.desk.satisfaction import Satisfaction, put_satisfaction
from kb.model import RESOLVED, Author, Event, EventKind, Ticket
from kb.store import Store
from ui.demo import add_colleagues

SINCE = datetime(2026, 8, 17, tzinfo=UTC)
"""The day from which the invented team uses Svar."""
_OPENED, _USED, _SENT = 0.75, 0.55, 0.45
"""Shares of what is shown that get so far."""
_ANSWERED, _ASKED_NPS = 0.4, 0.6
_SCORES = ((0.42, 5), (0.74, 4), (0.87, 3), (0.95, 2), (1.0, 1))
_NPS = {5: (9, 10), 4: (8, 9), 3: (6, 7), 2: (3, 5), 1: (0, 2)}


def add_use_log(store: Store) -> None:
    """Write the log and the answers.

    Args:
        store: With the demo's tickets and without a log.
    """
    colleagues = {user.name: user.id for user in add_colleagues(store).values()}
    linked = {each.id: each.links[0][0] for each in store.tickets.linked_since(0) if each.links}
    tickets = [store.tickets.get(one) for one in sorted(linked)]
    others: dict[tuple[str, str], list[str]] = {}
    for ticket in tickets:
        others.setdefault((ticket.locale, ticket.product), []).append(linked[ticket.id])
    store.events.append(
        [
            event
            for ticket in tickets
            if ticket.created_at >= SINCE
            for event in _deeds(ticket, linked[ticket.id], others[ticket.locale, ticket.product], colleagues)
        ]
    )
    answers = [said for ticket in tickets if ticket.status in RESOLVED for said in _answers(ticket)]
    with store.database.write("rate", "ticket", str(len(answers)), actor="demo") as connection:
        for said in answers:
            put_satisfaction(connection, said)


def _deeds(ticket: Ticket, article: str, near: list[str], colleagues: dict[str, str]) -> Iterator[Event]:
    reply = next((m for m in ticket.messages if m.public and m.author is Author.AGENT), None)
    if reply is None:
        return
    who, at = colleagues.get(reply.name, ""), reply.at
    share, far = round(0.55 + 0.4 * _drawn(ticket, "confidence"), 4), _drawn(ticket, "far")
    beside = near[int(_drawn(ticket, "beside") * len(near))]
    for rank, shown in enumerate(dict.fromkeys((article, beside)), start=1):
        yield Event(EventKind.SHOWN, at - timedelta(minutes=4), who, ticket.id, shown, 1, rank, share)
    if far < _OPENED:
        yield Event(EventKind.OPENED, at - timedelta(minutes=3), who, ticket.id, article, 1, 1, detail={"by": "place"})
    if far < _USED:
        yield Event(
            EventKind.INSERTED, at - timedelta(minutes=2), who, ticket.id, article, 1, 1, detail={"by": "passage"}
        )
    if far < _SENT:
        yield Event(EventKind.SENT, at, who, ticket.id, article, 1, detail={"public": True})


def _answers(ticket: Ticket) -> Iterator[Satisfaction]:
    if _drawn(ticket, "answers") >= _ANSWERED:
        return
    drawn = _drawn(ticket, "score")
    score = next(score for limit, score in _SCORES if drawn < limit)
    low, high = _NPS[score]
    nps = low + int(_drawn(ticket, "nps") * (high - low + 1)) if _drawn(ticket, "asked") < _ASKED_NPS else None
    at = (ticket.closed_at or ticket.messages[-1].at) + timedelta(hours=20)
    yield Satisfaction("demo", ticket.id, at, ticket_id=ticket.id, score=float(score), scale=5.0, nps=nps)


def _drawn(ticket: Ticket, what: str) -> float:
    """A number from 0 to below 1 that is the same every time."""
    return int.from_bytes(sha256(f"{ticket.id} {what}".encode()).digest()[:6]) / 2**48
