"""What axe finds on every page and in every state: nothing serious or critical. And what axe cannot see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.settings import Settings
from kb.store import Store
from tests.browser.axe import found_by_axe
from tests.browser.conftest import OpenAs
from tests.ui.seed import fill_store
from tests.ui.server import Server, running

pytestmark = pytest.mark.browser
State = Callable[[Page], None]


FOCUSED = """() => {
  const e = document.activeElement;
  if (e === document.body) return ['body', ''];
  const look = () => { const all = []; for (let x = e, n = 0; x && n < 5; x = x.parentElement, n++) {
      const s = getComputedStyle(x);
      all.push(s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderTopColor, s.backgroundColor); }
    return all.join('|'); };
  const pane = e.closest('.list-pane, .conversation-pane, .suggestions-pane, .top')?.className || 'body';
  const focused = look(); e.blur(); const blurred = look(); e.focus();
  return [pane, focused === blurred ? e.outerHTML.slice(0, 120) : ''];
}"""
"""Where the focus is, and the element if nothing around it looks different because of it."""


def _press(*keys: str) -> State:
    def go(page: Page) -> None:
        page.mouse.click(700, 5)
        for key in keys:
            page.keyboard.press(key)

    return go


def _search(page: Page) -> None:
    page.fill("#ask", "Ormöga krånglar")
    expect(page.locator(".sugs")).to_have_attribute("data-q", "Ormöga krånglar")


def _silent(page: Page) -> None:
    page.fill("#ask", "xyzzy")
    expect(page.locator(".sugs")).to_have_attribute("data-state", "empty")


def _section(name: str) -> State:
    def go(page: Page) -> None:
        page.click(f"[data-section={name}]")

    return go


def _toast(page: Page) -> None:
    page.locator("[data-act=copy-link]").first.dispatch_event("click")
    expect(page.locator(".toast")).to_be_visible()


STATES: dict[str, dict[str, State]] = {
    "ticket": {
        "open": lambda page: None,
        "customer": _press("i"),
        "fields": _press("e"),
        "note": _press("n"),
        "reply": lambda page: page.fill("#reply", "Hej {{order.number}} och [länk](https://a.example)"),
    },
    "cards": {
        "tickets": _section("tickets"),
        "canned": _section("canned"),
        "articles": _section("articles"),
        "reading": lambda page: page.locator(".read-more").first.click(),
        "not helpful": _press("h"),
        "toast": _toast,
    },
    "asking": {"search": _search, "silent": _silent, "call": _press("c")},
    "dialogs": {
        "keys": _press("?"),
        "bulk": _press("j", "x", "b"),
        "pass on": _press("p"),
        "canned book": _press(";"),
        "compare": _press("="),
        "flag": _press("f"),
        "mentions": lambda page: page.locator("#top-extras button").first.click(),
    },
}


@pytest.mark.parametrize("group", STATES)
def test_no_grave_finding_in_any_state(open_hostile: OpenAs, group: str) -> None:
    page = open_hostile(path="/ui/?ticket=sv-1084")
    expect(page.locator(".card-hit").first).to_be_visible()
    found: dict[str, list[str]] = {}

    for state, enter in STATES[group].items():
        enter(page)
        found[state] = found_by_axe(page)
        for _ in range(2):
            page.keyboard.press("Escape")
        page.evaluate("document.querySelectorAll('dialog[open]').forEach(each => each.close())")

    assert {state: grave for state, grave in found.items() if grave} == {}


def test_axe_is_really_asked(open_hostile: OpenAs) -> None:
    page = open_hostile(path="/ui/?ticket=sv-1084")

    page.evaluate("document.querySelector('.top').append(document.createElement('button'))")

    assert [finding.split(":")[0] for finding in found_by_axe(page)] == ["button-name"]


@pytest.mark.parametrize("width", [1440, 400])
@pytest.mark.parametrize("dark", [False, True])
def test_no_grave_finding_at_any_width_and_in_any_colours(open_hostile: OpenAs, width: int, dark: bool) -> None:
    page = open_hostile(path="/ui/?ticket=sv-1084", width=width, dark=dark)
    panes = ("list", "conversation", "suggestions") if width == 400 else ("",)
    for pane in panes:
        if pane:
            page.click(f".tabbar [data-pane={pane}]")
        assert found_by_axe(page) == [], pane


@pytest.fixture(scope="module")
def unused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An application that nobody has set up yet."""
    home = tmp_path_factory.mktemp("unused")
    store = Store.open(Settings(home=home))
    fill_store(store)
    store.close()
    with running(home) as found:
        yield found


@pytest.mark.parametrize("dark", [False, True])
def test_no_grave_finding_before_the_workspace(
    chromium: Browser, unused: Server, hostile_server: Server, dark: bool
) -> None:
    context = chromium.new_context(locale="da-DK", color_scheme="dark" if dark else "light")
    page = context.new_page()
    for address in (
        f"{unused.url}/setup", f"{hostile_server.url}/login", f"{hostile_server.url}/embed", f"{unused.url}/setup?lang=nn",
    ):  # fmt: skip
        page.goto(address)
        assert found_by_axe(page) == [], address
        expect(page.locator("h1")).to_have_count(1)
    context.close()


