"""The editor in a real browser: nothing is lost, nothing overwritten, and what is published is what was read."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Route, expect

from kb.knowledge.article_draft import ArticleDraft, DraftState
from kb.model import Audience, Role
from kb.store import Store
from tests.browser.conftest import OpenAs
from tests.browser.knowledge_seed import add_draft, colleague

pytestmark = pytest.mark.browser
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Write = Callable[..., tuple[Page, ArticleDraft]]


@pytest.fixture
def write(open_knowledge: OpenAs, knowledge_store: Store) -> Write:
    """Open a new draft in the editor."""

    def opened(
        title: str, role: str = "contributor", *, article_id: str = "", width: int = 1440
    ) -> tuple[Page, ArticleDraft]:
        draft = add_draft(knowledge_store, title, article_id=article_id)
        page = open_knowledge(role, path=f"/ui/knowledge?tab=drafts&draft={draft.id}", width=width)
        expect(page.locator(".ed-title")).to_have_value(draft.title)
        return page, draft

    return opened


def _type(page: Page, text: str) -> None:
    page.click("#article-body")
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def _offline(page: Page) -> None:
    """The server cannot be reached; Gradio's own files are left alone."""
    page.context.route("**/api/v1/**", lambda route: route.abort())


def _saved(page: Page) -> None:
    expect(page.locator(".saved[data-state=saved]")).to_be_visible()


def _stored(page: Page, store: Store, draft_id: str, text: str) -> None:
    """Wait until the server has it, from this page or from the last breath of the one before."""
    for _ in range(40):
        if text in store.article_drafts.get(draft_id).text.body:
            return
        page.wait_for_timeout(250)
    pytest.fail("what was kept in the browser never reached the server")


def test_what_is_typed_is_previewed_and_saved_by_itself(write: Write, knowledge_store: Store) -> None:
    page, draft = write("Lampan blinkar")

    _type(page, "\n::: internal\nFråga först om gästnätet.\n:::\n")
    expect(page.locator(".ed-doc aside.internal-only")).to_contain_text("gästnätet")
    page.fill(".ed-title", "Lampan blinkar gult")
    expect(page.locator(".ed-preview-title")).to_have_text("Lampan blinkar gult")
    _saved(page)

    stored = knowledge_store.article_drafts.get(draft.id)
    assert stored.title == "Lampan blinkar gult"
    assert "gästnätet" in stored.text.body
    page.reload()
    expect(page.locator("#article-body")).to_have_value(re.compile("gästnätet"))


def test_tools_and_keys_write_markdown_that_can_be_undone(write: Write) -> None:
    page, _ = write("Verktyg")
    page.fill("#article-body", "")

    page.click("#article-body")
    page.keyboard.type("- ett")
    page.keyboard.press("Enter")
    page.keyboard.type("två")
    expect(page.locator("#article-body")).to_have_value("- ett\n- två")
    page.keyboard.press("Shift+Control+ArrowLeft")
    page.keyboard.press("Control+b")
    expect(page.locator("#article-body")).to_have_value("- ett\n- **två**")
    page.keyboard.press("Control+z")

    expect(page.locator("#article-body")).to_have_value("- ett\n- två")


def test_a_picture_is_uploaded_and_shown(write: Write, knowledge_store: Store) -> None:
    page, draft = write("Bild")

    page.click("#article-body")
    page.set_input_files(".ed-write input[type=file]", {"name": "prick.png", "mimeType": "image/png", "buffer": PIXEL})

    expect(page.locator("#article-body")).to_have_value(re.compile(r"!\[prick[^\]]*\]\(svar-file:"))
    expect(page.locator(".ed-doc img.article-image")).to_be_visible()
    _saved(page)
    assert "svar-file:" in knowledge_store.article_drafts.get(draft.id).text.body


def test_without_a_connection_the_browser_keeps_it(write: Write, knowledge_store: Store) -> None:
    page, draft = write("Utan nät")
    _offline(page)
    _type(page, "\nSkrivet på tåget.")
    expect(page.locator(".saved[data-state=here]")).to_be_visible()
    address = page.url
    page.close(run_before_unload=False)

    page.context.unroute("**/api/v1/**")
    again = page.context.new_page()
    again.goto(address)

    expect(again.locator("#article-body")).to_have_value(re.compile("Skrivet på tåget"))
    _stored(again, knowledge_store, draft.id, "Skrivet på tåget")


