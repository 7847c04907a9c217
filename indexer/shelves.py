"""The index file: passages, their words and their vectors, in one SQLite file that can always be made anew.

Everything that one change means for the index is written in one transaction, so a killed run leaves the last
complete state. `generation` counts those transactions; a reader that knows an older one asks for what came after.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors
from indexer.model import Passage, Shelf
from indexer.shelf_writer import Writer
from kb import clock
from kb.database import Held, translate
from kb.errors import StorageDamaged

FILE_NAME = "index.db"
COMMON_MEANS = "common_means"
"""Meta key: mean vector of common questions by language, a JSON object of lists."""
TWINS = "twins"
"""Meta key: how many articles there were when twins were last looked for, and a number that changes with them."""
TAUGHT = "taught"
"""Meta key: what the links of tickets were when something was last learned from them; changes whenever it is."""
FORMAT = 3
"""Grows when the tables or the way words are made change; an index of another format is made anew."""

_TABLES = (
    f"""
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE vectors (hash BLOB PRIMARY KEY, vector BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT, shelf TEXT NOT NULL, noun_id TEXT NOT NULL, revision INTEGER NOT NULL,
        ordinal INTEGER NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL,
        title TEXT NOT NULL, text TEXT NOT NULL, locale TEXT NOT NULL, product TEXT NOT NULL, audience TEXT NOT NULL,
        solved INTEGER NOT NULL, at TEXT, hash BLOB NOT NULL, generation INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX passages_noun ON passages (shelf, noun_id);
    CREATE INDEX passages_generation ON passages (generation);
    CREATE TABLE grams (passage_id INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;
    CREATE TABLE removed (passage_id INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
    CREATE INDEX removed_generation ON removed (generation);
    CREATE TABLE solutions (ticket_id TEXT PRIMARY KEY, hash BLOB NOT NULL) STRICT;
    CREATE TABLE twins (article_id TEXT NOT NULL, twin_id TEXT NOT NULL, PRIMARY KEY (article_id, twin_id)) STRICT;
    CREATE TABLE implied_links (
        ticket_id TEXT NOT NULL, article_id TEXT NOT NULL, weight REAL NOT NULL, PRIMARY KEY (ticket_id, article_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO meta VALUES ('format', '{FORMAT}'), ('generation', '0'), ('seq', '0');
"""
    + "".join(
        f"""
    CREATE VIRTUAL TABLE {shelf}_words USING fts5 (stems, tokenize = 'unicode61 remove_diacritics 0');
    CREATE VIRTUAL TABLE {shelf}_terms USING fts5vocab ({shelf}_words, row);
    """
        for shelf in Shelf
    )
    + """
    CREATE VIRTUAL TABLE article_exact USING fts5 (words, tokenize = 'unicode61 remove_diacritics 0');
"""
)


T = TypeVar("T")
_AT_ONCE = 5000
Key = tuple[int, str, str, str, str, int, str | None]


class Shelves:
    """One index file; each thread has its own connection."""

    def __init__(self, folder: Path, *, busy_timeout_s: float = 10.0) -> None:
        """Open the file, creating it if it is missing.

        Raises:
            StorageDamaged: It is no index, or one of another format.
        """
        self.path = folder / FILE_NAME
        self._busy_timeout_s = busy_timeout_s
        self._local = threading.local()
        folder.mkdir(parents=True, exist_ok=True)
        with index_errors(self.path):
            if self.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
                self._create()
        if self.meta("format") != str(FORMAT):
            raise StorageDamaged(
                f"The index in {folder} has format {self.meta('format')!r}, this Svar reads {FORMAT}.",
                hint="Run `svar index --full` to make it anew.",
            )

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        held: Held | None = getattr(self._local, "held", None)
        if held is None:
            found = sqlite3.connect(
                self.path, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False
            )
            held = Held(found)
            found.row_factory = sqlite3.Row
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = NORMAL")
            found.execute("PRAGMA secure_delete = ON")
            found.execute("PRAGMA cache_size = -65536")
            self._local.held = held
        return held.connection

    def meta(self, key: str, default: str = "") -> str:
        """A fact about the index as a whole."""
        with index_errors(self.path):
            row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else str(row["value"])

    @property
    def generation(self) -> int:
        """How many writes there were."""
        return int(self.meta("generation"))

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """One transaction; the generation grows by one when it commits."""
        connection = self.connection
        with index_errors(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")
                yield Writer(connection, int(self.meta("generation")))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def keys(self, shelf: Shelf, *, after: int = -1) -> list[Key]:
        """What a reader keeps in memory of every passage of a shelf that was added after a generation, by id.

        Returns:
            (id, noun_id, locale, product, audience, solved, at) each.
        """
        # What came after a generation is found by that: "+" keeps SQLite from going through the whole shelf.
        chosen = (
            "shelf = ? AND generation > ? ORDER BY id" if after < 0 else "+shelf = ? AND generation > ? ORDER BY +id"
        )
        with index_errors(self.path):
            found = self.connection.execute(
                f"SELECT id, noun_id, locale, product, audience, solved, at FROM passages WHERE {chosen}",
                (shelf.value, after),
            )
            return [tuple(row) for row in found]

    def removed(self, *, after: int) -> list[int]:
        """Ids of the passages that were removed after a generation."""
        with index_errors(self.path):
            found = self.connection.execute("SELECT passage_id FROM removed WHERE generation > ?", (after,)).fetchall()
        return [row[0] for row in found]

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Whole passages by id; ids that are gone are left out."""
        found: dict[int, Passage] = {}
        with index_errors(self.path):
            for part in _parts(sorted(ids)):
                marks = ",".join("?" * len(part))
                rows = self.connection.execute(f"SELECT * FROM passages WHERE id IN ({marks})", part)
                found.update((row["id"], _passage(row)) for row in rows)
        return found

    def passages_of(self, shelf: Shelf, noun_id: str) -> dict[int, Passage]:
        """All passages of one noun by id, in their order."""
        with index_errors(self.path):
            found = self.connection.execute(
                "SELECT * FROM passages WHERE shelf = ? AND noun_id = ? ORDER BY ordinal", (shelf.value, noun_id)
            ).fetchall()
        return {row["id"]: _passage(row) for row in found}

    def vectors(self, ids: Iterable[int] | None = None, *, shelf: Shelf, dimension: int) -> tuple[list[int], Vectors]:
        """Raw vectors of a shelf's passages, all or some, in the order of their ids."""
        chosen = [""] if ids is None else [f" AND p.id IN ({','.join(map(str, part))})" for part in _parts(sorted(ids))]
        found: list[sqlite3.Row] = []
        with index_errors(self.path):
            for these in chosen:
                found += self.connection.execute(
                    "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.hash = p.hash"
                    f" WHERE p.shelf = ?{these} ORDER BY p.id",
                    (shelf.value,),
                )
        vectors = np.frombuffer(b"".join(row[1] for row in found), dtype=np.float16).astype(np.float32)
        return [row[0] for row in found], vectors.reshape(len(found), dimension)

    def grams(self, ids: NDArray[np.int64]) -> tuple[list[int], list[int], bytes]:
        """Packed grams of passages; see `indexer.grams.pack`.

        Args:
            ids: (m,) rising; those that are gone, or of a shelf without grams, are left out.

        Returns:
            Ids, rising, how many grams each has, and their grams one behind the other.
        """
        found: list[tuple[int, bytes]] = []
        with index_errors(self.path):
            for part in _parts(ids.tolist()):
                rows = self.connection.execute(
                    f"SELECT passage_id, packed FROM grams WHERE passage_id IN ({','.join(map(str, part))})"
                    " ORDER BY passage_id"
                )
                found += [(row[0], row[1]) for row in rows]
        return [i for i, _ in found], [len(packed) // 4 for _, packed in found], b"".join(p for _, p in found)

    def solutions(self, *, dimension: int) -> tuple[list[str], Vectors]:
        """Ticket ids, rising, and the raw vector of what agents answered to each: (n, dimension)."""
        with index_errors(self.path):
            rows = self.connection.execute(
                "SELECT s.ticket_id, v.vector FROM solutions s JOIN vectors v ON v.hash = s.hash ORDER BY s.ticket_id"
            ).fetchall()
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float16).astype(np.float32)
        return [row[0] for row in rows], vectors.reshape(len(rows), dimension)

    def count_solutions(self) -> int:
        """How many tickets were answered in more than a few words."""
        with index_errors(self.path):
            return int(self.connection.execute("SELECT count(*) FROM solutions").fetchone()[0])

    def twins(self) -> list[tuple[str, str]]:
        """(article id, id of the article that says the same in another language) by id."""
        with index_errors(self.path):
            rows = self.connection.execute("SELECT * FROM twins ORDER BY article_id, twin_id").fetchall()
        return [(row[0], row[1]) for row in rows]

    def implied_links(self) -> list[tuple[str, str, float]]:
        """(ticket id, article id, weight) by id: articles that answers retell without linking them."""
        with index_errors(self.path):
            rows = self.connection.execute("SELECT * FROM implied_links ORDER BY ticket_id, article_id").fetchall()
        return [(row[0], row[1], row[2]) for row in rows]

    def known_hashes(self, hashes: Sequence[bytes]) -> set[bytes]:
        """Which of these contents were encoded before."""
        known: set[bytes] = set()
        with index_errors(self.path):
            for part in _parts(hashes):
                marks = ",".join("?" * len(part))
                rows = self.connection.execute(f"SELECT hash FROM vectors WHERE hash IN ({marks})", part)
                known.update(row[0] for row in rows)
        return known

    def settle(self) -> None:
        """Move the write-ahead log into the file, so that what was deleted is not left there either."""
        with index_errors(self.path):
            self.connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")

    def _create(self) -> None:
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
            for statement in _TABLES.split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute("COMMIT")


@contextmanager
def index_errors(path: Path) -> Iterator[None]:
    """SQLite's errors as ours; a damaged index is not restored but made anew."""
    try:
        with translate(path):
            yield
    except StorageDamaged as error:
        raise StorageDamaged(error.message, hint="Run `svar index --full` to make it anew.") from error


def _parts(values: Sequence[T]) -> Iterator[list[T]]:
    # SQLite takes a limited number of values in one statement.
    for start in range(0, len(values), _AT_ONCE):
        yield list(values[start : start + _AT_ONCE])


def _passage(row: sqlite3.Row) -> Passage:
    at: datetime | None = clock.from_text(row["at"])
    return Passage(
        shelf=Shelf(row["shelf"]),
        noun_id=row["noun_id"],
        revision=row["revision"],
        ordinal=row["ordinal"],
        start=row["start"],
        end=row["end"],
        heading=row["heading"],
        title=row["title"],
        text=row["text"],
        locale=row["locale"],
        product=row["product"],
        audience=row["audience"],
        solved=bool(row["solved"]),
        at=at,
    )
