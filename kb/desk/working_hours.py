"""The team's hours and targets in the database."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kb.database import Database, to_json
from kb.desk.hours import Hours, hours_from_data, hours_to_data
from kb.desk.restate import HOURS, calendar_of, restate_all


class WorkingHours:
    """The hours of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self) -> Hours:
        """The hours that are set; the defaults where none are."""
        return calendar_of(self._db.connection).hours

    def set(self, data: Mapping[str, object], *, actor: str = "system", afresh: bool = False) -> Hours:
        """Change some of the hours, and work out all due times anew.

        Working time that a ticket has used before it was paused stays as it was reckoned then.

        Args:
            data: Any part of what `hours_to_data` writes.
            actor: The user's id.
            afresh: Begin from the defaults, not from what is set.

        Returns:
            The hours as they are now.

        Raises:
            SettingInvalid: A name or a value that is not allowed; nothing was changed.
        """
        detail: dict[str, object] = {}
        with self._db.write("set", "hours", "", actor=actor, detail=detail) as connection:
            row = connection.execute("SELECT value FROM desk_settings WHERE name = ?", (HOURS,)).fetchone()
            base = Hours() if afresh or row is None else hours_from_data(json.loads(row["value"]))
            hours = hours_from_data(data, base=base)
            kept = hours_to_data(hours)
            connection.execute("INSERT OR REPLACE INTO desk_settings VALUES (?, ?)", (HOURS, to_json(kept)))
            detail |= {"hours": kept, "tickets": restate_all(connection)}
        return hours
