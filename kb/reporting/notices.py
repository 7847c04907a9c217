"""What leaves the server for a person or a task system and belongs to no ticket: tasks and digests.

Sent by the rules of the outbox of replies (`kb/desk/sending.py`). A key names each for good, so that the same thing is
queued once however often it is asked for.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.database import Database, to_json
from kb.desk.sending import PostState, Sending

MAIL, WEBHOOK = "mail", "webhook"
"""Systems that are no task system."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be sent."""

    key: str
    """The same thing has the same key, towards the receiver too."""
    about: str
    """What it belongs to, e.g. "gap:17" or "digest:2026-W47"."""
    system: str
    """"mail", "webhook", or a task system such as "jira"."""
    target: str
    """An e-mail address, or empty: addresses of the web are looked up when it is sent."""
    payload: Mapping[str, object]
    id: int = 0
    tries: int = 0
    state: PostState = PostState.WAITING
    at: datetime | None = None
    """When it was sent or given up; while it waits, when it is tried next."""
    error: str = ""


class Notices(Sending[Notice]):
    """The notices of one database. Several processes may send from one."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "notices", called="notice", noun="notice")

    def of(self, about: str) -> list[Notice]:
        """What became of all that belongs to something, oldest first."""
        return [_notice(row) for row in self._db.rows("SELECT * FROM notices WHERE about = ? ORDER BY id", (about,))]

    def _taken(self, connection: sqlite3.Connection, row: sqlite3.Row, at: datetime) -> Notice:
        del connection, at
        return _notice(row)

    def _about(self, thing: Notice) -> Mapping[str, object]:
        return {"about": thing.about, "system": thing.system}

    def _tried(self, connection: sqlite3.Connection, thing: Notice, outcome: PostState, said: str) -> None:
        # Of a try that is followed by another one its error says enough.
        connection.execute("UPDATE notices SET said = ? WHERE id = ? AND state = ?", (said, thing.id, outcome.value))


def insert_notice(connection: sqlite3.Connection, notice: Notice, *, at: datetime) -> int | None:
    """Queue something inside the write of the deed that wants it sent; what has been queued stays as it is.

    Args:
        connection: Inside a transaction.
        notice: What to send; its id and its tries are given here.
        at: Now.

    Returns:
        Its id; None if its key was known.
    """
    row = connection.execute(
        "INSERT INTO notices (key, about, system, target, payload, next_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO NOTHING RETURNING id",
        (
            notice.key, notice.about, notice.system, notice.target, to_json(dict(notice.payload)), clock.to_text(at),
            clock.to_text(at),
        ),
    ).fetchone()  # fmt: skip
    return None if row is None else int(row["id"])


def _notice(row: sqlite3.Row) -> Notice:
    at = clock.from_text(row["done_at"]) or clock.from_text(row["next_at"])
    return Notice(
        row["key"], row["about"], row["system"], row["target"], json.loads(row["payload"]), row["id"], row["tries"],
        PostState(row["state"]), at, row["error"],
    )  # fmt: skip
