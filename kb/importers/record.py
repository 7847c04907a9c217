"""What a reader hands on: rows with the place where they stand, or the reason why a place cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.importers.fields import Row


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it stands in a file."""

    line: int
    """1-based line, or row of a sheet, where it starts."""
    row: Row


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row or a whole file that was left out."""

    path: Path
    line: int
    """1-based; 0 if the whole file is meant."""
    reason: str
    """Names the field, the value and what is allowed."""


@dataclass(frozen=True, slots=True)
class Unused:
    """Columns of a survey that were left out because no rule knows what they ask."""

    path: Path
    columns: tuple[str, ...]
    """As the file names them."""


Reader = Callable[[Path, Path], Iterator[Record | Rejected | Unused]]
"""Reads a file, given its path and the folder that the import started from.

A reader never raises for what stands in a file: it yields a Rejected and goes on with what can still be read.
"""
