"""What a user has set for themselves."""

from __future__ import annotations

from kb.database import Database


class Wishes:
    """The users' own settings in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, user_id: str, name: str, default: str = "") -> str:
        """What a user wishes; the default as long as they said nothing."""
        row = self._db.row("SELECT value FROM user_wishes WHERE user_id = ? AND name = ?", (user_id, name))
        return default if row is None else str(row["value"])

    def put(self, user_id: str, name: str, value: str) -> None:
        """Remember a wish."""
        detail = {"name": name, "value": value}
        with self._db.write("wish", "user", user_id, actor=user_id, detail=detail) as connection:
            connection.execute(
                "INSERT INTO user_wishes (user_id, name, value) VALUES (?, ?, ?)"
                " ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value",
                (user_id, name, value),
            )
