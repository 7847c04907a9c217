"""What a source says about an article becomes what is stored: a new revision where the text changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kb import clock
from kb.addresses import EXACT, OLD, addresses_of
from kb.database import next_seq, to_json
from kb.errors import InvalidRow
from kb.knowledge.source_proposal import propose
from kb.knowledge.spread import first_due
from kb.knowledge.team_rules import rules_of
from kb.model import Article, Confidence

_DUE = (
    "CASE WHEN articles.verified_at IS NULL THEN coalesce(articles.verify_due_at, excluded.verify_due_at)"
    " ELSE articles.verify_due_at END"
)
"""An article keeps its day; one that has none, since it was not validated before, gets one now."""


def put_article(connection: sqlite3.Connection, article: Article, redirects: Sequence[str] = ()) -> str:
    """Store an article as its source has it now; a changed text becomes a new revision. Runs inside a write.

    What was decided here stays: a text that was edited here is not overwritten, what the source writes becomes a draft
    to look at; columns in own_fields keep their value; what was deleted here stays deleted, what was merged merged.

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
        "SELECT id, revision, content_hash, verified_at, own_fields, deleted_at FROM articles"
        " WHERE source = ? AND source_id = ?",
        (article.source, article.source_id),
    ).fetchone()
    if old is not None and (old["content_hash"] == digest or old["deleted_at"] is not None):
        return "unchanged"
    own = frozenset(json.loads(old["own_fields"])) if old is not None else frozenset()
    if old is None:
        _refuse_taken_id(connection, article.id)
    number = _write_revision(connection, article, old, edited_here="text" in own)
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
        "verified_at": _newest(article.verified_at, old),
        "verify_due_at": _first_due(connection, article),
        "updated_at": clock.to_text(article.updated_at),
        "seq": next_seq(connection),
    }
    columns = list(row)
    kept = {"id", "source", "source_id", "verify_due_at"} | own | ({"updated_at"} if "text" in own else set())
    updates = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in kept)
    connection.execute(
        f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join(':' + c for c in columns)})"
        f" ON CONFLICT (id) DO UPDATE SET {updates}, verify_due_at = {_DUE}",
        row,
    )
    if old is None:
        _insert_revision(connection, article, article.id, number)
    _write_addresses(connection, replace(article, id=str(row["id"])), redirects)
    if old is not None:
        _lead_on(connection, old["id"])
    return "new" if old is None else "changed"


def _newest(verified_at: datetime | None, old: sqlite3.Row | None) -> str | None:
    """When it was last verified, there or here: a source knows nothing of what was verified here."""
    known = [clock.to_text(verified_at), old["verified_at"] if old is not None else None]
    return max(filter(None, known), default=None)


def _first_due(connection: sqlite3.Connection, article: Article) -> str | None:
    """What comes validated is vouched for by its source until its day, whatever date it brings: no flood on day one."""
    if article.confidence is not Confidence.VALIDATED:
        return None
    return clock.to_text(first_due(article.id, clock.now(), rules_of(connection).verify_every_days))


def _refuse_taken_id(connection: sqlite3.Connection, article_id: str) -> None:
    taken = connection.execute("SELECT source FROM articles WHERE id = ?", (article_id,)).fetchone()
    if taken is not None:
        raise InvalidRow(
            f"article id {article_id!r} already belongs to source {taken['source']!r};"
            " import with --source of that name to update it, or give it another id"
        )


def _write_revision(
    connection: sqlite3.Connection, article: Article, old: sqlite3.Row | None, *, edited_here: bool
) -> int:
    if old is None:
        return 1
    text = connection.execute(
        "SELECT title, body, summary, tags FROM revisions WHERE article_id = ? AND number = ?",
        (old["id"], old["revision"]),
    ).fetchone()
    new = article.revision
    same = tuple(text) == (new.title, new.body, new.summary, to_json(list(new.tags)))
    if edited_here and not same:
        propose(connection, old["id"], new)
    elif edited_here:
        # Both say the same again, so from now on the source is followed again.
        own = [name for name in json.loads(old["own_fields"]) if name != "text"]
        connection.execute("UPDATE articles SET own_fields = ? WHERE id = ?", (to_json(own), old["id"]))
    if same or edited_here:
        return int(old["revision"])
    number = int(old["revision"]) + 1
    _insert_revision(connection, article, old["id"], number)
    # What the team has confirmed that it answers is not the source's to forget.
    connection.execute(
        "UPDATE revisions SET questions = (SELECT questions FROM revisions WHERE article_id = ? AND number = ?)"
        " WHERE article_id = ? AND number = ?",
        (old["id"], old["revision"], old["id"], number),
    )
    return number


def _insert_revision(connection: sqlite3.Connection, article: Article, article_id: str, number: int) -> None:
    new = article.revision
    connection.execute(
        "INSERT INTO revisions (article_id, number, title, body, summary, tags, created_at, questions)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id,
            number,
            new.title,
            new.body,
            new.summary,
            to_json(list(new.tags)),
            clock.to_text(new.created_at or article.updated_at),
            to_json(list(new.questions)),
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


def _lead_on(connection: sqlite3.Connection, article_id: str) -> None:
    """Let the addresses of what was merged lead to what took its place."""
    into = article_id
    sql = "SELECT merged_into FROM articles WHERE id = ?"
    while found := connection.execute(sql, (into,)).fetchone()["merged_into"]:
        into = found
    if into != article_id:
        connection.execute("UPDATE addresses SET article_id = ? WHERE article_id = ?", (into, article_id))


def _digest(article: Article, redirects: Sequence[str]) -> str:
    content = [
        article.locale, article.url, article.product, article.audience, article.confidence, article.translation_of,
        clock.to_text(article.verified_at), clock.to_text(article.updated_at), article.revision.title,
        article.revision.body, article.revision.summary, article.revision.tags, list(redirects),
    ]  # fmt: skip
    return hashlib.sha256(to_json(content).encode()).hexdigest()
