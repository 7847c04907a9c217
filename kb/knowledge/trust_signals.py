"""Signals in the database: one signal, one change of the article's state, one row; each can be undone.

The rows are the log: the verb that caused a signal has its own row in the audit log, and an article's history shows
both. The functions run inside the write of whoever causes the signal. The article's `unverified_reason` is that of its
newest doubt that stands: one that was not undone, and that came after the last verification.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from kb import clock
from kb.database import Database, to_json
from kb.errors import Conflict, NotFound
from kb.knowledge.team_rules import rules_of
from kb.knowledge.trust_evidence import Evidence, drop_evidence, enough, note_evidence
from kb.knowledge.trust_rows import packed, signal_from, state_of
from kb.knowledge.trust_signal import DOUBTS, SOFT, SignalKind, TrustSignal, TrustState
from kb.knowledge.verification import Verification, verification_at

_STATE = "SELECT revision, confidence, unverified_reason, verified_at, verify_due_at FROM articles WHERE id = ?"
# By id where two happened in the same moment.
_STANDING = (
    "SELECT s.* FROM trust_signals s JOIN articles a ON a.id = s.article_id WHERE s.article_id = ?"
    " AND s.undone_at IS NULL AND s.at > coalesce(a.verified_at, '') ORDER BY s.id"
)


def note_doubt(connection: sqlite3.Connection, evidence: Evidence, detail: dict[str, object] | None = None) -> bool:
    """Write down what speaks against an article, and take its trust down if that is enough now.

    While a signal of the same kind stands, more of the same changes nothing.

    Args:
        connection: Inside the write that caused it.
        evidence: What happened.
        detail: What the signal shall say beside the counts.

    Returns:
        Whether there is a signal now that was not there before.
    """
    now = clock.now()
    row = connection.execute(_STATE, (evidence.article_id,)).fetchone()
    if row is None or row["confidence"] == "archived":
        return False
    note_evidence(connection, evidence, now)
    if evidence.kind in _kinds(standing(connection, evidence.article_id)):
        return False
    counted = enough(connection, evidence.kind, evidence.article_id, now)
    if not counted:
        return False
    _raise(connection, evidence, row, {**counted, **(detail or {})}, now)
    return True


def take_back_doubt(
    connection: sqlite3.Connection, kind: SignalKind, origin: str, *, actor: str, article_id: str = ""
) -> None:  # fmt: skip
    """Forget what was taken back; a signal that there is no longer enough for is undone.

    Args:
        connection: Inside the write that takes it back.
        kind: What kind of evidence it was.
        origin: Where it came from.
        actor: Who took it back.
        article_id: Only of this article; empty: of all.
    """
    now = clock.now()
    for each in drop_evidence(connection, kind, origin, article_id):
        for signal in standing(connection, each):
            if signal.kind is kind and not enough(connection, kind, each, now):
                _undo(connection, signal, actor, now)


def doubt_again(connection: sqlite3.Connection, evidence: Evidence, since: datetime) -> bool:
    """Let the signal stand again that was undone when its evidence was taken back; it is then as if that never was.

    Args:
        connection: Inside the write that brings the evidence back.
        evidence: What is there again.
        since: When it was taken back.

    Returns:
        Whether there was such a signal: it was not verified since, and no other one takes its place.
    """
    row = connection.execute(
        "SELECT s.* FROM trust_signals s JOIN articles a ON a.id = s.article_id WHERE s.article_id = ? AND s.kind = ?"
        " AND s.undone_at >= ? AND s.at > coalesce(a.verified_at, '') ORDER BY s.undone_at, s.id LIMIT 1",
        (evidence.article_id, evidence.kind.value, clock.to_text(since)),
    ).fetchone()
    if row is None or evidence.kind in _kinds(standing(connection, evidence.article_id)):
        return False
    signal = signal_from(row)
    note_evidence(connection, evidence, signal.at)
    connection.execute("UPDATE trust_signals SET undone_at = NULL, undone_by = '' WHERE id = ?", (signal.id,))
    article = connection.execute(_STATE, (signal.article_id,)).fetchone()
    reason = _reason(connection, article, signal.article_id)
    _set(connection, signal.article_id, TrustState(reason, clock.from_text(article["verify_due_at"])))
    return True


def note_reuse(connection: sqlite3.Connection, article_ids: Iterable[str], *, ticket_id: str, actor: str) -> None:
    """See whether enough others solved tickets with articles that nobody vouches for just now.

    Soft doubts go, and what was overdue gets a new date: reuse is review. What was never validated stays so and is
    proposed to whoever may validate it.

    Args:
        connection: Inside the write that linked them, or that solved the ticket.
        article_ids: The articles.
        ticket_id: The ticket.
        actor: Who did it.
    """
    now = clock.now()
    for article_id in dict.fromkeys(article_ids):
        row = connection.execute(_STATE, (article_id,)).fetchone()
        if row is None or row["confidence"] == "archived" or _verification(row, now).holds:
            continue
        if row["unverified_reason"] and row["unverified_reason"] not in SOFT:
            continue
        is_proposed = SignalKind.REUSED in _kinds(standing(connection, article_id))
        if is_proposed and _verification(row, now) is Verification.NEVER:
            continue
        counted = enough(connection, SignalKind.REUSED, article_id, now)
        if counted:
            evidence = Evidence(SignalKind.REUSED, article_id, ticket_id, ticket_id, actor)
            _raise(connection, evidence, row, counted, now)


def source_changed(connection: sqlite3.Connection, article_id: str, *, actor: str = "system") -> bool:
    """The source of an article that was edited here has another text now. Runs inside the import's write."""
    return note_doubt(connection, Evidence(SignalKind.SOURCE_CHANGED, article_id, "source", "", actor))


