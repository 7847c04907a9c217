"""The suggested reply in its styles, where there is none, and where sources contradict each other."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenAs

pytestmark = pytest.mark.browser


def _chosen(page: Page) -> str:
    return str(page.locator(".style[aria-checked=true]").get_attribute("data-style"))


def _text(page: Page) -> str:
    expect(page.locator(".styles")).not_to_have_attribute("data-waiting", "yes")
    return page.locator(".draft-text").inner_text()


def test_a_walk_through_the_styles_by_keyboard(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1084")
    expect(page.locator(".draft[data-state=ready] .sentence").first).to_be_visible()
    seen = {_chosen(page): _text(page)}
    page.locator("#language").blur()
    scrolled = page.locator(".messages").evaluate("e => e.scrollTop")

    for style in ("short", "steps", "canned", "call"):
        page.keyboard.press("v")
        expect(page.locator(f".style[data-style={style}]")).to_have_attribute("aria-checked", "true")
        expect(page.locator(".draft-text")).not_to_have_text(list(seen.values())[-1])
        seen[style] = _text(page)

    # What answers may be a procedure and nothing else: then all its steps are the standard reply too.
    assert len({seen[style] for style in ("standard", "short", "canned", "call")}) == 4
    assert re.search(r"(?m)^1\. ", seen["steps"])
    assert len(seen["short"]) < len(seen["standard"])
    assert seen["standard"].startswith("Hej Annika!")
    assert not seen["call"].startswith("Hej")
    assert 1 <= page.locator(".bullets li").count() <= 7
    assert page.locator(".messages").evaluate("e => e.scrollTop") == scrolled
    page.locator(".style[data-style=call]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".style[data-style=standard]")).to_be_focused()
    assert _text(page) == seen["standard"]
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".style[data-style=call]")).to_be_focused()
    page.locator(".style[data-style=short]").click()
    assert _text(page) == seen["short"]


def test_a_call_shows_what_to_say_next_and_follows_the_notes(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1084")
    expect(page.locator(".draft[data-state=ready] .sentence").first).to_be_visible()
    page.locator("#language").blur()
    page.keyboard.press("v")
    expect(page.locator(".style[data-style=short]")).to_have_attribute("aria-checked", "true")

    page.keyboard.press("c")
    expect(page.locator(".bullets li").first).to_be_visible()
    assert _chosen(page) == "call"
    before = _text(page)
    page.keyboard.type("Hur lång tid tar en återbetalning när jag har returnerat en vara?")
    expect(page.locator(".draft")).not_to_contain_text(before.split("\n")[0])
    expect(page.locator("#call-notes")).to_be_focused()
    page.click("[data-act=call-mode]")

    expect(page.locator(".style[data-style=short]")).to_have_attribute("aria-checked", "true")
    expect(page.locator(".draft-text")).to_contain_text("Hej Annika!")


def test_without_a_draft_there_are_questions_to_ask_back(open_hostile: OpenAs) -> None:
    page = open_hostile(path="/ui/?ticket=sv-1084")
    page.fill("#reply", "")
    page.click("[data-act=call-mode]")
    page.fill("#call-notes", "xyzzy")
    expect(page.locator(".draft[data-state=empty] .way")).to_have_count(3)
    reply = page.locator("#reply")

    page.locator("[data-act=insert-question]").nth(1).click()
    expect(reply).to_have_value("Är det ett gästnät?")
    reply.fill("")
    page.click("[data-act=insert-questions]")
    expect(reply).to_have_value("Vilken färg har ringen?\nÄr det ett gästnät?")
    page.click("[data-act=insert-escalation]")
    expect(reply).to_have_value(re.compile(r"\?\n\nJag lämnar det här vidare\.$"))
    expect(page.locator(".styles")).to_have_count(0)
    reply.fill("")


def test_contradicting_sources_unfold_side_by_side(open_as: OpenAs) -> None:
    page = open_as()

    def contradict(route: Route) -> None:
        answer = route.fetch()
        draft: dict[str, Any] = answer.json()
        used = next(s["source"] for s in draft["sentences"] if s["source"]["kind"] == "article")
        other = {**used, "title": "<b>Rutin</b>", "url": "", "quote": "Vänta 60 sekunder."}
        draft["conflicts"] = [{"kind": "numbers", "used": used, "other": other}]
        route.fulfill(response=answer, json=draft)

    page.route("**/api/v1/draft", contradict)
    page.goto(re.sub(r"/ui/.*", "/ui/?ticket=sv-1084", page.url))
    places = page.locator(".conflicts .place")
    expect(page.locator(".conflicts summary")).to_have_text("En annan källa säger något annat")
    expect(places.first).to_be_hidden()
    page.locator(".conflicts summary").click()

    expect(places.first.locator("a")).to_have_attribute("href", re.compile("^https://help.fyrvik.example/sv/"))
    expect(places.nth(1)).to_contain_text("<b>Rutin</b>")
    expect(places.nth(1)).to_contain_text("Vänta 60 sekunder.")
