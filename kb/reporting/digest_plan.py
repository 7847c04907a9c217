"""Who gets the weekly digest and when; one digest per week and receiver, however many servers look at the plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from kb import clock
from kb.database import Database, to_json
from kb.desk.hours import WEEKDAYS
from kb.errors import InvalidRow
from kb.reporting.notices import Notice, insert_notice
from kb.settings_outgoing import is_webhook, mail_address

_NAME = "digest"


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """When the digest goes out, and to whom."""

    to: tuple[str, ...] = ()
    """E-mail addresses; empty: nobody."""
    webhook: str = ""
    weekday: str = "mon"
    hour: int = 7
    """In the team's zone, 0..23."""
    locale: str = "en"
    """For receivers who are no users."""

    @property
    def active(self) -> bool:
        """Whether anybody gets it."""
        return bool(self.to or self.webhook)


class DigestPlans:
    """The plan of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self) -> DigestPlan:
        """The plan; one that sends nothing where none is set."""
        row = self._db.row("SELECT value FROM desk_settings WHERE name = ?", (_NAME,))
        if row is None:
            return DigestPlan()
        known = json.loads(row["value"])
        return DigestPlan(**{**known, "to": tuple(known.get("to", ()))})

    def set(self, plan: DigestPlan, *, actor: str = "system") -> DigestPlan:
        """Set the plan.

        Args:
            plan: Who and when.
            actor: The user's id.

        Raises:
            InvalidRow: An address, the weekday or the hour is not allowed.
        """
        addresses = tuple(dict.fromkeys(mail_address(each) for each in plan.to))
        if not all(addresses):
            wrong = next(each for each in plan.to if not mail_address(each))
            raise InvalidRow(f"the email address {wrong[:80]!r} is not one address; write it as lead@firma.example")
        if plan.webhook and not is_webhook(plan.webhook):
            raise InvalidRow(f"the webhook {plan.webhook[:80]!r} is not allowed; begin it with https://")
        if plan.weekday not in WEEKDAYS or not 0 <= plan.hour <= 23:
            raise InvalidRow(
                f"the time {plan.weekday!r} {plan.hour} is not allowed; allowed: {', '.join(WEEKDAYS)} and 0 to 23"
            )
        kept = asdict(plan) | {"to": list(addresses)}
        with self._db.write("set", "digest", "", actor=actor, detail=kept) as connection:
            connection.execute("INSERT OR REPLACE INTO desk_settings VALUES (?, ?)", (_NAME, to_json(kept)))
        return self.get()

    def queued(self, week: str) -> bool:
        """Whether the digest of a week has been queued by the plan."""
        sql = "SELECT 1 FROM notices WHERE key = ?"
        return self._db.row(sql, (f"digest:{week}:planned",)) is not None

    def queue(self, week: str, notices: Sequence[Notice], *, planned: bool, at: datetime | None = None) -> int:
        """Queue the digest of a week for its receivers, each once.

        Args:
            week: ISO week, as 2026-W47.
            notices: One per receiver; their keys name the week and the receiver.
            planned: By the plan: the week is marked, also if nobody is left to get it.
            at: Now; None: the real time.

        Returns:
            How many were new.
        """
        now = at or clock.now()
        with self._db.write("queue", "digest", week, detail={"receivers": len(notices)}) as connection:
            if planned:
                mark = Notice(f"digest:{week}:planned", f"digest:{week}", "none", "", {})
                if insert_notice(connection, mark, at=now) is None:
                    return 0
                connection.execute(
                    "UPDATE notices SET state = 'sent', done_at = ? WHERE key = ?", (clock.to_text(now), mark.key)
                )
            return sum(insert_notice(connection, notice, at=now) is not None for notice in notices)
