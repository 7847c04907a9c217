"""What an import meets here: drafts, edited texts, decisions; nothing of it is overwritten, nothing silently lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kb.knowledge.move import ArticleMove, ArticleWish, DraftMove, DraftWish
from kb.knowledge.moves import SYSTEM
from kb.knowledge.refusals import PublishedTextChanged
from kb.model import Audience, Confidence
from kb.store import Store
from tests.fakes import DAY, an_article, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, an_article("a1", "As imported."), an_article("a2", "Another."))
    yield opened
    opened.close()


def written(store: Store, body: str, *, publish: bool = True) -> None:
    """Somebody writes here, and publishes it or not."""
    draft = store.article_drafts.create(SYSTEM, article_id="a1")
    draft = store.article_drafts.save("a1", SYSTEM, draft.version, replace(draft.text, body=body))
    if publish:
        store.article_drafts.move("a1", DraftMove.PUBLISH, SYSTEM, DraftWish(version=draft.version))


def test_an_unchanged_source_leaves_what_was_edited_here(store: Store) -> None:
    written(store, "Edited here.")
    assert put(store, an_article("a1", "As imported.")) == "unchanged"
    assert store.articles.get("a1").revision.body == "Edited here."
    assert store.article_drafts.find("a1") is None


def test_a_changed_source_becomes_a_proposal(store: Store) -> None:
    written(store, "Edited here.")
    for text in ("The source changed.", "It changed again."):
        assert put(store, an_article("a1", text)) == "changed"
        assert store.articles.get("a1").revision.body == "Edited here."
        draft = store.article_drafts.get("a1")
        assert (draft.text.body, draft.created_by, draft.base_revision) == (text, "", 2)
    assert put(store, an_article("a1", "It changed again.")) == "unchanged", "told once, not with every import"
    draft = store.article_drafts.get("a1")
    assert store.articles.get("a1").unverified_reason == "source_changed"
    store.article_drafts.move("a1", DraftMove.PUBLISH, SYSTEM, DraftWish(version=draft.version))
    assert store.articles.get("a1").revision.body == "It changed again."
    assert store.articles.get("a1").unverified_reason == "", "publishing it settles the doubt"


def test_a_colleagues_draft_is_kept_and_the_sources_text_laid_beside_it(store: Store) -> None:
    written(store, "Edited here.")
    written(store, "Half a sentence", publish=False)
    put(store, an_article("a1", "The source changed."))
    draft = store.article_drafts.get("a1")
    assert draft.text.body == "Half a sentence"
    assert draft.source_text["body"] == "The source changed."
    noted = store.article_drafts.move("a1", DraftMove.TAKE_NOTE, SYSTEM, DraftWish(version=draft.version)).draft
    assert noted is not None
    assert noted.source_text == {}


def test_a_draft_of_what_the_source_changed_is_published_only_after_a_look(store: Store) -> None:
    """Nobody edited the article here, so the import is published as ever; the draft began from the text before."""
    written(store, "A draft.", publish=False)
    put(store, an_article("a1", "The source changed."))
    assert store.articles.get("a1").revision.body == "The source changed."
    draft = store.article_drafts.get("a1")
    with pytest.raises(PublishedTextChanged, match=r"began from revision 1, published is 2\. Look at the difference"):
        store.article_drafts.move("a1", DraftMove.PUBLISH, SYSTEM, DraftWish(version=draft.version))
    noted = store.article_drafts.move("a1", DraftMove.TAKE_NOTE, SYSTEM, DraftWish(version=draft.version)).draft
    assert noted is not None
    store.article_drafts.move("a1", DraftMove.PUBLISH, SYSTEM, DraftWish(version=noted.version))
    assert [each.body for each in store.article_history.revisions("a1")] == [
        "A draft.", "The source changed.", "As imported.",
    ]  # fmt: skip


def test_a_source_that_comes_round_is_followed_again(store: Store) -> None:
    written(store, "Better.")
    put(store, an_article("a1", "Better."))
    put(store, an_article("a1", "Better still."))
    assert store.articles.get("a1").revision.body == "Better still."


def test_what_was_decided_here_stays(store: Store) -> None:
    moves = store.article_moves
    moves.move("a1", ArticleMove.SET_AUDIENCE, SYSTEM, ArticleWish(audience=Audience.INTERNAL))
    moves.move("a2", ArticleMove.ARCHIVE, SYSTEM)
    put(store, an_article("a1", "New text.", product="Hub"), an_article("a2", "New text."))
    one, two = store.articles.get("a1"), store.articles.get("a2")
    assert (one.audience, one.product, one.revision.body) == (Audience.INTERNAL, "Hub", "New text.")
    assert (two.confidence, two.revision.body) == (Confidence.ARCHIVED, "New text.")
    moves.move("a2", ArticleMove.DELETE, SYSTEM, ArticleWish(reason="a name in it"))
    assert put(store, an_article("a2", "Yet another text.")) == "unchanged"
    assert (store.articles.get("a2").revision.body, store.articles.get("a2").title) == ("", "Title of a2")


def test_confirmed_questions_outlive_an_import(store: Store) -> None:
    store.article_moves.move("a1", ArticleMove.ADD_QUESTION, SYSTEM, ArticleWish(question="Why is it red?"))
    put(store, an_article("a1", "New text.", updated_at=DAY))
    assert store.articles.get("a1").revision.questions == ("Why is it red?",)
    assert store.articles.get("a1").revision.body == "New text."