def standing(connection: sqlite3.Connection, article_id: str) -> list[TrustSignal]:
    """The signals of an article that still mean something, oldest first: not undone, and after its verification.

    Doubts that came before a reuse that outweighs them are left out.
    """
    found = [signal_from(row) for row in connection.execute(_STANDING, (article_id,))]
    reused = max((each.id for each in found if each.kind is SignalKind.REUSED), default=0)
    return [each for each in found if each.kind not in SOFT or each.id > reused]


class TrustSignals:
    """The signals of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, signal_id: int) -> TrustSignal:
        """Read one signal.

        Raises:
            NotFound: No such signal.
        """
        row = self._db.row("SELECT * FROM trust_signals WHERE id = ?", (signal_id,))
        if row is None:
            raise NotFound("signal", str(signal_id), hint="`svar upkeep signals` lists them.")
        return signal_from(row)

    def list(
        self, *, article_id: str = "", state: str = "all", limit: int = 200, offset: int = 0
    ) -> list[TrustSignal]:  # fmt: skip
        """Signals newest first.

        Args:
            article_id: Only of this article; empty: of all.
            state: "open" (not undone, and the article was not verified since), "undone" or "all".
            limit: At most so many.
            offset: Skip so many.
        """
        rows = self._db.rows(
            f"SELECT s.* {_LISTED} ORDER BY s.id DESC LIMIT ?3 OFFSET ?4", (article_id, state, limit, offset)
        )
        return [signal_from(row) for row in rows]

    def count(self, *, article_id: str = "", state: str = "all") -> int:
        """How many `list` would find without a limit."""
        row = self._db.row(f"SELECT count(*) {_LISTED}", (article_id, state))
        return 0 if row is None else int(row[0])

    def standing_of(self, article_ids: Sequence[str]) -> dict[str, tuple[TrustSignal, ...]]:
        """The signals that still mean something, of some articles; those without any are left out."""
        rows = self._db.rows_of(
            "SELECT DISTINCT article_id FROM trust_signals WHERE undone_at IS NULL AND article_id IN ({ids})",
            article_ids,
        )
        found = {str(row[0]): tuple(standing(self._db.connection, str(row[0]))) for row in rows}
        return {article_id: signals for article_id, signals in found.items() if signals}

    def undo(self, signal_id: int, *, actor: str) -> TrustSignal:
        """Take a signal back: the article is again what its other signals say.

        Args:
            signal_id: The signal.
            actor: The user's id.

        Returns:
            The signal as it is stored now.

        Raises:
            NotFound: No such signal.
            Conflict: It was undone, or the article was verified since.
        """
        known = self.get(signal_id)
        detail = {"signal": signal_id, "kind": known.kind.value}
        with self._db.write("undo_signal", "article", known.article_id, actor=actor, detail=detail) as connection:
            if signal_id not in {each.id for each in standing(connection, known.article_id)}:
                raise Conflict(
                    f"Signal {signal_id} means nothing any more: it was undone, or the article was verified since.",
                    hint="`svar upkeep signals` lists those that can be undone.",
                )
            _undo(connection, known, actor, clock.now())
        return self.get(signal_id)


_LISTED = (
    "FROM trust_signals s JOIN articles a ON a.id = s.article_id WHERE ?1 IN ('', s.article_id) AND CASE ?2"
    " WHEN 'open' THEN s.undone_at IS NULL AND s.at > coalesce(a.verified_at, '') AND a.confidence <> 'archived'"
    " WHEN 'undone' THEN s.undone_at IS NOT NULL ELSE 1 END"
)


def _raise(
    connection: sqlite3.Connection, evidence: Evidence, row: sqlite3.Row, detail: dict[str, object], now: datetime
) -> None:
    before = state_of(row)
    reason, due = before.unverified_reason, before.verify_due_at
    if evidence.kind in DOUBTS:
        # What a person said outweighs what happened.
        reason = evidence.kind.value if reason in {"", *DOUBTS} else reason
    elif _verification(row, now) is not Verification.NEVER:
        reason = ""
        days = rules_of(connection).verify_every_days
        due = max(due or now, now + timedelta(days=days)) if days else due
    after = TrustState(reason, due)
    connection.execute(
        "INSERT INTO trust_signals (at, kind, article_id, revision, ticket_id, user_id, detail, before, after)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            clock.to_text(now), evidence.kind.value, evidence.article_id, row["revision"], evidence.ticket_id,
            evidence.user_id, to_json(detail), packed(before), packed(after),
        ),
    )  # fmt: skip
    _set(connection, evidence.article_id, after)


def _undo(connection: sqlite3.Connection, signal: TrustSignal, actor: str, now: datetime) -> None:
    row = connection.execute(_STATE, (signal.article_id,)).fetchone()
    connection.execute(
        "UPDATE trust_signals SET undone_at = ?, undone_by = ? WHERE id = ?", (clock.to_text(now), actor, signal.id)
    )
    reason, due = _reason(connection, row, signal.article_id), clock.from_text(row["verify_due_at"])
    if signal.kind is SignalKind.REUSED and due == signal.after.verify_due_at:
        due = signal.before.verify_due_at
    _set(connection, signal.article_id, TrustState(reason, due))


def _reason(connection: sqlite3.Connection, row: sqlite3.Row, article_id: str) -> str:
    """Of the newest doubt that stands, unless a person said something."""
    doubts = [each.kind.value for each in standing(connection, article_id) if each.is_doubt]
    return str(row["unverified_reason"]) if row["unverified_reason"] not in {"", *DOUBTS} else (doubts or [""])[-1]


def _set(connection: sqlite3.Connection, article_id: str, state: TrustState) -> None:
    connection.execute(
        "UPDATE articles SET unverified_reason = ?, verify_due_at = ? WHERE id = ?",
        (state.unverified_reason, clock.to_text(state.verify_due_at), article_id),
    )


def _verification(row: sqlite3.Row, now: datetime) -> Verification:
    return verification_at(
        now, confidence=row["confidence"], verified_at=clock.from_text(row["verified_at"]),
        due_at=clock.from_text(row["verify_due_at"]), reason=row["unverified_reason"],
    )  # fmt: skip


def _kinds(signals: Sequence[TrustSignal]) -> set[SignalKind]:
    return {each.kind for each in signals}
