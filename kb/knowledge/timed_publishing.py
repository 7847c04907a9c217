"""Publishing at a time: what was scheduled is published once its time has come, by whichever process sees it first."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from kb import clock
from kb.database import Database
from kb.errors import DatabaseBusy, KBError, NotFound, StorageFull
from kb.knowledge.article_draft import ArticleDraft, DraftChanged, DraftState
from kb.knowledge.article_drafts import ArticleDrafts
from kb.knowledge.draft_rows import draft_from, put_draft, read_draft
from kb.knowledge.move import SYSTEM, DraftMove, DraftWish
from kb.model import Role, User

log = logging.getLogger(__name__)


class TimedPublishing:
    """The scheduled drafts of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._drafts = ArticleDrafts(database)

    def publish_due(self, now: datetime | None = None) -> list[str]:
        """Publish everything whose time has come; each in a transaction of its own, never twice.

        It is published in the name of who scheduled it. What cannot be published, for instance since the published text
        changed meanwhile, goes back to its writer with the reason.

        Args:
            now: For tests.

        Returns:
            Ids of the articles that were published, in the order of their times.
        """
        at = now or clock.now()
        rows = self._db.rows(
            "SELECT * FROM article_drafts WHERE state = ? AND publish_at <= ? ORDER BY publish_at, id",
            (DraftState.SCHEDULED.value, clock.to_text(at)),
        )
        return [row["id"] for row in rows if self._publish(draft_from(row), at)]

    def _publish(self, draft: ArticleDraft, at: datetime) -> bool:
        try:
            self._drafts.move(draft.id, DraftMove.PUBLISH, self._who(draft), DraftWish(version=draft.version))
        except (NotFound, DraftChanged):
            # Another process was quicker, or somebody changed the plan this very moment.
            return False
        except (DatabaseBusy, StorageFull):
            raise
        except KBError as error:
            log.warning("could not publish %s at its time: %s", draft.id, error)
            self._give_back(draft, error, at)
            return False
        return True

    def _give_back(self, draft: ArticleDraft, error: KBError, at: datetime) -> None:
        detail = {"from": draft.state.value, "to": DraftState.EDITING.value, "reason": error.message}
        with self._db.write("not_published", "article_draft", draft.id, detail=detail) as connection:
            now = read_draft(connection, draft.id)
            if now is None or now.version != draft.version:
                return
            back = replace(
                now, state=DraftState.EDITING, publish_at=None, scheduled_by="", approved_by="",
                sent_back=error.message, version=now.version + 1, edited_at=at,
            )  # fmt: skip
            put_draft(connection, back)

    def _who(self, draft: ArticleDraft) -> User:
        row = self._db.row("SELECT id, name, email, role FROM users WHERE id = ?", (draft.scheduled_by,))
        return SYSTEM if row is None else User(row["id"], row["name"], row["email"], Role(row["role"]))
