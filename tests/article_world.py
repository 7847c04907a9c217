"""A store with drafts and articles in which anybody may do what is allowed, and what should be true of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from kb import clock
from kb.errors import Conflict
from kb.knowledge.article_draft import DraftState, DraftText
from kb.knowledge.move import ArticleMove, ArticleState, ArticleWish, DraftCase, DraftMove, DraftWish
from kb.knowledge.moves import SYSTEM, allowed_article_moves, allowed_draft_moves, state_of
from kb.model import Article, Audience, Confidence, Governance, Role, User
from kb.store import Store
from tests.fakes import a_ticket, an_article, open_store, put

IMPORTED = ("near", "far")
Text = tuple[str, str, tuple[str, ...]]
Step = Callable[[], None]
T = TypeVar("T")


def a_template(home: Path) -> Path:
    """Make a data folder with two imported articles, a ticket and a colleague per role."""
    store = open_store(home)
    put(store, a_ticket("t1"), an_article("near", audience=Audience.INTERNAL, confidence=Confidence.NOT_VALIDATED),
        an_article("far"))  # fmt: skip
    for role in Role:
        store.users.create(name=role.value, email=f"{role.value}@x.example", role=role)
    store.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return home


@dataclass
class World:
    """A store, and what should be true of it, kept apart from it."""

    store: Store
    choose: Callable[[int], int]
    texts: dict[tuple[str, int], Text] = field(default_factory=dict)
    """What every revision said when it was published."""
    shelf: dict[str, Text] = field(default_factory=dict)
    """What an index would hold that asks for changes only."""
    seq: int = 0
    turn: int = 0

    def pick(self, values: Sequence[T]) -> T:
        return values[self.choose(len(values))]

    def step(self) -> Step:
        """Something that somebody may do now: first what, then who and to which article."""
        found: dict[str, list[Step]] = {"import": [partial(self.imported, source) for source in IMPORTED]}
        for user in self.store.users.list():
            if user.role.allows(Role.CONTRIBUTOR):
                found.setdefault("create", []).append(partial(self.created, user))
            for article in self.articles():
                for move in allowed_article_moves(article, user, self.store.article_moves.last(article.id)):
                    found.setdefault(move, []).append(partial(self.article_move, article, move, user))
            for draft in self.store.article_drafts.list():
                article_or_none = self.store.articles.get_many([draft.id]).get(draft.id)
                for each in allowed_draft_moves(DraftCase(draft, article_or_none, user)):
                    found.setdefault(each, []).append(partial(self.draft_move, draft.id, each, user))
        # Drafts are half of the work, and hardly anything is deleted.
        drafts = sorted(set(found) & (set(DraftMove) - {DraftMove.COMMENT, DraftMove.TAKE_NOTE}))
        kinds = drafts if drafts and self.choose(3) else sorted(found)
        kind = self.pick([each for each in kinds if each != "delete" or not self.choose(6)] or ["import"])
        return self.pick(found[kind])

    def articles(self) -> list[Article]:
        return [article for _, article in self.store.articles.changed_since(0, limit=100)]

    def a_text(self) -> DraftText:
        self.turn += 1
        return DraftText(
            title=f"Title {self.turn}", body=f"marker{self.turn}", locale="en", questions=(f"Why {self.turn}?",),
            audience=self.pick(list(Audience)), confidence=self.pick([c for c in Confidence if c is not Confidence.ARCHIVED]),
        )  # fmt: skip

    def imported(self, source: str) -> None:
        self.turn += 1
        before = self.store.articles.get(source)
        own = self.store.database.row("SELECT own_fields FROM articles WHERE id = ?", (source,))
        put(self.store, an_article(source, f"marker{self.turn}"))
        after = self.store.articles.get(source)
        if own is not None and '"text"' in own["own_fields"] and before.deleted_at is None:
            assert after.revision == before.revision, "a text that was edited here is never overwritten"
            draft = self.store.article_drafts.get(source)
            waits = (draft.text.body, draft.source_text.get("body"))
            assert f"marker{self.turn}" in waits, "what the source writes waits to be looked at"
        for name in ("audience", "confidence", "merged_into", "deleted_at"):
            if own is not None and f'"{name}"' in own["own_fields"]:
                assert getattr(after, name) == getattr(before, name), name

    def created(self, user: User) -> None:
        self.store.article_drafts.create(user, text=self.a_text(), from_tickets=["t1"])

    def draft_move(self, draft_id: str, move: DraftMove, user: User) -> None:
        drafts = self.store.article_drafts
        draft = drafts.get(draft_id)
        wish = DraftWish(version=draft.version, reason="because", at=clock.now() + timedelta(days=1))
        if move is DraftMove.SAVE:
            drafts.save(draft_id, user, draft.version, replace(self.a_text(), governance=draft.text.governance))
        elif move is DraftMove.COMMENT:
            self.store.article_comments.add(draft_id, user, "Well.")
        else:
            after = drafts.move(draft_id, move, user, wish).draft
            if move is DraftMove.PUBLISH:
                said = self.store.articles.get(draft_id).revision
                assert (said.title, said.body) == (draft.text.title, draft.text.body)
            assert (after is None) == (move in {DraftMove.PUBLISH, DraftMove.DISCARD})

    def article_move(self, article: Article, move: ArticleMove, user: User) -> None:
        self.turn += 1
        number = article.revision.number
        others = [a.id for a in self.articles() if state_of(a) is ArticleState.PUBLISHED and a.id != article.id]
        has_draft = self.store.article_drafts.find(article.id) is not None
        near = user.role is Role.CONTRIBUTOR
        if move is ArticleMove.EDIT:
            if has_draft:
                return self.commented(article.id, user)
            self.store.article_drafts.create(user, article_id=article.id)
            return None
        if (move is ArticleMove.MERGE and (has_draft or not others)) or (move is ArticleMove.ROLL_BACK and number == 1):
            return self.renamed_owner(article)
        wish = ArticleWish(
            reason="because", revision=1 + self.choose(max(1, number - 1)), owner_id=user.id, question=f"How {self.turn}?",
            audience=self.pick([Audience.AUTHOR, Audience.INTERNAL] if near else list(Audience)), days=self.choose(400),
            confidence=self.pick([Confidence.WIP, Confidence.NOT_VALIDATED] + ([] if near else [Confidence.VALIDATED])),
            governance=self.pick(list(Governance)), into=self.pick(others or [""]),
        )  # fmt: skip
        try:
            after = self.store.article_moves.move(article.id, move, user, wish)
        except Conflict:
            # What a move changed may have been changed again by publishing, or what it merged with be gone: the table
            # cannot know that, and the refusal leaves everything as it is.
            assert move is ArticleMove.UNDO
            assert self.store.articles.get(article.id) == article
            return self.created(user)
        if move is ArticleMove.ROLL_BACK:
            assert text_of(after) == self.texts[article.id, wish.revision], "any revision can be restored"
            assert after.revision.number == number + 1, "and nothing of the history is lost"
        return None

    def commented(self, draft_id: str, user: User) -> None:
        self.store.article_comments.add(draft_id, user, "Well.")

    def renamed_owner(self, article: Article) -> None:
        self.store.article_moves.move(article.id, ArticleMove.SET_OWNER, SYSTEM, ArticleWish())

    def look(self) -> None:
        """Take in what changed, as the index does, and compare with what is published."""
        for seq, article in self.store.articles.changed_since(self.seq, limit=100):
            self.seq = seq
            gone = article.confidence is Confidence.ARCHIVED or article.audience is Audience.AUTHOR
            self.shelf.pop(article.id, None)
            if not gone:
                self.shelf[article.id] = text_of(article)
        published = {}
        for article in self.articles():
            check_article(self.store, article)
            said = self.texts.setdefault((article.id, article.revision.number), text_of(article))
            assert article.deleted_at is not None or said == text_of(article), "a revision never changes"
            if state_of(article) is ArticleState.PUBLISHED and article.audience is not Audience.AUTHOR:
                published[article.id] = text_of(article)
        assert self.shelf == published


def text_of(article: Article) -> Text:
    return article.revision.title, article.revision.body, article.revision.questions


def check_article(store: Store, article: Article) -> None:
    """What must hold for every article and its draft at any time."""
    draft = store.article_drafts.find(article.id)
    numbers = [each.number for each in store.article_history.revisions(article.id)]
    if article.deleted_at is not None:
        assert (draft, article.revision.body, len(numbers)) == (None, "", 1)
    else:
        assert numbers == list(range(article.revision.number, 0, -1))
    if article.merged_into:
        assert article.confidence is Confidence.ARCHIVED
        assert store.articles.resolve(article.id) == store.articles.final(article.id).id, "old ids keep resolving"
    if draft is not None:
        assert draft.base_revision <= article.revision.number
    if article.confidence is not Confidence.VALIDATED and article.confidence is not Confidence.ARCHIVED:
        assert not article.verification(clock.now()).holds


def check_draft(store: Store) -> None:
    for draft in store.article_drafts.list():
        assert (draft.publish_at is not None) == (draft.state is DraftState.SCHEDULED) == bool(draft.scheduled_by)
        assert draft.state is not DraftState.APPROVED or draft.approved_by
        assert draft.state is not DraftState.EDITING or not draft.approved_by


def audits(store: Store) -> int:
    """Rows of the log; what a move does to an article's trust has rows of its own."""
    row = store.database.row("SELECT count(*) FROM audit WHERE verb <> 'signal'")
    return int(row[0]) if row is not None else 0
