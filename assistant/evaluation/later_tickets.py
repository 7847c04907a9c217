"""A data set split in time: what was known before a moment, and the tickets that came in after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.evaluation.datasets import Row, rows, write_rows
from kb import clock
from kb.errors import KBError
from kb.importers.run import import_paths
from kb.model import RESOLVED, Ticket
from kb.settings import Settings
from kb.store import Store

ASKED_SHARE = 1 / 3
"""The newest of the resolved tickets are asked, where nobody names a moment."""


@dataclass(frozen=True, slots=True)
class LaterTicket:
    """A resolved ticket that came in after the moment."""

    ticket: Ticket
    targets: tuple[str, ...]
    """What the help desk says was linked to it: URLs, slugs or ids."""


def split_moment(files: Sequence[Path], *, share: float = ASKED_SHARE) -> datetime:
    """The moment after which a share of the resolved tickets came in.

    Args:
        files: Ticket files.
        share: Above 0, at most 1; rounded to the next whole ticket, at least one.

    Returns:
        When the oldest of that share was created; tickets of the very same moment are asked with it.

    Raises:
        KBError: There are no resolved tickets, or a row is broken.
    """
    created = sorted(moment for moment, _ in _resolved(files))
    if not created:
        raise KBError("There are no resolved tickets to ask.", hint="Name a data set with tickets that agents solved.")
    return created[-max(1, round(share * len(created)))]


def later_tickets(files: Sequence[Path], since: datetime, folder: Path) -> list[LaterTicket]:
    """The resolved tickets that were created at a moment or after it, oldest first, ties by id.

    Args:
        files: Ticket files.
        since: Aware.
        folder: They are read into a data folder of their own here, since they must not be evidence.

    Raises:
        KBError: A row is broken.
    """
    chosen = {str(row["id"]): row for moment, row in _resolved(files) if moment >= since}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "asked.jsonl"
    write_rows(chosen.values(), file)
    aside = Store.open(Settings(home=folder))
    try:
        import_paths(aside, [file])
        stored = aside.tickets.get_many(chosen)
    finally:
        aside.close()
    found = [LaterTicket(ticket, _targets(chosen[ticket.id])) for ticket in stored.values()]
    return sorted(found, key=lambda later: (later.ticket.created_at, later.ticket.id))


def _resolved(files: Sequence[Path]) -> Iterator[tuple[datetime, Row]]:
    wanted = {status.value for status in RESOLVED}
    for file in files:
        for row in rows(file, "id", "created_at"):
            created = clock.parse(row["created_at"], name="created_at")
            if created is not None and row.get("status") in wanted:
                yield created, row


def _targets(row: Row) -> tuple[str, ...]:
    found = row.get("article_links")
    return tuple(str(each) for each in found) if isinstance(found, list) else ()
