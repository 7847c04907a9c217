"""How far articles got in tickets, and how much knowledge there is: read for figures, by article and by language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.database import Database
from kb.event import EventKind
from kb.model import Confidence
from kb.reporting.window import Window, facts_where

SORTS = {
    "shown": "shown DESC", "used": "used DESC", "linked": "linked DESC", "solved": "solved DESC",
    "dismissed": "dismissed DESC", "reopened": "reopened DESC", "title": "title",
}  # fmt: skip
_USE = (
    "SELECT u.article_id, sum(u.stage >= 1) AS shown, sum(u.stage >= 2) AS opened, sum(u.stage >= 3) AS used,"
    " sum(u.linked OR u.stage >= 4) AS linked,"
    " sum((u.linked OR u.stage >= 4) AND coalesce(f.worked, 1) = 1) AS solved, sum(u.dismissed <> '') AS dismissed,"
    " sum((u.linked OR u.stage >= 4) AND f.reopened) AS reopened,"
    " sum(CASE WHEN u.linked OR u.stage >= 4 THEN f.satisfied IS NOT NULL ELSE 0 END) AS rated,"
    " sum(CASE WHEN u.linked OR u.stage >= 4 THEN coalesce(f.satisfied, 0) ELSE 0 END) AS satisfied"
    " FROM ticket_facts f JOIN article_uses u ON u.ticket_id = f.ticket_id"
)
_LIVE = "confidence NOT IN ('archived', 'wip') AND deleted_at IS NULL AND merged_into = ''"


@dataclass(frozen=True, slots=True)
class Performance:
    """What became of one article in the tickets of a time; every number counts tickets."""

    id: str
    title: str
    locale: str
    product: str
    shown: int
    opened: int
    used: int
    """Put into a reply or copied."""
    linked: int
    """Linked as what helped, or sent."""
    solved: int
    """Of those, the ones whose customer did not say that it did not work."""
    dismissed: int
    reopened: int
    """Of `linked`, the ones that came back."""
    rated: int
    satisfied: int
    """Of `rated`, the ones with a good score."""


@dataclass(frozen=True, slots=True)
class Participation:
    """How many of the people who answer take part in knowledge; whoever they are is not read."""

    active: int
    """People who sent a reply."""
    took_part: int
    """Of those, the ones who linked, wrote, flagged or asked for an article."""


class ArticleUses:
    """Use of the articles of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def performance(
        self, window: Window, *, sort: str = "shown", limit: int = 50, offset: int = 0
    ) -> tuple[list[Performance], int]:
        """Articles that were shown or linked in the tickets of a window.

        Args:
            window: Which tickets.
            sort: One of SORTS; ties by title and id.
            limit: At most so many.
            offset: So many are left out first.

        Returns:
            One page, and how many there are in all.
        """
        where, values = facts_where(window)
        rows = self._db.rows(
            f"SELECT n.*, coalesce(r.title, '') AS title, coalesce(a.locale, '') AS locale,"
            f" coalesce(a.product, '') AS product, count(*) OVER () AS total FROM ({_USE} WHERE {where}"
            " GROUP BY u.article_id) n LEFT JOIN articles a ON a.id = n.article_id"
            " LEFT JOIN revisions r ON r.article_id = a.id AND r.number = a.revision"
            f" ORDER BY {SORTS[sort]}, title, n.article_id LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        found = [
            Performance(row["article_id"], row["title"], row["locale"], row["product"], row["shown"], row["opened"],
                        row["used"], row["linked"], row["solved"], row["dismissed"], row["reopened"], row["rated"],
                        row["satisfied"])
            for row in rows
        ]  # fmt: skip
        return found, int(rows[0]["total"]) if rows else 0

    def published(self, window: Window) -> int:
        """How many published articles a window's language and product have, as they are now."""
        row = self._db.row(
            f"SELECT count(*) AS n FROM articles WHERE {_LIVE} AND ? IN ('', locale) AND ? IN ('', product)",
            (window.locale, window.product),
        )
        return 0 if row is None else int(row["n"])

    def articles_by_locale(self) -> dict[tuple[str, str], int]:
        """How many published articles there are, by (product, locale)."""
        rows = self._db.rows(f"SELECT product, locale, count(*) AS n FROM articles WHERE {_LIVE} GROUP BY 1, 2")
        return {(row["product"], row["locale"]): int(row["n"]) for row in rows}

    def families(self) -> list[tuple[str, str, bool]]:
        """(family, locale, whether it is older than its master) of every published article."""
        rows = self._db.rows(
            "SELECT CASE a.translation_of WHEN '' THEN a.id ELSE a.translation_of END AS family, a.locale,"
            " coalesce(a.updated_at < m.updated_at, 0) AS old FROM articles a"
            f" LEFT JOIN articles m ON m.id = a.translation_of WHERE a.{_LIVE.replace(' AND ', ' AND a.')}"
        )
        return [(row["family"], row["locale"], bool(row["old"])) for row in rows]

    def minutes_to_publish(self, window: Window) -> list[float]:
        """Minutes from the end of the ticket that an article was written from to its first publication, per article.

        Of several tickets the one that ended last before the publication counts.

        Args:
            window: The articles that were published in it, in its language and about its product.
        """
        rows = self._db.rows(
            "SELECT min((julianday(r.created_at) - julianday(f.resolved_at)) * 1440.0) AS minutes FROM articles a"
            " JOIN revisions r ON r.article_id = a.id AND r.number = 1"
            " JOIN article_uses u ON u.article_id = a.id AND u.own = 1 JOIN ticket_facts f ON f.ticket_id = u.ticket_id"
            " WHERE r.created_at >= ? AND r.created_at < ? AND f.resolved_at <= r.created_at"
            " AND ? IN ('', a.locale) AND ? IN ('', a.product) GROUP BY a.id ORDER BY a.id",
            (window.since.isoformat(), window.until.isoformat(), window.locale, window.product),
        )
        return [float(row["minutes"]) for row in rows]

    def participation(self, since: datetime, until: datetime) -> Participation:
        """How many people answered in a time, and how many of them took part in knowledge."""
        span = {"since": clock.to_text(since), "until": clock.to_text(until)}
        deeds = ", ".join(f"'{kind.value}'" for kind in (EventKind.LINKED, EventKind.FLAGGED, EventKind.WANTED))
        row = self._db.row(
            "WITH active AS (SELECT DISTINCT user_id FROM events WHERE kind = 'sent' AND at >= :since AND at < :until"
            " AND user_id <> ''), part AS ("
            f" SELECT user_id FROM events WHERE kind IN ({deeds}) AND at >= :since AND at < :until"
            " UNION SELECT changed_by FROM revisions WHERE created_at >= :since AND created_at < :until"
            " UNION SELECT created_by FROM article_drafts WHERE created_at >= :since AND created_at < :until"
            " UNION SELECT edited_by FROM article_drafts WHERE edited_at >= :since AND edited_at < :until)"
            " SELECT (SELECT count(*) FROM active) AS active,"
            " (SELECT count(*) FROM active WHERE user_id IN (SELECT user_id FROM part)) AS took_part",
            span,
        )
        return Participation(0, 0) if row is None else Participation(int(row["active"]), int(row["took_part"]))

    def verification_rows(self, window: Window) -> list[dict[str, object]]:
        """What verification is worked out from, of every published article of a window's language and product."""
        rows = self._db.rows(
            f"SELECT id, confidence, verified_at, verify_due_at, unverified_reason FROM articles WHERE {_LIVE}"
            " AND ? IN ('', locale) AND ? IN ('', product)",
            (window.locale, window.product),
        )
        return [dict(row) for row in rows]

    def archived(self) -> int:
        """How many articles are archived."""
        row = self._db.row("SELECT count(*) AS n FROM articles WHERE confidence = ?", (Confidence.ARCHIVED.value,))
        return 0 if row is None else int(row["n"])
