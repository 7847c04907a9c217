"""Working time over nights, weekends, holidays and both changes of the clocks; every date is worked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.desk.due import Calendar
from kb.desk.hours import Hours, hours_from_data

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CLOSED = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "closed")
OFFICE = Hours()
LUNCH = hours_from_data({"week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "8:00-12:00,13:00-17:00")})
ALWAYS = hours_from_data({"country": "none", "week": dict.fromkeys(CLOSED, "24h")})
EVES = hours_from_data({"days": {"2026-06-19": "closed", "2026-12-23": "8:00-12:00", "2026-12-24": "closed"}})
EASTER_OPEN = hours_from_data({"days": {"2026-04-06": "10:00-14:00"}})
NORWAY = hours_from_data({"country": "NO", "zone": "Europe/Oslo"})
DENMARK = hours_from_data({"country": "DK", "zone": "Europe/Copenhagen"})
NIGHT = hours_from_data({"week": CLOSED | {"sun": "1:00-5:00"}})

CASES = [
    ("within a day", OFFICE, "2026-05-04 09:00", 2, "2026-05-04T11:00:00+02:00"),
    ("over the night", OFFICE, "2026-05-04 16:00", 2, "2026-05-05T09:00:00+02:00"),
    ("to the minute of closing", OFFICE, "2026-05-04 16:00", 1, "2026-05-04T17:00:00+02:00"),
    ("over a weekend", OFFICE, "2026-05-08 16:00", 2, "2026-05-11T09:00:00+02:00"),
    ("begun on a Saturday", OFFICE, "2026-05-09 12:00", 1, "2026-05-11T09:00:00+02:00"),
    ("begun before opening", OFFICE, "2026-05-04 05:30", 1, "2026-05-04T09:00:00+02:00"),
    ("nothing to wait, closed", OFFICE, "2026-05-09 12:00", 0, "2026-05-11T08:00:00+02:00"),
    ("nothing to wait, open", OFFICE, "2026-05-04 09:00", 0, "2026-05-04T09:00:00+02:00"),
    ("over Ascension Day", OFFICE, "2026-05-13 16:00", 2, "2026-05-15T09:00:00+02:00"),
    ("over Easter in Sweden", OFFICE, "2026-04-02 16:00", 2, "2026-04-07T09:00:00+02:00"),
    ("over Easter in Norway, with Maundy Thursday", NORWAY, "2026-04-01 16:00", 2, "2026-04-07T09:00:00+02:00"),
    ("over Ascension Day in Denmark", DENMARK, "2026-05-13 16:00", 2, "2026-05-15T09:00:00+02:00"),
    ("17 May is a holiday in Norway only", NORWAY, "2028-05-16 16:00", 2, "2028-05-18T09:00:00+02:00"),
    ("17 May is a working day in Sweden", OFFICE, "2028-05-16 16:00", 2, "2028-05-17T09:00:00+02:00"),
    ("6 June is a holiday in Sweden only", OFFICE, "2025-06-05 16:00", 2, "2025-06-09T09:00:00+02:00"),
    ("6 June is a working day in Denmark", DENMARK, "2025-06-05 16:00", 1.5, "2025-06-06T08:30:00+02:00"),
    ("midsommarafton is no public holiday", OFFICE, "2026-06-18 16:00", 2, "2026-06-19T09:00:00+02:00"),
    ("but a team may close", EVES, "2026-06-18 16:00", 2, "2026-06-22T09:00:00+02:00"),
    ("a half day, an eve, Christmas", EVES, "2026-12-23 11:00", 2, "2026-12-28T09:00:00+01:00"),
    ("a team may work on a holiday", EASTER_OPEN, "2026-04-02 16:00", 2, "2026-04-06T11:00:00+02:00"),
    ("lunch", LUNCH, "2026-05-04 11:30", 1, "2026-05-04T13:30:00+02:00"),
    ("the clocks go forward at the weekend", OFFICE, "2026-03-27 16:00", 2, "2026-03-30T09:00:00+02:00"),
    ("the clocks go back at the weekend", OFFICE, "2026-10-23 16:00", 2, "2026-10-26T09:00:00+01:00"),
    ("round the clock, forward: an hour is missing", ALWAYS, "2026-03-28 20:00", 12, "2026-03-29T09:00:00+02:00"),
    ("round the clock, back: an hour comes twice", ALWAYS, "2026-10-24 20:00", 12, "2026-10-25T07:00:00+01:00"),
    ("a night with a missing hour", NIGHT, "2026-03-29 00:30", 3, "2026-03-29T05:00:00+02:00"),
    ("a night with an hour twice", NIGHT, "2026-10-25 00:30", 5, "2026-10-25T05:00:00+01:00"),
]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(("hours", "start", "wait_h", "due"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_when_it_is_due(hours: Hours, start: str, wait_h: float, due: str) -> None:
    calendar = Calendar(hours)

    found = calendar.after(local(start), int(wait_h * 3600))

    assert found == datetime.fromisoformat(due)
    assert calendar.between(local(start), found) == int(wait_h * 3600)


def test_a_team_that_never_opens_is_never_late() -> None:
    calendar = Calendar(Hours(week=((),) * 7))

    assert calendar.after(local("2026-05-04 09:00"), 1) is None
    assert calendar.between(local("2026-05-04 09:00"), local("2026-06-04 09:00")) == 0


def test_nothing_lies_between_a_moment_and_an_earlier_one() -> None:
    assert Calendar(OFFICE).between(local("2026-05-05 09:00"), local("2026-05-04 09:00")) == 0


def test_today_has_23_hours_when_the_clocks_go_forward() -> None:
    begin, end = Calendar(OFFICE).day_around(local("2026-03-29 12:00"))

    assert begin == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert end - begin == timedelta(hours=23)


TEAMS = st.sampled_from([OFFICE, LUNCH, ALWAYS, EVES, NORWAY, DENMARK, NIGHT, EASTER_OPEN])
# Around both changes of the clocks, Easter, midsummer and Christmas.
DAYS = st.sampled_from([date(2026, 3, 26), date(2026, 4, 1), date(2026, 6, 17), date(2026, 10, 22), date(2026, 12, 22)])


def open_minutes(hours: Hours, start: datetime, end: datetime) -> int:
    """The slow way: look at the clock on the wall every five minutes."""
    calendar, zone, open_ = Calendar(hours), ZoneInfo(hours.zone), 0
    while start < end:
        wall = start.astimezone(zone)
        minutes = wall.hour * 60 + wall.minute
        special = dict(hours.special).get(wall.date())
        spans = hours.week[wall.weekday()] if special is None else special
        if special is None and not calendar.spans(wall.date()):
            spans = ()
        open_ += 5 * any(opens <= minutes < closes for opens, closes in spans)
        start += timedelta(minutes=5)
    return open_


@given(TEAMS, DAYS, st.integers(0, 5 * 288), st.integers(0, 5 * 288))
def test_what_lies_between_is_what_the_clock_on_the_wall_shows(hours: Hours, day: date, first: int, more: int) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=5 * first)
    end = start + timedelta(minutes=5 * more)

    assert Calendar(hours).between(start, end) == 60 * open_minutes(hours, start, end)


@given(TEAMS, DAYS, st.integers(0, 5 * 86_400), st.integers(1, 100 * 3600))
def test_after_and_between_undo_each_other(hours: Hours, day: date, first: int, seconds: int) -> None:
    calendar = Calendar(hours)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=first)

    due = calendar.after(start, seconds)

    assert due is not None
    assert calendar.between(start, due) == seconds
    assert calendar.between(start, due - timedelta(seconds=1)) == seconds - 1
