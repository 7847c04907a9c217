"""Merging one article into another, and undoing it: addresses, tickets' links and translations move along."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from kb import clock
from kb.database import next_seq, to_json
from kb.errors import InvalidRow
from kb.knowledge.article_write import keep_from_import, require_article, update_article
from kb.knowledge.move import ArticleState
from kb.knowledge.moves import state_of
from kb.knowledge.refusals import ArticleNotLive, DraftInTheWay
from kb.model import Article, Confidence


def merge(
    connection: sqlite3.Connection, article: Article, into: str, *, actor: str, at: datetime
) -> dict[str, object]:
    """Let another article take the place of this one. What led here leads there; nothing of the text moves.

    Args:
        connection: Inside a transaction.
        article: What goes; its text stays readable as history.
        into: Id of what takes its place; one that was merged itself means the article it went into.
        actor: The user's id.
        at: The moment.

    Returns:
        What the audit row says.

    Raises:
        NotFound: There is no such target.
        InvalidRow: It is the article itself, also by way of other merges.
        ArticleNotLive: The target is archived or deleted.
        DraftInTheWay: Somebody is writing on the article that goes.
    """
    target = _end(connection, into)
    if target.id == article.id:
        raise InvalidRow(f"an article cannot be merged into itself; {into!r} leads to {article.id!r}")
    if state_of(target) is not ArticleState.PUBLISHED:
        raise ArticleNotLive(target.id, state_of(target))
    if connection.execute("SELECT 1 FROM article_drafts WHERE id = ?", (article.id,)).fetchone() is not None:
        raise DraftInTheWay(article.id)
    addresses = _ids(connection, "SELECT address FROM addresses WHERE article_id = ?", article.id)
    tickets = _ids(connection, "SELECT ticket_id FROM ticket_links WHERE article_id = ?", article.id)
    targets = _rows(connection, "SELECT ticket_id, target FROM ticket_links WHERE article_id = ?", article.id)
    connection.execute("UPDATE addresses SET article_id = ? WHERE article_id = ?", (target.id, article.id))
    connection.execute("UPDATE ticket_links SET article_id = ? WHERE article_id = ?", (target.id, article.id))
    _touch(connection, tickets)
    moved = _move_translations(connection, article, target)
    connection.execute(
        "INSERT OR REPLACE INTO article_merges VALUES (?, ?, ?, ?, ?, ?, ?)",
        (article.id, target.id, clock.to_text(at), actor, to_json(addresses), to_json(targets), to_json(moved)),
    )
    gone = {"merged_into": target.id, "confidence": Confidence.ARCHIVED.value, "updated_at": clock.to_text(at)}
    update_article(connection, article.id, gone | {"confidence_before": article.confidence.value})
    keep_from_import(connection, article.id, ["confidence"])
    return {"into": target.id, "tickets": len(set(tickets)), "translations": moved}


def unmerge(connection: sqlite3.Connection, article: Article) -> dict[str, object]:
    """Give back what a merge moved, as far as it still is where the merge put it.

    Args:
        connection: Inside a transaction.
        article: What was merged.

    Returns:
        What the audit row says.
    """
    row = connection.execute("SELECT * FROM article_merges WHERE article_id = ?", (article.id,)).fetchone()
    addresses, links, translations = (json.loads(row[name]) for name in ("addresses", "links", "translations"))
    # The target may have been merged on, and of what came along some may have left again.
    there = _end(connection, row["into_id"]).id
    connection.executemany(
        "UPDATE addresses SET article_id = ? WHERE address = ? AND article_id = ?",
        [(article.id, address, there) for address in addresses],
    )
    connection.executemany(
        "UPDATE ticket_links SET article_id = ? WHERE ticket_id = ? AND target = ? AND article_id = ?",
        [(article.id, ticket_id, target, there) for ticket_id, target in links],
    )
    _touch(connection, [ticket_id for ticket_id, _ in links])
    for translation in translations:
        update_article(connection, translation, {"translation_of": article.translation_of or article.id})
    connection.execute("DELETE FROM article_merges WHERE article_id = ?", (article.id,))
    return {"out_of": row["into_id"], "tickets": len({ticket_id for ticket_id, _ in links})}


def _end(connection: sqlite3.Connection, article_id: str) -> Article:
    found = require_article(connection, article_id)
    while found.merged_into:
        found = require_article(connection, found.merged_into)
    return found


def _move_translations(connection: sqlite3.Connection, article: Article, target: Article) -> list[str]:
    """Hand the translations of a master to the family it goes into; the others become articles of their own."""
    family = target.translation_of or target.id
    own = _rows(connection, "SELECT id, locale FROM articles WHERE translation_of = ? ORDER BY id", article.id)
    there = {
        row["locale"]
        for row in connection.execute(
            "SELECT locale FROM articles WHERE (id = :family OR translation_of = :family) AND confidence <> 'archived'",
            {"family": family},
        )
    }
    for translation, locale in own:
        if translation != target.id:
            update_article(connection, translation, {"translation_of": "" if locale in there else family})
            there.add(locale)
        else:
            # The master goes into its own translation, which becomes the master.
            update_article(connection, translation, {"translation_of": ""})
    return [translation for translation, _ in own]


def _ids(connection: sqlite3.Connection, sql: str, article_id: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(sql, (article_id,))]


def _rows(connection: sqlite3.Connection, sql: str, article_id: str) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in connection.execute(sql, (article_id,))]


def _touch(connection: sqlite3.Connection, ticket_ids: Iterable[str]) -> None:
    """Let the search take in what the tickets' links say now."""
    for ticket_id in dict.fromkeys(ticket_ids):
        connection.execute("UPDATE tickets SET seq = ? WHERE id = ?", (next_seq(connection), ticket_id))
