"""The drafts of one database, and the verbs that change them: one transaction and one audit row each."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kb import clock
from kb.article_rows import read_article
from kb.database import Database
from kb.errors import Conflict, NotFound
from kb.knowledge.article_draft import ArticleDraft, DraftChanged, DraftState, DraftText, changed_fields, check_text
from kb.knowledge.article_write import require_article
from kb.knowledge.candidate_moves import drafted
from kb.knowledge.draft_rows import draft_from, put_draft, read_draft
from kb.knowledge.draft_steps import STEPS, Step
from kb.knowledge.move import ArticleCase, ArticleMove, DraftCase, DraftMove, DraftWish
from kb.knowledge.moves import check_article_move, check_draft_move
from kb.knowledge.refusals import RoleTooSmall
from kb.model import Article, Governance, Role, User


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move left."""

    article_id: str
    draft: ArticleDraft | None
    """None once it is published or discarded."""


class ArticleDrafts:
    """The drafts of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, draft_id: str) -> ArticleDraft:
        """Read one draft.

        Raises:
            NotFound: No such draft.
        """
        draft = self.find(draft_id)
        if draft is None:
            raise NotFound("draft", draft_id, hint="`svar article list --drafts` lists them.")
        return draft

    def find(self, draft_id: str) -> ArticleDraft | None:
        """Read one draft; None if there is none."""
        row = self._db.row("SELECT * FROM article_drafts WHERE id = ?", (draft_id,))
        return None if row is None else draft_from(row)

    def create(
        self,
        user: User,
        *,
        text: DraftText | None = None,
        article_id: str = "",
        from_tickets: Sequence[str] = (),
        sources: Sequence[Mapping[str, object]] = (),
        candidate_id: str = "",
    ) -> ArticleDraft:
        """Begin a draft: blank, from given fields, or of what is published.

        An article has one draft at most: where there is one already, it is given back, with the tickets added.

        Args:
            user: Who begins it.
            text: What it says at first; None: what is published, or nothing.
            article_id: The published article whose next revision it is; empty: a new article.
            from_tickets: Tickets it is made from.
            sources: Which message each line came from.
            candidate_id: The candidate it is made from.

        Raises:
            NotFound: No such article.
            PermissionDenied: The role is too small.
            Conflict: The article is archived, merged or deleted.
            InvalidRow: Something in the text cannot be used.
        """
        _may_write(user, text.governance if text else Governance.EXPERIENCE_BASED)
        known = self.find(article_id)
        if known is not None and not candidate_id and set(from_tickets) <= set(known.from_tickets):
            return known
        draft_id = article_id or f"article-{secrets.token_hex(6)}"
        detail: dict[str, object] = {"tickets": len(from_tickets)}
        with self._db.write("create", "article_draft", draft_id, actor=user.id, detail=detail) as connection:
            article = require_article(connection, article_id) if article_id else None
            if article is not None:
                check_article_move(ArticleMove.EDIT, ArticleCase(article, user))
            known = read_draft(connection, draft_id)
            drafted(connection, candidate_id, draft_id, user.id)
            if known is None:
                draft = self._begun(draft_id, text, article, user)
                draft = replace(draft, sources=tuple(sources), candidate_id=candidate_id)
            else:
                draft = replace(known, version=known.version + 1, candidate_id=known.candidate_id or candidate_id)
            tickets = tuple(dict.fromkeys([*draft.from_tickets, *from_tickets]))
            detail["to"] = draft.state.value
            put_draft(connection, replace(draft, from_tickets=tickets))
        return self.get(draft_id)

    def save(self, draft_id: str, user: User, version: int, text: DraftText) -> ArticleDraft:
        """Write what a writer typed; the same again changes nothing.

        What a publisher approved is approved no longer once somebody else writes to it.

        Args:
            draft_id: Which draft.
            user: Who writes.
            version: The version that was read.
            text: All fields.

        Raises:
            NotFound: No such draft.
            DraftChanged: Somebody else wrote meanwhile; it has their draft, and nothing was overwritten.
            PermissionDenied: The role is too small.
            Conflict: The draft waits for its time to be published.
            InvalidRow: Something in the text cannot be used.
        """
        new = self._translated(check_text(text))
        known = self.get(draft_id)
        if known.text == new and known.version == version:
            return known
        detail: dict[str, object] = {}
        with self._db.write("save", "article_draft", draft_id, actor=user.id, detail=detail) as connection:
            draft = self._read(draft_id, version)
            check_draft_move(DraftMove.SAVE, DraftCase(draft, read_article(connection, draft_id), user))
            if new.governance is not draft.text.governance:
                _may_write(user, Governance.COMPLIANCE_BASED)
            falls = draft.state is DraftState.APPROVED and not user.role.allows(Role.PUBLISHER)
            state = DraftState.EDITING if falls else draft.state
            detail |= {"from": draft.state.value, "to": state.value, "changed": changed_fields(draft.text, new)}
            put_draft(
                connection,
                replace(
                    draft, text=new, state=state, approved_by="" if falls else draft.approved_by,
                    version=version + 1, edited_by=user.id, edited_at=clock.now(),
                ),
            )  # fmt: skip
        return self.get(draft_id)

    def move(self, draft_id: str, move: DraftMove, user: User, wish: DraftWish) -> Moved:
        """Do what the table of moves allows.

        Args:
            draft_id: Which draft.
            move: Any but save and comment.
            user: Who does it.
            wish: What goes with it.

        Raises:
            NotFound: No such draft, or no such reviewer.
            DraftChanged: Somebody else wrote meanwhile.
            PermissionDenied: The role is too small.
            Conflict: The draft's state does not allow it; PublishedTextChanged where the writer must look first.
            InvalidRow: The move, or something that goes with it, is not what is needed.
        """
        if move not in STEPS:
            raise Conflict(f"{move.value} is no move by itself; allowed: {', '.join(m.value for m in STEPS)}.")
        detail: dict[str, object] = {}
        noun = "article" if move is DraftMove.PUBLISH else "article_draft"
        with self._db.write(move.value, noun, draft_id, actor=user.id, detail=detail):
            draft = self._read(draft_id, wish.version)
            return self._step(draft, move, user, wish, detail)

    def list(
        self, *, state: DraftState | None = None, user_id: str = "", limit: int = 50, offset: int = 0
    ) -> list[ArticleDraft]:
        """Drafts, what was edited last first.

        Args:
            state: Only these; None means all.
            user_id: Only what this user wrote, edited last or is asked to review; empty means everybody's.
            limit: At most so many.
            offset: Skip so many.
        """
        rows = self._db.rows(
            "SELECT * FROM article_drafts WHERE :state IN ('', state)"
            " AND :user IN ('', created_by, edited_by, reviewer_id)"
            " ORDER BY edited_at DESC, id LIMIT :limit OFFSET :offset",
            {"state": state.value if state else "", "user": user_id, "limit": limit, "offset": offset},
        )
        return [draft_from(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many drafts there are in each state."""
        rows = self._db.rows("SELECT state, count(*) AS n FROM article_drafts GROUP BY state")
        return {state.value: 0 for state in DraftState} | {row["state"]: int(row["n"]) for row in rows}

    def _step(
        self, draft: ArticleDraft, move: DraftMove, user: User, wish: DraftWish, detail: dict[str, object]
    ) -> Moved:  # fmt: skip
        connection = self._db.connection
        case = DraftCase(draft, read_article(connection, draft.id), user)
        check_draft_move(move, case)
        if wish.reason.strip():
            detail["reason"] = wish.reason.strip()
        if draft.publish_at is not None:
            detail["scheduled"] = clock.to_text(draft.publish_at)
        after = STEPS[move](Step(connection, case, wish, clock.now(), detail))
        if after is not None:
            after = replace(after, version=draft.version + 1)
            put_draft(connection, after)
        if move is not DraftMove.PUBLISH:
            detail |= {"from": draft.state.value, "to": after.state.value if after else ""}
        return Moved(draft.id, after)

    def _read(self, draft_id: str, version: int) -> ArticleDraft:
        draft = self.get(draft_id)
        if draft.version != version:
            raise DraftChanged(draft)
        return draft

    def _begun(self, draft_id: str, text: DraftText | None, article: Article | None, user: User) -> ArticleDraft:
        at, base = clock.now(), article.revision.number if article else 0
        begun = text or (DraftText.of(article) if article else DraftText())
        if article is not None and not begun.master_revision:
            row = self._db.row("SELECT master_revision FROM articles WHERE id = ?", (draft_id,))
            begun = replace(begun, master_revision=int(row["master_revision"]) if row is not None else 0)
        return ArticleDraft(
            id=draft_id, text=self._translated(check_text(begun), fill=article is None), state=DraftState.EDITING,
            version=1, base_revision=base, seen_revision=base, created_by=user.id, created_at=at, edited_by=user.id,
            edited_at=at,
        )  # fmt: skip

    def _translated(self, text: DraftText, *, fill: bool = False) -> DraftText:
        """A translation names the master of its family, and no later revision of it than there is."""
        if not text.translation_of:
            return replace(text, master_revision=0)
        master = require_article(self._db.connection, text.translation_of)
        if master.translation_of:
            master = require_article(self._db.connection, master.translation_of)
        current = master.revision.number
        seen = current if fill and not text.master_revision else min(text.master_revision, current)
        return replace(text, translation_of=master.id, master_revision=seen)


def _may_write(user: User, governance: Governance) -> None:
    needed = Role.PUBLISHER if governance is Governance.COMPLIANCE_BASED else Role.CONTRIBUTOR
    if not user.role.allows(needed):
        what = "write articles" if needed is Role.CONTRIBUTOR else "change what is compliance based, or make it so"
        raise RoleTooSmall(user, what, needed)
