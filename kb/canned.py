"""Canned replies in the database."""

from __future__ import annotations

import hashlib
import json
import sqlite3

from kb import clock
from kb.database import Database, next_seq, to_json
from kb.errors import InvalidRow, NotFound
from kb.model import CannedReply

_SELECT = """
    SELECT c.*, r.body FROM canned_replies c JOIN canned_revisions r ON r.canned_id = c.id AND r.number = c.revision
"""


class CannedReplies:
    """The canned replies of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, canned_id: str) -> CannedReply:
        """Read one canned reply.

        Raises:
            NotFound: No such canned reply.
        """
        row = self._db.row(_SELECT + " WHERE c.id = ?", (canned_id,))
        if row is None:
            raise NotFound("canned reply", canned_id)
        return _canned(row)

    def get_many(self, ids: list[str]) -> dict[str, CannedReply]:
        """Read several at once; ids that are not stored are left out."""
        rows = self._db.rows_of(_SELECT + " WHERE c.id IN ({ids})", ids)
        return {row["id"]: _canned(row) for row in rows}

    def changed_since(self, seq: int, *, limit: int) -> list[tuple[int, CannedReply]]:
        """Canned replies written after a number of the change counter, oldest change first, at most `limit`."""
        rows = self._db.rows(_SELECT + " WHERE c.seq > ? ORDER BY c.seq LIMIT ?", (seq, limit))
        return [(int(row["seq"]), _canned(row)) for row in rows]

    def list(self, locale: str = "") -> list[CannedReply]:
        """All canned replies, of one locale or of every one, by title."""
        rows = self._db.rows(_SELECT + " WHERE ? IN ('', c.locale) ORDER BY c.title, c.id", (locale,))
        return [_canned(row) for row in rows]


def put_canned(connection: sqlite3.Connection, canned: CannedReply) -> str:
    """Store a canned reply as its source has it now; a changed body becomes a new revision. Runs inside a write.

    Returns:
        "new", "changed" or "unchanged".

    Raises:
        InvalidRow: Another source already has a canned reply with this id.
    """
    content = [
        canned.title, canned.body, canned.locale, canned.shortcut, canned.product, canned.tags,
        clock.to_text(canned.updated_at),
    ]  # fmt: skip
    digest = hashlib.sha256(to_json(content).encode()).hexdigest()
    old = connection.execute(
        "SELECT c.id, c.revision, c.content_hash, r.body FROM canned_replies c JOIN canned_revisions r"
        " ON r.canned_id = c.id AND r.number = c.revision WHERE c.source = ? AND c.source_id = ?",
        (canned.source, canned.source_id),
    ).fetchone()
    if old is not None and old["content_hash"] == digest:
        return "unchanged"
    if old is None and connection.execute("SELECT 1 FROM canned_replies WHERE id = ?", (canned.id,)).fetchone():
        raise InvalidRow(f"canned reply id {canned.id!r} already belongs to another source; give it another id")
    same_text = old is not None and old["body"] == canned.body
    number = 1 if old is None else int(old["revision"]) + (0 if same_text else 1)
    canned_id = canned.id if old is None else old["id"]
    connection.execute(
        "INSERT INTO canned_replies (id, source, source_id, title, locale, revision, shortcut, product, tags,"
        " content_hash, updated_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " title = excluded.title, locale = excluded.locale, revision = excluded.revision,"
        " shortcut = excluded.shortcut, product = excluded.product, tags = excluded.tags,"
        " content_hash = excluded.content_hash, updated_at = excluded.updated_at, seq = excluded.seq",
        (
            canned_id, canned.source, canned.source_id, canned.title, canned.locale, number, canned.shortcut,
            canned.product, to_json(list(canned.tags)), digest, clock.to_text(canned.updated_at), next_seq(connection),
        ),
    )  # fmt: skip
    if not same_text:
        connection.execute(
            "INSERT INTO canned_revisions (canned_id, number, body) VALUES (?, ?, ?)", (canned_id, number, canned.body)
        )
    return "new" if old is None else "changed"


def _canned(row: sqlite3.Row) -> CannedReply:
    return CannedReply(
        id=row["id"],
        source=row["source"],
        source_id=row["source_id"],
        title=row["title"],
        body=row["body"],
        locale=row["locale"],
        revision=row["revision"],
        shortcut=row["shortcut"],
        product=row["product"],
        tags=tuple(json.loads(row["tags"])),
        updated_at=clock.from_text(row["updated_at"]),
    )
