"""Single values of a row: cleaned, checked, or refused with the field, the value and what is allowed. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from kb import clock
from kb.errors import InvalidRow
from kb.locales import normalise_locale

MAX_TEXT_BYTES = 5_000_000
"""Largest text field in UTF-8."""
MAX_ID_CHARACTERS = 200
MAX_TAGS = 200
MAX_QUESTIONS = 100
MAX_LINKS = 1_000

Row = Mapping[str, object]
"""One row as a file gives it: field names in lower case -> values."""

_Choice = TypeVar("_Choice", bound=StrEnum)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_YES, _NO = {"true", "yes", "1"}, {"false", "no", "0"}


def shown(value: object) -> str:
    """A value as an error message shows it: short, and without unfolding a list or an object."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple | set):
        return "a list"
    text = value[:60] if isinstance(value, str) else str(value)[:60]
    return repr(text[:40] + "…" if len(text) > 40 else text) if isinstance(value, str) else text


def given(row: Row, name: str) -> object:
    """The value of a field; None where it is missing, null or blank text."""
    value = row.get(name)
    if isinstance(value, str) and (not value or value.isspace()):
        return None
    return value


def clean(text: str) -> str:
    r"""Bring text to Unicode NFC with "\n" line ends, without control characters; lone surrogates become U+FFFD."""
    if _CONTROL.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _LONE_SURROGATE.sub("\ufffd", _UNWANTED.sub("", text))
    return text if text.isascii() else unicodedata.normalize("NFC", text).removeprefix("\ufeff")


def text_of(row: Row, name: str) -> str:
    """A text field with its lines, cleaned; empty if missing.

    Raises:
        InvalidRow: Neither text nor a number, or too large.
    """
    value = given(row, name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        raise InvalidRow(f"{name} is {shown(value)}; allowed: text")
    if not isinstance(value, str):
        return _number_text(value)
    size = _utf8_size(value)
    if size > MAX_TEXT_BYTES:
        raise InvalidRow(f"{name} has {size:,} bytes; allowed: at most {MAX_TEXT_BYTES:,}")
    return clean(value)


def line_of(row: Row, name: str) -> str:
    """A text field of one line: blanks and line ends within become single spaces."""
    return " ".join(text_of(row, name).split())


def id_of(row: Row, name: str) -> str:
    """An identifier: text or a whole number; empty if missing.

    Raises:
        InvalidRow: Another type, too long, or with control characters.
    """
    value = given(row, name)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidRow(f"{name} is {shown(value)}; allowed: text or a whole number")
    text = str(value).strip() if isinstance(value, str) else _number_text(value)
    if len(text) > MAX_ID_CHARACTERS:
        raise InvalidRow(f"{name} {shown(text)} has {len(text)} characters; allowed: at most {MAX_ID_CHARACTERS}")
    if _CONTROL.search(text) or "\n" in text or "\t" in text:
        raise InvalidRow(f"{name} {shown(text)} has control characters; allowed: printable text")
    return unicodedata.normalize("NFC", text)


def choice_of(
    row: Row, name: str, kind: type[_Choice], default: _Choice | None, aliases: Mapping[str, _Choice] | None = None
) -> _Choice:
    """One of the words of an enum, in any case.

    Args:
        row: The row.
        name: The field.
        kind: The enum.
        default: Taken if the field is missing; None makes it required.
        aliases: Other spellings.

    Raises:
        InvalidRow: Missing without default, or another word; the message lists what is allowed.
    """
    value = given(row, name)
    if value is None and default is not None:
        return default
    word = value.strip().lower() if isinstance(value, str) else ""
    if aliases and word in aliases:
        return aliases[word]
    for member in kind:
        if member.value == word:
            return member
    allowed = ", ".join([*kind, *(aliases or ())])
    found = "is missing" if value is None else f"{shown(value)} is unknown"
    raise InvalidRow(f"{name} {found}; allowed: {allowed}")


def flag_of(row: Row, name: str, *, default: bool) -> bool:
    """True or false, also as text.

    Raises:
        InvalidRow: Neither.
    """
    value = given(row, name)
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word in _YES | _NO:
        return word in _YES
    raise InvalidRow(f"{name} is {shown(value)}; allowed: true or false")


def time_of(row: Row, name: str) -> datetime | None:
    """A time, aware UTC; None if missing.

    Raises:
        InvalidRow: No time.
    """
    value = given(row, name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float | date)):
        raise InvalidRow(f"{name} is {shown(value)}; allowed: a time such as 2026-05-04T09:12:00+02:00")
    return clock.parse(value, name=name)


