"""Tables as an Excel workbook: typed cells, a frozen header with a filter, and a sheet that says what figures mean."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.measures.exports import Column, Table, harmless

MOST_ROWS = 20_000
"""Of one sheet. Larger tables are left to CSV and Parquet, which take a tenth of the time."""
_LONGEST_TEXT = 32_767
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_FORMATS = {"moment": "yyyy-mm-dd hh:mm:ss", "day": "yyyy-mm-dd", "number": "0.00", "integer": "0"}
_WIDTHS = {"moment": 19, "day": 11, "number": 12, "integer": 10, "text": 18}
_WIDE = {"text": 90, "title": 50, "question": 60, "label": 60, "name": 40, "url": 40}


def workbook_of(tables: Sequence[Table]) -> bytes:
    """Write tables as sheets of one XLSX file, in their order; a table of more than MOST_ROWS rows is cut there.

    Args:
        tables: At least one; their names become the sheets' names.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "Svar"
    for table in tables:
        _sheet(book, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Any, table: Table) -> None:  # noqa: ANN401 - openpyxl's write-only sheets have no public type
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(table.name[:31])
    # All of this stands before the rows in the file, so it has to be said first.
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(column)
    rows = table.rows[:MOST_ROWS]
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(rows) + 1}"
    head = []
    for column in table.columns:
        cell = WriteOnlyCell(sheet, value=column.name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value, column) for value, column in zip(row, table.columns, strict=True)])


def _cell(sheet: Any, value: object, column: Column) -> Any:  # noqa: ANN401 - a value or one of openpyxl's cells
    """What stands in a cell: a cell object only where a plain value would be shown or taken wrongly."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    plain = _value(value)
    if plain is None or isinstance(plain, int):
        return plain
    if isinstance(plain, str):
        if column.name != "text" and not plain.startswith("#"):
            return plain
        cell = WriteOnlyCell(sheet, value=plain)
        # Text that reads like one of Excel's errors stays text.
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=column.name == "text")
        return cell
    cell = WriteOnlyCell(sheet, value=plain)
    cell.number_format = _FORMATS[column.kind]
    return cell


def _value(value: object) -> Any:  # noqa: ANN401 - what openpyxl takes
    if isinstance(value, str):
        return harmless(_CONTROLS.sub("", value))[:_LONGEST_TEXT]
    # Excel knows no time zones; all times are UTC, as the column's definition says.
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _width(column: Column) -> int:
    return max(_WIDE.get(column.name, _WIDTHS[column.kind]), len(column.name) + 3)
