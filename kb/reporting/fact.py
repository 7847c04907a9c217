"""What counts of one ticket in the team's figures, worked out from what is stored about it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kb.desk.due import Calendar
from kb.event import EventKind
from kb.funnel import OPENED, SENT, SHOWN, STAGES, USED
from kb.model import RESOLVED, TicketStatus

SATISFIED_FROM = 0.75
"""A score is good from here on, as a share of the way from the worst to the best: 4 of 5, 8 of 10, yes of two."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A public message of a person or a bot."""

    author: str
    at: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An article that was linked to the ticket as what helped."""

    article_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did with something that was shown."""

    kind: str
    article_id: str
    rank: int
    at: datetime
    detail: str = "{}"
    """JSON."""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Rating:
    """A customer's answer."""

    score: float | None
    scale: float | None
    nps: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that is stored about a ticket and counts."""

    status: str
    created_at: datetime
    closed_at: datetime | None
    last_at: datetime
    worked: int | None
    turns: Sequence[Turn] = ()
    """Public messages in their order."""
    reopenings: int = 0
    """How often its status went from resolved to unresolved, as far as that was written down."""
    links: Sequence[Link] = ()
    deeds: Sequence[Deed] = ()
    ratings: Sequence[Rating] = ()
    """Newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What counts of a ticket; None where it does not apply or is not known."""

    created_on: str
    """Day in the team's zone, as 2026-05-04."""
    created_week: str
    """ISO week, as 2026-W19."""
    resolved_at: datetime | None
    resolved_on: str | None
    resolved_week: str | None
    first_response_s: int | None
    """From arrival to the first public message of a person of ours."""
    first_response_work_s: int | None
    """The same in the team's working time."""
    resolution_s: int | None
    """From arrival to the last time it was resolved; None while it is not."""
    resolution_work_s: int | None
    replies: int
    """Public messages of persons of ours."""
    reopened: int
    """1 if it came back after it had been resolved."""
    satisfied: int | None
    """1 for a good score, 0 for another; None where there is none."""
    nps: int | None
    worked: int | None
    linked: int
    """Articles that were linked as what helped."""
    known: int
    """Of those, the ones that there were before."""
    made: int
    """Of those, the ones that were written from this ticket."""
    assisted: int
    """1 if something that Svar suggested went into the work on it."""
    shown: int
    opened: int
    used: int
    sent: int
    solved: int
    """Articles that got so far in it, each counted in every stage before its own; see kb.funnel."""


@dataclass(frozen=True, slots=True)
class Use:
    """How far one article got in one ticket."""

    article_id: str
    first_on: str
    """Day of the first deed or of the link."""
    stage: int
    """As in kb.funnel; 0 where it was linked, but never shown here."""
    rank: int
    """Best place in a list; 0 for none."""
    dismissed: str
    """Why it was set aside; empty if it was not, or if that was taken back."""
    linked: int
    own: int
    """1 if the article was written for this ticket: then a link is no reuse."""


def fact_of(told: Told, calendar: Calendar) -> Fact:
    """Work out a ticket's facts.

    Args:
        told: What is stored about it.
        calendar: The team's hours; its zone says what a day and a week are.
    """
    resolved = told.status in {status.value for status in RESOLVED}
    resolved_at = max(told.closed_at or told.last_at, told.created_at) if resolved else None
    first = _first_response(told)
    uses = uses_of(told, calendar)
    stages = [use.stage for use in uses]
    worked_out = resolved and told.worked != 0
    rating = next((each for each in told.ratings if each.score is not None), None)
    own = _written_from(told)
    known = sum(link.article_id not in own for link in told.links)
    return Fact(
        created_on=_day(told.created_at, calendar), created_week=week_of(told.created_at, calendar),
        resolved_at=resolved_at, resolved_on=_day(resolved_at, calendar) if resolved_at else None,
        resolved_week=week_of(resolved_at, calendar) if resolved_at else None,
        first_response_s=_seconds(told.created_at, first),
        first_response_work_s=None if first is None else calendar.between(told.created_at, first),
        resolution_s=_seconds(told.created_at, resolved_at),
        resolution_work_s=None if resolved_at is None else calendar.between(told.created_at, resolved_at),
        replies=sum(turn.author == "agent" for turn in told.turns),
        reopened=int(told.reopenings > 0 or _came_back(told)),
        satisfied=None if rating is None else _satisfied(rating),
        nps=next((each.nps for each in told.ratings if each.nps is not None), None),
        worked=told.worked, linked=len(told.links), known=known, made=len(told.links) - known,
        assisted=int(any(_helps(deed) for deed in told.deeds)),
        shown=_reached(stages, SHOWN), opened=_reached(stages, OPENED), used=_reached(stages, USED),
        sent=_reached(stages, SENT), solved=_reached(stages, SENT) if worked_out else 0,
    )  # fmt: skip


