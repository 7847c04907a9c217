"""What became of an article: its revisions, and who did what to it and its drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.article_rows import revision_from
from kb.database import Database
from kb.errors import NotFound
from kb.knowledge.trust_rows import signal_from
from kb.knowledge.trust_signal import TrustSignal
from kb.model import Revision


@dataclass(frozen=True, slots=True)
class Deed:
    """One row of the audit log."""

    id: int
    at: datetime
    user_id: str
    """"system" for the command line and the server."""
    verb: str
    noun: str
    """"article" or "article_draft"."""
    detail: Mapping[str, object]


class ArticleHistory:
    """The histories of one database's articles."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def revisions(self, article_id: str) -> list[Revision]:
        """All published texts, newest first; one only where the article was deleted.

        Raises:
            NotFound: No such article, nor a draft of it.
        """
        rows = self._db.rows("SELECT * FROM revisions WHERE article_id = ? ORDER BY number DESC", (article_id,))
        if not rows and self._db.row("SELECT 1 FROM article_drafts WHERE id = ?", (article_id,)) is None:
            raise NotFound("article", article_id)
        return [revision_from(row, article_id, row["number"], at=row["created_at"]) for row in rows]

    def log(self, article_id: str, *, saves: bool = False, limit: int = 200) -> list[Deed]:
        """What was done to an article and its drafts, and which signals changed its verification, newest first.

        Args:
            article_id: Which one.
            saves: With every save of a draft.
            limit: At most so many.
        """
        rows = self._db.rows(
            "SELECT * FROM audit WHERE noun_id = ? AND noun IN ('article', 'article_draft') AND (verb <> 'save' OR ?)"
            " ORDER BY id DESC LIMIT ?",
            (article_id, saves, limit),
        )
        deeds = [
            Deed(
                row["id"], clock.from_text(row["at"]) or clock.now(), row["actor"], row["verb"], row["noun"],
                json.loads(row["detail"]),
            )
            for row in rows
        ]  # fmt: skip
        return sorted([*self._signals(article_id, limit), *deeds], key=lambda deed: deed.at, reverse=True)[:limit]

    def _signals(self, article_id: str, limit: int) -> list[Deed]:
        rows = self._db.rows(
            "SELECT * FROM trust_signals WHERE article_id = ? ORDER BY id DESC LIMIT ?", (article_id, limit)
        )
        return [_signal(signal_from(row)) for row in rows]


def _signal(signal: TrustSignal) -> Deed:
    detail = {
        "signal": signal.id, "kind": signal.kind.value, "from": signal.before.unverified_reason,
        "to": signal.after.unverified_reason, "ticket_id": signal.ticket_id, "undone": signal.undone_at is not None,
    }  # fmt: skip
    # Negative, so that no row of the audit log has the same.
    return Deed(-signal.id, signal.at, signal.user_id or "system", "signal", "article", detail)
