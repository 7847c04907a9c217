"""The SQLite file: opening it, reading from it, and the one way to write to it."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from kb import clock, schema
from kb.errors import DatabaseBusy, KBError, StorageDamaged, StorageFull

FILE_NAME = "svar.db"
IDS_AT_ONCE = 500
"""How many ids one query asks for at most."""
WAL_PAUSE_S = 0.02
"""Between two tries to put a new file into WAL mode."""


class Held:
    """A thread's connection; closes it when the thread has ended, since SQLite's own wait for the garbage collector."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Database:
    """One SQLite file in WAL mode with foreign keys on; safe to share between threads.

    Every thread gets its own connection. Readers never wait; writers queue up for `busy_timeout_s`.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float = 10.0) -> None:
        """Open the file, create it if it is missing, and bring its tables up to date.

        Raises:
            StorageDamaged: The file is no database, or a newer Svar wrote it.
            DatabaseBusy: Another process holds it.
            StorageFull: The disk is full.
            KBError: The folder cannot be written.
        """
        self.path = path
        self._busy_timeout_s = busy_timeout_s
        self._local = threading.local()
        self._all: weakref.WeakSet[Held] = weakref.WeakSet()
        self._all_lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise KBError(
                f"Cannot create the data folder {path.parent}: {error.strerror}.",
                hint="Name a folder that you may write to with --home or SVAR_HOME.",
            ) from error
        with translate(path):
            schema.migrate(self.connection)

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        existing: Held | None = getattr(self._local, "held", None)
        if existing is not None:
            return existing.connection
        with translate(self.path):
            connection = sqlite3.connect(
                self.path, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            # SQLite's own folding knows ASCII only, and names here begin with Å and Ø.
            connection.create_function("casefold", 1, _casefold, deterministic=True)
            _keep_wal(connection, self._busy_timeout_s)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
        held = self._local.held = Held(connection)
        with self._all_lock:
            self._all.add(held)
        return connection

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[sqlite3.Row]:
        """Run a query and return all its rows."""
        with translate(self.path):
            return self.connection.execute(sql, parameters).fetchall()

    def rows_of(self, sql: str, ids: Iterable[str]) -> list[sqlite3.Row]:
        """Run a query whose "{ids}" stands for a list of ids, in pieces that SQLite can take; doubles are asked once.

        Args:
            sql: The query; rows of one id must not depend on the other ids.
            ids: Any number, also none.
        """
        wanted = list(dict.fromkeys(ids))
        found: list[sqlite3.Row] = []
        for start in range(0, len(wanted), IDS_AT_ONCE):
            part = wanted[start : start + IDS_AT_ONCE]
            found += self.rows(sql.replace("{ids}", ",".join("?" * len(part))), part)
        return found

    def row(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> sqlite3.Row | None:
        """Run a query and return its first row, or None."""
        with translate(self.path):
            first: sqlite3.Row | None = self.connection.execute(sql, parameters).fetchone()
            return first

    @contextmanager
    def write(
        self, verb: str, noun: str, noun_id: str, *, actor: str = "system", detail: Mapping[str, object] | None = None
    ) -> Iterator[sqlite3.Connection]:
        """One verb, one transaction, one audit row: commits when the block ends, rolls back when it raises.

        Args:
            verb: What is done, e.g. "publish".
            noun: To what kind of thing.
            noun_id: To which; the number of rows for a bulk write.
            actor: Id of the user, or "system".
            detail: Goes into the audit row; the caller may fill it inside the block.
        """
        connection = self.connection
        with translate(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute(
                    "INSERT INTO audit (at, actor, verb, noun, noun_id, detail) VALUES (?, ?, ?, ?, ?, ?)",
                    (clock.to_text(clock.now()), actor, verb, noun, noun_id, to_json(detail or {})),
                )
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def note(self) -> Iterator[sqlite3.Connection]:
        """One transaction without an audit row, for what is nobody's deed: commits at the end, rolls back on an error.

        Only for what a user would not call a change, such as the text that is just being typed; all else is `write`.
        """
        connection = self.connection
        with translate(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every thread's connection."""
        with self._all_lock:
            for held in list(self._all):
                held.connection.close()
            self._all.clear()
        self._local = threading.local()


def _keep_wal(connection: sqlite3.Connection, timeout_s: float) -> None:
    """Put a new file into WAL mode; another process may be doing so at this moment.

    SQLite's own waiting does not hold for a change of the journal mode: of two that ask at once one is refused
    straight away, so the refused one asks again here until its time is up.
    """
    until = time.monotonic() + timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(WAL_PAUSE_S)
        else:
            return


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()


def next_seq(connection: sqlite3.Connection) -> int:
    """Take the next number of the change counter; the indexer asks for all that changed after the last it saw."""
    connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'seq'")
    return int(connection.execute("SELECT value FROM counters WHERE name = 'seq'").fetchone()[0])


def to_json(value: object) -> str:
    """Compact JSON with readable letters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def translate(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the state of the world into ours, each with its next step."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise DatabaseBusy(str(path)) from error
        if "full" in text:
            raise StorageFull(str(path)) from error
        if "unable to open" in text or "readonly" in text or "disk I/O" in text:
            raise KBError(
                f"Cannot use the database {path}: {text}.",
                hint="Check that the folder exists, is yours to write and has space left.",
            ) from error
        raise
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise StorageDamaged(
                f"The file {path} is damaged or no Svar database: {error}.",
                hint="Restore it from a backup, or name another folder with --home.",
            ) from error
        raise
