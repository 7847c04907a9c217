"""Keeping articles true, in a real browser: the list, the queue, pairs, signals, what nobody uses, translations."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from assistant.upkeep.search_pairs import search_pairs
from kb import clock
from kb.desk.flags import Flag, FlagReason
from kb.knowledge.article_draft import DraftText
from kb.knowledge.move import SYSTEM, ArticleMove, ArticleWish, DraftMove, DraftWish
from kb.knowledge.verification import Verification
from kb.model import Audience, Confidence
from kb.settings import Settings
from kb.store import Store
from tests.browser.axe import found_by_axe
from tests.browser.conftest import OpenAs
from tests.ui.server import Server

pytestmark = pytest.mark.browser
TABS = ("articles", "verification", "pairs", "signals", "unused", "translations")
DOUBTED = ("delete-account-sv", "change-email-sv")
FLAGGED = "hub-offline-sv"


@pytest.fixture
def doubted(store: Store) -> Iterator[Store]:
    """Somebody doubts two articles of the demo."""
    for article_id in DOUBTED:
        store.article_moves.move(article_id, ArticleMove.UNVERIFY, SYSTEM, ArticleWish(reason="by_hand"))
    yield store
    for article_id in DOUBTED:
        store.article_moves.move(article_id, ArticleMove.VERIFY, SYSTEM)


@pytest.fixture
def flagged(store: Store) -> Iterator[Flag]:
    """An agent flagged the first paragraph of an article."""
    article = store.articles.get(FLAGGED)
    body = article.revision.body
    end = body.index("\n")
    agent = next(user for user in store.users.list() if user.role.value == "agent")
    flag = Flag(
        article_id=FLAGGED, revision=article.revision.number, start=0, end=end, quote=body[:end], heading="",
        reason=FlagReason.OUTDATED, note="Lampan är blå numera", ticket_id="sv-1004", user_id=agent.id, at=clock.now(),
    )  # fmt: skip
    yield store.flags.raise_one(flag)
    store.article_moves.move(FLAGGED, ArticleMove.VERIFY, SYSTEM)


@pytest.fixture
def twin(server: Server, store: Store) -> Iterator[str]:
    """A second article that says what one of the demo says, found as a pair."""
    old = store.articles.get("discount-code-sv")
    text = DraftText(title="Använda rabattkoden", body=old.revision.body, locale="sv", product=old.product)
    made = _published(store, replace(text, audience=old.audience))
    _found(server, store, made)
    yield made
    store.article_moves.move(made, ArticleMove.DELETE, SYSTEM, ArticleWish(reason="was a test"))


def _found(server: Server, store: Store, article_id: str) -> None:
    """Pairs are found by what is indexed, which the server does by and by."""
    for _ in range(120):
        search_pairs(store, Settings(home=server.home))
        if any(article_id in (pair.one_id, pair.other_id) for pair in store.article_pairs.list()):
            return
        time.sleep(1.0)
    pytest.fail("the pair was not found")


@pytest.fixture
def family(store: Store) -> Iterator[tuple[str, str]]:
    """An article and its translation; the article changed afterwards."""
    body = "Dra ur kabeln.\n\nVänta i tio sekunder.\n\nSätt i den igen."
    plain = DraftText(title="Prov: starta om", body=body, locale="sv", audience=Audience.INTERNAL)
    master = _published(store, plain)
    danish = "Træk kablet ud.\n\nVent i ti sekunder.\n\nSæt det i igen."
    translation = _published(
        store, replace(plain, title="Prøve: genstart", body=danish, locale="da", translation_of=master)
    )
    draft = store.article_drafts.create(SYSTEM, article_id=master)
    text = replace(draft.text, body=body.replace("tio", "trettio"))
    draft = store.article_drafts.save(draft.id, SYSTEM, draft.version, text)
    store.article_drafts.move(draft.id, DraftMove.PUBLISH, SYSTEM, DraftWish(version=draft.version))
    yield master, translation
    for each in (translation, master):
        store.article_moves.move(each, ArticleMove.DELETE, SYSTEM, ArticleWish(reason="was a test"))


def _published(store: Store, text: DraftText) -> str:
    draft = store.article_drafts.create(SYSTEM, text=replace(text, confidence=Confidence.VALIDATED))
    store.article_drafts.move(draft.id, DraftMove.PUBLISH, SYSTEM, DraftWish(version=draft.version))
    return draft.id


def _open(page: Page, tab: str) -> None:
    page.click(f"[data-tab={tab}]")
    expect(page.locator(".upkeep")).to_have_count(1)


def _hand(page: Page) -> str:
    return page.locator(".in-hand").get_attribute("data-row") or ""


def test_filters_stand_in_the_address_and_many_are_moved_and_moved_back(open_as: OpenAs, store: Store) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=articles&locale=sv")
    rows = page.locator("[data-row]")
    expect(rows.first).to_be_visible()
    assert set(page.locator(".c-title .tag").all_inner_texts()) == {"SV"}

    page.keyboard.press("/")
    page.keyboard.type("konto")
    expect(page).to_have_url(re.compile("text=konto"))
    expect(page.locator("#up-text")).to_be_focused()
    page.reload()
    expect(page.locator("#up-text")).to_have_value("konto")
    expect(rows.first).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    for key in "jxjx":
        page.keyboard.press(key)
    chosen = [row.get_attribute("data-row") or "" for row in page.locator("tr.is-chosen").all()]
    assert len(chosen) == 2
    before = [store.articles.get(each).audience for each in chosen]

    page.select_option("[data-move]", "set_audience")
    page.select_option("[data-value]", "partner")
    page.click("[data-act=up-apply]")
    expect(page.locator(".toast")).to_contain_text("2 artiklar har ny målgrupp")
    assert [store.articles.get(each).audience for each in chosen] == [Audience.PARTNER] * 2
    page.click("[data-act=up-undo]")
    expect(page.locator(".toast")).to_contain_text("som de var")
    assert [store.articles.get(each).audience for each in chosen] == before


def test_what_is_refused_says_why(open_as: OpenAs) -> None:
    page = open_as("contributor", path="/ui/knowledge?tab=articles&confidence=validated&audience=public")
    expect(page.locator("[data-row]").first).to_be_visible()

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.click("[data-act=up-apply]")

    refused = page.locator(".up-refused li")
    expect(refused).to_have_count(1)
    expect(refused.locator(".muted")).not_to_be_empty()


def test_one_key_says_that_it_still_holds_and_takes_the_next(open_as: OpenAs, doubted: Store) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=verification&state=unverified")
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator(".up-reader .doc")).not_to_be_empty()
    first = _hand(page)

    page.keyboard.press("v")

    expect(page.locator("[data-row]")).to_have_count(1)
    assert _hand(page) not in {"", first}
    expect(page.locator(".in-hand [data-handle]")).to_be_focused()
    assert doubted.articles.get(first).verification(clock.now()) is Verification.VERIFIED
    page.click("[data-act=up-undo]")
    expect(page.locator("[data-row]")).to_have_count(2)
    assert doubted.articles.get(first).verification(clock.now()) is Verification.UNVERIFIED
    page.keyboard.press("v")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"article={DOUBTED[1] if first == DOUBTED[0] else DOUBTED[0]}"))


def test_many_are_verified_at_once(open_as: OpenAs, doubted: Store) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=verification&state=unverified")
    expect(page.locator("[data-row]")).to_have_count(2)

    for key in "xjx":
        page.keyboard.press(key)
    page.click("[data-act=up-apply]")

    expect(page.locator(".toast")).to_contain_text("2 artiklar är kontrollerade")
    expect(page.locator("[data-row]")).to_have_count(0)
    assert all(doubted.articles.get(each).verification(clock.now()) is Verification.VERIFIED for each in DOUBTED)


def test_a_lead_decides_that_only_verified_ones_are_suggested(open_as: OpenAs, store: Store) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=verification")
    page.click(".up-rule summary")

    page.check("#up-only-verified")
    expect(page.locator(".toast")).to_be_visible()
    assert store.team_rules.get().only_verified
    page.uncheck("#up-only-verified")
    expect(page.locator(".up-rule summary")).to_have_text("Teamets regler")
    assert not store.team_rules.get().only_verified

    writer = open_as("contributor", path="/ui/knowledge?tab=verification")
    expect(writer.locator("[data-row]").first).to_be_visible()
    expect(writer.locator(".up-rule details")).to_have_count(0)
    expect(writer.locator("[data-act=up-verify]")).to_have_count(0)


def test_a_pair_is_merged_with_one_key_and_comes_back(open_as: OpenAs, store: Store, twin: str) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=pairs")
    row = page.locator("[data-row]", has_text="Använda rabattkoden")
    row.locator("[data-handle]").click()
    expect(page.locator(".up-side-head")).to_have_count(2)
    expect(page.locator(".up-side-head p").first).to_contain_text("dess adress leder hit")

    kept = [
        href.split("article=")[1]
        for href in (a.get_attribute("href") or "" for a in page.locator(".up-side-head a").all())
    ]
    page.keyboard.press("12"[kept.index("discount-code-sv")])
    expect(page.locator(".toast")).to_contain_text("Sammanslagna")
    assert store.articles.get(twin).merged_into == "discount-code-sv"
    page.click("[data-act=up-undo]")
    expect(row).to_have_count(1)
    assert store.articles.get(twin).merged_into == ""

    row.locator("[data-handle]").click()
    expect(page.locator("[data-act=up-not-a-pair]")).to_be_visible()
    page.keyboard.press("n")
    expect(row).to_have_count(0)
    page.click("[data-act=up-pair-state][data-value=not_a_pair]")
    expect(row.first).to_be_visible()


def test_a_flag_is_done_and_its_signal_taken_back(open_as: OpenAs, store: Store, flagged: Flag) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=signals")
    row = page.locator("[data-row]", has_text="Lampan är blå numera")
    expect(row.locator(".up-quote")).to_contain_text("Pulserar ringen gult")
    expect(row.locator("a")).to_have_attribute("href", "/ui/?ticket=sv-1004")
    row.locator("[data-handle]").click()
    expect(page.locator(".up-reader mark.up-doubted").first).to_be_visible()

    page.click("[data-act=up-part][data-value=open]")
    expect(page.locator(".in-hand .badge.warn")).to_contain_text("Stycke med anmärkning")
    assert store.articles.get(FLAGGED).verification(clock.now()) is Verification.UNVERIFIED
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("räknas inte längre")
    assert store.articles.get(FLAGGED).verification(clock.now()) is not Verification.UNVERIFIED

    page.click("[data-act=up-part][data-value=flags]")
    row.locator("[data-handle]").click()
    expect(page.locator("[data-act=up-flag]").first).to_be_visible()
    page.keyboard.press("d")
    expect(row).to_have_count(0)
    assert store.flags.get(flagged.id).state.value == "done"


def test_what_nobody_uses_is_kept_and_archived_and_both_come_back(open_as: OpenAs, store: Store) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=unused&state=noticed")
    rows = page.locator("[data-row]")
    expect(rows.first).to_be_visible()
    n = rows.count()
    first = _hand(page)

    page.keyboard.press("b")
    expect(rows).to_have_count(n - 1)
    page.click("[data-act=up-undo]")
    expect(rows).to_have_count(n)

    page.locator(f"[data-row='{first}'] [data-handle]").click()
    page.keyboard.press("a")
    expect(rows).to_have_count(n - 1)
    assert store.articles.get(first).confidence is Confidence.ARCHIVED
    page.click("[data-act=up-undo]")
    expect(rows).to_have_count(n)
    assert store.articles.get(first).confidence is not Confidence.ARCHIVED


def test_a_changed_master_shows_what_changed_beside_its_translation(
    open_as: OpenAs, store: Store, family: tuple[str, str]
) -> None:
    master, translation = family
    page = open_as("lead", path="/ui/knowledge?tab=translations&outdated=1")
    line = page.locator(f"tr[data-family='{master}']")
    cell = line.locator("[data-locale=da]")
    expect(cell).to_have_class(re.compile("is-outdated"))

    cell.click()
    expect(page.locator(".up-panel .up-after")).to_contain_text("Vänta i trettio sekunder")
    expect(page.locator(".up-panel .up-before")).to_contain_text("Vänta i tio sekunder")
    page.keyboard.press("Escape")
    expect(cell).to_be_focused()
    line.locator("[data-locale=nb]").click()
    expect(page.locator("[data-act=up-translate-new]")).to_be_focused()
    page.keyboard.press("Escape")

    cell.click()
    page.click("[data-act=up-translate]")
    expect(page).to_have_url(re.compile(f"draft={translation}"))
    beside = page.locator(".up-beside")
    expect(beside.locator("mark.up-changed")).to_have_text("Vänta i trettio sekunder")
    page.wait_for_function("[...document.querySelectorAll('textarea')].some((e) => e.value.includes('Vent i ti'))")


def test_a_missing_translation_begins_with_the_text_of_its_master(
    open_as: OpenAs, store: Store, family: tuple[str, str]
) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=translations&outdated=1")

    page.locator(f"tr[data-family='{family[0]}'] [data-locale=nb]").click()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("draft="))
    expect(page.locator(".up-beside")).to_be_visible()
    draft = store.article_drafts.get(page.url.split("draft=")[1].split("&")[0])

    assert (draft.text.locale, draft.text.translation_of) == ("nb", family[0])
    assert draft.text.body == store.articles.get(family[0]).revision.body
    store.article_drafts.move(draft.id, DraftMove.DISCARD, SYSTEM, DraftWish(version=draft.version))


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_and_names_of_every_tab(open_as: OpenAs, doubted: Store, flagged: Flag, twin: str, look: str) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=articles", dark=look == "dark")
    for tab in TABS:
        _open(page, tab)
        expect(page.locator(".upkeep [data-handle], .upkeep .up-cell-btn, .upkeep .empty-title").first).to_be_visible()
        if tab != "translations":
            page.keyboard.press("j")
            page.keyboard.press("x")
        assert found_by_axe(page) == [], tab
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, tab


def test_hostile_texts_stay_texts(open_hostile: OpenAs) -> None:
    page = open_hostile("lead", path="/ui/knowledge?tab=articles", width=400)
    for tab in TABS:
        _open(page, tab)
        expect(page.locator(".upkeep [data-handle], .upkeep .up-cell-btn, .upkeep .empty-title").first).to_be_visible()
        page.wait_for_timeout(300)
        assert page.evaluate("window.hacked") is None, tab
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, tab


def test_numbers_stand_beside_the_tabs(open_as: OpenAs, doubted: Store, twin: str) -> None:
    page = open_as("lead", path="/ui/knowledge?tab=articles")

    expect(page.locator("[data-tab=verification] .tab-count")).to_have_text(re.compile(r"^[1-9]\d*$"))
    expect(page.locator("[data-tab=pairs] .tab-count")).to_have_text(re.compile(r"^[1-9]\d*$"))