def test_landmarks_headings_and_live_regions(open_hostile: OpenAs) -> None:
    page = open_hostile(path="/ui/?ticket=sv-1084")

    for selector in (".list-pane", ".conversation-pane", ".suggestions-pane", ".tabbar"):
        assert page.locator(selector).get_attribute("aria-label"), selector
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("#suggestions-said")).to_have_attribute("aria-live", "polite")
    expect(page.locator(".toasts")).to_have_attribute("role", "status")
    levels = page.evaluate("[...document.querySelectorAll('#svar :is(h1,h2,h3)')].map(e => +e.tagName[1])")
    assert all(right - left <= 1 for left, right in pairwise(levels)), levels


def test_the_focus_can_always_be_seen_and_goes_through_everything_in_order(open_hostile: OpenAs) -> None:
    page = open_hostile(path="/ui/?ticket=sv-1084")
    page.locator(".card-hit").first.wait_for()
    page.locator(".brand").focus()
    panes: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        pane, shown = page.evaluate(FOCUSED)
        assert shown == "", f"no visible focus on {shown}"
        name = re.sub(r"pane |-pane.*", "", pane)
        if not panes or panes[-1] != name:
            panes.append(name)
        if name == "body":
            break
    order = [name for name in panes if name in {"list", "conversation", "suggestions"}]
    assert order == ["list", "conversation", "suggestions"]


def test_nothing_moves_where_motion_is_not_wanted(chromium: Browser, hostile_server: Server) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{hostile_server.url}/login")
    page.click("button[value=agent]")
    page.wait_for_selector("[data-ready=yes]")

    moving = page.evaluate(
        """[...document.querySelectorAll('#svar *')].filter(e => { const s = getComputedStyle(e);
            return parseFloat(s.transitionDuration) > 0 || parseFloat(s.animationDuration) > 0 })
            .map(e => e.className).slice(0, 5)"""
    )
    assert moving == []
    context.close()


def test_twice_the_size_loses_nothing(open_hostile: OpenAs) -> None:
    # 200 % of a window of 1440 x 900 leaves 720 x 450 CSS pixels.
    page = open_hostile(path="/ui/?ticket=sv-1084", width=720, height=450)

    for pane in ("list", "conversation", "suggestions"):
        page.click(f".tabbar [data-pane={pane}]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        reachable = page.evaluate(
            """[...document.querySelectorAll('.pane')].filter(e => e.checkVisibility())
                .every(e => e.scrollWidth <= e.clientWidth + 1 && e.clientHeight > 150)"""
        )
        assert reachable, pane


def test_forced_colours_keep_borders_and_choices(chromium: Browser, hostile_server: Server) -> None:
    context = chromium.new_context(forced_colors="active", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{hostile_server.url}/login?next=/ui/%3Fticket%3Dsv-1084")
    page.click("button[value=agent]")
    page.wait_for_selector("[data-ready=yes]")

    chosen = page.locator(".row[aria-selected=true]").first
    plain = page.locator(".row[aria-selected=false]").first
    style = (
        "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.outlineStyle, s.borderLeftStyle].join() }"
    )
    assert chosen.evaluate(style) != plain.evaluate(style)
    for selector in (".btn.primary", "#ask", "#reply"):
        borders = page.locator(selector).first.evaluate(
            "e => [e, e.parentElement, e.closest('label'), e.parentElement.parentElement].filter(Boolean)"
            ".some(x => parseFloat(getComputedStyle(x).borderTopWidth) > 0)"
        )
        assert borders, selector
    context.close()


def _beside(name: str) -> State:
    def go(page: Page) -> None:
        page.locator(f".ed-side-tabs [data-name={name}]").dispatch_event("click")

    return go


def _article(page: Page) -> None:
    page.goto(page.url.split("?")[0] + "?tab=articles&article=evil-sv")


KNOWLEDGE: dict[str, State] = {
    "candidate": lambda page: page.locator(".k-row").first.click(),
    "source": _press("s"),
    "dismiss": _press("x"),
    "keys": _press("?"),
    "drafts": lambda page: page.click("[data-tab=drafts]"),
    "editor": lambda page: page.locator(".k-row").first.click(),
    **{name: _beside(name) for name in ("details", "check", "questions", "sources", "comments")},
    "reading": lambda page: page.locator(".ed-view[data-view=preview]").dispatch_event("click"),
    "send back": lambda page: page.locator("[data-move=send_back]").first.click(),
    "menu": lambda page: page.click(".k-menu summary"),
    "article": _article,
    "owner": lambda page: page.locator("[data-move=set_owner]").first.dispatch_event("click"),
    "log": lambda page: page.click(".a-history [data-name=log]"),
}
"""Each state follows from the one before."""


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (400, False)])
def test_no_grave_finding_on_the_knowledge_page(open_hostile: OpenAs, width: int, dark: bool) -> None:
    page = open_hostile("publisher", path="/ui/knowledge", width=width, dark=dark)
    found: dict[str, list[str]] = {}

    for state, enter in KNOWLEDGE.items():
        enter(page)
        found[state] = found_by_axe(page)
        for _ in range(2):
            page.keyboard.press("Escape")

    assert {state: grave for state, grave in found.items() if grave} == {}
