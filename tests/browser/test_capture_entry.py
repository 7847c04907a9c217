"""From the workspace to an article: out of a solved ticket, out of several, and never while the contact lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from kb import clock
from kb.knowledge.move import SYSTEM, DraftMove, DraftWish
from kb.model import Author, Message, Ticket, TicketStatus
from kb.store import Store
from kb.ticket_intake import put_ticket
from tests.browser.axe import found_by_axe
from tests.browser.conftest import OpenAs

pytestmark = pytest.mark.browser
SOLVED = "sv-1004"
"""A solved ticket of the demo that an article answers."""


@pytest.fixture(autouse=True)
def forget_drafts(store: Store) -> Iterator[None]:
    """What a test began to write is gone afterwards."""
    before = {draft.id for draft in store.article_drafts.list()}
    yield
    for draft in store.article_drafts.list():
        if draft.id not in before:
            store.article_drafts.move(draft.id, DraftMove.DISCARD, SYSTEM, DraftWish(version=draft.version))


def _asked(page: Page) -> None:
    expect(page.locator(".make-article-foot")).to_be_visible()


def _editor(page: Page) -> str:
    """Wait for the editor; which draft it shows."""
    page.wait_for_url(re.compile(r"/ui/knowledge\?.*draft="))
    page.wait_for_selector("[data-ready=yes]")
    return page.url.split("draft=")[1].split("&")[0]


def test_a_solved_ticket_becomes_an_article_in_two_clicks(open_as: OpenAs, store: Store) -> None:
    page = open_as("contributor", path=f"/ui/?ticket={SOLVED}")

    page.click(".make-article-btn")
    _asked(page)
    expect(page.locator(".make-article-nearest li").first.locator(".doc")).not_to_be_empty()
    page.click("[data-act=write-new-article]")
    draft = store.article_drafts.get(_editor(page))

    assert draft.from_tickets == (SOLVED,)
    assert draft.base_revision == 0
    assert draft.text.body.strip()


def test_what_an_article_answers_already_is_rather_updated(open_as: OpenAs, store: Store) -> None:
    page = open_as("contributor", path=f"/ui/?ticket={SOLVED}")
    expect(page.locator(".make-article-btn")).to_be_visible()

    page.keyboard.press("a")
    _asked(page)
    first = page.locator(".make-article-nearest li").first
    expect(first.locator(".btn.primary")).to_be_focused()
    assert found_by_axe(page) == []
    page.keyboard.press("Enter")
    draft = store.article_drafts.get(_editor(page))

    assert draft.base_revision > 0
    assert SOLVED in draft.from_tickets


def test_never_while_the_contact_lasts_and_not_for_readers(open_as: OpenAs) -> None:
    page = open_as("contributor")
    expect(page.locator(".ticket-title .status.open")).to_be_visible()
    expect(page.locator(".make-article-btn")).to_have_count(0)
    page.keyboard.press("a")
    expect(page.locator("dialog[open]")).to_have_count(0)

    reader = open_as("agent", path=f"/ui/?ticket={SOLVED}")
    expect(reader.locator(".ticket-title h2")).to_be_visible()
    expect(reader.locator(".make-article-btn")).to_have_count(0)


def test_several_chosen_tickets_make_one_article(open_as: OpenAs, store: Store) -> None:
    page = open_as("contributor", path="/ui/?status=closed")
    rows = page.locator("#tickets .row")
    expect(rows.nth(1)).to_be_visible()
    chosen = [rows.nth(n).get_attribute("data-id") for n in range(2)]
    for n in range(2):
        rows.nth(n).click(modifiers=["Control"])

    page.click("[data-act=bulk-article]")
    _asked(page)
    page.click("[data-act=write-new-article]")

    assert set(store.article_drafts.get(_editor(page)).from_tickets) == set(chosen)


def test_an_open_ticket_among_the_chosen_is_refused_in_words(open_as: OpenAs) -> None:
    page = open_as("contributor")
    row = page.locator("#tickets .row").first
    expect(row).to_be_visible()
    row.click(modifiers=["Control"])

    page.click("[data-act=bulk-article]")

    expect(page.locator(".make-article-refused")).to_contain_text(row.get_attribute("data-id") or "?")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_once_a_ticket_is_solved_it_is_offered_quietly(open_as: OpenAs, store: Store) -> None:
    at = clock.now() - timedelta(days=1)
    with store.database.write("import", "ticket", "offered") as connection:
        put_ticket(connection, Ticket(
            id="offered", source="test", source_id="offered", subject="Hubben piper", status=TicketStatus.OPEN,
            locale="sv", created_at=at, messages=(Message(0, Author.CUSTOMER, True, at, "Hubben piper varje natt."),),
        ))  # fmt: skip
    page = open_as("contributor", path="/ui/?ticket=offered")
    expect(page.locator(".ticket-title h2")).to_have_text("Hubben piper")
    expect(page.locator(".after")).to_be_hidden()

    page.fill("#reply", "Byt batteriet i hubben.")
    page.click("[data-act=send-solve]")
    page.locator(".after [data-act=make-article]").press("Enter")

    _asked(page)


def test_who_writes_articles_goes_from_reading_to_the_knowledge_page(open_as: OpenAs) -> None:
    page = open_as("contributor", path=f"/ui/?ticket={SOLVED}")
    card = page.locator(".card-hit").first
    card.locator(".read-more").click()

    link = card.locator(".whole-head a.icon-btn")
    expect(link).to_have_attribute("href", f"/ui/knowledge?tab=articles&article={card.get_attribute('data-id')}")
