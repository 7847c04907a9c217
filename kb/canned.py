"""Canned replies in the database: those that a source brought, and those that people keep here."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kb import clock
from kb.canned_text import CannedText, check_text
from kb.database import Database, next_seq, to_json
from kb.errors import Conflict, InvalidRow, NotFound, PermissionDenied
from kb.model import CannedReply, Role, User

OWN = "svar"
"""The source of what people keep here; what another source brought is changed there, or copied."""
_SELECT = """
    SELECT c.*, r.body FROM canned_replies c JOIN canned_revisions r ON r.canned_id = c.id AND r.number = c.revision
"""


class ShortcutTaken(Conflict):
    """Another canned reply of the same language and the same people has this shortcut."""

    def __init__(self, shortcut: str, title: str) -> None:
        self.shortcut = shortcut
        self.title = title
        super().__init__(f"The shortcut ;{shortcut} already belongs to {title!r} in this language.")


@dataclass(frozen=True, slots=True)
class CannedRevision:
    """One immutable text of a canned reply."""

    number: int
    """1-based, without holes."""
    body: str
    changed_by: str = ""
    """Id of the user; empty for what a source brought."""
    changed_at: datetime | None = None


class CannedReplies:
    """The canned replies of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, canned_id: str) -> CannedReply:
        """Read one canned reply.

        Raises:
            NotFound: No such canned reply.
        """
        row = self._db.row(_SELECT + " WHERE c.id = ? AND c.removed_at IS NULL", (canned_id,))
        if row is None:
            raise NotFound("canned reply", canned_id)
        return _canned(row)

    def get_many(self, ids: list[str]) -> dict[str, CannedReply]:
        """Read several shared ones at once; ids that are not stored, or are somebody's own, are left out."""
        rows = self._db.rows_of(_SELECT + " WHERE c.id IN ({ids}) AND c.removed_at IS NULL AND c.owner_id = ''", ids)
        return {row["id"]: _canned(row) for row in rows}

    def of_ids(self, ids: list[str]) -> list[CannedReply]:
        """Read several at once, whosever they are, in the order of the ids; those that are not stored are left out."""
        rows = self._db.rows_of(_SELECT + " WHERE c.id IN ({ids})", ids)
        found = {row["id"]: _canned(row) for row in rows}
        return [found[each] for each in ids if each in found]

    def changed_since(self, seq: int, *, limit: int) -> list[tuple[int, CannedReply]]:
        """Canned replies written after a number of the change counter, oldest change first, at most `limit`."""
        rows = self._db.rows(_SELECT + " WHERE c.seq > ? ORDER BY c.seq LIMIT ?", (seq, limit))
        return [(int(row["seq"]), _canned(row)) for row in rows]

    def list(self, locale: str = "", *, user_id: str = "") -> list[CannedReply]:
        """The canned replies that serve everybody, of one locale or of every one, by title.

        Args:
            locale: Only these; empty means all.
            user_id: With those that are this user's own.
        """
        rows = self._db.rows(
            _SELECT + " WHERE ? IN ('', c.locale) AND c.removed_at IS NULL AND c.owner_id IN ('', ?)"
            " ORDER BY c.title, c.id",
            (locale, user_id),
        )
        return [_canned(row) for row in rows]

    def history(self, canned_id: str) -> tuple[CannedRevision, ...]:
        """Every text that a canned reply has had, newest first, also of one that was removed."""
        rows = self._db.rows("SELECT * FROM canned_revisions WHERE canned_id = ? ORDER BY number DESC", (canned_id,))
        return tuple(
            CannedRevision(row["number"], row["body"], row["changed_by"], clock.from_text(row["changed_at"]))
            for row in rows
        )

    def create(self, text: CannedText, user: User, *, personal: bool = False) -> CannedReply:
        """Keep a new canned reply.

        Args:
            text: What it says.
            user: Who keeps it.
            personal: For this user alone; else for everybody, which takes a contributor.

        Raises:
            InvalidRow: Something in the text cannot be used; see check_text.
            PermissionDenied: The role is too small for a shared one.
            Conflict: The shortcut is taken in this language.
        """
        clean = check_text(text)
        if not personal:
            _may_share(user)
        canned_id = f"canned-{secrets.token_hex(6)}"
        owner_id = user.id if personal else ""
        detail: dict[str, object] = {"after": clean.as_data(), "personal": personal}
        with self._db.write("create", "canned_reply", canned_id, actor=user.id, detail=detail) as connection:
            _check_shortcut(connection, clean, owner_id)
            connection.execute(
                "INSERT INTO canned_replies (id, source, source_id, title, locale, revision, shortcut, product, tags,"
                " content_hash, updated_at, folder, owner_id, seq) VALUES (?, ?, ?, '', '', 0, '', '', '[]', '', '',"
                " '', ?, 0)",
                (canned_id, OWN, canned_id, owner_id),
            )
            _revise(connection, canned_id, clean, user, 1)
        return self.get(canned_id)

    def change(self, canned_id: str, text: CannedText, user: User, *, revision: int) -> CannedReply:
        """Change a canned reply; what it was stays as a revision, and in the audit log.

        Args:
            canned_id: Which one.
            text: What it is to say.
            user: Who changes it.
            revision: The revision that the user saw.

        Raises:
            NotFound: No such canned reply, or it is somebody else's own.
            PermissionDenied: It came from another source, or the role is too small.
            InvalidRow: Something in the text cannot be used; see check_text.
            Conflict: Somebody changed it meanwhile, or the shortcut is taken.
        """
        clean = check_text(text)
        detail: dict[str, object] = {"after": clean.as_data()}
        with self._db.write("change", "canned_reply", canned_id, actor=user.id, detail=detail) as connection:
            old = self._changeable(canned_id, user, revision)
            detail["before"] = CannedText.of(old).as_data()
            _check_shortcut(connection, clean, old.owner_id, but=canned_id)
            _revise(connection, canned_id, clean, user, old.revision + 1)
        return self.get(canned_id)

    def remove(self, canned_id: str, user: User) -> None:
        """Take a canned reply away; its revisions stay, and the index forgets it.

        Raises:
            NotFound: No such canned reply, or it is somebody else's own.
            PermissionDenied: It came from another source, or the role is too small.
        """
        detail: dict[str, object] = {}
        with self._db.write("remove", "canned_reply", canned_id, actor=user.id, detail=detail) as connection:
            old = self._changeable(canned_id, user)
            detail["before"] = CannedText.of(old).as_data()
            # An empty text is what the index reads as "nothing is left".
            _revise(connection, canned_id, replace(CannedText.of(old), body=""), user, old.revision + 1)
            connection.execute(
                "UPDATE canned_replies SET removed_at = ? WHERE id = ?", (clock.to_text(clock.now()), canned_id)
            )

    def _changeable(self, canned_id: str, user: User, revision: int = 0) -> CannedReply:
        old = self.get(canned_id)
        if old.owner_id and old.owner_id != user.id:
            raise NotFound("canned reply", canned_id)
        if old.source != OWN:
            raise PermissionDenied(f"This canned reply comes from {old.source}; change it there, or copy it.")
        if not old.owner_id:
            _may_share(user)
        if revision and revision != old.revision:
            raise Conflict(f"Somebody else changed the canned reply {old.title!r} meanwhile.")
        return old


