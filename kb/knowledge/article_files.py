"""Pictures and files of articles: checked by what is in them, kept in the database, gone with their article."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from kb import clock
from kb.database import Database
from kb.errors import InvalidRow, NotFound
from kb.knowledge.file_type import TYPES, type_of
from kb.markdown_view import FILE_SCHEME

MOST_FILES = 200
"""Of one article."""
_LONGEST_NAME = 120
_UNWANTED = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_COLUMNS = "id, article_id, name, type, size, sha256, created_by, created_at"
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """One file, without its bytes."""

    id: str
    article_id: str
    """Of the article, or of the draft that becomes it."""
    name: str
    type: str
    """Media type, as the bytes tell it."""
    size: int
    """Bytes."""
    sha256: str
    created_by: str
    created_at: datetime | None

    @property
    def is_image(self) -> bool:
        """Whether it can be shown in the text."""
        return self.type.startswith("image/")

    @property
    def markdown(self) -> str:
        """What puts it into a text."""
        title = PurePosixPath(self.name).stem.replace("[", "(").replace("]", ")")
        return f"{'!' if self.is_image else ''}[{title}]({FILE_SCHEME}{self.id})"


class ArticleFiles:
    """The files of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, article_id: str, name: str, content: bytes, *, limit_mb: float, actor: str = "system") -> ArticleFile:
        """Keep a file; the same file under the same name in the same article is kept once.

        Args:
            article_id: Of an article or a draft.
            name: What somebody called it; only its last part, without signs that no file system likes, is kept.
            content: Its bytes.
            limit_mb: The most it may have, in millions of bytes.
            actor: Who adds it.

        Raises:
            InvalidRow: It is empty, too large, or of a kind that is not allowed.
        """
        kind = type_of(content, name) if len(content) <= limit_mb * _MEGABYTE else ""
        if len(content) > limit_mb * _MEGABYTE:
            raise InvalidRow(
                f"The file {name[:80]!r} has {len(content) / _MEGABYTE:.1f} MB; allowed: {limit_mb:g} MB.",
                hint="Make it smaller, or set SVAR_FILE_MB.",
            )
        if not kind:
            raise InvalidRow(
                f"The file {name[:80]!r} is of a kind that articles may not have.",
                hint=f"Allowed: {', '.join(TYPES.values())}; what counts is what is in it.",
            )
        digest = hashlib.sha256(content).hexdigest()
        clean = _clean_name(name, kind)
        # Known before the transaction would write an audit row that nothing belongs to.
        same = [each for each in self.of_article(article_id) if (each.sha256, each.name) == (digest, clean)]
        if same:
            return same[0]
        added = ArticleFile(
            uuid.uuid4().hex, article_id, clean, kind, len(content), digest, actor, clock.now()
        )  # fmt: skip
        detail = {"article": article_id, "name": clean, "type": kind, "size": len(content)}
        with self._db.write("add", "article_file", added.id, actor=actor, detail=detail) as connection:
            count = connection.execute("SELECT count(*) FROM article_files WHERE article_id = ?", (article_id,))
            if int(count.fetchone()[0]) >= MOST_FILES:
                raise InvalidRow(f"The article has {MOST_FILES} files already.", hint="Delete some of them first.")
            connection.execute(
                f"INSERT INTO article_files ({_COLUMNS}, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    added.id, article_id, clean, kind, added.size, digest, actor, clock.to_text(added.created_at),
                    content,
                ),
            )  # fmt: skip
        return added

    def of_article(self, article_id: str) -> list[ArticleFile]:
        """The files of an article or a draft, first added first."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM article_files WHERE article_id = ? ORDER BY created_at, id", (article_id,)
        )
        return [_file(row) for row in rows]

    def get(self, file_id: str) -> ArticleFile:
        """One file without its bytes.

        Raises:
            NotFound: There is none.
        """
        row = self._db.row(f"SELECT {_COLUMNS} FROM article_files WHERE id = ?", (file_id,))
        if row is None:
            raise NotFound("article file", file_id)
        return _file(row)

    def known(self, ids: list[str]) -> set[str]:
        """Which of some ids are files that are there."""
        return {row["id"] for row in self._db.rows_of("SELECT id FROM article_files WHERE id IN ({ids})", ids)}

    def content(self, file_id: str) -> bytes:
        """The bytes of a file.

        Raises:
            NotFound: There is none.
        """
        row = self._db.row("SELECT content FROM article_files WHERE id = ?", (file_id,))
        if row is None:
            raise NotFound("article file", file_id)
        return bytes(row["content"])

    def delete(self, file_id: str, *, actor: str = "system") -> None:
        """Forget a file; where a text still names it, its alternative text is shown.

        Raises:
            NotFound: There is none.
        """
        file = self.get(file_id)
        detail = {"article": file.article_id, "name": file.name}
        with self._db.write("delete", "article_file", file_id, actor=actor, detail=detail) as connection:
            connection.execute("DELETE FROM article_files WHERE id = ?", (file_id,))


def forget_files(connection: sqlite3.Connection, article_id: str) -> None:
    """Forget all files of an article.

    Args:
        connection: Inside the transaction that deletes the article.
        article_id: Which.
    """
    connection.execute("DELETE FROM article_files WHERE article_id = ?", (article_id,))


def _clean_name(name: str, kind: str) -> str:
    """The last part of a name as any file system takes it, with the ending of what it is."""
    last = re.split(r"[/\\]", name)[-1]
    bare = _UNWANTED.sub(" ", last).strip(" .")
    ending = TYPES[kind]
    stem, dot, given = bare.rpartition(".")
    if dot and {given.casefold(), ending} in ({ending}, {"jpeg", "jpg"}, {"md", "txt"}, {"log", "txt"}):
        return f"{stem[:_LONGEST_NAME] or 'file'}.{given}"
    return f"{bare[:_LONGEST_NAME] or 'file'}.{ending}"


def _file(row: sqlite3.Row) -> ArticleFile:
    return ArticleFile(
        row["id"], row["article_id"], row["name"], row["type"], row["size"], row["sha256"], row["created_by"],
        clock.from_text(row["created_at"]),
    )  # fmt: skip
