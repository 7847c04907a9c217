"""What a data folder holds, without what differs between two equal runs: clocks, orders and counters."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

_STORED = {
    "articles": "id, source, source_id, locale, url, product, audience, confidence, translation_of, content_hash",
    "revisions": "article_id, number, title, body, summary, tags",
    "addresses": "address, article_id, strength",
    "canned_replies": "id, source, source_id, title, locale, revision, content_hash",
    "canned_revisions": "canned_id, number, body",
    "customers": "id, name, email, attributes",
    "tickets": "id, source, source_id, subject, status, locale, created_at, closed_at, content_hash",
    "messages": "ticket_id, number, author, public, at, name, body",
    "ticket_links": "ticket_id, target, article_id, at, kind",
}
_INDEXED = {
    "passages": 'shelf, noun_id, revision, ordinal, "start", "end", heading, title, text, locale, hash',
    "vectors": "hash, vector",
    "solutions": "ticket_id, hash",
    "twins": "article_id, twin_id",
}

Contents = dict[str, list[tuple[Any, ...]]]


def stored(home: Path) -> Contents:
    """Every row of the database that an import writes."""
    return _rows(home / "svar.db", _STORED)


def indexed(home: Path) -> Contents:
    """Every passage and vector of the index that serves."""
    return _rows(index_file(home), _INDEXED)


def index_file(home: Path) -> Path:
    """The index that serves."""
    folder = home / "index" / (home / "index" / "CURRENT").read_text("utf-8").strip()
    return folder / "index.db"


def _rows(path: Path, tables: dict[str, str]) -> Contents:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {
            name: sorted(connection.execute(f"SELECT {columns} FROM {name}").fetchall(), key=repr)
            for name, columns in tables.items()
        }
