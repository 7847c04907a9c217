"""Importing files and folders into the store; running it again changes only what changed in the files."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.article_intake import put_article
from kb.canned import put_canned
from kb.customer_intake import put_record
from kb.desk.customers import CustomerRecord
from kb.desk.satisfaction import Satisfaction, placed, put_satisfaction
from kb.errors import InvalidRow, KBError, SettingInvalid
from kb.importers.files import FORMATS, File, find_files
from kb.importers.record import Record, Rejected, Unused
from kb.importers.report import Counts, ImportReport
from kb.importers.rows import Kind, Parsed, kind_of, parse_row
from kb.links import resolve_links
from kb.model import Article, CannedReply, Ticket
from kb.store import Store
from kb.ticket_intake import put_ticket

FILES = "files"
"""The source of rows for which nobody named one."""
MAX_BATCH_ROWS = 500
"""Rows per transaction."""
MAX_BATCH_CHARACTERS = 16_000_000


# What storing one row may raise because of that row, not because of the database.
_ROW_ERRORS = (InvalidRow, ValueError, OverflowError, sqlite3.IntegrityError, sqlite3.DataError)


@dataclass(frozen=True, slots=True)
class _Pending:
    path: Path
    line: int
    parsed: Parsed


def import_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    format: str | None = None,  # noqa: A002 - what the command's option is called
    source: str = FILES,
    actor: str = "system",
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Import files and folders; what cannot be imported is reported and stops nothing else.

    Args:
        store: Where to.
        paths: Files and folders; folders are read with all that is below them, in the order of names.
        format: A name from `FORMATS`, or None to go by file names. In folders only files of that format are read.
        source: Name of the source for rows that name none; together with the row's id it says what a row is.
        actor: Id of the user, for the audit log.
        progress: Called with the number of rows that were done since the last call.

    Raises:
        KBError: A path is missing, a folder holds nothing to import, a file's format is unknown. Nothing was written.
        SettingInvalid: No such format. Nothing was written.
        DatabaseBusy: Another process holds the database. What was stored stays; run again to go on.
        StorageFull: The disk is full. What was stored stays; run again to go on.
    """  # fmt: skip
    if format is not None and format not in FORMATS:
        raise SettingInvalid("format", format, ", ".join(FORMATS))
    files, skipped = find_files(paths, format)
    run = _Run(store, source, actor, progress)
    for file in files:
        run.read(file)
    run.flush()
    detail: dict[str, object] = {}
    with store.database.write("resolve", "ticket_link", "", actor=actor, detail=detail) as connection:
        links_resolved = resolve_links(connection)
        detail["resolved"] = links_resolved
    order = {file.path: number for number, file in enumerate(files)}
    return ImportReport(
        article=run.counts(Kind.ARTICLE),
        ticket=run.counts(Kind.TICKET),
        canned=run.counts(Kind.CANNED),
        customer=run.counts(Kind.CUSTOMER),
        satisfaction=run.counts(Kind.SATISFACTION),
        rejected=tuple(sorted(run.rejected, key=lambda entry: (order[entry.path], entry.line))),
        skipped=tuple(skipped),
        unused=tuple(run.unused),
        links_resolved=links_resolved,
    )


