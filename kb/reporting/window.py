"""Which tickets are meant: from which day to which, in which language, about which product, of which team. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from kb.errors import InvalidRow

LONGEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Tickets that were resolved in a time, and which of those; "" means any."""

    since: date
    until: date
    """The first day that does not belong to it."""
    locale: str = ""
    product: str = ""
    team: str = ""

    def __post_init__(self) -> None:
        """Refuse what holds nothing.

        Raises:
            InvalidRow: It ends before it begins, or is longer than LONGEST.
        """
        if not timedelta() < self.until - self.since <= LONGEST:
            raise InvalidRow(
                f"the time from {self.since} until {self.until} is not allowed; let it end after it begins, at most"
                f" {LONGEST.days} days later"
            )

    @property
    def narrowed(self) -> bool:
        """Whether it is about a part of the desk, so that its figures may be those of few people."""
        return bool(self.locale or self.product or self.team)

    def before(self) -> Window:
        """The time of the same length that ends where this one begins."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)


def facts_where(window: Window) -> tuple[str, list[object]]:
    """The window as SQL about ticket_facts called f, and its parameters; the tickets that were resolved in it."""
    parts, values = ["f.resolved_on >= ?", "f.resolved_on < ?"], [window.since.isoformat(), window.until.isoformat()]
    for name in ("locale", "product"):
        if getattr(window, name):
            parts.append(f"f.{name} = ?")
            values.append(getattr(window, name))
    if window.team:
        parts.append("f.agent IN (SELECT agent FROM work_teams WHERE team = ?)")
        values.append(window.team)
    return " AND ".join(parts), list(values)
