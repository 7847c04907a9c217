"""What goes into a reply and what is looked at before it goes out, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from kb.event import EventKind
from tests.browser.axe import settle
from tests.browser.replying import Enter, Fake

pytestmark = pytest.mark.browser
DANISH = (
    "Hej! Du kan genstarte hubben ved at holde knappen nede i ti sekunder. Bagefter plejer lampen at lyse grønt igen"
    " i løbet af nogle minutter. Skriv gerne til os, hvis det ikke virker, så hjælper vi dig videre."
)


def test_internal_text_is_quoted_before_it_goes_and_the_override_logged(enter: Enter, fake: Fake) -> None:
    with fake.store() as store:
        body = store.articles.get("goodwill-replacement-sv").revision.body
        count = len(store.tickets.get("sv-1081").messages)
    secret = next(line for line in body.split("\n") if len(line.split()) > 12).split(". ")[0] + "."
    page = enter("sv-1081")
    page.fill("#reply", f"Hej!\n\n{secret}")

    page.keyboard.press("Control+Enter")
    expect(page.locator(".check")).to_contain_text(secret[:60])
    expect(page.locator("[data-act=check-change]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    # The same keys again are refused again: only then it is put away.
    settle(page)
    expect(page.locator(".check")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".check")).to_be_hidden()
    with fake.store() as store:
        assert len(store.tickets.get("sv-1081").messages) == count

    page.keyboard.press("Control+Enter")
    page.click("[data-act=send-anyway]")
    expect(page.locator("#reply")).to_have_value("")
    with fake.store() as store:
        assert len(store.tickets.get("sv-1081").messages) == count + 1
        [event] = [each for each in store.events.list(ticket_id="sv-1081") if each.kind is EventKind.OVERRIDDEN]
        assert event.detail["quote"] == secret


def test_another_language_is_a_quiet_remark_and_the_same_keys_send(enter: Enter, fake: Fake) -> None:
    page = enter("sv-1085")
    page.fill("#reply", DANISH)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".check[data-kind=language]")).to_contain_text("danska")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply")).to_have_value("")
    with fake.store() as store:
        assert store.tickets.get("sv-1085").messages[-1].body == DANISH


def test_what_solved_it_and_what_is_only_related_are_linked_apart(enter: Enter, fake: Fake) -> None:
    page = enter("nb-2082")
    cards = page.locator("[data-section=articles] [data-act=insert-passage]")
    cards.nth(0).click()
    cards.nth(1).click()
    expect(page.locator(".chip.resolution")).to_have_count(2)
    page.locator(".chip-kind").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip.reference")).to_have_count(1)
    expect(page.locator(".chip-kind").nth(1)).to_be_focused()
    page.fill("#reply", page.locator("#reply").input_value().replace("{{", "").replace("[name]", ""))
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#reply")).to_have_value("")
    with fake.store() as store:
        assert sorted(link.kind for link in store.tickets.links(["nb-2082"])) == ["reference", "resolution"]
        linked = [e.detail["kind"] for e in store.events.list(ticket_id="nb-2082") if e.kind is EventKind.LINKED]
        assert sorted(map(str, linked)) == ["reference", "resolution"]


def test_a_reply_with_an_open_field_is_not_copied_either(enter: Enter) -> None:
    page = enter("nb-2083")
    page.evaluate("navigator.clipboard.writeText('before')")
    page.fill("#reply", "Order {{order.number}}")
    page.click("[data-act=copy-reply]")
    expect(page.locator(".toast")).to_contain_text("ordernummer")
    assert page.evaluate("navigator.clipboard.readText()") == "before"
    page.fill("#reply", "Order FV-204518")
    page.click("[data-act=copy-reply]")
    page.wait_for_function("navigator.clipboard.readText().then((text) => text === 'Order FV-204518')")
    page.fill("#reply", "")


def test_a_draft_is_inserted_whole_marked_and_undone(enter: Enter) -> None:
    page = enter("sv-1084")
    expect(page.locator(".draft[data-state=ready] .sentence").first).to_be_visible()
    page.keyboard.press("d")
    first = page.locator("#reply").input_value()
    assert first
    page.click("[data-act=fold-draft]")
    expect(page.locator(".sentence.used").first).to_be_visible()
    page.focus("#reply")
    page.keyboard.press("Control+z")
    expect(page.locator("#reply")).to_have_value("")


def test_sentences_are_reached_by_arrow_keys_and_show_their_passage(enter: Enter) -> None:
    page = enter("sv-1084")
    sentences = page.locator(".sentence")
    expect(sentences.first).to_be_visible()
    expect(page.locator(".card-hit").first).to_be_visible()
    sentences.first.focus()
    page.keyboard.press("ArrowRight")
    expect(sentences.nth(1)).to_be_focused()
    expect(page.locator(".pop mark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pop")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).not_to_have_value("")
    page.fill("#reply", "")


def _shorter(route: Route) -> None:
    """Answer another style with the draft's first sentence alone."""
    answer = route.fetch()
    draft = answer.json()
    if "short" in (route.request.post_data or ""):
        [first, *_] = draft["sentences"]
        draft |= {"text": first["text"], "sentences": [first]}
    route.fulfill(response=answer, json=draft)


def test_the_draft_in_another_style_takes_the_place_of_the_first(enter: Enter) -> None:
    page = enter("sv-1084")
    page.route("**/api/v1/draft", _shorter)
    reply = page.locator("#reply")
    expect(page.locator(".sentence").first).to_be_visible()
    page.keyboard.press("d")
    whole = reply.input_value()
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page.locator(".sentence")).to_have_count(1)
    page.keyboard.press("d")
    expect(reply).to_have_value("Hej Annika!")
    page.click(".toast [data-act=undo-replace]")
    expect(reply).to_have_value(whole)
    reply.fill("")
