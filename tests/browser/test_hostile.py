"""Hostile text in every field of a ticket, an article and what colleagues add to them: only ever shown as text."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.hostile import BRIEF, TEXT

pytestmark = pytest.mark.browser
INERT = """() => [
  window.hacked,
  document.querySelectorAll('#svar :is(script, img, iframe, object, embed, style, link, form[action]:not(.logout))').length,
  document.querySelectorAll("#svar a:is([href^='javascript' i], [href^='data' i], [href^='vbscript' i])").length,
  [...document.querySelectorAll('#svar *')].filter(e => [...e.attributes].some(a => /^on/i.test(a.name))).length,
  [...document.querySelectorAll('#svar :is(.pane, dialog[open], .k-left, .k-detail, .ed-head, .ed-side, .ed-right, .a-page)')].filter(e => e.scrollWidth > e.clientWidth + 1)
      .map(e => e.className),
]"""


def _is_inert(page: Page, where: str) -> None:
    page.wait_for_timeout(300)
    assert page.evaluate(INERT) == [None, 0, 0, 0, []], where


def _shown(page: Page, where: str, text: str = BRIEF) -> None:
    """The field is really there, and its text is what was written."""
    texts = page.evaluate(
        "[document.querySelector('#svar').textContent, ...[...document.querySelectorAll('#svar [title], option')]"
        ".map(e => (e.title || '') + e.textContent)].join(' ')"
    )
    assert text in texts, where


@pytest.mark.parametrize("width", [1440, 400])
def test_a_ticket_full_of_hostile_text(open_hostile: OpenAs, width: int) -> None:
    page = open_hostile(path="/ui/?ticket=evil-1", width=width)
    expect(page.locator(".messages")).to_have_attribute("data-ticket", "evil-1")
    expect(page.locator(".message").nth(6)).to_be_attached()
    _is_inert(page, "ticket")
    _shown(page, "message", "${Object.assign(window,{hacked:3})}")
    for key, where in (("i", "customer"), ("e", "fields")):
        page.mouse.click(width // 2, 3)
        page.keyboard.press(key)
        _is_inert(page, where)
    _shown(page, "company", TEXT.split()[-1])


def test_lists_and_dialogs_full_of_hostile_text(open_hostile: OpenAs) -> None:
    page = open_hostile(path="/ui/?ticket=evil-1")
    expect(page.locator(".messages")).to_have_attribute("data-ticket", "evil-1")
    for key, where in (("p", "pass on"), (";", "canned"), ("b", "bulk"), ("f", "flag"), ("=", "compare")):
        page.keyboard.press(key)
        _is_inert(page, where)
        if where == "pass on":
            _shown(page, where)
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.evaluate("document.querySelectorAll('dialog[open]').forEach(each => each.close())")
    page.locator("#top-extras button").first.click()
    _is_inert(page, "mentions")
    _shown(page, "mentions", "{{constructor}}")
    page.evaluate("document.querySelectorAll('dialog[open]').forEach(each => each.close())")
    _shown(page, "views")


def test_search_and_suggestions_full_of_hostile_text(open_hostile: OpenAs) -> None:
    page = open_hostile(path="/ui/?ticket=evil-1")
    page.fill("#ask", "Ormöga krånglar")
    expect(page.locator(".sugs")).to_have_attribute("data-q", "Ormöga krånglar")
    page.locator(".read-more").first.click()
    expect(page.locator(".whole")).to_be_visible()
    _is_inert(page, "article")
    for section in ("tickets", "canned"):
        if page.locator(f"[data-section={section}]").is_visible():
            page.click(f"[data-section={section}]")
            _is_inert(page, section)
    page.fill("#ask", TEXT)
    page.wait_for_timeout(900)
    _is_inert(page, "answer")
    page.fill("#ask", "")
    page.focus("#ask")
    _is_inert(page, "recent searches")
    page.fill("#reply", f"{TEXT}\n{BRIEF}")
    expect(page.locator("#reply")).to_have_value(f"{TEXT}\n{BRIEF}")
    _is_inert(page, "reply")
    page.fill("#reply", "")


@pytest.mark.parametrize("width", [1440, 400])
def test_the_knowledge_page_full_of_hostile_text(open_hostile: OpenAs, width: int) -> None:
    page = open_hostile("publisher", path="/ui/knowledge?candidate=from-evil", width=width)
    expect(page.locator(".k-detail .k-title")).to_be_attached()
    _is_inert(page, "candidate")
    _shown(page, "candidate", "{{constructor}}")
    page.goto(page.url.split("?")[0] + "?tab=drafts")
    page.locator(".k-row").first.click()
    expect(page.locator(".editor")).to_be_visible()
    for panel in ("details", "check", "questions", "sources", "comments"):
        page.locator(f".ed-side-tabs [data-name={panel}]").dispatch_event("click")
        _is_inert(page, panel)
    _shown(page, "comments", TEXT.split()[-1])
    expect(page.locator("#article-body")).to_have_value(re.compile("internal"))
    page.goto(page.url.split("?")[0] + "?tab=articles&article=evil-sv")
    expect(page.locator(".a-text")).to_be_visible()
    _is_inert(page, "article")
