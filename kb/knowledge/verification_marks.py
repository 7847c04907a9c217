"""Which articles nobody vouches for just now, light: what a search needs to know of all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.database import Database
from kb.knowledge.spread import NEVER_DUE
from kb.knowledge.team_rules import rules_of


@dataclass(frozen=True, slots=True)
class VerificationMarks:
    """The articles that are not verified at one moment."""

    version: int
    """Of the counter that changes with every change of any article's verification, and of the team's rules."""
    at: datetime
    until: datetime
    """When the next article becomes overdue; till then, and while the counter stays, all of this holds."""
    doubted: frozenset[str]
    """Overdue, or doubted by a signal or a person: these stand a little lower."""
    hidden: frozenset[str]
    """Everything that is not verified, also what never was, where the team wants only verified articles; else none."""


class VerificationBoard:
    """The verification of all articles in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._marks: VerificationMarks | None = None

    def marks(self, now: datetime | None = None) -> VerificationMarks:
        """What holds at a moment; some microseconds while nothing has changed. Safe between threads.

        Args:
            now: The moment; None: the present.
        """
        moment = now if now is not None else clock.now()
        known, version = self._marks, self._version()
        if known is None or known.version != version or not known.at <= moment < known.until:
            known = self._marks = self._read(version, moment)
        return known

    def _version(self) -> int:
        row = self._db.row("SELECT value FROM counters WHERE name = 'verification'")
        return 0 if row is None else int(row[0])

    def _read(self, version: int, now: datetime) -> VerificationMarks:
        # The same words as verification_at, for all at once; a test holds them together.
        text = clock.to_text(now)
        rows = self._db.rows(
            "SELECT id, unverified_reason <> '' OR verify_due_at <= ?1 AND confidence = 'validated' AS doubted"
            " FROM articles WHERE confidence <> 'archived' AND (unverified_reason <> '' OR verify_due_at <= ?1"
            " OR confidence <> 'validated' OR verified_at IS NULL AND verify_due_at IS NULL)",
            (text,),
        )
        coming = self._db.row("SELECT min(verify_due_at) FROM articles WHERE verify_due_at > ?", (text,))
        until = clock.from_text(coming[0]) if coming is not None else None
        hidden = frozenset(row["id"] for row in rows) if rules_of(self._db.connection).only_verified else frozenset()
        return VerificationMarks(
            version, now, until or NEVER_DUE, frozenset(row["id"] for row in rows if row["doubted"]), hidden
        )
