"""The list of articles as their owners see it: filtered, sorted, in pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb import clock
from kb.article_rows import SELECT_ARTICLE, article_from
from kb.database import Database
from kb.knowledge.move import ArticleState
from kb.knowledge.verification import DUE_SOON, Verification
from kb.model import Article, Audience, Confidence

_STATE = (
    "CASE WHEN a.deleted_at IS NOT NULL THEN 'deleted' WHEN a.merged_into <> '' THEN 'merged'"
    " WHEN a.confidence = 'archived' THEN 'archived' ELSE 'published' END"
)
# The same question as kb.knowledge.verification.verification_at asks; a test compares the two.
_VERIFICATION = (
    "CASE WHEN a.unverified_reason <> '' THEN 'unverified'"
    " WHEN a.confidence NOT IN ('validated', 'archived') OR (a.verified_at IS NULL AND a.verify_due_at IS NULL)"
    " THEN 'never' WHEN a.verify_due_at IS NULL OR a.verify_due_at > :soon THEN 'verified'"
    " WHEN a.verify_due_at > :now THEN 'due' ELSE 'overdue' END"
)
_WHERE = (
    f" WHERE ({_STATE} = :state OR :state = 'all')"
    " AND :confidence IN ('', a.confidence) AND :audience IN ('', a.audience) AND :locale IN ('', a.locale)"
    " AND :product IN ('', a.product) AND (:owner = '' OR a.owner_id = :owner OR (:owner = '-' AND a.owner_id = ''))"
    f" AND (:verification = '' OR {_VERIFICATION} = :verification)"
    " AND (:text = '' OR instr(casefold(r.title), :text) OR casefold(a.id) = :text OR instr(casefold(a.url), :text)"
    " OR instr(casefold(r.body), :text))"
)


class ArticleSort(StrEnum):
    """The orders of the list."""

    UPDATED = "updated"
    TITLE = "title"
    USES = "uses"
    DUE = "due"


_ORDERS = {
    ArticleSort.UPDATED: "a.updated_at DESC, a.id",
    ArticleSort.TITLE: "casefold(r.title), a.id",
    ArticleSort.USES: "uses DESC, a.id",
    ArticleSort.DUE: "a.verify_due_at IS NULL, a.verify_due_at, a.id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Which articles; what is empty does not matter."""

    text: str = ""
    """In title, text or address, or the id; case does not matter."""
    state: ArticleState | None = ArticleState.PUBLISHED
    """None: all, the deleted ones too."""
    confidence: Confidence | None = None
    audience: Audience | None = None
    locale: str = ""
    product: str = ""
    owner_id: str = ""
    """A user; "-": those without owner."""
    verification: Verification | None = None
    sort: ArticleSort = ArticleSort.UPDATED
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in the list."""

    article: Article
    uses: int
    """Tickets it is linked to."""
    has_draft: bool


class ArticleList:
    """The articles of one database as a list."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(self, chosen: ArticleFilter, *, now: datetime | None = None) -> tuple[list[Listed], int]:
        """One page, and how many there are in all.

        Args:
            chosen: Which, in which order.
            now: For tests.
        """
        at = now or clock.now()
        values = {
            "state": chosen.state.value if chosen.state else "all",
            "confidence": chosen.confidence.value if chosen.confidence else "",
            "audience": chosen.audience.value if chosen.audience else "",
            "locale": chosen.locale, "product": chosen.product, "owner": chosen.owner_id,
            "verification": chosen.verification.value if chosen.verification else "",
            "text": chosen.text.strip().casefold(), "now": clock.to_text(at), "soon": clock.to_text(at + DUE_SOON),
            "limit": chosen.limit, "offset": chosen.offset,
        }  # fmt: skip
        uses = (
            "(SELECT count(DISTINCT l.ticket_id) FROM ticket_links l WHERE l.article_id = a.id"
            " AND l.kind <> 'reference') AS uses, (SELECT count(*) FROM article_drafts d WHERE d.id = a.id) AS drafts,"
        )
        rows = self._db.rows(
            SELECT_ARTICLE.replace("SELECT", f"SELECT {uses}", 1) + _WHERE
            + f" ORDER BY {_ORDERS[chosen.sort]} LIMIT :limit OFFSET :offset",
            values,
        )  # fmt: skip
        join = "FROM articles a JOIN revisions r ON r.article_id = a.id AND r.number = a.revision"
        counted = self._db.row(f"SELECT count(*) {join}{_WHERE}", values)
        found = [Listed(article_from(row), int(row["uses"]), bool(row["drafts"])) for row in rows]
        return found, int(counted[0]) if counted is not None else 0

    def owners(self) -> list[tuple[str, str]]:
        """(id, name) of everybody who owns an article, by name."""
        rows = self._db.rows(
            "SELECT u.id, u.name FROM users u WHERE EXISTS (SELECT 1 FROM articles a WHERE a.owner_id = u.id"
            " AND a.deleted_at IS NULL) ORDER BY u.name, u.id"
        )
        return [(row["id"], row["name"]) for row in rows]