def uses_of(told: Told, calendar: Calendar) -> list[Use]:
    """How far each article got in a ticket, by its id; articles that were linked elsewhere stand at stage 0."""
    links, own = {link.article_id: link for link in told.links}, _written_from(told)
    deeds: dict[str, list[Deed]] = {article_id: [] for article_id in links}
    for deed in told.deeds:
        if deed.article_id and (deed.kind in _COUNTED):
            deeds.setdefault(deed.article_id, []).append(deed)
    found = []
    for article_id, mine in sorted(deeds.items()):
        link = links.get(article_id)
        moments = [deed.at for deed in mine] + ([link.at] if link else [])
        ranks = [deed.rank for deed in mine if deed.rank > 0]
        found.append(
            Use(
                article_id, _day(min(moments), calendar), max((_stage(deed) for deed in mine), default=0),
                min(ranks, default=0), _dismissed(mine), int(link is not None),
                int(link is not None and article_id in own),
            )
        )  # fmt: skip
    return found


def week_of(moment: datetime, calendar: Calendar) -> str:
    """The ISO week of a moment in the team's zone, as 2026-W19."""
    year, week, _ = moment.astimezone(calendar.zone).isocalendar()
    return f"{year}-W{week:02d}"


_COUNTED = frozenset(kind.value for kind in (*STAGES, EventKind.DISMISSED, EventKind.RESTORED))
_BY_WORD: Mapping[str, int] = {kind.value: stage for kind, stage in STAGES.items()}


def _stage(deed: Deed) -> int:
    # What is linked as merely related went to nobody, nor did what was written after the ticket was closed.
    if deed.kind == EventKind.LINKED.value and (_captured(deed) or json.loads(deed.detail).get("kind") == "reference"):
        return 0
    return _BY_WORD.get(deed.kind, 0)


def _helps(deed: Deed) -> bool:
    """Whether a deed puts something that Svar suggested to work; canned replies that agents pick themselves do not."""
    if deed.kind in {EventKind.INSERTED.value, EventKind.COPIED.value}:
        return bool(json.loads(deed.detail).get("by") != "canned")
    return bool(deed.article_id) and _stage(deed) == SENT


def _dismissed(deeds: Iterable[Deed]) -> str:
    last = ""
    for deed in deeds:
        if deed.kind == EventKind.DISMISSED.value:
            last = str(json.loads(deed.detail).get("reason", "")) or "unknown"
        elif deed.kind == EventKind.RESTORED.value:
            last = ""
    return last


def _first_response(told: Told) -> datetime | None:
    # An agent who writes first answers nothing.
    asked = told.turns and told.turns[0].author == "agent"
    return None if asked else next((turn.at for turn in told.turns if turn.author == "agent"), None)


def _came_back(told: Told) -> bool:
    """Whether it was closed once and is open now, or went on after it: the customer wrote and was answered."""
    if told.closed_at is None:
        return False
    if told.status in {TicketStatus.OPEN.value, TicketStatus.PENDING.value}:
        return True
    later = [turn for turn in told.turns if turn.at > told.closed_at]
    asked = next((turn.at for turn in later if turn.author == "customer"), None)
    # A last "thank you" is answered by nobody.
    return asked is not None and any(turn.author == "agent" and turn.at > asked for turn in later)


def _written_from(told: Told) -> set[str]:
    """The articles whose first text was written from this ticket: their publication linked it."""
    return {deed.article_id for deed in told.deeds if deed.revision == 1 and _captured(deed)}


def _captured(deed: Deed) -> bool:
    return deed.kind == EventKind.LINKED.value and bool(json.loads(deed.detail).get("captured"))


def _satisfied(rating: Rating) -> int:
    span = (rating.scale or 0.0) - 1.0
    return int(span > 0 and ((rating.score or 0.0) - 1.0) / span >= SATISFIED_FROM)


def _reached(stages: Sequence[int], stage: int) -> int:
    return sum(each >= stage for each in stages)


def _seconds(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else max(0, int((end - start).total_seconds()))


def _day(moment: datetime, calendar: Calendar) -> str:
    return moment.astimezone(calendar.zone).date().isoformat()