def locale_of(row: Row) -> str:
    """The row's language as a code.

    Raises:
        InvalidRow: No language code.
    """
    value = given(row, "locale")
    if value is not None and not isinstance(value, str):
        raise InvalidRow(f"locale is {shown(value)}; allowed: a language code such as sv, nb, da or en")
    return normalise_locale(value)


def url_of(row: Row, name: str) -> str:
    """A web address or a path; empty if missing.

    Raises:
        InvalidRow: Another scheme, or no address at all.
    """
    text = "".join(text_of(row, name).split())
    if text and not is_address(text):
        raise InvalidRow(f"{name} {shown(text)} is no web address; allowed: https://…, http://… or a path like /help/x")
    return text


def is_address(text: str) -> bool:
    """Tell whether a text is a web address, a path, a slug or an id, and not e.g. "javascript:…"."""
    try:
        scheme = urlsplit(text).scheme if ":" in text.split("/", 1)[0] else ""
        urlsplit(text)
    except ValueError:
        return False
    return "://" not in text if not scheme else scheme in {"http", "https"}


def list_of(row: Row, name: str, separators: str, limit: int) -> tuple[str, ...]:
    """Several short texts: a list, or one text that is split; cleaned, without blanks and repetitions, in their order.

    Args:
        row: The row.
        name: The field.
        separators: Regular expression that splits a text.
        limit: Most entries allowed.

    Raises:
        InvalidRow: Neither, an entry that is no text, or too many.
    """
    value = given(row, name)
    if value is None:
        return ()
    if isinstance(value, str):
        entries: list[object] = list(re.split(separators, text_of(row, name)))
    elif isinstance(value, list):
        entries = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        entries = [value]
    else:
        raise InvalidRow(f"{name} is {shown(value)}; allowed: a list of texts, or one text")
    if len(entries) > limit:
        raise InvalidRow(f"{name} has {len(entries):,} entries; allowed: at most {limit:,}")
    return tuple(dict.fromkeys(filter(None, (_entry(name, entry) for entry in entries))))


def tags_of(row: Row) -> tuple[str, ...]:
    """The row's tags: a list, or one text with commas or semicolons."""
    return list_of(row, "tags", "[;,\n]", MAX_TAGS)


def _entry(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InvalidRow(f"{name} has {shown(value)} in it; allowed: texts")
    text = " ".join(clean(value).split()) if isinstance(value, str) else _number_text(value)
    if len(text) > 2_000:
        raise InvalidRow(f"{name} has an entry of {len(text):,} characters; allowed: at most 2,000")
    return text


def _number_text(value: float | date) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    try:
        return str(value)
    except ValueError:  # Python refuses to write integers of more than 4,300 digits.
        raise InvalidRow("a number has thousands of digits; allowed: at most 4,300") from None


def _utf8_size(text: str) -> int:
    """Bytes in UTF-8; a text that is surely too large is counted in pieces, so that it is not held twice."""
    if text.isascii():
        return len(text)
    if len(text) * 4 <= MAX_TEXT_BYTES:
        return len(text)
    step = 1_000_000
    return sum(len(text[i : i + step].encode("utf-8", "replace")) for i in range(0, len(text), step))
