"""What leaves the server for a person or a task system and belongs to no ticket: tasks and digests.

Kept like the outbox of replies: written in the transaction of the deed that wants it sent, claimed before a try, marked
after it. A key names each for good, so that the same thing is queued once however often it is asked for.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.database import Database, to_json
from kb.desk.outbox import CLAIM, MAX_TRIES, PAUSES, PostState
from kb.errors import Conflict, NotFound

_LONGEST_ERROR = 300
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


class Notices:
    """The notices of one database. Several processes may send from one."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def claim(self, *, now: datetime | None = None) -> Notice | None:
        """Take what has waited longest and begin a try; None if nothing is due.

        Args:
            now: For tests.
        """
        at = now or clock.now()
        due = "SELECT * FROM notices WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, id LIMIT 1"
        if self._db.row(due, (clock.to_text(at),)) is None:
            return None
        with self._db.note() as connection:
            row = connection.execute(due, (clock.to_text(at),)).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE notices SET tries = tries + 1, next_at = ? WHERE id = ?",
                (clock.to_text(at + CLAIM), row["id"]),
            )
            claimed = connection.execute("SELECT * FROM notices WHERE id = ?", (row["id"],)).fetchone()
        return _notice(claimed)

    def sent(self, notice: Notice, *, said: str = "") -> None:
        """Mark a claimed notice as sent.

        Args:
            notice: What `claim` returned.
            said: What the receiver said, e.g. "HTTP 201".
        """
        self._end(notice, PostState.SENT, "", said, clock.now())

    def failed(self, notice: Notice, error: str, *, final: bool = False, now: datetime | None = None) -> PostState:
        """Write down that a try failed; the next one comes after a pause, or never.

        Args:
            notice: What `claim` returned.
            error: Why, in English, without secrets.
            final: Trying again could not help.
            now: For tests.

        Returns:
            WAITING, or FAILED once it is given up.
        """
        at = now or clock.now()
        if final or notice.tries >= MAX_TRIES:
            self._end(notice, PostState.FAILED, error, error, at)
            return PostState.FAILED
        with self._db.note() as connection:
            connection.execute(
                "UPDATE notices SET next_at = ?, error = ? WHERE id = ? AND state = 'waiting'",
                (clock.to_text(at + PAUSES[notice.tries - 1]), error[:_LONGEST_ERROR], notice.id),
            )
        return PostState.WAITING

    def retry(self, notice_id: int, *, actor: str) -> None:
        """Begin again with one that was given up; its key stays.

        Args:
            notice_id: Its id.
            actor: Who wants it.

        Raises:
            NotFound: No such notice.
            Conflict: It was not given up.
        """
        with self._db.write("retry", "notice", str(notice_id), actor=actor) as connection:
            row = connection.execute("SELECT state FROM notices WHERE id = ?", (notice_id,)).fetchone()
            if row is None:
                raise NotFound("notice", str(notice_id))
            if row["state"] != PostState.FAILED:
                raise Conflict(f"This was not given up; it is {row['state']}.")
            connection.execute(
                "UPDATE notices SET state = 'waiting', tries = 0, next_at = ?, done_at = NULL WHERE id = ?",
                (clock.to_text(clock.now()), notice_id),
            )

    def of(self, about: str) -> list[Notice]:
        """What became of all that belongs to something, oldest first."""
        return [_notice(row) for row in self._db.rows("SELECT * FROM notices WHERE about = ? ORDER BY id", (about,))]

    def counts(self) -> dict[str, int]:
        """How many there are per state; every state is named."""
        rows = self._db.rows("SELECT state, count(*) AS n FROM notices GROUP BY state")
        return dict.fromkeys((state.value for state in PostState), 0) | {row["state"]: row["n"] for row in rows}

    def _end(self, notice: Notice, state: PostState, error: str, said: str, at: datetime) -> None:
        verb = "send" if state is PostState.SENT else "give_up"
        audit = {"about": notice.about, "system": notice.system, "tries": notice.tries}
        with self._db.write(verb, "notice", str(notice.id), detail=audit) as connection:
            connection.execute(
                "UPDATE notices SET state = ?, error = ?, said = ?, done_at = ? WHERE id = ? AND state <> 'sent'",
                (state.value, error[:_LONGEST_ERROR], said[:_LONGEST_ERROR], clock.to_text(at), notice.id),
            )


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
