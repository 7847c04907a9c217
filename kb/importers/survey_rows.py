"""Answers of customers to a survey, as SurveyMonkey, Qualtrics and help desks export them. Pure.

Survey tools name columns by the text of the question, so columns are found by what their names say, in five languages.
Whatever no rule knows is left out, and the import says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kb import clock
from kb.desk.satisfaction import Satisfaction
from kb.errors import InvalidRow
from kb.importers.fields import Row, given, id_of, line_of, shown, text_of, time_of
from kb.importers.survey_words import COLUMNS, GROUP, NO, SATISFIED, UNSURE, VERY, YES

SURVEY_FIELDS = ("id", "ticket_id", "email", "at", "score", "scale", "nps", "worked", "comment")
DEFAULT_SCALE = 5.0
_SAYS = frozenset({"score", "nps", "worked"})
_SCALE_IN_NAME = re.compile(r"(?<!\w)[01] ?(?:-|–|—|to|till|til|/) ?(\d{1,2})(?!\d)", re.IGNORECASE)
_SCORE = re.compile(r"(\d+(?:[.,]\d+)?)(?:\s*(?:/|of|av|af|out of)\s*(\d+))?(?!\d)")
_SLASHED = re.compile(
    r"(\d{1,2})([./])(\d{1,2})\2(\d{4})(?:,? +(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?: *([AP])M)?)?$", re.IGNORECASE
)


def survey_fields(header: Sequence[str], more: Sequence[str] = ()) -> list[str] | None:
    """Which column of a table is which field of an answer.

    Args:
        header: The first row.
        more: A second row of names where the export has one (the text of the question, or the part of a question).

    Returns:
        A name of `SURVEY_FIELDS` per column, "" where no rule knows it, each name once; None where this is no survey:
        nothing says how it went, or nothing says whose answer it is.
    """
    names = [name.strip() for name in header]
    texts = [name.strip() for name in more] + [""] * len(names)
    found = [""] * len(names)
    for field, pattern in COLUMNS:
        for column, name in enumerate(names):
            said = next((each for each in (name, texts[column]) if each and pattern.match(each)), "")
            if said and not found[column] and field not in found and not GROUP.search(name):
                found[column] = field
    whose = {"ticket_id", "email"} & set(found)
    return found if whose and _SAYS & set(found) else None


def scale_in(name: str) -> float | None:
    """The best score that a column's name tells, e.g. 7 of "How satisfied are you (1-7)?"; None if it tells none."""
    match = _SCALE_IN_NAME.search(name)
    return float(match[1]) if match and int(match[1]) > 1 else None


def parse_survey(row: Row, source: str) -> Satisfaction:
    """Turn a row into an answer; ticket and customer are as the row names them, and are looked up when it is stored.

    Args:
        row: Values by the names of `SURVEY_FIELDS`.
        source: Name of the survey.

    Raises:
        InvalidRow: The reason names the field, the value and what is allowed.
    """
    score, scale = _score(row)
    email = line_of(row, "email").lower()
    at = _time(row)
    said = Satisfaction(
        source=source,
        source_id=id_of(row, "id"),
        at=at,
        ticket_id=id_of(row, "ticket_id").lstrip("#"),
        customer_id=f"email:{email}" if email else "",
        score=score,
        scale=scale,
        nps=_nps(row),
        worked=_worked(row),
        comment=text_of(row, "comment").strip(),
    )
    if said.source_id:
        return said
    # Some exports give answers no id: the same answer is then told by whose it is and when it was given.
    whose = f"{said.ticket_id}|{email}|{clock.to_text(at)}"
    return replace(said, source_id=hashlib.sha256(whose.encode()).hexdigest()[:16])


def _time(row: Row) -> datetime:
    text = line_of(row, "at")
    match = _SLASHED.match(text)
    if match is None:
        at = time_of(row, "at")
        if at is None:
            raise InvalidRow("at is missing; every answer needs the day on which it was given")
        return at
    first, separator, second, year, hour, minute, seconds, half = match.groups()
    # With slashes the month comes first, as survey tools write it; with full stops the day, as people here do.
    day, month = (int(first), int(second)) if separator == "." or int(first) > 12 else (int(second), int(first))
    hours = int(hour or 0) % 12 + (12 if half.upper() == "P" else 0) if half else int(hour or 0)
    try:
        return datetime(int(year), month, day, hours, int(minute or 0), int(seconds or 0), tzinfo=UTC)
    except ValueError:
        raise InvalidRow(f"at is {shown(text)}; allowed: a time such as 2026-05-04 09:12") from None


def _score(row: Row) -> tuple[float | None, float | None]:
    text = line_of(row, "score")
    if not text or UNSURE.match(text):
        return None, None
    scale = _number(row, "scale") or DEFAULT_SCALE
    if set(text) <= {"★", "☆", "⭐", "\ufe0f"}:
        return float(text.count("★") + text.count("⭐")), scale
    match = _SCORE.match(text)
    if match:
        return float(match[1].replace(",", ".")), float(match[2]) if match[2] else scale
    for pattern, plain, very in SATISFIED:
        if pattern.search(text):
            return (very if VERY.search(text) else plain), DEFAULT_SCALE
    raise InvalidRow(f"score is {shown(text)}; allowed: a number, stars, or words such as very satisfied")


def _nps(row: Row) -> int | None:
    text = line_of(row, "nps")
    if not text or UNSURE.match(text):
        return None
    match = re.match(r"(\d+)(?![\d.,]*[1-9])", text)
    if match is None:
        raise InvalidRow(f"nps is {shown(text)}; allowed: a whole number from 0 to 10")
    return int(match[1])


def _worked(row: Row) -> bool | None:
    value = given(row, "worked")
    if isinstance(value, bool) or value is None:
        return value
    text = line_of(row, "worked")
    if UNSURE.match(text):
        return None
    if NO.match(text):
        return False
    if YES.match(text):
        return True
    raise InvalidRow(f"worked is {shown(text)}; allowed: yes or no")


def _number(row: Mapping[str, object], name: str) -> float | None:
    text = line_of(row, name).replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InvalidRow(f"{name} is {shown(text)}; allowed: a number") from None
