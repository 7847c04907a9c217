"""Drafts: what approval is worth, what publishing at a time does, what is left of what was discarded or deleted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kb import clock
from kb.errors import InvalidRow, NotFound
from kb.knowledge.article_draft import ArticleDraft, DraftChanged, DraftState, DraftText
from kb.knowledge.move import ArticleMove, ArticleWish, DraftMove, DraftWish
from kb.knowledge.moves import SYSTEM
from kb.knowledge.refusals import LanguageTaken, RoleTooSmall, TextMissing
from kb.knowledge.verification import Verification
from kb.model import Audience, Confidence, Governance, Role, User
from kb.store import Store
from tests.fakes import an_article, open_store, put

OUT = DraftText(title="Reset", body="Hold it.", locale="en", audience=Audience.PUBLIC, confidence=Confidence.VALIDATED)
IN = replace(OUT, audience=Audience.INTERNAL, confidence=Confidence.NOT_VALIDATED)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    for role in Role:
        opened.users.create(name=role.value, email=f"{role.value}@x.example", role=role)
    yield opened
    opened.close()


def who(store: Store, role: Role) -> User:
    return next(user for user in store.users.list() if user.role is role)


def move(store: Store, draft: ArticleDraft, name: DraftMove, user: User, **wish: Any) -> ArticleDraft | None:
    return store.article_drafts.move(draft.id, name, user, DraftWish(version=draft.version, **wish)).draft


def scheduled(store: Store, user: User, hours: int = 1, text: DraftText = OUT) -> ArticleDraft:
    draft = store.article_drafts.create(user, text=text)
    after = move(store, draft, DraftMove.SCHEDULE, user, at=clock.now() + timedelta(hours=hours))
    assert after is not None
    return after


@pytest.mark.parametrize(
    ("writer", "state"), [(Role.CONTRIBUTOR, DraftState.EDITING), (Role.LEAD, DraftState.APPROVED)]
)
def test_what_is_approved_is_the_text_that_was_read(store: Store, writer: Role, state: DraftState) -> None:
    anna, bo = who(store, Role.CONTRIBUTOR), who(store, Role.PUBLISHER)
    draft = store.article_drafts.create(anna, text=OUT)
    for name, user in ((DraftMove.REQUEST_REVIEW, anna), (DraftMove.APPROVE, bo)):
        after = move(store, draft, name, user)
        assert after is not None
        draft = after
    saved = store.article_drafts.save(draft.id, who(store, writer), draft.version, replace(OUT, body="Something else."))
    assert saved.state is state
    assert bool(saved.approved_by) == (state is DraftState.APPROVED)
    if state is DraftState.EDITING:
        with pytest.raises(RoleTooSmall, match="needed: publisher"):
            move(store, saved, DraftMove.PUBLISH, anna)


@pytest.mark.parametrize(
    ("role", "text", "verification"),
    [
        (Role.CONTRIBUTOR, IN, Verification.NEVER),
        (Role.PUBLISHER, IN, Verification.NEVER),
        (Role.PUBLISHER, OUT, Verification.VERIFIED),
    ],
)
def test_who_publishes_what_vouches_for_it(
    store: Store, role: Role, text: DraftText, verification: Verification
) -> None:
    user = who(store, role)
    draft = store.article_drafts.create(user, text=text)
    move(store, draft, DraftMove.PUBLISH, user)
    article = store.articles.get(draft.id)
    assert article.verification(clock.now()) is verification
    assert article.owner_id == user.id
    assert (article.verify_due_at is not None) == (verification is Verification.VERIFIED)


def test_nothing_empty_is_published_and_what_is_prescribed_is_not_for_contributors(store: Store) -> None:
    anna = who(store, Role.CONTRIBUTOR)
    draft = store.article_drafts.create(anna, text=replace(IN, body=" \n"))
    for name in (DraftMove.PUBLISH, DraftMove.REQUEST_REVIEW):
        with pytest.raises(TextMissing, match="missing: text"):
            move(store, draft, name, anna)
    prescribed = replace(IN, governance=Governance.COMPLIANCE_BASED)
    with pytest.raises(RoleTooSmall, match="may not change what is compliance based"):
        store.article_drafts.save(draft.id, anna, 1, prescribed)
    with pytest.raises(RoleTooSmall, match="agent may not write articles"):
        store.article_drafts.create(who(store, Role.AGENT))
    with pytest.raises(InvalidRow, match="301 characters; allowed are 300"):
        store.article_drafts.save(draft.id, anna, 1, replace(IN, title="x" * 301))
    with pytest.raises(DraftChanged, match=r"Nothing was overwritten\. Read version 1"):
        store.article_drafts.save(draft.id, anna, 7, IN)


def test_translations_know_their_master_and_there_is_one_of_a_language(store: Store) -> None:
    put(store, an_article("m", locale="en"), an_article("m-da", locale="da", translation_of="m"))
    put(store, an_article("m", "Second revision.", locale="en"))
    bo = who(store, Role.PUBLISHER)
    swedish = store.article_drafts.create(bo, text=replace(OUT, locale="sv", translation_of="m-da"))
    assert (swedish.text.translation_of, swedish.text.master_revision) == ("m", 2), "the master of the family"
    move(store, swedish, DraftMove.PUBLISH, bo)
    row = store.database.row("SELECT master_revision FROM articles WHERE id = ?", (swedish.id,))
    assert row is not None
    assert row["master_revision"] == 2
    again = store.article_drafts.create(bo, text=replace(OUT, locale="da", translation_of="m"))
    with pytest.raises(LanguageTaken, match=r"already a version in da: m-da\. Edit that one"):
        move(store, again, DraftMove.PUBLISH, bo)
    with pytest.raises(NotFound, match="No article with id 'nope'"):
        store.article_drafts.create(bo, text=replace(OUT, translation_of="nope"))


def test_two_at_the_same_moment_publish_once(store: Store) -> None:
    bo, at = who(store, Role.PUBLISHER), clock.now() + timedelta(hours=2)
    drafts = [scheduled(store, bo, text=replace(OUT, title=f"T{i}")) for i in range(5)]
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.extend(store.timed_publishing.publish_due(at))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == sorted(draft.id for draft in drafts)


def test_what_cannot_be_published_at_its_time_goes_back_to_its_writer(store: Store) -> None:
    put(store, an_article("a1"))
    bo = who(store, Role.PUBLISHER)
    draft = store.article_drafts.create(bo, article_id="a1")
    move(store, draft, DraftMove.SCHEDULE, bo, at=clock.now() + timedelta(hours=1))
    put(store, an_article("a1", "The source changed."))
    assert store.timed_publishing.publish_due(clock.now() + timedelta(hours=2)) == []
    back = store.article_drafts.get("a1")
    assert (back.state, back.publish_at, back.scheduled_by) == (DraftState.EDITING, None, "")
    assert back.sent_back.startswith("The published text changed meanwhile")
    assert store.timed_publishing.publish_due(clock.now() + timedelta(hours=3)) == [], "and is not tried for ever"


def test_nothing_is_left_of_what_was_deleted_but_its_title(store: Store) -> None:
    bo, lead = who(store, Role.PUBLISHER), who(store, Role.LEAD)
    draft = store.article_drafts.create(bo, text=replace(OUT, body="Kerstin Svensson", questions=("Kerstin?",)))
    store.article_comments.add(draft.id, lead, "Kerstin must go.")
    move(store, draft, DraftMove.PUBLISH, bo)
    later = store.article_drafts.create(bo, article_id=draft.id)
    later = store.article_drafts.save(draft.id, bo, later.version, replace(later.text, summary="Kerstin"))
    move(store, later, DraftMove.PUBLISH, bo)
    store.article_drafts.create(bo, article_id=draft.id)
    store.article_moves.move(draft.id, ArticleMove.DELETE, lead, ArticleWish(reason="a name in it"))
    names = [row["name"] for row in store.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in names:
        rows = [str(tuple(row)) for row in store.database.rows(f"SELECT * FROM {name}")]
        assert [row for row in rows if "Kerstin" in row] == [], name
    assert store.articles.get(draft.id).title == "Reset"


def test_comments_stay_with_the_revision_they_were_about(store: Store) -> None:
    bo = who(store, Role.PUBLISHER)
    draft = store.article_drafts.create(bo, text=OUT)
    comment = store.article_comments.add(draft.id, bo, "Which button?", quote="it")
    assert draft == store.article_drafts.get(draft.id), "a comment outdates nobody's unsaved text"
    move(store, draft, DraftMove.PUBLISH, bo)
    assert [(each.body, each.revision) for each in store.article_comments.of(draft.id)] == [("Which button?", 1)]
    assert store.article_comments.of(draft.id, drafts_only=True) == []
    with pytest.raises(NotFound):
        store.article_comments.resolve(comment.id, bo)
    with pytest.raises(InvalidRow, match="1 to 5000 characters"):
        store.article_comments.add(draft.id, bo, " ")


def test_who_has_it_open_is_forgotten_when_they_fall_silent(store: Store) -> None:
    anna, bo, now = who(store, Role.CONTRIBUTOR), who(store, Role.PUBLISHER), clock.now()
    draft = store.article_drafts.create(anna, text=IN)
    store.article_editors.beat(draft.id, anna.id, "p1", now=now)
    store.article_editors.beat(draft.id, anna.id, "p2", now=now)
    assert [each.name for each in store.article_editors.beat(draft.id, bo.id, now=now)] == ["contributor"]
    assert store.article_editors.others(draft.id, but=bo.id, now=now + timedelta(seconds=13)) == []
    move(store, draft, DraftMove.DISCARD, anna)
    with pytest.raises(NotFound):
        store.article_editors.beat(draft.id, anna.id)
    assert store.article_drafts.counts() == {"editing": 0, "in_review": 0, "approved": 0, "scheduled": 0}
    assert SYSTEM.role is Role.ADMIN
