"""Articles that nobody vouches for and nobody uses: noticed, a week later proposed for archive; a person archives them.

What is noticed is worked out anew whenever it is asked, so that an article that is used, verified or kept meanwhile is
gone from the list by itself; only the moment of the notice is stored, for a week's notice is a promise.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kb import clock
from kb.database import Database, to_json
from kb.errors import InvalidRow, NotFound
from kb.knowledge.article_use import ArticleUses
from kb.knowledge.refusals import NothingToUndo
from kb.knowledge.verification import Verification, verification_at

UNVERIFIED_FOR = timedelta(days=183)
"""Six months, as in Guru's auto-archive: every season's question has come once."""
NOTICE = timedelta(days=7)


class UnusedState(StrEnum):
    """Where an unused article stands."""

    NOTICED = "noticed"
    """Its owner has been told; nothing else happens for a week."""
    PROPOSED = "proposed"
    """The week is over: it may be archived, by a person."""
    KEPT = "kept"
    """Somebody wants to keep it."""


@dataclass(frozen=True, slots=True)
class Unused:
    """One article that nobody vouches for and nobody uses, or that is kept although."""

    article_id: str
    verification: Verification
    unverified_since: datetime
    last_used_at: datetime | None
    """None: never."""
    noticed_at: datetime | None
    """None: kept without ever having been noticed."""
    state: UnusedState
    kept_by: str = ""
    kept_at: datetime | None = None
    keep_until: datetime | None = None
    """None: for good."""
    reason: str = ""

    @property
    def propose_at(self) -> datetime | None:
        """When it is, or was, proposed for archive."""
        return None if self.noticed_at is None else self.noticed_at + NOTICE


def is_unused(now: datetime, *, unverified_since: datetime | None, last_used_at: datetime | None) -> bool:
    """Whether an article has been unverified for UNVERIFIED_FOR and not used since it is. Pure.

    Args:
        now: The moment.
        unverified_since: Since when nobody vouches for it; None: somebody does.
        last_used_at: When it was last linked, inserted, sent or opened; None: never.
    """
    if unverified_since is None or now - unverified_since < UNVERIFIED_FOR:
        return False
    return last_used_at is None or last_used_at < unverified_since


class UnusedArticles:
    """The unused articles of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._uses = ArticleUses(database)

    def list(self, now: datetime | None = None, *, state: UnusedState | None = None) -> list[Unused]:
        """Unused articles, longest unverified first, and those that are kept; gives notice of the new ones.

        Args:
            now: The moment; None: the present.
            state: Only these; None: all.
        """
        moment = now if now is not None else clock.now()
        since = self._unverified_since(moment)
        used = self._uses.last_of(since)
        unused = [
            each for each in since if is_unused(moment, unverified_since=since[each][0], last_used_at=used.get(each))
        ]
        self._give_notice(unused, moment)
        found = []
        for row in self._db.rows("SELECT * FROM archive_notices"):
            article_id, noticed = row["article_id"], clock.from_text(row["noticed_at"])
            is_kept = _is_kept(row, moment)
            if article_id not in since or not (is_kept or noticed is not None):
                continue
            is_over = noticed is not None and moment - noticed >= NOTICE
            where = UnusedState.KEPT if is_kept else UnusedState.PROPOSED if is_over else UnusedState.NOTICED
            found.append(
                Unused(
                    article_id, since[article_id][1], since[article_id][0], used.get(article_id), noticed, where,
                    row["kept_by"], clock.from_text(row["kept_at"]), clock.from_text(row["keep_until"]), row["reason"],
                )
            )  # fmt: skip
        found.sort(key=lambda each: (each.unverified_since, each.article_id))
        return [each for each in found if state is None or each.state is state]

    def keep(
        self, article_ids: Sequence[str], *, actor: str, until: datetime | None = None, reason: str = ""
    ) -> tuple[str, ...]:
        """Leave articles out of the list, for good or for a time; the notice begins anew after that.

        Args:
            article_ids: The articles.
            actor: The user's id.
            until: Until when; None: for good.
            reason: Why.

        Returns:
            Their ids.

        Raises:
            NotFound: One of them is not stored.
            InvalidRow: The time is over already.
        """
        now, ids = clock.now(), tuple(dict.fromkeys(article_ids))
        if until is not None and until <= now:
            raise InvalidRow(f"until {clock.to_text(until)} is over; allowed: a time to come, or none for good")
        detail: dict[str, object] = {"articles": list(ids), "until": clock.to_text(until), "reason": reason}
        with self._db.write("keep_unused", "article", _named(ids), actor=actor, detail=detail) as connection:
            for each in ids:
                if connection.execute("SELECT 1 FROM articles WHERE id = ?", (each,)).fetchone() is None:
                    raise NotFound("article", each)
                connection.execute(
                    "INSERT INTO archive_notices (article_id, kept_at, kept_by, keep_until, reason, before)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (article_id) DO UPDATE SET noticed_at = NULL,"
                    " kept_at = ?2, kept_by = ?3, keep_until = ?4, reason = ?5, before = ?6",
                    (each, clock.to_text(now), actor, clock.to_text(until), reason, _as_it_is(connection, each)),
                )
        return ids

    def unkeep(self, article_ids: Sequence[str], *, actor: str) -> tuple[str, ...]:
        """Let articles be noticed again; returns the ids of those that were kept."""
        ids = tuple(dict.fromkeys(article_ids))
        detail: dict[str, object] = {"articles": list(ids)}
        with self._db.write("unkeep_unused", "article", _named(ids), actor=actor, detail=detail) as connection:
            return tuple(
                each
                for each in ids
                if connection.execute(
                    "UPDATE archive_notices SET noticed_at = NULL, kept_at = NULL, kept_by = '', keep_until = NULL,"
                    " reason = '', before = ? WHERE article_id = ? AND kept_at IS NOT NULL",
                    (_as_it_is(connection, each), each),
                ).rowcount
            )

    def undo(self, article_ids: Sequence[str], *, actor: str) -> tuple[str, ...]:
        """Take back what was last said about keeping articles: who, when, until when, and the notice they had.

        Args:
            article_ids: The articles; all of them or none.
            actor: The user's id.

        Returns:
            Their ids.

        Raises:
            NothingToUndo: Of one of them nothing was said, or it was taken back already.
        """
        ids = tuple(dict.fromkeys(article_ids))
        detail: dict[str, object] = {"articles": list(ids)}
        with self._db.write("undo_unused", "article", _named(ids), actor=actor, detail=detail) as connection:
            for each in ids:
                row = connection.execute("SELECT before FROM archive_notices WHERE article_id = ?", (each,)).fetchone()
                if row is None or not row["before"]:
                    raise NothingToUndo
                connection.execute("DELETE FROM archive_notices WHERE article_id = ?", (each,))
                connection.executemany(
                    "INSERT INTO archive_notices (article_id, noticed_at, kept_at, kept_by, keep_until, reason)"
                    " VALUES (:article_id, :noticed_at, :kept_at, :kept_by, :keep_until, :reason)",
                    json.loads(row["before"]),
                )
        return ids

    def _unverified_since(self, now: datetime) -> dict[str, tuple[datetime, Verification]]:
        """Since when nobody vouches for articles; those that somebody vouches for, and archived ones, are left out."""
        rows = self._db.rows(
            "SELECT a.id, a.confidence, a.verified_at, a.verify_due_at, a.unverified_reason,"
            " (SELECT min(s.at) FROM trust_signals s WHERE s.article_id = a.id AND s.undone_at IS NULL"
            " AND s.kind <> 'reused' AND s.at > coalesce(a.verified_at, '')) AS doubted_at,"
            " coalesce(a.published_at, r.created_at, a.updated_at, ?1) AS published"
            " FROM articles a JOIN revisions r ON r.article_id = a.id AND r.number = a.revision"
            " WHERE a.confidence <> 'archived' AND (a.unverified_reason <> '' OR a.verify_due_at <= ?1"
            " OR a.confidence <> 'validated' OR a.verified_at IS NULL AND a.verify_due_at IS NULL)",
            (clock.to_text(now),),
        )
        found = {}
        for row in rows:
            due = clock.from_text(row["verify_due_at"])
            state = verification_at(
                now, confidence=row["confidence"], verified_at=clock.from_text(row["verified_at"]), due_at=due,
                reason=row["unverified_reason"],
            )  # fmt: skip
            if state.holds:
                continue
            doubted = clock.from_text(row["doubted_at"] or row["verified_at"] or row["published"])
            moments = {
                Verification.OVERDUE: due,
                Verification.UNVERIFIED: min(filter(None, (doubted, due)), default=now),
                Verification.NEVER: clock.from_text(row["published"]),
            }
            found[str(row["id"])] = (moments[state] or now, state)
        return found

    def _give_notice(self, unused: Sequence[str], now: datetime) -> None:
        """Write down whose week begins now, and forget the notices of articles that are used or verified again."""
        rows = self._db.rows("SELECT * FROM archive_notices")
        noticed = {row["article_id"] for row in rows if row["noticed_at"] is not None}
        kept = {row["article_id"] for row in rows if _is_kept(row, now)}
        new, gone = [each for each in unused if each not in noticed | kept], sorted(noticed - set(unused))
        if not new and not gone:
            return
        # Nobody's deed: nothing of any article changes by it.
        with self._db.note() as connection:
            connection.executemany(
                "INSERT INTO archive_notices (article_id, noticed_at) VALUES (?1, ?2) ON CONFLICT (article_id)"
                " DO UPDATE SET noticed_at = ?2",
                [(each, clock.to_text(now)) for each in new],
            )
            connection.executemany(
                "UPDATE archive_notices SET noticed_at = NULL WHERE article_id = ?", [(each,) for each in gone]
            )


def _as_it_is(connection: sqlite3.Connection, article_id: str) -> str:
    """What is known about an article, as a list of one row or none."""
    rows = connection.execute("SELECT * FROM archive_notices WHERE article_id = ?", (article_id,)).fetchall()
    return to_json([{name: row[name] for name in row.keys() if name != "before"} for row in rows])  # noqa: SIM118


def _is_kept(row: sqlite3.Row, now: datetime) -> bool:
    until = clock.from_text(row["keep_until"])
    return row["kept_at"] is not None and (until is None or until > now)


def _named(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else str(len(ids))
