"""What a source says about an article becomes what is stored: a new revision where the text changed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from kb import clock
from kb.addresses import EXACT, OLD, addresses_of
from kb.database import next_seq, to_json
from kb.errors import InvalidRow
from kb.model import Article


def put_article(connection: sqlite3.Connection, article: Article, redirects: Sequence[str] = ()) -> str:
    """Store an article as its source has it now; a changed text becomes a new revision. Runs inside a write.

    Args:
        connection: A connection inside a transaction.
        article: `id` is a wish, used if no other source has it; `revision.number` is ignored.
        redirects: Old URLs that shall lead here.

    Returns:
        "new", "changed" or "unchanged".

    Raises:
        InvalidRow: Another source already has an article with this id.
    """
    digest = _digest(article, redirects)
    old = connection.execute(
        "SELECT id, revision, content_hash FROM articles WHERE source = ? AND source_id = ?",
        (article.source, article.source_id),
    ).fetchone()
    if old is not None and old["content_hash"] == digest:
        return "unchanged"
    if old is None:
        _refuse_taken_id(connection, article.id)
    number = _write_revision(connection, article, old)
    row = {
        "id": article.id if old is None else old["id"],
        "source": article.source,
        "source_id": article.source_id,
        "locale": article.locale,
        "url": article.url,
        "product": article.product,
        "audience": article.audience.value,
        "confidence": article.confidence.value,
        "translation_of": article.translation_of,
        "revision": number,
        "content_hash": digest,
        "verified_at": clock.to_text(article.verified_at),
        "updated_at": clock.to_text(article.updated_at),
        "seq": next_seq(connection),
    }
    columns = list(row)
    updates = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in {"id", "source", "source_id"})
    connection.execute(
        f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join(':' + c for c in columns)})"
        f" ON CONFLICT (id) DO UPDATE SET {updates}",
        row,
    )
    if old is None:
        _insert_revision(connection, article, article.id, number)
    _write_addresses(connection, replace(article, id=str(row["id"])), redirects)
    return "new" if old is None else "changed"


def _refuse_taken_id(connection: sqlite3.Connection, article_id: str) -> None:
    taken = connection.execute("SELECT source FROM articles WHERE id = ?", (article_id,)).fetchone()
    if taken is not None:
        raise InvalidRow(
            f"article id {article_id!r} already belongs to source {taken['source']!r};"
            " import with --source of that name to update it, or give it another id"
        )


def _write_revision(connection: sqlite3.Connection, article: Article, old: sqlite3.Row | None) -> int:
    if old is None:
        return 1
    text = connection.execute(
        "SELECT title, body, summary, tags FROM revisions WHERE article_id = ? AND number = ?",
        (old["id"], old["revision"]),
    ).fetchone()
    new = article.revision
    if tuple(text) == (new.title, new.body, new.summary, to_json(list(new.tags))):
        return int(old["revision"])
    number = int(old["revision"]) + 1
    _insert_revision(connection, article, old["id"], number)
    return number


def _insert_revision(connection: sqlite3.Connection, article: Article, article_id: str, number: int) -> None:
    new = article.revision
    connection.execute(
        "INSERT INTO revisions (article_id, number, title, body, summary, tags, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            article_id,
            number,
            new.title,
            new.body,
            new.summary,
            to_json(list(new.tags)),
            clock.to_text(new.created_at or article.updated_at),
        ),
    )


def _write_addresses(connection: sqlite3.Connection, article: Article, redirects: Sequence[str]) -> None:
    # Where it lived before leads here only until somebody else lives there.
    connection.execute(
        "UPDATE addresses SET strength = ? WHERE article_id = ? AND strength = ?", (OLD, article.id, EXACT)
    )
    for address, strength in addresses_of(article.id, article.source_id, article.url, redirects).items():
        connection.execute(
            "INSERT INTO addresses (address, article_id, strength) VALUES (?, ?, ?) ON CONFLICT (address) DO UPDATE"
            " SET article_id = excluded.article_id, strength = excluded.strength WHERE excluded.strength > strength",
            (address, article.id, strength),
        )


def _digest(article: Article, redirects: Sequence[str]) -> str:
    content = [
        article.locale, article.url, article.product, article.audience, article.confidence, article.translation_of,
        clock.to_text(article.verified_at), clock.to_text(article.updated_at), article.revision.title,
        article.revision.body, article.revision.summary, article.revision.tags, list(redirects),
    ]  # fmt: skip
    return hashlib.sha256(to_json(content).encode()).hexdigest()
