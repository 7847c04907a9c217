"""What a look for candidates worked out about each ticket, kept for the next one."""

from __future__ import annotations

from collections.abc import Mapping

from kb.database import Database

Worked = tuple[str, str]
"""(what it was worked out from, as a digest; what came out, as JSON)."""


class CandidateMemory:
    """What is remembered in one database; without it, a run only takes longer."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def read(self) -> dict[tuple[str, str], Worked]:
        """All of it, by (noun, ticket id)."""
        rows = self._db.rows("SELECT noun, ticket_id, made_of, value FROM capture_memory")
        return {(row["noun"], row["ticket_id"]): (row["made_of"], row["value"]) for row in rows}

    def keep(self, worked: Mapping[tuple[str, str], Worked]) -> None:
        """Remember what a run used, and nothing else.

        Args:
            worked: By (noun, ticket id); what is of a ticket that is gone is passed over.
        """
        known = self.read()
        gone = known.keys() - worked.keys()
        changed = [(*key, *worked[key]) for key in sorted(worked) if known.get(key) != worked[key]]
        with self._db.note() as connection:
            connection.executemany("DELETE FROM capture_memory WHERE noun = ? AND ticket_id = ?", sorted(gone))
            connection.executemany(
                "INSERT OR REPLACE INTO capture_memory (noun, ticket_id, made_of, value)"
                " SELECT ?1, id, ?3, ?4 FROM tickets WHERE id = ?2",
                changed,
            )
