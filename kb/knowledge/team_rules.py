"""What the team has decided about verification: how long it lasts, and whether only verified articles are suggested."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kb import clock
from kb.database import Database
from kb.errors import InvalidRow
from kb.knowledge.spread import NEVER_DUE, first_due
from kb.knowledge.verification import EVERY_DAYS

MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class TeamRules:
    """The team's decisions."""

    only_verified: bool = False
    """Articles that nobody vouches for just now are neither suggested nor searched, quoted or answered with."""
    verify_every_days: int = EVERY_DAYS
    """How long a verification lasts where the article says nothing else; 0: for ever."""


def rules_of(connection: sqlite3.Connection) -> TeamRules:
    """What the team has decided; the defaults where it has not."""
    rows = connection.execute(
        "SELECT name, value FROM desk_settings WHERE name IN ('only_verified', 'verify_every_days')"
    ).fetchall()
    said = {str(row[0]): str(row[1]) for row in rows}
    return TeamRules(said.get("only_verified") == "1", int(said.get("verify_every_days", EVERY_DAYS)))


class TeamRuleBook:
    """The team's decisions in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self) -> TeamRules:
        """What holds now."""
        return rules_of(self._db.connection)

    def change(
        self, *, actor: str, only_verified: bool | None = None, verify_every_days: int | None = None
    ) -> TeamRules:  # fmt: skip
        """Decide anew; another interval moves the dates of all articles that have none of their own.

        Args:
            actor: The user's id.
            only_verified: None: as it is.
            verify_every_days: None: as it is.

        Returns:
            What holds now.

        Raises:
            InvalidRow: The days are below 0 or above MOST_DAYS.
        """
        if verify_every_days is not None and not 0 <= verify_every_days <= MOST_DAYS:
            raise InvalidRow(f"verify_every_days is {verify_every_days}; allowed: 0 (never runs out) to {MOST_DAYS}")
        detail: dict[str, object] = {}
        with self._db.write("set_rules", "team", "verification", actor=actor, detail=detail) as connection:
            old = rules_of(connection)
            new = replace(
                old,
                only_verified=old.only_verified if only_verified is None else only_verified,
                verify_every_days=old.verify_every_days if verify_every_days is None else verify_every_days,
            )
            values = {"only_verified": str(int(new.only_verified)), "verify_every_days": str(new.verify_every_days)}
            connection.executemany("INSERT OR REPLACE INTO desk_settings VALUES (?, ?)", list(values.items()))
            if new.verify_every_days != old.verify_every_days:
                _move_dates(connection, old.verify_every_days, new.verify_every_days, clock.now())
            # Whoever holds in memory what may be suggested looks at this counter.
            connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'verification'")
            for name in values:
                if getattr(old, name) != getattr(new, name):
                    detail[name] = [getattr(old, name), getattr(new, name)]
        return new


def _move_dates(connection: sqlite3.Connection, old: int, new: int, now: datetime) -> None:
    """Give every article without an interval of its own the date that the new interval would have given it."""
    rows = connection.execute(
        "SELECT id, verified_at, verify_due_at FROM articles WHERE verify_every_days IS NULL"
        " AND confidence = 'validated' AND (verify_due_at IS NOT NULL OR verified_at IS NOT NULL)"
    ).fetchall()
    moved = [(clock.to_text(_moved(row, old, new, now)), row["id"]) for row in rows]
    connection.executemany("UPDATE articles SET verify_due_at = ? WHERE id = ?", moved)


def _moved(row: sqlite3.Row, old: int, new: int, now: datetime) -> datetime | None:
    due, verified = clock.from_text(row["verify_due_at"]), clock.from_text(row["verified_at"])
    if new == 0:
        return NEVER_DUE if verified is None else None
    if old > 0 and due is not None and due <= now:
        # What has run out stays so: a longer interval is no verification.
        return due
    later = (
        due + timedelta(days=new - old)
        if due is not None and old > 0
        else (verified or now) + timedelta(days=new)
    )  # fmt: skip
    # And a shorter one must not make half of the articles overdue tonight.
    return max(later, first_due(str(row["id"]), now, min(new, old) or new)) if later <= now else later
