"""What may be done inside one transaction of the index."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.grams import gram_codes, pack
from indexer.model import Passage, Shelf
from indexer.words import stems, words
from kb import clock

FORGOTTEN = "forgotten"
"""Meta key: up to which generation nothing is left of what was removed."""


class Writer:
    """What may be done inside one transaction of the index."""

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        self._db = connection
        self.generation = generation

    def replace(self, shelf: Shelf, noun_id: str, passages: Sequence[Passage]) -> None:
        """Put a noun's passages in place of the ones it had; none takes it out of the index."""
        old = self._db.execute(
            "SELECT id FROM passages WHERE shelf = ? AND noun_id = ?", (shelf.value, noun_id)
        ).fetchall()
        for row in old:
            self._remove(shelf, row["id"])
        for passage in passages:
            self._add(passage)

    def remember_vectors(self, hashes: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep vectors by the hash of what was encoded; half precision costs less than 0.0001 of a cosine."""
        self._db.executemany(
            "INSERT OR IGNORE INTO vectors (hash, vector) VALUES (?, ?)",
            [(key, row.tobytes()) for key, row in zip(hashes, vectors.astype(np.float16), strict=True)],
        )

    def set_solution(self, ticket_id: str, key: bytes | None) -> None:
        """Note the vector of what agents answered to a ticket; None if they answered nothing that counts."""
        self._db.execute("DELETE FROM solutions WHERE ticket_id = ?", (ticket_id,))
        if key is not None:
            self._db.execute("INSERT INTO solutions VALUES (?, ?)", (ticket_id, key))

    def set_twins(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Put (article id, twin id) in place of all that were known before."""
        self._db.execute("DELETE FROM twins")
        self._db.executemany("INSERT INTO twins VALUES (?, ?)", pairs)

    def set_implied_links(
        self, links: Iterable[tuple[str, str, float]], *, tickets: Sequence[str] | None = None
    ) -> None:
        """Put (ticket id, article id, weight) in place of all that were implied before, or by some tickets only."""
        if tickets is None:
            self._db.execute("DELETE FROM implied_links")
        else:
            self._db.executemany("DELETE FROM implied_links WHERE ticket_id = ?", [(each,) for each in tickets])
        self._db.executemany("INSERT INTO implied_links VALUES (?, ?, ?)", links)

    def set_meta(self, key: str, value: str) -> None:
        """Write a fact about the index as a whole."""
        self._db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
        )

    def forget_orphans(self) -> None:
        """Drop what no passage uses: a deleted text must not live on as a vector, nor in FTS5's old parts."""
        self._db.execute(
            "DELETE FROM vectors WHERE hash NOT IN (SELECT hash FROM passages UNION ALL SELECT hash FROM solutions)"
        )
        for table in (*(f"{shelf}_words" for shelf in Shelf), "article_exact"):
            self._db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        self.set_meta(FORGOTTEN, str(self.generation))

    def _remove(self, shelf: Shelf, passage_id: int) -> None:
        self._db.execute("DELETE FROM passages WHERE id = ?", (passage_id,))
        self._db.execute(f"DELETE FROM {shelf}_words WHERE rowid = ?", (passage_id,))
        self._db.execute("DELETE FROM grams WHERE passage_id = ?", (passage_id,))
        if shelf is Shelf.ARTICLE:
            self._db.execute("DELETE FROM article_exact WHERE rowid = ?", (passage_id,))
        self._db.execute("INSERT INTO removed (passage_id, generation) VALUES (?, ?)", (passage_id, self.generation))

    def _add(self, p: Passage) -> None:
        cursor = self._db.execute(
            'INSERT INTO passages (shelf, noun_id, revision, ordinal, "start", "end", heading, title, text, locale,'
            " product, audience, solved, at, hash, generation)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                p.shelf.value, p.noun_id, p.revision, p.ordinal, p.start, p.end, p.heading, p.title, p.text, p.locale,
                p.product, p.audience, int(p.solved), clock.to_text(p.at), content_hash(p), self.generation,
            ),
        )  # fmt: skip
        row_id = cursor.lastrowid
        searchable = p.embedded
        self._db.execute(
            f"INSERT INTO {p.shelf}_words (rowid, stems) VALUES (?, ?)", (row_id, " ".join(stems(searchable, p.locale)))
        )
        if p.shelf is not Shelf.TICKET:
            self._db.execute(
                "INSERT INTO grams (passage_id, packed) VALUES (?, ?)", (row_id, pack(gram_codes(searchable)))
            )
        if p.shelf is Shelf.ARTICLE:
            self._db.execute(
                "INSERT INTO article_exact (rowid, words) VALUES (?, ?)", (row_id, " ".join(words(searchable)))
            )


def content_hash(passage: Passage) -> bytes:
    """Key of a passage's vector: what is encoded and how (tickets as questions, the rest as passages)."""
    return text_hash(passage.embedded, is_query=passage.shelf is Shelf.TICKET)


def text_hash(text: str, *, is_query: bool) -> bytes:
    """Key of a text's vector: 16 bytes."""
    kind = "query" if is_query else "passage"
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "replace")).digest()[:16]