class _Run:
    """One import: rows that wait for their transaction, and what became of the others."""

    def __init__(self, store: Store, source: str, actor: str, progress: Callable[[int], None] | None) -> None:
        self.rejected: list[Rejected] = []
        self.unused: list[Unused] = []
        self._store = store
        self._source = source
        self._actor = actor
        self._progress = progress
        self._pending: dict[Kind, list[_Pending]] = {kind: [] for kind in Kind}
        self._characters = 0
        self._outcomes: Counter[tuple[Kind, str]] = Counter()
        self._places: dict[tuple[Kind, str, str, str], tuple[Path, int]] = {}

    def read(self, file: File) -> None:
        """Take in one file."""
        empty = True
        for record in file.read(file.path, file.root):
            empty = False
            if isinstance(record, Rejected):
                self.rejected.append(record)
            elif isinstance(record, Unused):
                self.unused.append(record)
            else:
                self._take(file.path, record)
        if empty:
            self.rejected.append(Rejected(file.path, 0, "there is no row in this file"))

    def flush(self) -> None:
        """Store all that waits."""
        for kind in Kind:
            self._store_batch(kind)

    def counts(self, kind: Kind) -> Counts:
        """What became of the rows of a noun."""
        new, changed, unchanged = (self._outcomes[kind, name] for name in ("new", "changed", "unchanged"))
        return Counts(new, changed, unchanged)

    def _take(self, path: Path, record: Record) -> None:
        try:
            parsed = parse_row(record.row, source=self._source_of(path, record))
        except InvalidRow as error:
            self._reject(path, record.line, error)
            self._tell(1)
            return
        batch = self._pending[parsed.kind]
        batch.append(_Pending(path, record.line, parsed))
        self._characters += _weight(parsed)
        if self._characters > MAX_BATCH_CHARACTERS:
            self.flush()
        elif len(batch) >= MAX_BATCH_ROWS:
            self._store_batch(parsed.kind)

    def _source_of(self, path: Path, record: Record) -> str:
        """The import's source; a register or survey is a system of its own, named by its file if by nobody else."""
        is_own = self._source == FILES and kind_of(record.row) in {Kind.CUSTOMER, Kind.SATISFACTION}
        return path.name.split(".", 1)[0] if is_own else self._source

    def _store_batch(self, kind: Kind) -> None:
        batch = self._pending[kind]
        if not batch:
            return
        detail: dict[str, object] = {"source": self._source}
        outcomes: Counter[str] = Counter()
        database = self._store.database
        with database.write("import", kind.value, str(len(batch)), actor=self._actor, detail=detail) as connection:
            for pending in batch:
                outcomes[self._put(connection, kind, pending)] += 1
            detail.update(outcomes)
        for name, count in outcomes.items():
            self._outcomes[kind, name] += count
        self._characters -= sum(_weight(pending.parsed) for pending in batch)
        self._tell(len(batch))
        batch.clear()

    def _put(self, connection: sqlite3.Connection, kind: Kind, pending: _Pending) -> str:
        """Store one row in a savepoint of its own, so that it lands whole or not at all."""
        keys = [(kind, *key) for key in pending.parsed.keys]
        first = next((self._places[key] for key in keys if key in self._places), None)
        connection.execute("SAVEPOINT import_row")
        fault: Exception | None = None
        try:
            outcome = _put_noun(connection, pending.parsed)
        except _ROW_ERRORS as error:
            outcome, fault = "rejected", error
        if first is not None and outcome != "unchanged":
            # Two rows of one run may share an id only if they say the same.
            where = f"line {first[1]}" if first[0] == pending.path else f"{first[0]} line {first[1]}"
            fault = InvalidRow(f"id {keys[0][-1]!r} stands already in {where} with other content; allowed: once")
        if fault is not None:
            connection.execute("ROLLBACK TO import_row")
            self._reject(pending.path, pending.line, fault)
            outcome = "rejected"
        elif first is None:
            self._places.update(dict.fromkeys(keys, (pending.path, pending.line)))
        connection.execute("RELEASE import_row")
        return outcome

    def _reject(self, path: Path, line: int, error: Exception) -> None:
        reason = error.message if isinstance(error, KBError) else f"the row cannot be stored: {error}"
        self.rejected.append(Rejected(path, line, reason))

    def _tell(self, count: int) -> None:
        if self._progress is not None:
            self._progress(count)


def _put_noun(connection: sqlite3.Connection, parsed: Parsed) -> str:
    noun = parsed.noun
    match noun:
        case Article():
            return put_article(connection, noun, parsed.addresses)
        case Ticket():
            return put_ticket(connection, noun, parsed.addresses)
        case CannedReply():
            return put_canned(connection, noun)
        case CustomerRecord():
            return put_record(connection, noun)
        case Satisfaction():
            return put_satisfaction(connection, placed(connection, noun))


def _weight(parsed: Parsed) -> int:
    noun = parsed.noun
    if isinstance(noun, Ticket):
        return sum(len(message.body) for message in noun.messages)
    if isinstance(noun, CustomerRecord | Satisfaction):
        return 1_000
    return len(noun.revision.body if isinstance(noun, Article) else noun.body)
