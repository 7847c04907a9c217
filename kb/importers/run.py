"""Importing files and folders into the store; running it again changes only what changed in the files."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.article_intake import put_article
from kb.canned import put_canned
from kb.errors import InvalidRow, KBError, SettingInvalid
from kb.importers.jsonl import read_jsonl
from kb.importers.markdown_folder import read_markdown
from kb.importers.record import Reader, Record, Rejected
from kb.importers.report import Counts, ImportReport
from kb.importers.rows import Kind, Parsed, parse_row
from kb.importers.table import read_csv, read_xlsx
from kb.links import resolve_links
from kb.model import Article, CannedReply, Ticket
from kb.store import Store
from kb.ticket_intake import put_ticket

MAX_BATCH_ROWS = 500
"""Rows per transaction."""
MAX_BATCH_CHARACTERS = 16_000_000


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file."""

    suffixes: tuple[str, ...]
    """Lower-case ends of file names."""
    read: Reader


_JSON = (".jsonl", ".ndjson", ".json")
FORMATS: dict[str, Format] = {
    "markdown": Format((".md", ".markdown"), read_markdown),
    "jsonl": Format((*_JSON, *(suffix + ".gz" for suffix in _JSON)), read_jsonl),
    "csv": Format((".csv", ".tsv"), read_csv),
    "xlsx": Format((".xlsx",), read_xlsx),
}
"""All formats by the name that a person gives."""

_SILENT = {"readme.md"}
# What storing one row may raise because of that row, not because of the database.
_ROW_ERRORS = (InvalidRow, ValueError, OverflowError, sqlite3.IntegrityError, sqlite3.DataError)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    root: Path
    read: Reader


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
    source: str = "files",
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
    files, skipped = _find_files(paths, format)
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
        rejected=tuple(sorted(run.rejected, key=lambda entry: (order[entry.path], entry.line))),
        skipped=tuple(skipped),
        links_resolved=links_resolved,
    )


class _Run:
    """One import: rows that wait for their transaction, and what became of the others."""

    def __init__(self, store: Store, source: str, actor: str, progress: Callable[[int], None] | None) -> None:
        self.rejected: list[Rejected] = []
        self._store = store
        self._source = source
        self._actor = actor
        self._progress = progress
        self._pending: dict[Kind, list[_Pending]] = {kind: [] for kind in Kind}
        self._characters = 0
        self._outcomes: Counter[tuple[Kind, str]] = Counter()
        self._places: dict[tuple[Kind, str, str, str], tuple[Path, int]] = {}

    def read(self, file: _File) -> None:
        """Take in one file."""
        empty = True
        for record in file.read(file.path, file.root):
            empty = False
            if isinstance(record, Rejected):
                self.rejected.append(record)
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
            parsed = parse_row(record.row, source=self._source)
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
        noun = pending.parsed.noun
        keys = [(kind, "id", "", noun.id), (kind, "source_id", noun.source, noun.source_id)]
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
            fault = InvalidRow(f"id {noun.id!r} stands already in {where} with other content; allowed: once")
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


def _weight(parsed: Parsed) -> int:
    noun = parsed.noun
    if isinstance(noun, Ticket):
        return sum(len(message.body) for message in noun.messages)
    return len(noun.revision.body if isinstance(noun, Article) else noun.body)


def _find_files(paths: Sequence[Path], wanted: str | None) -> tuple[list[_File], list[Path]]:
    found: dict[Path, _File] = {}
    skipped: list[Path] = []
    for path in paths:
        if path.is_dir():
            files, others = _in_folder(path, wanted)
            if not files:
                hint = f"Files that can be read: {_endings(wanted)}."
                raise KBError(f"There is nothing to import in {path}.", hint=hint)
            skipped.extend(others)
        elif path.exists():
            files = [_File(path, path.parent, _reader(path, wanted))]
        else:
            raise KBError(f"There is no file or folder {path}.", hint="Check the spelling; nothing was imported.")
        for file in files:
            found.setdefault(file.path.resolve(), file)
    return list(found.values()), skipped


def _in_folder(root: Path, wanted: str | None) -> tuple[list[_File], list[Path]]:
    files: list[_File] = []
    others: list[Path] = []
    for folder, folders, names in os.walk(root, onerror=_refuse_folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if name.startswith(".") or name.lower() in _SILENT:
                continue
            name_fits = _format_of(path) is not None and wanted in (None, _format_of(path))
            # Not a pipe or a link to nowhere.
            if not name_fits or not path.is_file():
                others.append(path)
            else:
                files.append(_File(path, root, _reader(path, wanted)))
    return files, others


def _reader(path: Path, wanted: str | None) -> Reader:
    name = wanted or _format_of(path)
    if name is None:
        hint = f"Files that can be read: {_endings(None)}; or name the format with --format."
        raise KBError(f"The name of {path} does not tell its format.", hint=hint)
    return FORMATS[name].read


def _format_of(path: Path) -> str | None:
    name = path.name.lower()
    return next((key for key, entry in FORMATS.items() if name.endswith(entry.suffixes)), None)


def _endings(wanted: str | None) -> str:
    chosen = (entry for name, entry in FORMATS.items() if wanted in (None, name))
    return ", ".join(suffix for entry in chosen for suffix in entry.suffixes)


def _refuse_folder(error: OSError) -> None:
    message = f"Cannot read the folder {error.filename}: {error.strerror}."
    raise KBError(message, hint="Nothing was imported.") from error
