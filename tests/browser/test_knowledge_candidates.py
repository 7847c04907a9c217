"""Candidates in a real browser: looked at with their sources, dismissed, and written, by the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from kb.knowledge.candidate import CandidateState
from kb.store import Store
from tests.browser.conftest import OpenAs

pytestmark = pytest.mark.browser


def _chosen(page: Page) -> str:
    """The candidate whose detail is shown."""
    expect(page.locator(".k-row[aria-current]")).to_have_count(1)
    title = page.locator(".k-row[aria-current] .k-row-title").inner_text()
    expect(page.locator(".k-detail .k-title")).to_have_text(title)
    return page.locator(".k-row[aria-current]").get_attribute("data-id") or ""


def test_the_list_has_a_number_beside_its_tab_and_keys_go_through_it(open_knowledge: OpenAs) -> None:
    page = open_knowledge("contributor", path="/ui/knowledge")
    first = _chosen(page)
    rows = page.locator(".k-row").count()
    expect(page.locator("[data-tab=candidates] .tab-count")).to_have_text(str(rows))

    page.keyboard.press("j")
    second = page.locator(".k-row").nth(1).get_attribute("data-id")
    expect(page.locator(".k-row[aria-current]")).to_have_attribute("data-id", second or "")
    _chosen(page)
    expect(page).to_have_url(re.compile(f"candidate={second}"))
    page.keyboard.press("k")

    expect(page.locator(".k-row[aria-current]")).to_have_attribute("data-id", first)


def test_each_line_shows_the_message_it_comes_from(open_knowledge: OpenAs) -> None:
    page = open_knowledge("contributor", path="/ui/knowledge")
    _chosen(page)

    page.keyboard.press("s")

    line = page.locator(".sourced.chosen").first
    expect(line).to_be_focused()
    expect(page.locator(".k-source mark")).to_have_count(1)
    said = re.sub(r"\W+", "", page.locator(".k-source mark").inner_text())
    assert re.sub(r"\W+", "", line.inner_text()) in said
    address = page.locator(".k-source a").get_attribute("href") or ""
    assert address.startswith("/ui/?ticket=")


def test_filters_stand_in_the_address_and_rejected_ones_have_their_reason(open_knowledge: OpenAs) -> None:
    page = open_knowledge("contributor", path="/ui/knowledge")
    _chosen(page)

    page.locator(".k-filters select").nth(1).select_option("contradiction")
    expect(page).to_have_url(re.compile("proposal=contradiction"))
    expect(page.locator(".k-row")).to_have_count(1)
    page.locator(".k-filters select").first.select_option("rejected")
    page.goto(page.url.replace("proposal=contradiction", ""))
    page.wait_for_selector("[data-ready=yes]")

    expect(page.locator(".k-row")).to_have_count(1)
    expect(page.locator(".k-reasons .badge")).to_have_count(1)


def test_dismissing_needs_a_reason_and_can_be_undone(open_knowledge: OpenAs, knowledge_store: Store) -> None:
    page = open_knowledge("contributor", path="/ui/knowledge")
    candidate = _chosen(page)
    rows = page.locator(".k-row").count()

    page.keyboard.press("x")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator(".k-row")).to_have_count(rows - 1)
    kept = knowledge_store.candidates.get(candidate)
    assert (kept.state, kept.dismiss_reason) == (CandidateState.DISMISSED, "outdated")
    page.click("[data-act=undo-dismiss]")

    expect(page.locator(".k-row")).to_have_count(rows)
    expect(page.locator(f".k-row[data-id='{candidate}']")).to_be_visible()
    assert knowledge_store.candidates.get(candidate).state is CandidateState.OPEN


def test_a_contradiction_is_compared_and_its_question_can_be_added(
    open_knowledge: OpenAs, knowledge_store: Store
) -> None:
    page = open_knowledge("contributor", path="/ui/knowledge?proposal=update")
    candidate = _chosen(page)
    page.keyboard.press("c")
    expect(page.locator(".k-nearest")).to_be_focused()
    expect(page.locator(".k-nearest .k-card")).to_have_count(3)
    nearest = knowledge_store.candidates.get(candidate).candidate.nearest[0].id

    page.keyboard.press("a")
    expect(page.locator(".k-panel input[type=radio]")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator(".toast.good")).to_be_visible()

    answered = knowledge_store.candidates.get(candidate)
    assert (answered.state, answered.article_id) == (CandidateState.PUBLISHED, nearest)
    assert knowledge_store.articles.get(nearest).revision.questions


def test_writing_leaves_out_what_was_unticked(open_knowledge: OpenAs, knowledge_store: Store) -> None:
    page = open_knowledge("contributor", path="/ui/knowledge?proposal=new")
    candidate = _chosen(page)
    tickets = knowledge_store.candidates.get(candidate).candidate.tickets
    page.locator(".k-ticket input").nth(1).uncheck()
    out = (page.locator(".k-ticket a").nth(1).get_attribute("href") or "").split("=")[1]

    page.locator(".k-row[aria-current]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".editor")).to_be_visible()
    draft_id = page.url.split("draft=")[1].split("&")[0]

    draft = knowledge_store.article_drafts.get(draft_id)
    assert set(draft.from_tickets) == set(tickets) - {out}
    expect(page.locator(".ed-title")).to_have_value(draft.title)
    page.click(".ed-side-tabs [data-name=sources]")
    expect(page.locator(".ed-tickets li")).to_have_count(len(draft.from_tickets))


def test_what_an_article_answers_is_updated_with_the_tickets(open_knowledge: OpenAs, knowledge_store: Store) -> None:
    page = open_knowledge("publisher", path="/ui/knowledge?proposal=contradiction")
    kept = knowledge_store.candidates.get(_chosen(page)).candidate

    page.keyboard.press("Enter")
    expect(page.locator(".editor")).to_be_visible()

    draft = knowledge_store.article_drafts.get(kept.nearest[0].id)
    assert draft.base_revision >= 1
    assert set(draft.from_tickets) == set(kept.tickets)


def test_on_a_narrow_screen_list_and_candidate_take_turns(open_knowledge: OpenAs) -> None:
    page = open_knowledge("contributor", path="/ui/knowledge", width=400, height=800)
    expect(page.locator(".k-row").first).to_be_visible()

    page.locator(".k-row").first.click()
    expect(page.locator(".k-title")).to_be_visible()
    expect(page.locator(".k-row").first).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click(".k-back")

    expect(page.locator(".k-row").first).to_be_visible()
