"""When the team works and how soon it wants to answer: the nouns, and how they are read from text. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb.desk.holiday_dates import COUNTRIES
from kb.errors import SettingInvalid

DAY_MINUTES = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PRIORITIES = ("urgent", "high", "normal", "low")
"""Most urgent first; any other word counts as normal."""
MAX_TARGET_MINUTES = 366 * DAY_MINUTES

Span = tuple[int, int]
"""Opening and closing as minutes after midnight, 0 <= opening < closing <= 1440."""
_CLOSED: tuple[Span, ...] = ()
_OFFICE: tuple[Span, ...] = ((8 * 60, 17 * 60),)
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_DURATION = re.compile(r"(\d+)\s*(min|m|h)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """How soon tickets of a priority are to be answered and solved, in working minutes."""

    first_reply: int
    solution: int


_TARGETS = {
    "urgent": Target(60, 8 * 60),
    "high": Target(4 * 60, 2 * 9 * 60),
    "normal": Target(9 * 60, 5 * 9 * 60),
    "low": Target(2 * 9 * 60, 10 * 9 * 60),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """A team's working time."""

    zone: str = "Europe/Stockholm"
    """An IANA time zone."""
    country: str = "SE"
    """Whose public holidays are closed, one of COUNTRIES; empty: none."""
    week: tuple[tuple[Span, ...], ...] = (*[_OFFICE] * 5, _CLOSED, _CLOSED)
    """Seven days from Monday; a day without spans is closed."""
    special: tuple[tuple[date, tuple[Span, ...]], ...] = ()
    """The team's own days by date: closed ones have no spans, half days and open holidays have theirs."""
    targets: tuple[tuple[str, Target], ...] = tuple(_TARGETS.items())
    """One per word of PRIORITIES, in that order."""

    def target(self, priority: str) -> Target:
        """The target of a priority; of an unknown word that of "normal"."""
        known = dict(self.targets)
        return known.get(priority, known["normal"])


def rank_of(priority: str) -> int:
    """0 for "urgent" to 3 for "low"; any other word ranks as "normal"."""
    return PRIORITIES.index(priority) if priority in PRIORITIES else PRIORITIES.index("normal")


def spans_from(text: str, *, name: str) -> tuple[Span, ...]:
    """Read "8:00-12:00, 13:00-17:00", "closed" or "24h".

    Args:
        text: The text.
        name: What is set, for the error.

    Raises:
        SettingInvalid: No such form, a span that ends before it begins, or spans that overlap.
    """
    word = text.strip().lower()
    if word in {"closed", ""}:
        return ()
    if word == "24h":
        return ((0, DAY_MINUTES),)
    spans: list[Span] = []
    for part in word.split(","):
        match = _SPAN.fullmatch(part.strip())
        hours = [int(group) for group in match.groups()] if match else []
        start, end = (hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]) if hours else (1, 0)
        after = spans[-1][1] if spans else 0
        if not hours or max(hours[1], hours[3]) > 59 or not after <= start < end <= DAY_MINUTES:
            raise SettingInvalid(name, text, "closed, 24h, or spans that follow each other, as 8:00-12:00,13:00-17:00")
        spans.append((start, end))
    return tuple(spans)


def spans_text(spans: Sequence[Span]) -> str:
    """What `spans_from` reads."""
    if not spans:
        return "closed"
    if tuple(spans) == ((0, DAY_MINUTES),):
        return "24h"
    return ",".join("-".join(f"{minutes // 60}:{minutes % 60:02d}" for minutes in span) for span in spans)


def duration_from(text: str, *, name: str) -> int:
    """Read "30m", "4h" or "1h30m" as minutes.

    Args:
        text: The text.
        name: What is set, for the error.

    Raises:
        SettingInvalid: No such form, nothing, or more than a year.
    """
    word = text.strip()
    found = _DURATION.findall(word)
    minutes = sum(int(number[:9]) * (60 if unit.lower() == "h" else 1) for number, unit in found)
    rest = _DURATION.sub("", word).strip()
    if not found or rest or not 0 < minutes <= MAX_TARGET_MINUTES:
        raise SettingInvalid(name, text, "working time from 1m to a year, as 30m, 4h or 1h30m")
    return minutes


