"""What commands print: one JSON object, or short aligned lines."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime

import click

from ui.wire import time_text, to_json

# Control characters of imported texts must not reach a terminal, which would obey them.
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")
MIN_WIDTH, MAX_WIDTH = 60, 110


def print_json(value: object) -> None:
    """Print one JSON object as UTF-8, whatever the terminal's encoding is."""
    text = json.dumps(to_json(value), ensure_ascii=False, indent=2)
    click.echo(text.encode("utf-8", "replace"))


def width() -> int:
    """Columns of the terminal, within reason."""
    return max(MIN_WIDTH, min(MAX_WIDTH, shutil.get_terminal_size().columns))


def plain(text: str) -> str:
    """One line without control characters."""
    return " ".join(text.translate(_CONTROLS).split())


def short(text: str, length: int) -> str:
    """One line of at most so many characters."""
    line = plain(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def lines_of(text: str) -> list[str]:
    """The lines of a text without control characters."""
    return [line.translate(_CONTROLS).rstrip() for line in text.split("\n")]


def day(moment: datetime | None) -> str:
    """A date such as 2026-05-04; a dash for none."""
    return "–" if moment is None else time_text(moment)[:10]


def size(count: int) -> str:
    """Bytes as a person reads them, e.g. 12.4 MB."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def facts(rows: Iterable[tuple[str, str]]) -> None:
    """Print names with their values, aligned; rows without value are left out."""
    kept = [(name, value) for name, value in rows if value]
    longest = max((len(name) for name, _ in kept), default=0)
    for name, value in kept:
        click.echo(f"{name:<{longest}}  {value}")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table whose first column is text and whose others are numbers."""
    texts = [[str(cell) if isinstance(cell, str) else f"{cell:,}" for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *texts]) for i in range(len(head))]
    for row in [list(head), *texts]:
        cells = [f"{row[0]:<{widths[0]}}", *(f"{cell:>{w}}" for cell, w in zip(row[1:], widths[1:], strict=True))]
        click.echo("  ".join(cells).rstrip())
