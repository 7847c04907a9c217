"""Which people work in which team, for figures per team; a team in figures is never fewer than five people."""

from __future__ import annotations

from collections.abc import Sequence

from kb.database import Database
from kb.errors import InvalidRow, NotFound
from kb.reporting.ticket_facts import agent_key

SMALLEST = 5
"""People (and tickets) below which a group's figures are not shown: they would be about persons."""
_MAX_NAME = 80


class WorkTeams:
    """The teams of one database; a person is in one of them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of_agents(self) -> dict[str, str]:
        """Team by agent key; teams of fewer than SMALLEST people too."""
        return {row["agent"]: row["team"] for row in self._db.rows("SELECT agent, team FROM work_teams")}

    def sizes(self) -> dict[str, int]:
        """How many people each team has, by name."""
        rows = self._db.rows("SELECT team, count(*) AS n FROM work_teams GROUP BY team ORDER BY team")
        return {row["team"]: int(row["n"]) for row in rows}

    def put(self, team: str, people: Sequence[str], *, actor: str = "system") -> int:
        """Set who is in a team; whoever was in another one leaves it.

        Args:
            team: Its name.
            people: Names or e-mail addresses, as users have them or as tickets name them; none takes the team away.
            actor: The user's id.

        Returns:
            How many people are in it now.

        Raises:
            InvalidRow: A name is empty or too long.
            NotFound: The team is to be taken away and is not there.
        """
        name = " ".join(team.split())
        if not name or len(name) > _MAX_NAME:
            raise InvalidRow(f"the team name {team[:80]!r} is not allowed; use 1 to {_MAX_NAME} characters")
        with self._db.write("set", "work_team", name, actor=actor, detail={"people": len(people)}) as connection:
            gone = connection.execute("DELETE FROM work_teams WHERE team = ?", (name,)).rowcount
            if not people and not gone:
                raise NotFound("work team", name)
            keys: dict[str, str] = {}
            for person in people:
                user = connection.execute(
                    "SELECT name FROM users WHERE email = casefold(?1) OR casefold(name) = casefold(?1)",
                    (" ".join(person.split()),),
                ).fetchone()
                shown = " ".join((person if user is None else str(user["name"])).split())
                if not shown or len(shown) > _MAX_NAME:
                    raise InvalidRow(f"the person {person[:80]!r} is not allowed; use 1 to {_MAX_NAME} characters")
                keys[agent_key(shown)] = shown
            connection.executemany(
                "INSERT OR REPLACE INTO work_teams VALUES (?, ?, ?)", [(key, keys[key], name) for key in keys]
            )
        return len(keys)