def test_two_who_change_the_same_choose_and_nothing_is_overwritten(write: Write, knowledge_store: Store) -> None:
    page, draft = write("Två skriver")
    other = colleague(knowledge_store, Role.PUBLISHER)
    theirs = replace(draft.text, body=draft.text.body + "\nFrån Freja.", product="Hub")

    _offline(page)
    _type(page, "\nFrån Marte.")
    knowledge_store.article_drafts.save(draft.id, other, draft.version, theirs)
    page.context.unroute("**/api/v1/**")
    conflict = page.locator(".ed-conflict")
    expect(conflict).to_be_visible()
    expect(conflict.locator("ins")).to_contain_text("Från Marte.")
    expect(conflict.locator("mark")).to_contain_text("Från Freja.")
    assert "Marte" not in knowledge_store.article_drafts.get(draft.id).text.body
    conflict.locator("button").nth(0).click()
    _saved(page)

    stored = knowledge_store.article_drafts.get(draft.id).text
    assert "Från Marte." in stored.body
    assert stored.product == "Hub"


def test_a_reviewer_sees_what_changed_and_decides_in_two_keys(
    write: Write, open_knowledge: OpenAs, knowledge_store: Store
) -> None:
    article = next(a for _, a in knowledge_store.articles.changed_since(0, limit=500) if a.locale == "sv")
    writer, draft = write(article.title + " igen", article_id=article.id)
    _type(writer, "\nOrdet kolibri är nytt.")
    writer.click("[data-move=request_review]")
    writer.fill("textarea[name=note]", "Stämmer kolibri?")
    writer.keyboard.press("Control+Enter")
    expect(writer.locator("[data-move=withdraw]").first).to_be_attached()
    assert knowledge_store.article_drafts.get(draft.id).state is DraftState.IN_REVIEW

    page = open_knowledge("publisher", path="/ui/knowledge?tab=drafts")
    expect(page.locator("[data-tab=drafts] .tab-count")).to_have_text("1")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".ed-changes ins").first).to_be_visible()
    expect(page.locator(".ed-changes")).to_contain_text("kolibri")
    expect(page.locator(".ed-banner")).to_contain_text("Stämmer kolibri?")
    page.keyboard.press("b")
    page.fill("textarea[name=note]", "Skriv kungsfiskare.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-move=publish]").first).to_be_visible()

    sent_back = knowledge_store.article_drafts.get(draft.id)
    assert (sent_back.state, sent_back.sent_back) == (DraftState.EDITING, "Skriv kungsfiskare.")
    page.reload()
    page.wait_for_selector("[data-ready=yes]")
    expect(page.locator(".ed-banner")).to_contain_text("Skriv kungsfiskare.")
    page.locator("[data-move=request_review]").first.click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-move=approve]")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator("[data-move=approve]")).to_have_count(0)

    assert knowledge_store.article_drafts.get(draft.id).state is DraftState.APPROVED


def test_a_contributor_is_only_shown_what_is_allowed_and_comments(write: Write, knowledge_store: Store) -> None:
    page, draft = write("Bara det som går")
    expect(page.locator("[data-move=approve], [data-move=schedule]")).to_have_count(0)

    page.click(".ed-side-tabs [data-name=comments]")
    page.fill(".ed-comment-form textarea", "Vilken lampa menas?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".ed-comment")).to_contain_text("Vilken lampa menas?")
    expect(page.locator(".ed-side-tabs [data-name=comments] .tab-count")).to_have_text("1")
    page.locator(".ed-comment button").click()
    expect(page.locator(".ed-comment.is-done")).to_be_visible()

    [comment] = knowledge_store.article_comments.of(draft.id, drafts_only=True)
    assert comment.resolved_at is not None


def test_publishing_history_and_the_way_back(write: Write, knowledge_store: Store) -> None:
    page, draft = write("Så nollställs ringen", "publisher")
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    expect(page.locator(".a-title")).to_have_text("Så nollställs ringen")
    assert knowledge_store.articles.get(draft.id).revision.number == 1

    page.keyboard.press("e")
    expect(page.locator("#article-body")).to_be_visible()
    _type(page, "\nVänta en minut.")
    page.click("[data-move=publish]")
    page.keyboard.press("Enter")
    expect(page.locator(".a-revisions li")).to_have_count(2)
    page.locator(".a-revisions li").first.locator("button").nth(1).click()
    expect(page.locator(".a-text ins").last).to_contain_text("Vänta en minut.")
    page.locator(".a-revisions li").nth(1).locator("button").last.click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".a-revisions li")).to_have_count(3)
    assert "Vänta" not in knowledge_store.articles.get(draft.id).revision.body
    page.click("[data-act=undo-article]")
    expect(page.locator(".a-revisions li")).to_have_count(4)
    assert "Vänta" in knowledge_store.articles.get(draft.id).revision.body

    page.click(".k-menu summary")
    page.click(".k-menu [data-move=set_audience]")
    page.select_option(".k-panel select", "public")
    page.click(".k-panel button[type=submit]")
    expect(page.locator("[data-act=undo-article]")).to_be_visible()
    assert knowledge_store.articles.get(draft.id).audience is Audience.PUBLIC
    page.click("[data-act=undo-article]")
    expect(page.locator("[data-act=undo-article]")).to_have_count(0)
    assert knowledge_store.articles.get(draft.id).audience is Audience.INTERNAL


