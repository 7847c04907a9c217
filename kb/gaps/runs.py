"""The runs that look for gaps, and what each found."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from kb import clock
from kb.database import Database, to_json
from kb.errors import Conflict, NotFound
from kb.gaps.model import STILL, ChangeKind, GapChange, GapFigures, GapRun, RunState, Window

_KEPT = 120
"""So many runs are kept with what they found: two years of weeks."""


class GapRuns:
    """The runs of one database; each may be watched by any process."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def begin(self, window: Window, *, actor: str) -> int:
        """Begin a run; runs that died are marked as failed.

        Args:
            window: Which demand.
            actor: The user's id, or "system".

        Returns:
            Its id.

        Raises:
            Conflict: One is going on.
        """
        now = clock.now()
        with self._db.write("run", "gap_run", "", actor=actor) as connection:
            connection.execute(
                "UPDATE gap_runs SET state = 'failed', error = 'it was stopped', finished_at = moved_at"
                " WHERE state = 'running' AND moved_at < ?",
                (clock.to_text(now - STILL),),
            )
            if connection.execute("SELECT 1 FROM gap_runs WHERE state = 'running'").fetchone() is not None:
                raise Conflict("Gaps are being looked for already; wait until that is done.")
            row = connection.execute(
                "INSERT INTO gap_runs (since, until, locale, product, actor, started_at, moved_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    clock.to_text(window.since), clock.to_text(window.until), window.locale, window.product, actor,
                    clock.to_text(now), clock.to_text(now),
                ),
            ).fetchone()  # fmt: skip
        return int(row["id"])

    def move(self, run_id: int, step: str, done: int, total: int) -> None:
        """Say how far a run is.

        Args:
            run_id: The run.
            step: What is being done, as a key of the catalogue.
            done: So many of them.
            total: How many there are.
        """
        with self._db.note() as connection:
            connection.execute(
                "UPDATE gap_runs SET step = ?, done = ?, total = ?, moved_at = ? WHERE id = ?",
                (step, done, total, clock.to_text(clock.now()), run_id),
            )

    def fail(self, run_id: int, error: str) -> None:
        """Mark a run as failed.

        Args:
            run_id: The run.
            error: Why.
        """
        now = clock.to_text(clock.now())
        with self._db.note() as connection:
            connection.execute(
                "UPDATE gap_runs SET state = 'failed', error = ?, finished_at = ?, moved_at = ? WHERE id = ?",
                (error[:300], now, now, run_id),
            )

    def finish(
        self, run_id: int, summary: Mapping[str, object], found: Sequence[GapFigures], changes: Sequence[GapChange]
    ) -> None:
        """Store all that a run found, in one transaction; what is older than two years of weeks is forgotten.

        Args:
            run_id: The run.
            summary: Counts, Pareto figures and single cases.
            found: Its gaps; new ones are begun.
            changes: What became of earlier gaps.
        """
        now = clock.to_text(clock.now())
        detail = {"gaps": len(found)}
        with self._db.write("run.finish", "gap_run", str(run_id), detail=detail) as connection:
            for each in found:
                connection.execute(
                    "INSERT INTO gaps (id, created_at, first_run_id, last_run_id) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (id) DO UPDATE SET last_run_id = excluded.last_run_id",
                    (each.gap_id, now, run_id, run_id),
                )
                connection.execute(
                    "INSERT INTO gap_figures (run_id, gap_id, place, figures, centre, radius)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (run_id, each.gap_id, each.place, to_json(each.figures), each.centre, each.radius),
                )
            connection.executemany(
                "INSERT INTO gap_changes (run_id, gap_id, kind, other_id) VALUES (?, ?, ?, ?)",
                [(run_id, each.gap_id, each.kind.value, each.other_id) for each in changes],
            )
            back = [(each.gap_id,) for each in changes if each.kind is ChangeKind.RETURNED]
            connection.executemany(
                "UPDATE gaps SET status = 'open', ignored_reason = '', ignored_until = NULL, ignored_per_week = NULL"
                " WHERE id = ?",
                back,
            )
            connection.execute(
                "UPDATE gap_runs SET state = 'done', step = '', finished_at = ?, moved_at = ?, summary = ?"
                " WHERE id = ?",
                (now, now, to_json(summary), run_id),
            )
            connection.execute(
                "DELETE FROM gap_runs WHERE id NOT IN (SELECT id FROM gap_runs ORDER BY id DESC LIMIT ?)", (_KEPT,)
            )

    def get(self, run_id: int) -> GapRun:
        """Read one run.

        Raises:
            NotFound: No such run.
        """
        row = self._db.row("SELECT * FROM gap_runs WHERE id = ?", (run_id,))
        if row is None:
            raise NotFound("gap run", str(run_id))
        return _run(row)

    def latest(self, *, state: RunState | None = None, window: Window | None = None) -> GapRun | None:
        """The newest run; None if there is none.

        Args:
            state: Only in this state; None: in any.
            window: Only with this language and product; None: with any.
        """
        rows = self._db.rows(
            "SELECT * FROM gap_runs WHERE ? IN ('', state) AND (? = 0 OR (locale = ? AND product = ?))"
            " ORDER BY id DESC LIMIT 1",
            (
                state.value if state else "", window is not None, window.locale if window else "",
                window.product if window else "",
            ),
        )  # fmt: skip
        return _run(rows[0]) if rows else None

    def finished(self, *, limit: int = 60) -> list[GapRun]:
        """Finished runs, newest first."""
        rows = self._db.rows("SELECT * FROM gap_runs WHERE state = 'done' ORDER BY id DESC LIMIT ?", (limit,))
        return [_run(row) for row in rows]

    def figures(self, run_id: int) -> list[GapFigures]:
        """What a run found, the most work first."""
        rows = self._db.rows("SELECT * FROM gap_figures WHERE run_id = ? ORDER BY place, gap_id", (run_id,))
        return [_figures(row) for row in rows]

    def history(self, gap_id: str) -> list[tuple[int, GapFigures]]:
        """(run id, figures) of one gap, newest first."""
        rows = self._db.rows("SELECT * FROM gap_figures WHERE gap_id = ? ORDER BY run_id DESC", (gap_id,))
        return [(row["run_id"], _figures(row)) for row in rows]

    def newest_of(self, gap_ids: Collection[str] | None = None) -> list[GapFigures]:
        """The newest figures of each gap, of all or of some, by id."""
        # SQLite takes the other columns from the row that has the maximum.
        rows = self._db.rows("SELECT *, max(run_id) FROM gap_figures GROUP BY gap_id ORDER BY gap_id")
        return [_figures(row) for row in rows if gap_ids is None or row["gap_id"] in gap_ids]

    def changes(self, run_id: int) -> list[GapChange]:
        """What became of gaps in a run, in order."""
        rows = self._db.rows("SELECT * FROM gap_changes WHERE run_id = ? ORDER BY id", (run_id,))
        return [GapChange(row["gap_id"], ChangeKind(row["kind"]), row["other_id"]) for row in rows]

    def lesson(self, key: str) -> Mapping[str, object]:
        """What was learned under a key; empty if nothing."""
        row = self._db.row("SELECT value FROM gap_lessons WHERE key = ?", (key,))
        return {} if row is None else json.loads(row["value"])

    def learn(self, key: str, value: Mapping[str, object]) -> None:
        """Keep what was learned, in place of what was known under the key.

        Args:
            key: Its name.
            value: Anything that JSON can hold.
        """
        with self._db.note() as connection:
            connection.execute("INSERT OR REPLACE INTO gap_lessons VALUES (?, ?)", (key, to_json(dict(value))))


def _run(row: sqlite3.Row) -> GapRun:
    def time(name: str) -> datetime | None:
        return clock.from_text(row[name])

    return GapRun(
        id=row["id"], window=Window(time("since"), time("until"), row["locale"], row["product"]), actor=row["actor"],
        state=RunState(row["state"]), step=row["step"], done=row["done"], total=row["total"], error=row["error"],
        started_at=time("started_at") or clock.now(), moved_at=time("moved_at") or clock.now(),
        finished_at=time("finished_at"), summary=json.loads(row["summary"]),
    )  # fmt: skip


def _figures(row: sqlite3.Row) -> GapFigures:
    return GapFigures(row["gap_id"], row["place"], json.loads(row["figures"]), row["centre"], row["radius"])
