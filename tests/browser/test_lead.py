"""The lead's page in a real browser: figures, gaps and files; every view has an address of its own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import found_by_axe
from tests.browser.conftest import OpenAs

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def lead(open_as: OpenAs, path: str = "/ui/lead", **wishes: object) -> Page:
    return open_as("lead", path=path, **wishes)


def test_the_overview_stands_at_once_and_its_figures_lead_to_their_tickets(open_as: OpenAs) -> None:
    page = lead(open_as)

    expect(page.locator(".fig-card")).to_have_count(6)
    expect(page.locator(".lead-panel")).to_have_count(9)
    rate = page.locator("[data-figure=link_rate]")
    expect(rate.locator(".fig-value")).to_have_text(re.compile(r"\d+\s%"))
    rate.click()
    expect(page).to_have_url(re.compile("figure=link_rate"))
    listed = page.locator(".ticket-ids").first.locator("a")
    expect(listed.first).to_have_attribute("href", re.compile(r"/ui/\?ticket="))
    page.go_back()
    expect(page.locator(".fig-card").first).to_be_visible()


def test_a_choice_stands_in_the_address_and_stays_from_tab_to_tab(open_as: OpenAs) -> None:
    page = lead(open_as)
    page.get_by_label("Produkt", exact=True).select_option("Hub")
    expect(page).to_have_url(re.compile("product=Hub"))
    page.click("[data-tab=team]")
    expect(page).to_have_url(re.compile("product=Hub.*tab=team"))
    expect(page.locator("[data-figure=handled] .fig-value")).to_have_text(re.compile(r"^\d+$"))
    handled = page.locator("[data-figure=handled] .fig-value").inner_text()

    again = lead(open_as, path="/ui/lead?" + page.url.split("?")[1])
    expect(again.locator("[data-figure=handled] .fig-value")).to_have_text(handled)
    expect(again.locator(".small-chart .chart[data-drawn=yes]").first).to_be_visible(timeout=15_000)


def test_gaps_are_looked_for_worked_on_and_ignored_with_a_reason(open_as: OpenAs) -> None:
    page = lead(open_as, path="/ui/lead?tab=gaps")
    # The server looks by itself two minutes after its first start, so it may be at it.
    found = page.locator(".gap-row, [data-act=ld-show-new]").first
    if not page.locator(".gap-row").count() and page.locator("[data-act=ld-run]").is_enabled():
        page.click("[data-act=ld-run]")
    expect(found).to_be_visible(timeout=90_000)
    if page.locator("[data-act=ld-show-new]").count():
        page.click("[data-act=ld-show-new]")
    page.locator(".gap-row").first.click()
    expect(page.locator(".gap-examples li")).not_to_have_count(0)
    expect(page.locator(".gap-buttons")).to_be_visible()
    for again in ("done", "open"):  # as it is left where this was tried before
        if not page.locator("[data-status=in_work]").count():
            page.click(f"[data-status={again}]")
            page.wait_for_timeout(500)
    page.click("[data-status=in_work]")
    expect(page.locator("[data-status=done]")).to_be_visible()
    page.fill("#gap-note", "Vi skriver den på fredag")
    page.click("[data-act=ld-gap-note]")
    expect(page.locator(".gap-notes")).to_contain_text("fredag")
    page.click("[data-act=ld-gap-ignore]")
    page.click("[data-act=ld-gap-ignore-now]")
    expect(page.locator(".toast")).to_be_visible()
    page.fill("[name=reason]", "Kampanjen är slut")
    page.click("[data-act=ld-gap-ignore-now]")
    expect(page.locator("[data-status=open]")).to_be_visible()
    page.click("[data-status=open]")
    expect(page.locator("[data-status=in_work]")).to_be_visible()


def test_files_can_be_taken_along(open_as: OpenAs) -> None:
    page = lead(open_as, path="/ui/lead?tab=files")

    with page.expect_download() as found:
        page.click("text=Excel")
    assert found.value.suggested_filename.endswith(".xlsx")
    expect(page.locator(".definitions dt")).not_to_have_count(0)


@pytest.mark.parametrize(("width", "dark"), [(400, False), (1024, True)])
def test_nothing_runs_over_the_edge(open_as: OpenAs, width: int, dark: bool) -> None:
    page = lead(open_as, width=width, dark=dark)
    for tab in ("overview", "gaps", "team", "use", "files"):
        page.goto(page.url.split("?")[0] + f"?tab={tab}")
        page.wait_for_selector("[data-ready=yes]")
        assert page.evaluate("document.querySelector('.page-room').scrollWidth <= window.innerWidth + 1"), tab


def test_a_figure_counts_again_from_its_file(open_as: OpenAs) -> None:
    page = lead(open_as, path="/ui/lead?tab=team")
    shown = int(page.locator("[data-figure=handled] .fig-value").inner_text())
    window = page.evaluate("fetch('/api/v1/measures/dashboard').then(r => r.json()).then(d => d.window)")
    rows = page.evaluate("fetch('/api/v1/exports/tickets.csv?separator=;').then(r => r.text())").strip().splitlines()

    assert window["since"] < window["until"]
    assert len(rows) - 1 == shown


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_grave(open_as: OpenAs, dark: bool) -> None:
    page = lead(open_as, dark=dark)
    found: dict[str, list[str]] = {}
    for tab in ("overview", "gaps", "team", "use", "audit", "tickets", "files"):
        page.goto(page.url.split("?")[0] + f"?tab={tab}")
        page.wait_for_selector("[data-ready=yes]")
        found[tab] = found_by_axe(page)

    assert {tab: findings for tab, findings in found.items() if findings} == {}


def test_it_prints_without_bars_and_buttons(open_as: OpenAs) -> None:
    page = lead(open_as)
    page.emulate_media(media="print")

    for hidden in (".top", ".page-tabs", "[data-act=ld-print]"):
        expect(page.locator(hidden).first).to_be_hidden()
    # Everything is on the paper, not only what fits the screen.
    assert page.evaluate("document.documentElement.scrollHeight > 1500")
