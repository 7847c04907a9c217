"""How a team's articles are built: its own template for each language, in place of the shipped one."""

from __future__ import annotations

from kb import clock
from kb.database import Database
from kb.errors import InvalidRow

LONGEST = 20_000


class ArticleTemplates:
    """One text per language; what is in it is not known here."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, locale: str) -> str:
        """The team's own template as Markdown; "" where it has none."""
        row = self._db.row("SELECT markdown FROM article_templates WHERE locale = ?", (locale,))
        return "" if row is None else str(row["markdown"])

    def put(self, locale: str, markdown: str, *, actor: str = "system") -> None:
        """Word a template; "" goes back to the shipped one. The one before stays in the audit log.

        Raises:
            InvalidRow: It is longer than LONGEST characters.
        """
        if len(markdown) > LONGEST:
            raise InvalidRow(f"The template has {len(markdown)} characters; allowed: {LONGEST}.")
        detail: dict[str, object] = {"after": markdown}
        with self._db.write("word", "article_template", locale, actor=actor, detail=detail) as connection:
            detail["before"] = self.of(locale)
            connection.execute("DELETE FROM article_templates WHERE locale = ?", (locale,))
            if markdown.strip():
                connection.execute(
                    "INSERT INTO article_templates (locale, markdown, changed_by, changed_at) VALUES (?, ?, ?, ?)",
                    (locale, markdown, actor, clock.to_text(clock.now())),
                )