def test_a_blank_article_begins_in_the_template_and_is_not_kept_when_nothing_was_written(
    open_knowledge: OpenAs, knowledge_store: Store
) -> None:
    page = open_knowledge("contributor", path="/ui/knowledge?new=1")
    expect(page.locator(".ed-title")).to_be_focused()
    expect(page.locator("#article-body")).to_have_value(re.compile("^## "))
    draft_id = page.url.split("draft=")[1].split("&")[0]

    page.click("[data-tab=candidates]")
    expect(page.locator(".k-row").first).to_be_visible()
    page.wait_for_function("id => fetch(`/api/v1/article-drafts/${id}`).then(r => r.status === 404)", arg=draft_id)

    assert knowledge_store.article_drafts.find(draft_id) is None


@pytest.mark.parametrize("width", [1024, 400])
def test_the_editor_fits_a_narrow_screen(write: Write, width: int) -> None:
    page, _ = write("Smalt", width=width)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width == 400:
        for n, part in enumerate((".ed-write", ".ed-right", ".ed-side")):
            page.locator(".ed-narrow button").nth(n).click()
            expect(page.locator(part)).to_be_visible()
            assert page.locator(part).evaluate("e => e.scrollWidth <= e.clientWidth + 1"), part


def test_what_the_model_proposes_is_shown_taken_and_undone(write: Write, knowledge_store: Store) -> None:
    page, draft = write("Hubben blinkar rött")
    before = draft.text.body
    asked: list[object] = []

    def with_model(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"language_model": True})

    def bare(route: Route) -> None:
        # Who one is comes with the page; here the page has to ask.
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('id="svar-start"', 'id="nothing"'))

    def proposal(route: Route) -> None:
        asked.append(route.request.post_data_json)
        blocks = [{"kind": "changed", "html": "<del>Gamla</del><ins>Nya</ins> ord"}]
        gone = [{"text": "Köp en ny hubb.", "reason": "no_source"}]
        route.fulfill(json={
            "body": "Nya ord.", "kept": 1, "left_out": gone, "unchanged": False, "blocks": blocks, "added": 1, "removed": 1,
        })  # fmt: skip

    assert page.locator("[data-move=reword]").count() == 0, "without a model it is not offered"
    page.route(re.compile(r"/api/v1/me(\?|$)"), with_model)
    page.route("**/rewrite", proposal)
    page.route(re.compile(r"/ui/knowledge"), bare)
    page.reload()
    panel = page.locator(".ed-reword")
    for choice in ("Behold min tekst", "Bruk"):
        page.click(".ed-moves .k-menu summary")
        page.click("[data-move=reword]")
        expect(panel.locator("ins")).to_have_text("Nya")
        panel.locator("summary").click()
        expect(panel.locator("li")).to_contain_text("Köp en ny hubb. Hører ikke til noen setning i teksten din")
        panel.get_by_role("button", name=choice).click()
        expect(panel).to_have_count(0)
        expect(page.locator("#article-body")).to_have_value(before if choice != "Bruk" else "Nya ord.")
    assert asked == [{"version": 1}, {"version": 1}]
    page.keyboard.press("Control+z")
    expect(page.locator("#article-body")).to_have_value(before)
    assert knowledge_store.article_drafts.get(draft.id).text.body == before
