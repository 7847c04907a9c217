"""Times: aware UTC inside, ISO 8601 text in the database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kb.errors import InvalidRow


def now() -> datetime:
    """The current time, aware UTC."""
    return datetime.now(UTC)


def to_text(moment: datetime | None) -> str | None:
    """Write a time as sortable text, always UTC with microseconds; None stays None."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str | None) -> datetime | None:
    """Read what `to_text` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def parse(value: object, *, name: str) -> datetime | None:
    """Read a time from a file: ISO 8601 text, a date, or seconds since 1970; without a zone it is UTC.

    Args:
        value: What the file said; None and "" give None.
        name: The field, for the error.

    Raises:
        InvalidRow: Not a time, or outside the years 1970 to 2200.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, datetime):
            moment = value
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value, UTC)
        else:
            moment = datetime.fromisoformat(str(value).strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidRow(f"{name} {str(value)[:40]!r} is no time; write it as 2026-05-04T09:12:00+02:00") from None
    if not 1970 <= moment.year <= 2200:
        raise InvalidRow(f"{name} {str(value)[:40]!r} is outside the years 1970 to 2200")
    return moment
