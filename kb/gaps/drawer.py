"""What people decide about gaps: one verb, one transaction, one audit row each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import date, datetime

from kb import clock
from kb.database import Database
from kb.errors import InvalidRow, NotFound
from kb.gaps.asked import Asked
from kb.gaps.model import GapNote, GapRecord, GapRun, GapStatus, RunState, Window
from kb.gaps.rows import Row, gap_rows, overview_of
from kb.gaps.runs import GapRuns

_LONGEST_NOTE = 2000
_RETURNS_AT = 2.0
"""An ignored gap returns when so many times as many ask as when it was ignored."""


class Gaps:
    """The gaps of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.asked = Asked(database)
        self.runs = GapRuns(database)

    def get(self, gap_id: str) -> GapRecord:
        """Read what was decided about a gap.

        Raises:
            NotFound: No such gap.
        """
        row = self._db.row("SELECT * FROM gaps WHERE id = ?", (gap_id,))
        if row is None:
            raise NotFound("gap", gap_id, hint="`svar gaps` lists them.")
        return record_from(row)

    def get_many(self, ids: Iterable[str]) -> dict[str, GapRecord]:
        """Several at once; ids that are not stored are left out."""
        return {row["id"]: record_from(row) for row in self._db.rows_of("SELECT * FROM gaps WHERE id IN ({ids})", ids)}

    def rows(self, run: GapRun) -> list[Row]:
        """The gaps of a run as lists show them, the most work first; see `gap_rows`."""
        figures = self.runs.figures(run.id)
        return gap_rows(run, figures, self.get_many(each.gap_id for each in figures))

    def overview(
        self, *, since: date | None = None, until: date | None = None, locale: str = "", product: str = ""
    ) -> Row:
        """What a dashboard shows of the newest run of all languages and products; empty lists while there is none.

        Args:
            since: Only weeks from this day's on; None: all.
            until: Only weeks that begin before this day; None: all.
            locale: Only gaps that somebody asks in this language.
            product: Only gaps about this product.
        """
        run = self.runs.latest(state=RunState.DONE, window=Window())
        if run is None:
            return {"run": None, "coverage": [], "gaps": [], "topics": [], "closures": []}
        return overview_of(run, self.rows(run), since=since, until=until, locale=locale, product=product)

    def shipped(self) -> list[GapRecord]:
        """Gaps for which an article came out, by id."""
        return [
            record_from(row) for row in self._db.rows("SELECT * FROM gaps WHERE shipped_at IS NOT NULL ORDER BY id")
        ]

    def assign(self, gap_id: str, user_id: str, *, actor: str) -> GapRecord:
        """Give a gap to somebody.

        Args:
            gap_id: The gap.
            user_id: Whose it is; empty for nobody.
            actor: The user's id.

        Raises:
            NotFound: No such gap, or no such active user.
        """
        with self._db.write("assign", "gap", gap_id, actor=actor, detail={"user": user_id}) as connection:
            self._require(connection, gap_id)
            known = connection.execute("SELECT 1 FROM users WHERE id = ? AND active = 1", (user_id,)).fetchone()
            if user_id and known is None:
                raise NotFound("user", user_id, hint="Name somebody who may sign in.")
            connection.execute("UPDATE gaps SET assignee_id = ? WHERE id = ?", (user_id, gap_id))
        return self.get(gap_id)

    def set_status(self, gap_id: str, status: GapStatus, *, actor: str) -> GapRecord:
        """Say where the work stands; to ignore it, use `ignore`.

        Args:
            gap_id: The gap.
            status: Any but ignored.
            actor: The user's id.

        Raises:
            NotFound: No such gap.
            InvalidRow: The status is "ignored", which needs a reason and a day.
        """
        if status is GapStatus.IGNORED:
            raise InvalidRow("ignoring a gap needs a reason and a day until which it is ignored")
        with self._db.write("gap.status", "gap", gap_id, actor=actor, detail={"status": status.value}) as connection:
            self._require(connection, gap_id)
            connection.execute(
                "UPDATE gaps SET status = ?, ignored_reason = '', ignored_until = NULL, ignored_per_week = NULL"
                " WHERE id = ?",
                (status.value, gap_id),
            )
        return self.get(gap_id)

    def ignore(
        self, gap_id: str, reason: str, until: datetime, *, actor: str, now: datetime | None = None
    ) -> GapRecord:
        """Leave a gap alone until a day; it returns earlier when twice as many ask a week.

        Args:
            gap_id: The gap.
            reason: Why, not empty.
            until: The day.
            actor: The user's id.
            now: For tests.

        Raises:
            NotFound: No such gap.
            InvalidRow: There is no reason, or the day is past.
        """
        if not reason.strip():
            raise InvalidRow("say why the gap is ignored")
        if until <= (now or clock.now()):
            raise InvalidRow(f"a gap is ignored until a day to come, not until {until:%Y-%m-%d}")
        detail = {"reason": reason.strip()[:_LONGEST_NOTE], "until": clock.to_text(until)}
        with self._db.write("ignore", "gap", gap_id, actor=actor, detail=detail) as connection:
            self._require(connection, gap_id)
            connection.execute(
                "UPDATE gaps SET status = 'ignored', ignored_reason = ?, ignored_until = ?, ignored_per_week ="
                " (SELECT json_extract(figures, '$.weekly') FROM gap_figures WHERE gap_id = gaps.id"
                " ORDER BY run_id DESC LIMIT 1) WHERE id = ?",
                (detail["reason"], detail["until"], gap_id),
            )
        return self.get(gap_id)

    def ship(self, gap_id: str, article_id: str, at: datetime, *, actor: str) -> GapRecord:
        """Note that an article for a gap came out: from then on before and after are compared.

        Args:
            gap_id: The gap.
            article_id: The article; a gap for which another one came out before keeps the first one's day.
            at: When.
            actor: The user's id, or "system".

        Raises:
            NotFound: No such gap, or no such article.
        """
        detail = {"article": article_id, "at": clock.to_text(at)}
        with self._db.write("ship", "gap", gap_id, actor=actor, detail=detail) as connection:
            self._require(connection, gap_id)
            if connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone() is None:
                raise NotFound("article", article_id)
            connection.execute(
                "UPDATE gaps SET shipped_article_id = ?, shipped_at = coalesce(shipped_at, ?) WHERE id = ?",
                (article_id, clock.to_text(at), gap_id),
            )
        return self.get(gap_id)

    def note(self, gap_id: str, body: str, *, actor: str) -> GapNote:
        """Write a word about a gap.

        Args:
            gap_id: The gap.
            body: Not empty.
            actor: The user's id.

        Raises:
            NotFound: No such gap.
            InvalidRow: The note is empty, or too long.
        """
        text = body.strip()
        if not text or len(text) > _LONGEST_NOTE:
            raise InvalidRow(f"a note has 1 to {_LONGEST_NOTE} characters, this one has {len(text)}")
        with self._db.write("note", "gap", gap_id, actor=actor) as connection:
            self._require(connection, gap_id)
            connection.execute(
                "INSERT INTO gap_notes (gap_id, user_id, at, body) VALUES (?, ?, ?, ?)",
                (gap_id, actor, clock.to_text(clock.now()), text),
            )
        return self.notes(gap_id)[-1]

    def notes(self, gap_id: str) -> list[GapNote]:
        """What was written about a gap, oldest first."""
        rows = self._db.rows("SELECT * FROM gap_notes WHERE gap_id = ? ORDER BY id", (gap_id,))
        return [
            GapNote(row["id"], gap_id, row["user_id"], clock.from_text(row["at"]) or clock.now(), row["body"])
            for row in rows
        ]  # fmt: skip

    def task(self, gap_id: str, queue: Callable[[sqlite3.Connection], int], *, actor: str) -> int:
        """Put a task for a gap where posts wait, together with its audit row.

        Args:
            gap_id: The gap.
            queue: Writes the posts inside the transaction and says how many.
            actor: The user's id.

        Returns:
            How many posts wait now because of it.

        Raises:
            NotFound: No such gap.
        """
        detail: dict[str, object] = {}
        with self._db.write("task", "gap", gap_id, actor=actor, detail=detail) as connection:
            self._require(connection, gap_id)
            detail["posts"] = count = queue(connection)
        return count

    def log(self, gap_id: str) -> list[dict[str, str]]:
        """Who did what to a gap, newest first."""
        rows = self._db.rows(
            "SELECT at, actor, verb, detail FROM audit WHERE noun = 'gap' AND noun_id = ? ORDER BY id DESC", (gap_id,)
        )
        return [{name: row[name] for name in ("at", "actor", "verb", "detail")} for row in rows]

    @staticmethod
    def _require(connection: sqlite3.Connection, gap_id: str) -> None:
        if connection.execute("SELECT 1 FROM gaps WHERE id = ?", (gap_id,)).fetchone() is None:
            raise NotFound("gap", gap_id, hint="`svar gaps` lists them.")


def returns(record: GapRecord, weekly: float, now: datetime) -> bool:
    """Whether an ignored gap is to be looked at again: its day has come, or twice as many ask. Pure.

    Args:
        record: The gap.
        weekly: How many ask a week now.
        now: Now.
    """
    if record.status is not GapStatus.IGNORED:
        return False
    over = record.ignored_until is not None and record.ignored_until <= now
    return over or (record.ignored_per_week is not None and weekly >= _RETURNS_AT * max(record.ignored_per_week, 1e-9))


def record_from(row: sqlite3.Row) -> GapRecord:
    """Read a row of the table of gaps."""
    return GapRecord(
        id=row["id"], status=GapStatus(row["status"]), assignee_id=row["assignee_id"],
        ignored_reason=row["ignored_reason"], ignored_until=clock.from_text(row["ignored_until"]),
        ignored_per_week=row["ignored_per_week"], shipped_article_id=row["shipped_article_id"],
        shipped_at=clock.from_text(row["shipped_at"]), created_at=clock.from_text(row["created_at"]) or clock.now(),
        first_run_id=row["first_run_id"], last_run_id=row["last_run_id"],
    )  # fmt: skip
