"""The last move of every article with what it changed, so that it can be taken back to the second.

A move that takes another one back by its opposite leaves other dates, other people and another interval: who archives
by a slip of the finger wants what was there, not something like it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from kb import clock
from kb.database import to_json
from kb.knowledge.article_write import require_article, update_article
from kb.knowledge.merging import merge, unmerge
from kb.knowledge.move import ArticleMove, LastMove
from kb.knowledge.refusals import NothingToUndo
from kb.model import User

_LOST_FOR_GOOD = frozenset({ArticleMove.DELETE, ArticleMove.UNDO})
"""A deleted text is gone, and what was taken back is done anew rather than put back once more."""
_COPIED = "title, body, summary, tags, questions"
Columns = Mapping[str, object]


def columns_of(connection: sqlite3.Connection, article_id: str) -> dict[str, object]:
    """An article's row as it is stored, but for the change counter; empty if there is none."""
    row = connection.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
    return {} if row is None else {name: row[name] for name in row.keys() if name not in {"id", "seq"}}  # noqa: SIM118


def notice_of(connection: sqlite3.Connection, article_id: str) -> str | None:
    """When an article was noticed as unused; None: it is not."""
    row = connection.execute("SELECT noticed_at FROM archive_notices WHERE article_id = ?", (article_id,)).fetchone()
    return None if row is None else row["noticed_at"]


def merge_of(connection: sqlite3.Connection, article_id: str) -> dict[str, str]:
    """Into what an article is merged, when and by whom; empty if it is not."""
    row = connection.execute("SELECT * FROM article_merges WHERE article_id = ?", (article_id,)).fetchone()
    return {} if row is None else {"into": row["into_id"], "at": row["at"], "by": row["user_id"]}


def remember(connection: sqlite3.Connection, article_id: str, move: LastMove) -> None:
    """Keep what a move changed, in place of the move before it.

    Args:
        connection: Inside the transaction of the move.
        article_id: Whose move.
        move: With all columns as they were in `before`, and as they are in `after`; only those that differ are kept.
    """
    if move.move in _LOST_FOR_GOOD:
        forget(connection, article_id)
        return
    changed = [name for name in move.before if move.before[name] != move.after[name]]
    connection.execute(
        "INSERT OR REPLACE INTO article_last_moves (article_id, move, at, actor, before, after, notice, merged)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id, move.move.value, clock.to_text(move.at), move.actor,
            to_json({name: move.before[name] for name in changed}),
            to_json({name: move.after[name] for name in changed}), move.noticed_at, to_json(dict(move.merged)),
        ),
    )  # fmt: skip


def forget(connection: sqlite3.Connection, article_id: str) -> None:
    """Nothing can be taken back any more."""
    connection.execute("DELETE FROM article_last_moves WHERE article_id = ?", (article_id,))


def last_move(connection: sqlite3.Connection, article_id: str) -> LastMove | None:
    """What could be taken back; None if there is nothing."""
    row = connection.execute("SELECT * FROM article_last_moves WHERE article_id = ?", (article_id,)).fetchone()
    if row is None:
        return None
    return LastMove(
        ArticleMove(row["move"]), clock.from_text(row["at"]) or clock.now(), row["actor"], json.loads(row["before"]),
        json.loads(row["after"]), row["notice"], json.loads(row["merged"]),
    )  # fmt: skip


def take_back(
    connection: sqlite3.Connection, article_id: str, last: LastMove, user: User, *, at: datetime
) -> dict[str, object]:
    """Make an article what it was before its last move.

    Texts are never taken away: the one before a roll back is published again as the next revision.

    Args:
        connection: Inside a transaction.
        article_id: Which article.
        last: Its last move.
        user: Who takes it back.
        at: The moment.

    Returns:
        What the audit row says.

    Raises:
        NothingToUndo: The article was changed since.
        ArticleNotLive: What it was merged into is gone.
        DraftInTheWay: It is to be merged again, and somebody writes on it.
    """
    article, now = require_article(connection, article_id), columns_of(connection, article_id)
    if any(now[name] != value for name, value in last.after.items()):
        raise NothingToUndo
    columns = dict(last.before)
    detail: dict[str, object] = {"undone": last.move.value}
    if last.move is ArticleMove.MERGE:
        detail |= unmerge(connection, article)
    elif last.merged:
        when = clock.from_text(last.merged["at"]) or at
        detail |= merge(connection, article, last.merged["into"], actor=last.merged["by"], at=when)
    if "revision" in columns:
        columns["revision"] = _published_again(connection, article_id, int(str(columns["revision"])), user, at)
    update_article(connection, article_id, columns)
    if last.noticed_at is not None:
        connection.execute(
            "INSERT INTO archive_notices (article_id, noticed_at) VALUES (?1, ?2)"
            " ON CONFLICT (article_id) DO UPDATE SET noticed_at = ?2 WHERE kept_at IS NULL",
            (article_id, last.noticed_at),
        )
    return detail


def _published_again(
    connection: sqlite3.Connection, article_id: str, number: int, user: User, at: datetime
) -> int:  # fmt: skip
    row = connection.execute(
        f"INSERT INTO revisions (article_id, number, {_COPIED}, created_at, changed_by, note)"
        f" SELECT article_id, (SELECT max(number) FROM revisions WHERE article_id = ?1) + 1, {_COPIED}, ?3, ?4, ''"
        " FROM revisions WHERE article_id = ?1 AND number = ?2 RETURNING number",
        (article_id, number, clock.to_text(at), user.id),
    ).fetchone()
    return int(row["number"])