def _may_share(user: User) -> None:
    if not user.role.allows(Role.CONTRIBUTOR):
        raise PermissionDenied(f"{user.role.value} may keep own canned replies; shared ones need: contributor.")


def _check_shortcut(connection: sqlite3.Connection, text: CannedText, owner_id: str, *, but: str = "") -> None:
    if not text.shortcut:
        return
    row = connection.execute(
        "SELECT title FROM canned_replies WHERE source = ? AND locale = ? AND owner_id = ? AND id <> ?"
        " AND removed_at IS NULL AND casefold(shortcut) = ?",
        (OWN, text.locale, owner_id, but, text.shortcut.casefold()),
    ).fetchone()
    if row is not None:
        raise ShortcutTaken(text.shortcut, row["title"])


def _revise(connection: sqlite3.Connection, canned_id: str, text: CannedText, user: User, number: int) -> None:
    at = clock.to_text(clock.now())
    connection.execute(
        "UPDATE canned_replies SET title = ?, locale = ?, revision = ?, shortcut = ?, product = ?, tags = ?,"
        " folder = ?, updated_at = ?, seq = ? WHERE id = ?",
        (
            text.title, text.locale, number, text.shortcut, text.product, to_json(list(text.tags)), text.folder, at,
            next_seq(connection), canned_id,
        ),
    )  # fmt: skip
    connection.execute(
        "INSERT INTO canned_revisions (canned_id, number, body, changed_by, changed_at, detail)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (canned_id, number, text.body, user.id, at, to_json(text.as_data())),
    )


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


def count_uses(connection: sqlite3.Connection, canned_ids: Iterable[str]) -> None:
    """Count a sent reply for each canned reply that it was made of. Runs inside a write; unknown ids count nothing."""
    for canned_id in dict.fromkeys(canned_ids):
        connection.execute("UPDATE canned_replies SET uses = uses + 1 WHERE id = ?", (canned_id,))


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
        folder=row["folder"],
        owner_id=row["owner_id"],
        uses=row["uses"],
    )