def duration_text(minutes: int) -> str:
    """What `duration_from` reads."""
    hours, rest = divmod(minutes, 60)
    return (f"{hours}h" if hours else "") + (f"{rest}m" if rest or not hours else "")


def hours_to_data(hours: Hours) -> dict[str, object]:
    """Hours as plain data, in the words that a person sets them with."""
    return {
        "zone": hours.zone,
        "country": hours.country,
        "week": {day: spans_text(spans) for day, spans in zip(WEEKDAYS, hours.week, strict=True)},
        "days": {day.isoformat(): spans_text(spans) for day, spans in hours.special},
        "targets": {
            priority: {"first_reply": duration_text(target.first_reply), "solution": duration_text(target.solution)}
            for priority, target in hours.targets
        },
    }


def hours_from_data(data: Mapping[str, object], *, base: Hours | None = None) -> Hours:
    """Read what `hours_to_data` wrote, or a part of it.

    Args:
        data: Any of zone, country, week, days and targets.
        base: What stands where nothing is said; None: the defaults.

    Raises:
        SettingInvalid: A name or a value that is not allowed.
    """
    base = base or Hours()
    known = hours_to_data(base)
    _only(data, known, "hours")
    week, days, targets = (_merged(data, known, name) for name in ("week", "days", "targets"))
    _only(week, dict.fromkeys(WEEKDAYS), "week")
    _only(targets, dict.fromkeys(PRIORITIES), "targets")
    found = Hours(
        zone=_zone(str(data.get("zone", base.zone))),
        country=_country(str(data.get("country", base.country))),
        week=tuple(spans_from(str(week[day]), name=day) for day in WEEKDAYS),
        special=tuple(sorted((_date(day), spans_from(str(text), name=day)) for day, text in days.items())),
        targets=tuple((priority, _target(priority, targets[priority])) for priority in PRIORITIES),
    )
    if not any(found.week):
        raise SettingInvalid("week", "closed every day", "at least one weekday with working hours")
    return found


def _only(data: Mapping[str, object], allowed: Mapping[str, object], name: str) -> None:
    for key in data:
        if key not in allowed:
            raise SettingInvalid(name, str(key)[:40], ", ".join(allowed))


def _merged(data: Mapping[str, object], known: Mapping[str, object], name: str) -> dict[str, object]:
    new, old = data.get(name, {}), known[name]
    if not isinstance(new, Mapping) or not isinstance(old, Mapping):
        raise SettingInvalid(name, str(new)[:40], "an object with a text per name")
    # "usual" takes one of the team's own days back.
    return {key: value for key, value in (dict(old) | dict(new)).items() if not (name == "days" and value == "usual")}


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingInvalid("zone", text[:60], "a time zone's name, as Europe/Stockholm") from None


def _country(text: str) -> str:
    word = text.strip().upper().replace("NONE", "")
    if word and word not in COUNTRIES:
        raise SettingInvalid("country", text[:40], ", ".join(COUNTRIES) + " or none")
    return word


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise SettingInvalid("day", text[:40], "a date, as 2026-06-19") from None
    if not 1970 <= day.year <= 2200:
        raise SettingInvalid("day", text[:40], "a date in the years 1970 to 2200")
    return day


def _target(priority: str, value: object) -> Target:
    if not isinstance(value, Mapping) or set(value) != {"first_reply", "solution"}:
        raise SettingInvalid(f"targets of {priority}", str(value)[:40], "first_reply and solution")
    first = duration_from(str(value["first_reply"]), name=f"{priority} first_reply")
    solution = duration_from(str(value["solution"]), name=f"{priority} solution")
    if solution < first:
        raise SettingInvalid(f"{priority} solution", str(value["solution"]), "no less than first_reply")
    return Target(first, solution)
