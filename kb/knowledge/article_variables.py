"""A team's variables, such as a phone number that stands in many articles and changes in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.database import Database
from kb.errors import InvalidRow, NotFound

LONGEST_NAME, LONGEST_VALUE = 40, 300
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class ArticleVariable:
    """One name with what stands for it everywhere."""

    name: str
    value: str
    changed_by: str
    """The user, or "system"."""
    changed_at: datetime | None


class ArticleVariables:
    """The variables of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def list(self) -> list[ArticleVariable]:
        """All of them by name."""
        rows = self._db.rows("SELECT * FROM article_variables ORDER BY name")
        return [
            ArticleVariable(row["name"], row["value"], row["changed_by"], clock.from_text(row["changed_at"]))
            for row in rows
        ]

    def values(self) -> dict[str, str]:
        """Value by name, in the order of the names."""
        return {each.name: each.value for each in self.list()}

    def put(self, name: str, value: str, *, actor: str = "system") -> None:
        """Give a variable a value; the one before stays in the audit log.

        Raises:
            InvalidRow: The name or the value is not allowed.
        """
        value = value.strip()
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            raise InvalidRow(
                f"The variable name {name[:60]!r} is not allowed.",
                hint=f"Take a small letter, then small letters, digits and _, at most {LONGEST_NAME}: support_phone.",
            )
        if not value or len(value) > LONGEST_VALUE or _CONTROLS.search(value) or "{{" in value:
            raise InvalidRow(
                f"The value of {name} is not allowed.",
                hint=f"Take one line of 1 to {LONGEST_VALUE} characters without {{{{.",
            )
        detail: dict[str, object] = {"after": value}
        with self._db.write("set", "article_variable", name, actor=actor, detail=detail) as connection:
            detail["before"] = self.values().get(name, "")
            connection.execute(
                "INSERT INTO article_variables (name, value, changed_by, changed_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by,"
                " changed_at = excluded.changed_at",
                (name, value, actor, clock.to_text(clock.now())),
            )

    def remove(self, name: str, *, actor: str = "system") -> None:
        """Take a variable away; where it is used it shows as unknown.

        Raises:
            NotFound: There is none of this name.
        """
        detail: dict[str, object] = {}
        with self._db.write("remove", "article_variable", name, actor=actor, detail=detail) as connection:
            before = self.values().get(name)
            if before is None:
                raise NotFound("article variable", name, hint="`svar variables list` shows all.")
            detail["before"] = before
            connection.execute("DELETE FROM article_variables WHERE name = ?", (name,))
