"""Tables: CSV with commas, semicolons or tabs, and XLSX. The first row names the interchange fields."""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kb.importers.record import Record, Rejected
from kb.importers.rows import FIELDS
from kb.importers.text_file import MAX_LINE_BYTES, encoding_fault, lines

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

MAX_UNPACKED_BYTES = 500_000_000
"""What the parts of an XLSX file may add up to: a small file can unpack to terabytes."""
MAX_COLUMNS = 1_000
_OWN_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_DELIMITERS = ",;\t"
# What openpyxl lets through from zipfile, the XML parser and its own code when a workbook is not what it should be.
_BROKEN_WORKBOOK = (
    OSError, zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, KeyError, ValueError, TypeError, AttributeError,
    IndexError, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_csv(path: Path, _root: Path) -> Iterator[Record | Rejected]:
    """Read a CSV file whose first row names the fields."""
    fault = encoding_fault(path)
    if fault:
        yield fault
        return
    faults: list[Rejected] = []
    source = _text_lines(path, faults)
    first = next((line for line in source if line.strip()), "")
    delimiter = _delimiter(first)
    if first.lower().startswith("sep="):
        delimiter, first = first.strip()[4:5] or delimiter, next(source, "")
    # Process-wide in the csv module; its 131,072 characters are too few for an article.
    csv.field_size_limit(MAX_LINE_BYTES)
    yield from _csv_rows(path, chain([first], source), delimiter)
    yield from faults


def _csv_rows(path: Path, source: Iterator[str], delimiter: str) -> Iterator[Record | Rejected]:
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    header: _Header | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            last = reader.line_num
            where = f" (read up to line {last})" if last > line else ""
            yield Rejected(path, line, f"no valid CSV: {error}{where}; check its quotation marks")
            continue
        if header is None:
            header = _Header(cells)
            if header.fault:
                yield Rejected(path, line, header.fault)
                return
        elif any(cell.strip() for cell in cells):
            yield header.record(path, line, cells)


def read_xlsx(path: Path, _root: Path) -> Iterator[Record | Rejected]:
    """Read all sheets of a workbook; the first row of each names the fields. Formulas count as their stored values."""
    line = 0
    try:
        size = _unpacked_size(path)
        if size > MAX_UNPACKED_BYTES:
            yield Rejected(path, 0, f"the workbook unpacks to {size:,} bytes; allowed: at most {MAX_UNPACKED_BYTES:,}")
            return
        workbook = _open_workbook(path)
        try:
            for sheet in workbook.worksheets:
                header: _Header | None = None
                for line, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1):
                    if all(cell is None or cell == "" for cell in cells):
                        continue
                    if header is not None:
                        yield header.record(path, line, cells)
                        continue
                    header = _Header(["" if cell is None else str(cell) for cell in cells])
                    if header.fault:
                        yield Rejected(path, line, f"sheet {sheet.title!r}: {header.fault}")
                        break
        finally:
            workbook.close()
    except _BROKEN_WORKBOOK as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:120]
        advice = "open it in a spreadsheet program and save it again, or save it as CSV"
        yield Rejected(path, line, f"no readable XLSX workbook ({reason}); {advice}")


def _open_workbook(path: Path) -> Workbook:
    # Here, not at the top: only this format needs openpyxl.
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # It warns of styles and extensions that it drops; nobody here looks at them.
        warnings.simplefilter("ignore")
        return load_workbook(path, read_only=True, data_only=True, keep_links=False)


def _unpacked_size(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist())


class _Header:
    """The first row of a table: which column is which field."""

    def __init__(self, cells: Sequence[str]) -> None:
        names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in cells]
        while names and not names[-1]:
            names.pop()
        self._names = names
        known = [name for name in names if name in FIELDS]
        doubled = sorted({name for name in known if known.count(name) > 1})
        self.fault = ""
        if not known:
            found = ", ".join(name for name in names[:6] if name) or "nothing"
            allowed = ", ".join(sorted(FIELDS))
            self.fault = f"the first row must name the columns, found {found[:100]}; allowed: {allowed}"
        elif "id" not in known:
            self.fault = "there is no column id; every row needs one that stays the same"
        elif doubled:
            self.fault = f"column {doubled[0]} stands there twice; allowed: once"

    def record(self, path: Path, line: int, cells: Sequence[object]) -> Record | Rejected:
        """A row of cells by field name; missing cells at the end are empty."""
        extra = [cell for cell in cells[len(self._names) :] if cell is not None and cell != ""]
        if extra:
            found = len(self._names) + len(extra)
            reason = f"the row has {found} cells, the header {len(self._names)}; put texts with delimiters in quotes"
            return Rejected(path, line, reason)
        padded = [*cells, *[None] * (len(self._names) - len(cells))]
        return Record(line, {name: cell for name, cell in zip(self._names, padded, strict=False) if name})


def _text_lines(path: Path, faults: list[Rejected]) -> Iterator[str]:
    for line in lines(path):
        if isinstance(line, Rejected):
            faults.append(line)
        else:
            # Old spreadsheets end lines with a lone carriage return.
            yield from _OWN_LINES.findall(line[1]) if "\r" in line[1][:-2] else [line[1]]


def _delimiter(header: str) -> str:
    """The one that finds most known columns, then most columns; a comma if nothing tells."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"').lower() for cell in header.split(delimiter)]
        return sum(cell in FIELDS for cell in cells), len(cells)

    return max(_DELIMITERS, key=score)
