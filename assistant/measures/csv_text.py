"""A table as CSV that opens in a spreadsheet as it should, whatever the reader's country. Pure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime

from assistant.measures.exports import Table, harmless
from kb.errors import InvalidRow

BOM = "\ufeff"
_SEPARATORS = frozenset(",;\t|")


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How numbers and cells are written."""

    separator: str = ","
    decimal: str = "."
    bom: bool = False
    """A mark by which Excel sees that it is UTF-8."""

    def __post_init__(self) -> None:
        """Refuse what could not be read again.

        Raises:
            InvalidRow: A sign that is not allowed, or the same for both.
        """
        if self.separator not in _SEPARATORS or self.decimal not in {".", ","} or self.separator == self.decimal:
            raise InvalidRow(
                f"separator {self.separator!r} with decimal {self.decimal!r} is not allowed; allowed: separator , ; |"
                " or tab and decimal . or ,, not the same"
            )


def form_of(locale: str) -> CsvForm:
    """What spreadsheets of a country expect: a comma for decimals and semicolons in the north, points and commas else.

    Args:
        locale: The reader's language.
    """
    return CsvForm() if locale.split("-", maxsplit=1)[0] == "en" else CsvForm(";", ",", bom=True)


def csv_of(table: Table, form: CsvForm) -> str:
    """Write a table: the names of the columns, then its rows; lines end with CR LF (RFC 4180).

    Times are UTC as 2026-05-04 07:12:18, which spreadsheets take for times; empty cells say that there is no value.

    Args:
        table: The table.
        form: How it is written.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=form.separator, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(value, form.decimal) for value in row])
    return (BOM if form.bom else "") + out.getvalue()


def _cell(value: object, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value.replace("\x00", ""))
    if isinstance(value, float):
        # Enough digits for every figure to be worked out again; a negative number is no formula.
        return format(value, ".10g").replace(".", decimal)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)
