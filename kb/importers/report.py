"""What an import did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kb.importers.record import Rejected, Unused


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one noun by what became of them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        """All rows that are stored now."""
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    article: Counts
    ticket: Counts
    canned: Counts
    rejected: tuple[Rejected, ...]
    """What was left out and why, in the order of files and lines."""
    skipped: tuple[Path, ...]
    """Files in the folders that no format fits."""
    links_resolved: int
    """Links of tickets that found their article in this run."""
    customer: Counts = Counts()
    """Registers of customers."""
    satisfaction: Counts = Counts()
    """What customers said afterwards."""
    unused: tuple[Unused, ...] = ()
    """Columns of surveys that nothing here understands, by file."""
