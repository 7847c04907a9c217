"""Long work in the background: one at a time per data folder, with progress that every process can read."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kb import clock
from kb.database import Database
from kb.errors import Conflict

LOST_AFTER = timedelta(minutes=2)
"""A run that says nothing for so long was killed."""
_KEPT = 50


@dataclass(frozen=True, slots=True)
class Run:
    """One run."""

    id: int
    state: str
    """"running", "done" or "failed"."""
    done: int
    """Groups, or pairs, that are judged."""
    total: int
    """0 until it is known how many there are."""
    started_at: datetime
    ended_at: datetime | None
    message: str
    """Why it failed; else empty."""
    found: int
    """How many candidates, or pairs, it found."""
    seq: int
    """The change counter when it began."""


class Runs:
    """The runs of one kind in one database; each kind has a table of its own, all with the same columns."""

    def __init__(self, database: Database, table: str, *, busy: str) -> None:
        """Do not look yet.

        Args:
            database: The database.
            table: The table's name.
            busy: What to say to whoever wants to begin while somebody is at it.
        """
        self._db, self._table, self._busy = database, table, busy

    def latest(self) -> Run | None:
        """The newest run; one that was killed counts as failed. None if there was none."""
        row = self._db.row(self._newest)
        if row is None:
            return None
        run = _run(row)
        return replace(run, state="failed", ended_at=clock.from_text(row["beat_at"])) if _is_lost(row) else run

    def begin(self, *, actor: str = "") -> Run:
        """Begin a run.

        Args:
            actor: The user's id; "" at night.

        Raises:
            Conflict: Another one is at work.
        """
        now = clock.to_text(clock.now())
        with self._db.note() as connection:
            row = connection.execute(self._newest).fetchone()
            if row is not None and row["state"] == "running" and not _is_lost(row):
                raise Conflict(self._busy, hint="Wait until that is done; both find the same.")
            connection.execute(f"UPDATE {self._table} SET state = 'failed' WHERE state = 'running'")
            seq = connection.execute("SELECT value FROM counters WHERE name = 'seq'").fetchone()
            connection.execute(
                f"INSERT INTO {self._table} (state, started_at, beat_at, started_by, seq)"
                " VALUES ('running', ?, ?, ?, ?)",
                (now, now, actor, seq[0] if seq else 0),
            )
            connection.execute(
                f"DELETE FROM {self._table} WHERE id <= (SELECT max(id) FROM {self._table}) - ?", (_KEPT,)
            )
            row = connection.execute(self._newest).fetchone()
        return _run(row)

    def beat(self, run_id: int, done: int, total: int) -> None:
        """Say how far a run is.

        Args:
            run_id: The run.
            done: What is judged.
            total: Of so many; 0 while they are not known.
        """
        with self._db.note() as connection:
            connection.execute(
                f"UPDATE {self._table} SET done = ?, total = ?, beat_at = ? WHERE id = ? AND state = 'running'",
                (done, total, clock.to_text(clock.now()), run_id),
            )

    def fail(self, run_id: int, message: str) -> None:
        """End a run that found nothing out.

        Args:
            run_id: The run.
            message: Why.
        """
        with self._db.note() as connection:
            connection.execute(
                f"UPDATE {self._table} SET state = 'failed', ended_at = ?, message = ? WHERE id = ?",
                (clock.to_text(clock.now()), message[:500], run_id),
            )

    def end(self, connection: sqlite3.Connection, run_id: int, found: int) -> None:
        """Mark a run as done.

        Args:
            connection: Inside the write that keeps what it found.
            run_id: The run.
            found: How much.
        """
        connection.execute(
            f"UPDATE {self._table} SET state = 'done', ended_at = ?, found = ?, done = total WHERE id = ?",
            (clock.to_text(clock.now()), found, run_id),
        )

    @property
    def _newest(self) -> str:
        return f"SELECT * FROM {self._table} ORDER BY id DESC LIMIT 1"


def _run(row: sqlite3.Row) -> Run:
    started = clock.from_text(row["started_at"]) or clock.now()
    return Run(
        row["id"], row["state"], row["done"], row["total"], started, clock.from_text(row["ended_at"]), row["message"],
        row["found"], row["seq"],
    )  # fmt: skip


def _is_lost(row: sqlite3.Row) -> bool:
    beat = clock.from_text(row["beat_at"])
    return row["state"] == "running" and (beat is None or clock.now() - beat > LOST_AFTER)
