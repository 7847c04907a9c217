"""Tables to take away: rows of the reporting views, the figures of a window, and what each means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assistant.measures.dashboard import dashboard
from assistant.measures.definitions import BY_NAME, OTHERS
from assistant.measures.groups import DIMENSIONS
from assistant.measures.measures import Measures
from kb import clock
from kb.reporting.view_rows import VIEWS
from kb.reporting.window import Window

TABLES = (*VIEWS, "figures", "definitions")
"""What can be exported."""
_MOMENTS = frozenset({"created_at", "resolved_at", "published_at", "updated_at", "verified_at", "verify_due_at",
                      "deleted_at", "linked_at", "at", "shipped_at", "found_at"})  # fmt: skip
_DAYS = frozenset({"created_on", "resolved_on", "first_on", "since", "until"})
_WORDS = frozenset({
    "ticket_id", "article_id", "status", "locale", "product", "channel", "priority", "team", "created_week",
    "resolved_week", "week", "title", "audience", "confidence", "governance", "family", "url", "unverified_reason",
    "merged_into", "kind", "outcome", "dismissed_because", "question", "nearest_article_id", "figure", "name", "unit",
    "text", "group", "word", "gap_id", "label", "cause", "remedy", "shipped_article_id",
})  # fmt: skip
_PARTS = frozenset({"first_response_minutes", "first_response_working_minutes", "resolution_minutes",
                    "resolution_working_minutes", "value", "low", "high", "minutes", "trend"})  # fmt: skip
Say = Callable[[str], str]
"""Looks a text up in the reader's catalogue."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    kind: str
    """"text", "number", "integer", "moment" (aware UTC) or "day"."""


@dataclass(frozen=True, slots=True)
class Table:
    """Typed rows."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    """Values of the columns' kinds; None where there is none."""


def kind_of(column: str, table: str) -> str:
    """The kind of a column; `confidence` is a word of articles and a number of misses."""
    if column == "confidence" and table == "misses":
        return "number"
    for kind, names in (("moment", _MOMENTS), ("day", _DAYS), ("text", _WORDS), ("number", _PARTS)):
        if column in names:
            return kind
    return "integer"


def table_of(measures: Measures, name: str, window: Window, say: Say = lambda key: key) -> Table:
    """One table of a window.

    Args:
        measures: Where it is read.
        name: One of TABLES.
        window: Which tickets.
        say: For the names and the meaning of figures.

    Raises:
        NotFound: There is no such table.
    """
    if name == "figures":
        return figures_table(dashboard(measures, window), say)
    if name == "definitions":
        return definitions_table(say)
    measures.frame()
    names, rows = measures.store.reporting.views.rows(name, window)
    columns = tuple(Column(each, kind_of(each, name)) for each in names)
    return Table(name, columns, [_typed(row, columns) for row in rows])


def figures_table(page: Mapping[str, Any], say: Say) -> Table:
    """Every figure of a dashboard as one row: of the whole, of every group, with and without the assistant.

    Args:
        page: What `dashboard` returns.
        say: For the figures' names.
    """
    window = page["window"]
    since, until = date.fromisoformat(window["since"]), date.fromisoformat(window["until"])
    rows: list[tuple[Any, ...]] = []

    def add(group: str, word: str, figures: Mapping[str, Any]) -> None:
        for name, each in figures.items():
            rows.append((since, until, group, word, name, say(f"definition.{name}.name"), each["value"], each["low"],
                         each["high"], each["n"], each["part"], each["unit"]))  # fmt: skip

    add("", "", page["team"] | page["kcs"])
    for dimension in DIMENSIONS:
        for group in page["groups"][dimension]:
            add(dimension, group["name"], group["figures"])
    for week in page["weeks"]:
        add("week", week["name"], week["figures"])
    for side in ("with", "without"):
        add("assistant", side, page["comparison"][side])
    names = ("since", "until", "group", "word", "figure", "name", "value", "low", "high", "n", "part", "unit")
    return Table("figures", tuple(Column(each, kind_of(each, "figures")) for each in names), rows)


def definitions_table(say: Say) -> Table:
    """What every figure means.

    Args:
        say: For the names and texts.
    """
    units = {name: each.unit for name, each in BY_NAME.items()} | dict(OTHERS)
    rows = [
        (name, say(f"definition.{name}.name"), unit, say(f"definition.{name}.text")) for name, unit in units.items()
    ]
    names = ("figure", "name", "unit", "text")
    return Table("definitions", tuple(Column(each, "text") for each in names), rows)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it.

    Source: OWASP, CSV Injection: cells that begin with =, +, -, @, tab or carriage return.
    """
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _typed(row: Iterable[object], columns: Sequence[Column]) -> tuple[Any, ...]:
    return tuple(_value(value, column.kind) for value, column in zip(row, columns, strict=True))


def _value(value: object, kind: str) -> object:
    if value is None or (value == "" and kind != "text"):
        return None
    if kind == "moment":
        return clock.from_text(str(value))
    if kind == "day":
        return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value))
    if kind == "number":
        return float(value)  # type: ignore[arg-type]
    if kind == "integer":
        return int(value)  # type: ignore[call-overload]
    return str(value)
