"""What becomes of drafts and articles in a real browser: at a time, discarded, archived, changed at the source."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from kb import clock
from kb.knowledge.article_draft import DraftState, DraftText
from kb.knowledge.move import SYSTEM, ArticleMove, ArticleWish
from kb.model import Article, Audience, Confidence, Role
from kb.store import Store
from tests.browser.conftest import OpenAs
from tests.browser.knowledge_seed import add_draft, colleague
from tests.fakes import put

pytestmark = pytest.mark.browser


def menu(page: Page, move: str) -> None:
    """Choose a move, from its button or from the menu."""
    page.locator(".ed-moves").first.wait_for()
    if not page.locator(f".ed-moves > [data-move={move}]").count():
        page.click(".k-menu summary")
    page.click(f"[data-move={move}]")


def imported(store: Store, place: int) -> Article:
    """A published Swedish article of the demo that nobody wrote on; each test takes another one."""
    written = {draft.id for draft in store.article_drafts.list()}
    found = [a for _, a in store.articles.changed_since(0, limit=1000) if a.locale == "sv" and not a.translation_of]
    found = [a for a in found if a.revision.number == 1 and a.id not in written]
    return [a for a in found if a.confidence is Confidence.VALIDATED and a.source != "svar"][-1 - place]


def row(store: Store, article_id: str) -> dict[str, object]:
    """An article as it is stored, but for the counter that only says that something happened."""
    (found,) = store.database.rows("SELECT * FROM articles WHERE id = ?", (article_id,))
    return {name: found[name] for name in found.keys() if name != "seq"}  # noqa: SIM118


def test_publishing_at_a_time_is_planned_unplanned_and_done(open_knowledge: OpenAs, knowledge_store: Store) -> None:
    draft = add_draft(knowledge_store, "Kampanj i december", role=Role.PUBLISHER)
    page = open_knowledge("publisher", path=f"/ui/knowledge?tab=drafts&draft={draft.id}")
    expect(page.locator(".ed-title")).to_have_value("Kampanj i december")

    menu(page, "schedule")
    expect(page.locator("input[name=at]")).to_have_value(re.compile("T08:00$"))
    page.click(".k-panel button[type=submit]")
    expect(page.locator("[data-move=unschedule]")).to_be_visible()
    page.click("[data-move=unschedule]")
    expect(page.locator("[data-move=unschedule]")).to_have_count(0)
    assert knowledge_store.article_drafts.get(draft.id).state is DraftState.EDITING

    menu(page, "schedule")
    page.fill("input[name=at]", "2020-01-01T08:00")
    page.click(".k-panel button[type=submit]")
    # A time that is over is refused in place, and what was typed stays.
    expect(page.locator(".k-panel [role=alert]")).not_to_be_empty()
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT08:00")
    page.fill("input[name=at]", tomorrow)
    page.click(".k-panel button[type=submit]")
    expect(page.locator("[data-move=unschedule]")).to_be_visible()
    expect(page.locator("#article-body")).not_to_be_editable()

    assert knowledge_store.timed_publishing.publish_due(clock.now()) == []
    assert knowledge_store.timed_publishing.publish_due(clock.now() + timedelta(days=3)) == [draft.id]
    page.goto(page.url.split("?")[0] + f"?tab=articles&article={draft.id}")
    expect(page.locator(".a-title")).to_have_text("Kampanj i december")
    (first,) = knowledge_store.article_history.revisions(draft.id)
    assert first.changed_by == colleague(knowledge_store, Role.PUBLISHER).id


def test_a_draft_is_discarded_and_the_published_text_stays(open_knowledge: OpenAs, knowledge_store: Store) -> None:
    new = add_draft(knowledge_store, "Aldrig mer")
    page = open_knowledge("contributor", path=f"/ui/knowledge?tab=drafts&draft={new.id}")
    expect(page.locator(".ed-title")).to_have_value("Aldrig mer")
    menu(page, "discard")
    page.keyboard.press("Escape")
    expect(page.locator(".k-panel")).to_have_count(0)
    menu(page, "discard")
    page.click(".k-panel button[type=submit]")
    expect(page).to_have_url(re.compile("tab=drafts$"))
    expect(page.locator("#svar")).not_to_contain_text("Aldrig mer")
    assert knowledge_store.article_drafts.find(new.id) is None

    article = imported(knowledge_store, 0)
    before = row(knowledge_store, article.id)
    add_draft(knowledge_store, "Ny rubrik", article_id=article.id)
    page.goto(page.url.split("?")[0] + f"?tab=drafts&draft={article.id}")
    expect(page.locator(".ed-title")).to_have_value("Ny rubrik")
    menu(page, "discard")
    page.click(".k-panel button[type=submit]")
    expect(page.locator(".a-title")).to_have_text(article.title)
    assert knowledge_store.article_drafts.find(article.id) is None
    assert row(knowledge_store, article.id) == before


def test_an_archived_article_comes_back_as_it_was(open_knowledge: OpenAs, knowledge_store: Store) -> None:
    # Archiving what is near is a contributor's, restoring is not: whoever did it by mistake can undo it all the same.
    article = imported(knowledge_store, 1)
    for move, wish in (
        (ArticleMove.SET_AUDIENCE, ArticleWish(audience=Audience.INTERNAL)),
        (ArticleMove.SET_CONFIDENCE, ArticleWish(confidence=Confidence.NOT_VALIDATED)),
    ):
        knowledge_store.article_moves.move(article.id, move, SYSTEM, wish)
    before = row(knowledge_store, article.id)
    page = open_knowledge("contributor", path=f"/ui/knowledge?tab=articles&article={article.id}")

    menu(page, "archive")
    page.fill(".k-panel textarea", "Finns inte längre")
    page.click(".k-panel button[type=submit]")
    expect(page.locator("[data-act=undo-article]")).to_be_visible()
    assert knowledge_store.articles.get(article.id).confidence is Confidence.ARCHIVED
    expect(page.locator("[data-move=edit]")).to_have_count(0)
    page.click("[data-act=undo-article]")
    expect(page.locator("[data-move=edit]")).to_be_visible()
    assert row(knowledge_store, article.id) == before

    page = open_knowledge("publisher", path=f"/ui/knowledge?tab=articles&article={article.id}")
    menu(page, "archive")
    page.click(".k-panel button[type=submit]")
    menu(page, "restore")
    expect(page.locator("[data-move=edit]")).to_be_visible()
    assert knowledge_store.articles.get(article.id).confidence is Confidence.NOT_VALIDATED


def test_a_new_text_at_the_source_is_looked_at_and_taken_over(open_knowledge: OpenAs, knowledge_store: Store) -> None:
    article, writer = imported(knowledge_store, 2), colleague(knowledge_store, Role.PUBLISHER)
    draft = knowledge_store.article_drafts.create(writer, article_id=article.id)
    own = replace(DraftText.of(article), body=article.revision.body + "\nVårt eget tillägg.\n")
    knowledge_store.article_drafts.save(article.id, writer, draft.version, own)
    page = open_knowledge("publisher", path=f"/ui/knowledge?tab=drafts&draft={article.id}")
    expect(page.locator("#article-body")).to_have_value(re.compile("Vårt eget tillägg"))
    menu(page, "publish")
    page.click(".k-panel button[type=submit]")
    expect(page.locator(".a-title")).to_have_text(article.title)

    # A text of ours is never overwritten: what the source writes now waits as a draft until somebody has looked.
    source = replace(article, revision=replace(article.revision, body="Källans nya text.", title="Källans rubrik"))
    put(knowledge_store, source)
    assert "tillägg" in knowledge_store.articles.get(article.id).revision.body
    waiting = knowledge_store.article_drafts.get(article.id)
    knowledge_store.article_drafts.save(article.id, writer, waiting.version, own)
    put(knowledge_store, replace(source, revision=replace(source.revision, body="Källans nyaste text.")))

    page.goto(page.url.split("?")[0] + f"?tab=drafts&draft={article.id}")
    banner = page.locator(".ed-banner").last
    look, take, seen = (banner.locator("button").nth(place) for place in range(3))
    look.click()
    expect(banner.locator(".ed-lines")).to_contain_text("Källans nyaste text.")
    expect(page.locator("#article-body")).to_have_value(re.compile("Vårt eget tillägg"))
    take.click()
    expect(page.locator("#article-body")).to_have_value("Källans nyaste text.")
    expect(page.locator(".saved[data-state=saved]")).to_be_visible()
    seen.click()
    expect(page.locator(".ed-banner")).to_have_count(0)
    menu(page, "publish")
    page.click(".k-panel button[type=submit]")
    expect(page.locator(".a-title")).to_have_text("Källans rubrik")
    assert knowledge_store.articles.get(article.id).revision.body == "Källans nyaste text."


def test_a_search_for_pairs_goes_on_while_the_page_is_reloaded(open_knowledge: OpenAs, knowledge_store: Store) -> None:
    runs = knowledge_store.pair_runs
    run = runs.begin()
    runs.beat(run.id, 5, 20)
    page = open_knowledge("publisher", path="/ui/knowledge?tab=pairs")
    progress = page.locator(".k-run")
    expect(progress).to_contain_text(re.compile("5 a[fv] 20"))
    runs.beat(run.id, 12, 20)
    expect(progress).to_contain_text(re.compile("12 a[fv] 20"))
    page.reload()
    expect(progress).to_contain_text(re.compile("12 a[fv] 20"))
    knowledge_store.article_pairs.replace([], run_id=run.id)
    expect(page.locator(".toast")).to_contain_text("0 par")
    expect(progress.locator("button")).to_be_visible()

    # The one that is begun by the button runs beside the server, which has no index here and says so.
    progress.locator("button").click()
    expect(page.locator(".toast.error").last).to_be_visible(timeout=60_000)
    latest = runs.latest()
    assert latest is not None
    assert (latest.id, latest.state) == (run.id + 1, "failed")
