"""Suggestions in a real browser: by keyboard, in place, pinned, set aside, flagged, compared; asking; notes of a call."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from kb.desk.flags import FlagState
from kb.model import EventKind
from kb.store import Store
from tests.browser.conftest import OpenAs

pytestmark = pytest.mark.browser

TICKET = "nb-2081"
PATH = f"/ui/?ticket={TICKET}"


def _open(open_as: OpenAs, **wishes: object) -> Page:
    page = open_as("lead", path=PATH, **wishes)
    expect(page.locator(".card-hit").first).to_be_visible()
    expect(page.locator("#suggestions")).to_have_attribute("data-state", "ready")
    return page


def _ids(page: Page) -> list[str]:
    return [card.get_attribute("data-id") or "" for card in page.locator(".card-hit").all()]


def _settled(page: Page, q: str) -> None:
    expect(page.locator("#suggestions")).to_have_attribute("data-q", q)
    expect(page.locator("#suggestions")).to_have_attribute("data-state", re.compile("ready|empty"))


def test_arrows_go_through_the_cards_and_o_reads_in_place(open_as: OpenAs) -> None:
    page = _open(open_as)

    page.locator(".card-hit").first.focus()
    page.keyboard.press("ArrowDown")
    second = page.locator(".card-hit").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("o")
    expect(second.locator(".whole .doc")).to_be_visible()
    expect(second.locator("[data-act=read]").first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("o")
    expect(second.locator(".whole")).to_have_count(0)
    expect(second).to_be_focused()


def test_a_crowded_server_is_asked_again_and_what_is_shown_stays(open_as: OpenAs) -> None:
    page = _open(open_as)
    before = _ids(page)
    refused: list[list[str]] = []

    def crowded(route: Route) -> None:
        if len(refused) < 2:
            refused.append(_ids(page))
            route.fulfill(status=503, json={"error": {"code": "crowded", "message": "", "hint": ""}})
        else:
            route.continue_()

    page.route("**/api/v1/suggest", crowded)
    page.fill("#ask", "ruteren blinker gult")

    _settled(page, "ruteren blinker gult")
    assert refused == [before, before]


def test_not_helpful_takes_two_keys_and_can_be_undone(open_as: OpenAs, store: Store) -> None:
    page = _open(open_as)
    before = _ids(page)

    page.locator(".card-hit").nth(1).focus()
    page.keyboard.press("h")
    expect(page.locator(".reasons button")).to_have_count(5)
    page.keyboard.press("2")
    expect(page.locator(f".card-hit[data-id='{before[1]}']")).to_have_count(0)
    expect(page.locator(".set-aside")).to_be_visible()
    assert [(d.article_id, d.reason.value) for d in store.dismissals.of(TICKET)] == [(before[1], "outdated")]

    page.locator(".toast button").first.click()
    expect(page.locator(f".card-hit[data-id='{before[1]}']")).to_have_count(1)
    assert store.dismissals.of(TICKET) == ()
    kinds = {event.kind for event in store.events.list(ticket_id=TICKET)}
    assert {EventKind.DISMISSED, EventKind.RESTORED} <= kinds


def test_a_pin_is_on_top_for_a_colleague_too(open_as: OpenAs, store: Store) -> None:
    page = _open(open_as)
    before = _ids(page)

    page.locator(".card-hit").nth(2).focus()
    page.keyboard.press("m")
    expect(page.locator(".badge.pinned")).to_have_count(1)
    assert _ids(page)[0] == before[2]

    other = open_as("publisher", path=PATH)
    expect(other.locator(".badge.pinned")).to_have_count(1)
    assert _ids(other)[0] == before[2]
    other.locator(".card-hit").first.focus()
    other.keyboard.press("m")
    expect(other.locator(".badge.pinned")).to_have_count(0)
    assert store.pins.of(TICKET) == ()


def test_a_paragraph_is_flagged_by_keyboard_with_the_ticket(open_as: OpenAs, store: Store) -> None:
    page = _open(open_as)
    known = {flag.id for flag in store.flags.list()}
    card = page.locator(".card-hit").first
    card.focus()

    page.keyboard.press("f")
    expect(card.locator(".whole .chosen")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("3")
    page.keyboard.press("Tab")
    page.keyboard.type("Hvilken knapp? 15 sekunder")
    page.keyboard.press("Enter")
    expect(card.locator(".flag-list li")).to_have_count(1)
    expect(card.locator(".badges .badge.warn")).to_be_visible()
    expect(card.locator("mark.flagged").first).to_be_visible()

    (flag,) = [flag for flag in store.flags.list(state=FlagState.OPEN) if flag.id not in known]
    assert (flag.ticket_id, flag.reason.value, flag.note) == (TICKET, "unclear", "Hvilken knapp? 15 sekunder")
    body = store.articles.get(flag.article_id, flag.revision).revision.body
    assert body[flag.start : flag.end] == flag.quote
    page.locator(".flag-list [data-state=done]").click()
    expect(card.locator(".flag-list")).to_have_count(0)
    assert store.flags.get(flag.id).state is FlagState.DONE


def test_two_articles_are_compared_by_one_key(open_as: OpenAs) -> None:
    page = _open(open_as)

    page.locator(".card-hit").first.focus()
    page.keyboard.press("=")
    expect(page.locator("dialog.compare .compare-row").nth(1)).to_be_visible()
    expect(page.locator("dialog.compare .compare-sum")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.compare")).not_to_be_visible()


def test_evidence_is_listed_and_links_are_kept_apart(open_as: OpenAs, store: Store) -> None:
    page = _open(open_as)
    card = page.locator(".card-hit", has=page.locator("[data-act=evidence]")).first
    article = card.get_attribute("data-id")

    card.locator("[data-act=evidence]").click()
    expect(card.locator(".evidence li").first).to_be_visible()
    card.locator("[data-act=more-actions]").click()
    card.locator("[data-act=link][data-kind=reference]").click()
    expect(card.locator(".badge.reference")).to_be_visible()
    assert [(link.article_id, link.kind) for link in store.tickets.links([TICKET])] == [(article, "reference")]
    card.locator("[data-act=link][data-kind=resolution]").click()
    expect(card.locator(".badge.resolution")).to_be_visible()
    card.locator("[data-act=link][data-kind=resolution]").click()
    expect(card.locator(".badge.resolution")).to_have_count(0)
    assert store.tickets.links([TICKET]) == []


def test_asking_marks_the_answer_and_offers_what_was_meant(open_as: OpenAs) -> None:
    page = _open(open_as)

    page.keyboard.press("/")
    page.keyboard.type("Vilka portar måste brandvagen släppa ut", delay=5)
    _settled(page, "Vilka portar måste brandvagen släppa ut")
    expect(page.locator(".card-hit").first).to_have_class(re.compile("answer"))
    expect(page.locator(".hint button")).to_contain_text("brandväggen", timeout=15_000)
    page.locator(".hint button").click()
    expect(page.locator("mark.answer").first).to_be_visible(timeout=15_000)
    expect(page.locator(".card-hit").first.locator("mark.answer", has_text="443")).not_to_have_count(0)

    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    _settled(page, "")


def test_filters_work_by_keyboard_and_searches_are_remembered_and_erased(open_as: OpenAs) -> None:
    page = _open(open_as)
    page.keyboard.press("/")
    page.fill("#ask", "batteri")
    expect(page.locator(".ask-filters")).to_be_visible()
    page.select_option("[name=locale]", "da")
    expect(page.locator(".card-hit .tag", has_text="DA").first).to_be_visible()
    expect(page.locator(".card-hit .badges .tag", has_text="SV")).to_have_count(0)
    page.click("[data-act=clear-filters]")
    page.wait_for_timeout(2300)
    page.focus("#ask")
    page.keyboard.press("Escape")
    _settled(page, "")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator(".recent", has_text="batteri")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".recent").first).to_be_focused()
    page.click("[data-act=forget-searches]")
    expect(page.locator(".recents")).to_be_hidden()


def test_notes_of_a_call_survive_a_reload_and_become_a_note(open_as: OpenAs, store: Store) -> None:
    page = _open(open_as)
    page.keyboard.press("c")
    notes = "Kunden ringer. Ringen på hubben lyser gult, og appen viser E-1042."
    page.keyboard.type(notes, delay=2)
    _settled(page, notes)
    assert "E-1042" in page.locator(".card-title").first.inner_text()
    expect(page.locator(".call-saved")).to_have_text("Sparat")

    page.reload()
    page.wait_for_selector("[data-ready=yes]")
    expect(page.locator("#call-notes")).to_have_value(notes)
    _settled(page, notes)

    page.click("[data-act=save-call-notes]")
    expect(page.locator("#call-notes")).to_be_hidden()
    last = store.tickets.get(TICKET).messages[-1]
    assert (last.public, last.body) == (False, notes)


def test_the_card_under_the_pointer_stays_while_notes_grow(open_as: OpenAs) -> None:
    page = _open(open_as)
    page.keyboard.press("c")
    page.keyboard.type("Ringen på hubben lyser gult")
    _settled(page, "Ringen på hubben lyser gult")
    card = page.locator(".card-hit").nth(1)
    card.hover()
    held, at = card.get_attribute("data-id"), card.bounding_box()

    page.keyboard.type(", og hun vil returnere alt og få pengene tilbake")
    _settled(page, "Ringen på hubben lyser gult, og hun vil returnere alt og få pengene tilbake")

    now = page.locator(f".card-hit[data-id='{held}']").bounding_box()
    assert at is not None
    assert now is not None
    assert abs(now["y"] - at["y"]) < 2
    page.fill("#call-notes", "")
    expect(page.locator(".call-saved")).to_have_text("")


def test_nothing_good_offers_a_colleague_and_an_article(open_as: OpenAs, store: Store) -> None:
    page = open_as("lead", path="/ui/?ticket=sv-1083")
    expect(page.locator("#suggestions")).to_have_attribute("data-state", re.compile("ready|empty"))
    expect(page.locator(".nothing")).to_be_visible()
    page.locator("[data-act=want-article]").click()
    expect(page.locator(".toast")).to_be_visible()
    assert EventKind.WANTED in {event.kind for event in store.events.list(ticket_id="sv-1083")}
