"""The courtesy texts of draft replies that a team words itself, in place of the shipped ones."""

from __future__ import annotations

from kb import clock
from kb.database import Database


class ReplyTemplates:
    """One text per language and key; which keys there are and what may stand in them is not known here."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, locale: str) -> dict[str, str]:
        """The team's texts of one language by key, in the order of the keys."""
        rows = self._db.rows("SELECT key, text FROM reply_templates WHERE locale = ? ORDER BY key", (locale,))
        return {row["key"]: row["text"] for row in rows}

    def put(self, locale: str, key: str, text: str, *, actor: str = "system") -> None:
        """Word a text; the one before stays in the audit log."""
        detail: dict[str, object] = {"after": text}
        with self._db.write("word", "reply_template", f"{locale}/{key}", actor=actor, detail=detail) as connection:
            detail["before"] = self.of(locale).get(key, "")
            connection.execute(
                "INSERT INTO reply_templates (locale, key, text, updated_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (locale, key) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at",
                (locale, key, text, clock.to_text(clock.now())),
            )

    def reset(self, locale: str, key: str, *, actor: str = "system") -> bool:
        """Go back to the shipped text.

        Returns:
            Whether the team had one of its own.
        """
        if key not in self.of(locale):
            return False
        detail: dict[str, object] = {}
        with self._db.write("reset", "reply_template", f"{locale}/{key}", actor=actor, detail=detail) as connection:
            detail["before"] = self.of(locale).get(key, "")
            connection.execute("DELETE FROM reply_templates WHERE locale = ? AND key = ?", (locale, key))
        return True
