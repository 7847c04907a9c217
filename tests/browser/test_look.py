"""Languages, colours, widths, hostile text, and what screen readers get."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenAs
from tests.browser.hostile import TEXT
from ui.catalogue import text

pytestmark = pytest.mark.browser


def test_the_language_changes_everywhere_and_is_remembered(open_as: OpenAs) -> None:
    page = open_as(role="contributor")
    for locale in ("sv", "nn", "da", "en", "nb"):
        page.select_option("#language", locale)
        expect(page.locator("html")).to_have_attribute("lang", locale)
        page.wait_for_selector("[data-ready=yes]")
        expect(page.locator(".view-tabs .tab").first).to_contain_text(text(locale, "view.open"))
        expect(page.locator("#reply")).to_have_attribute("placeholder", text(locale, "reply.placeholder"))
        assert not re.findall(r"\b[a-z]+\.[a-z_]+\b(?=\s|$)", page.locator(".top").inner_text())


def test_no_key_is_shown_instead_of_its_text(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1084")
    for section in ("tickets", "canned", "articles"):
        page.click(f"[data-section={section}]")
    page.click(".customer-line")
    page.keyboard.press("?")

    shown = page.evaluate(
        """() => [...document.querySelectorAll('#svar *')].flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3)
            .map(n => n.data).concat(e.title || '', e.ariaLabel || '', e.placeholder || ''))"""
    )
    assert [words for words in shown if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", words)] == []


def test_dark_follows_the_system_and_the_switch_is_remembered(open_as: OpenAs) -> None:
    page = open_as(dark=True)
    root = page.locator("html")

    expect(root).to_have_attribute("data-theme", "dark")
    page.click("#theme")
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize(("width", "panes"), [(1440, 3), (1024, 2), (400, 1)])
def test_columns(open_as: OpenAs, width: int, panes: int) -> None:
    page = open_as(width=width, height=800)

    visible = page.locator(".pane").evaluate_all(
        "all => all.filter(e => e.checkVisibility({visibilityProperty: true})).length"
    )
    assert visible == panes
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("[...document.querySelectorAll('.pane')].every(e => e.scrollWidth <= e.clientWidth + 1)")


def test_one_column_has_a_tab_bar(open_as: OpenAs) -> None:
    page = open_as(width=400, height=800)

    page.click(".tabbar [data-pane=list]")
    # Another ticket than other tests open: what is inserted here is saved as its unfinished reply.
    page.locator(".row[data-id=da-3085]").click()
    expect(page.locator(".conversation-pane")).to_be_visible()
    page.click(".tabbar [data-pane=suggestions]")
    expect(page.locator(".card-hit").first).to_be_visible()
    page.locator("[data-act=insert-passage]").first.click()

    expect(page.locator("#reply")).to_be_focused()


def test_hostile_text_is_only_text(open_hostile: OpenAs) -> None:
    page = open_hostile(path="/ui/?ticket=evil-1")
    expect(page.locator(".message")).to_have_count(7)
    page.click(".customer-line")
    # Where its notes of a call are there again, the page is in call mode.
    if page.locator("[data-act=call-mode]").get_attribute("aria-pressed") == "true":
        page.click("[data-act=call-mode]")
    page.fill("#ask", "Ormöga krånglar")
    expect(page.locator(".sugs")).to_have_attribute("data-q", "Ormöga krånglar")
    expect(page.locator(".card-title").first).to_contain_text("Ormöga")
    page.locator(".read-more").first.click()
    expect(page.locator(".whole")).to_be_visible()
    page.fill("#filter", "Ormöga")
    expect(page.locator(".row")).to_have_count(1)
    for field in ("#reply", "#ask", "#filter"):
        page.fill(field, TEXT)
    page.click("[data-act=call-mode]")
    page.fill("#call-notes", TEXT)
    page.wait_for_timeout(600)

    assert page.evaluate("window.hacked") is None
    assert page.locator(".message").first.inner_text().endswith(TEXT[-20:])
    assert page.locator("#svar script, #svar img, #svar iframe").count() == 0
    assert page.locator("#svar a[href^='javascript']").count() == 0
    assert page.evaluate("[...document.querySelectorAll('.pane')].every(e => e.scrollWidth <= e.clientWidth + 1)")


def test_a_megabyte_in_every_field_harms_nothing(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1085")
    for field in ("#ask", "#filter", "#reply"):
        page.evaluate(
            "f => { const e = document.querySelector(f); e.value = 'y '.repeat(500000);"
            " e.dispatchEvent(new Event('input', {bubbles: true})); }",
            field,
        )
    expect(page.locator(".saved")).to_have_text("För långt för att sparas")
    page.fill("#ask", "hubb")
    expect(page.locator(".sugs")).to_have_attribute("data-q", "hubb")
    page.fill("#reply", "kort")

    expect(page.locator(".saved")).to_have_text("Sparat")
    page.fill("#reply", "")
    expect(page.locator(".saved")).to_have_text("")


def test_every_control_has_a_name(open_as: OpenAs) -> None:
    page = open_as()

    nameless = page.evaluate(
        """() => [...document.querySelectorAll('#svar :is(button, a, input, select, textarea, [role=button])')]
            .filter(e => !(e.ariaLabel || e.textContent.trim() || [...(e.labels || [])].some(l => l.textContent.trim())))
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(open_as: OpenAs, dark: bool) -> None:
    page = open_as(dark=dark, path="/ui/?ticket=sv-1084")

    weak = page.evaluate(_CONTRAST)

    assert weak == []


_CONTRAST = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
      .reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > .9) return c; } return [255, 255, 255]; };
  const found = new Set();
  for (const e of document.querySelectorAll('#svar *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
    if (e.closest(':disabled, [aria-hidden=true], .sr, option')) continue;
    const [a, b] = [lum(parse(getComputedStyle(e).color)), lum(ground(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return [...found];
}"""
