"""How much articles are used: linked to tickets, put into replies, sent in drafts, read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.database import Database

_DEEDS = ("inserted", "copied", "sent", "opened")


@dataclass(frozen=True, slots=True)
class ArticleUse:
    """What was done with an article in some time; a ticket counts once in each figure."""

    linked: int = 0
    """Tickets it was linked to, also by the help desk it was imported from; "related" does not count."""
    inserted: int = 0
    """Tickets into whose reply a passage of it was put or copied."""
    drafted: int = 0
    """Tickets in which a reply with words of it was sent."""
    total: int = 0
    """Tickets in which any of this was done: the reach of an error in it."""


class ArticleUses:
    """The use of articles in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def since(self, at: datetime, article_ids: Iterable[str] | None = None) -> dict[str, ArticleUse]:
        """What was done with articles since a moment; those that nothing was done with are left out.

        Args:
            at: The moment.
            article_ids: Only these; None: all.
        """
        wanted = None if article_ids is None else set(article_ids)
        tickets: dict[str, tuple[set[str], set[str], set[str]]] = {}
        for number, rows in enumerate(self._rows(at)):
            for article_id, ticket_id in rows:
                if wanted is None or article_id in wanted:
                    tickets.setdefault(article_id, (set(), set(), set()))[number].add(ticket_id)
        return {
            article_id: ArticleUse(len(linked), len(inserted), len(drafted), len(linked | inserted | drafted))
            for article_id, (linked, inserted, drafted) in tickets.items()
        }

    def last_of(self, article_ids: Iterable[str]) -> dict[str, datetime]:
        """When articles were last linked, put into a reply, sent, or opened by anybody; never used ones are left out.

        "Related" counts here: somebody read it and thought it worth a link.
        """
        ids = list(article_ids)
        rows = self._db.rows_of(
            "SELECT article_id, max(at) AS at FROM ticket_links WHERE article_id IN ({ids}) GROUP BY article_id",
            ids,
        )
        marks = ", ".join(f"'{deed}'" for deed in (*_DEEDS, "linked"))
        rows += self._db.rows_of(
            f"SELECT article_id, max(at) AS at FROM events WHERE article_id <> '' AND kind <> 'shown'"
            f" AND kind IN ({marks}) AND article_id IN ({{ids}}) GROUP BY article_id",
            ids,
        )
        found: dict[str, datetime] = {}
        for row in rows:
            at = clock.from_text(row["at"])
            if at is not None:
                found[row["article_id"]] = max(at, found.get(row["article_id"], at))
        return found

    def _rows(self, at: datetime) -> Iterable[list[tuple[str, str]]]:
        links = self._db.rows(
            "SELECT DISTINCT article_id, ticket_id FROM ticket_links WHERE at >= ? AND article_id <> ''"
            " AND kind <> 'reference'",
            (clock.to_text(at),),
        )
        yield [(row[0], row[1]) for row in links]
        for kinds in ("'inserted', 'copied'", "'sent'"):
            # Outside of a ticket, e.g. in a call, each use counts by itself.
            rows = self._db.rows(
                "SELECT DISTINCT article_id, coalesce(nullif(ticket_id, ''), '#' || id) FROM events"
                f" WHERE article_id <> '' AND kind <> 'shown' AND kind IN ({kinds}) AND at >= ?",
                (clock.to_text(at),),
            )
            yield [(row[0], row[1]) for row in rows]
