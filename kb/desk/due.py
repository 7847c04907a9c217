"""Working time: when a number of working seconds has passed, and how many lie between two moments. Pure.

Borders of working hours are wall-clock times in the team's zone, and what is counted between them is real seconds: on
the night when the clocks go forward a span over that hour is an hour shorter, when they go back an hour longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kb.desk.holiday_dates import holidays_of
from kb.desk.hours import DAY_MINUTES, Hours, Span

MAX_DAYS = 3 * 366
"""How far ahead is looked; what is not reached until then is never due."""


class Calendar:
    """The team's hours, day by day; remembers what it has worked out."""

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.zone = ZoneInfo(hours.zone)
        self._special = dict(hours.special)
        self._spans: dict[date, tuple[tuple[datetime, datetime], ...]] = {}
        self._holidays: dict[int, frozenset[date]] = {}

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The open spans of a day of the team's zone in UTC, rising; none when it is closed.

        The team's own days come first, then public holidays, then the weekday.
        """
        if day not in self._spans:
            found = (self._moments(day, span) for span in self._wall(day))
            self._spans[day] = tuple((start, end) for start, end in found if start < end)
        return self._spans[day]

    def after(self, start: datetime, seconds: int) -> datetime | None:
        """The moment when so many working seconds have passed since `start`.

        Args:
            start: Aware; outside working hours the count begins when they do.
            seconds: 0 or more; 0 gives `start` itself when it is in working hours, else the next opening.

        Returns:
            Aware UTC; None if it does not come within MAX_DAYS.
        """
        left = timedelta(seconds=seconds)
        for opens, closes in self._from(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return (begins + left).astimezone(UTC)
            left -= closes - begins
        return None

    def between(self, start: datetime, end: datetime) -> int:
        """How many whole working seconds lie between two aware moments; 0 if `end` is not after `start`."""
        total = timedelta()
        for opens, closes in self._from(start):
            if opens >= end:
                break
            total += max(timedelta(), min(closes, end) - max(opens, start))
        return int(total.total_seconds())

    def day_around(self, moment: datetime) -> tuple[datetime, datetime]:
        """Begin and end in UTC of the day in the team's zone that a moment lies in, whether it is open or not."""
        day = moment.astimezone(self.zone).date()
        return self._moments(day, (0, DAY_MINUTES))

    def _from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = start.astimezone(self.zone).date()
        for number in range(MAX_DAYS):
            for opens, closes in self.spans(day + timedelta(days=number)):
                if closes > start:
                    yield opens, closes

    def _wall(self, day: date) -> tuple[Span, ...]:
        if day in self._special:
            return self._special[day]
        if self.hours.country:
            if day.year not in self._holidays:
                self._holidays[day.year] = holidays_of(self.hours.country, day.year)
            if day in self._holidays[day.year]:
                return ()
        return self.hours.week[day.weekday()]

    def _moments(self, day: date, span: Span) -> tuple[datetime, datetime]:
        start, end = (self._utc(day, minutes) for minutes in span)
        return start, end

    def _utc(self, day: date, minutes: int) -> datetime:
        # 24:00 is the next day's 00:00. A time that the clocks skip counts as if they had not been changed yet.
        days, rest = divmod(minutes, DAY_MINUTES)
        wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), self.zone)
        return wall.astimezone(UTC)
