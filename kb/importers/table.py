"""Tables: CSV with commas, semicolons or tabs, and XLSX. The first row names the interchange fields."""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kb.importers.headers import Header, score_of_header
from kb.importers.record import Record, Rejected, Unused
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


def read_csv(path: Path, _root: Path) -> Iterator[Record | Rejected | Unused]:
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


def _csv_rows(path: Path, source: Iterator[str], delimiter: str) -> Iterator[Record | Rejected | Unused]:
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    header: Header | None = None
    is_open = True
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
            header = Header(cells)
            if header.fault and not header.may_go_on:
                yield Rejected(path, line, header.fault)
                return
        elif is_open and header.takes(cells):
            continue
        elif any(cell.strip() for cell in cells):
            if is_open:
                is_open = False
                yield from _closed(header, path)
                if header.fault:
                    return
            yield header.record(path, line, cells)


def _closed(header: Header, path: Path) -> Iterator[Rejected | Unused]:
    """What is to be said about a header once its last row is known."""
    if header.fault:
        yield Rejected(path, 1, header.fault)
    elif unused := header.unused(path):
        yield unused


def read_xlsx(path: Path, _root: Path) -> Iterator[Record | Rejected | Unused]:
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
                header: Header | None = None
                is_open = True
                for line, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1):
                    if all(cell is None or cell == "" for cell in cells):
                        continue
                    if header is None:
                        header = Header(cells)
                        if header.fault and not header.may_go_on:
                            yield Rejected(path, line, f"sheet {sheet.title!r}: {header.fault}")
                            break
                        continue
                    if is_open and header.takes(cells):
                        continue
                    if is_open:
                        is_open = False
                        yield from _closed(header, path)
                        if header.fault:
                            break
                    yield header.record(path, line, cells)
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


def _text_lines(path: Path, faults: list[Rejected]) -> Iterator[str]:
    for line in lines(path):
        if isinstance(line, Rejected):
            faults.append(line)
        else:
            # Old spreadsheets end lines with a lone carriage return.
            yield from _OWN_LINES.findall(line[1]) if "\r" in line[1][:-2] else [line[1]]


def _delimiter(header: str) -> str:
    """The one that finds most known columns, then most columns; a comma if nothing tells."""
    return max(_DELIMITERS, key=lambda delimiter: score_of_header(header.split(delimiter)))
