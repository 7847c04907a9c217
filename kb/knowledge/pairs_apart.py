"""Which articles that lie near each other were compared and are no pair, so that only changed texts are read again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kb.database import Database

Two = tuple[str, str]


class PairsApart:
    """What one database's searches for pairs may pass over."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def known(self) -> dict[Two, str]:
        """By the ids of both articles, the smaller one first: which texts of them were compared."""
        rows = self._db.rows("SELECT one_id, other_id, texts FROM pairs_apart")
        return {(row["one_id"], row["other_id"]): row["texts"] for row in rows}

    def add(self, compared: Mapping[Two, str]) -> None:
        """Keep what was compared; what is there about the same two is replaced, who is gone is left out.

        Args:
            compared: As `known` gives it.
        """
        with self._db.note() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO pairs_apart SELECT a.id, b.id, ?3 FROM articles a, articles b"
                " WHERE a.id = ?1 AND b.id = ?2",
                [(*two, texts) for two, texts in compared.items()],
            )

    def forget(self, twos: Collection[Two]) -> None:
        """Forget those that lie near each other no longer."""
        with self._db.note() as connection:
            connection.executemany("DELETE FROM pairs_apart WHERE one_id = ? AND other_id = ?", list(twos))
