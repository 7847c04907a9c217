"""Nothing that is typed into a reply is ever lost: not by a reload, a crash, a second tab or a lost connection."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from kb.model import Role
from tests.browser.replying import Enter, Fake, kept

pytestmark = pytest.mark.browser
NO_STORAGE = """
Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });
Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("no", "SecurityError"); } });
"""


def test_reload(enter: Enter, fake: Fake) -> None:
    page = enter("da-3081")
    page.fill("#reply", "Halvt svar")
    page.reload()
    expect(page.locator("#reply")).to_have_value("Halvt svar")
    page.click("[data-act=reply-kind][data-kind=note]")
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.locator("#reply")).to_have_value("Halvt svar")
    expect(page.locator("[data-kind=note]")).to_have_attribute("aria-pressed", "true")
    page.fill("#reply", "")


def test_the_server_is_killed_while_somebody_types(enter: Enter, fake: Fake) -> None:
    page = enter("da-3082")
    page.click("#reply")
    page.keyboard.type("Før det gik ned")
    fake.kill()
    page.keyboard.type(", og bagefter")
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "offline")
    fake.start()
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "saved", timeout=30_000)
    assert kept(fake, "da-3082") == ["Før det gik ned, og bagefter"]
    page.fill("#reply", "")


def test_the_browser_goes_away_before_anything_was_saved(enter: Enter, fake: Fake) -> None:
    page = enter("en-4081")
    context = page.context
    page.route("**/draft", lambda route: route.abort())
    page.fill("#reply", "Only in this browser")
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "offline")
    page.close()
    assert kept(fake, "en-4081") == []
    time.sleep(5)
    again = context.new_page()
    again.goto(f"{fake.url}/ui/?ticket=en-4081")
    expect(again.locator("#reply")).to_have_value("Only in this browser")
    expect(again.locator(".composer .saved")).to_have_attribute("data-state", "saved")
    assert kept(fake, "en-4081") == ["Only in this browser"]
    again.fill("#reply", "")


def test_two_tabs_each_keep_their_text(enter: Enter, fake: Fake) -> None:
    first = enter("nb-2084")
    first.fill("#reply", "Første fane")
    expect(first.locator(".composer .saved")).to_have_attribute("data-state", "saved")
    second = enter("nb-2084", beside=first)
    expect(second.locator("#reply")).to_have_value("Første fane")
    second.fill("#reply", "Andre fane")
    expect(second.locator(".composer .saved")).to_have_attribute("data-state", "saved")
    first.bring_to_front()
    first.fill("#reply", "Første fane, mer")
    expect(first.locator(".elsewhere")).to_contain_text("Andre fane")
    expect(first.locator("#reply")).to_have_value("Første fane, mer")
    assert sorted(kept(fake, "nb-2084")) == ["Andre fane", "Første fane, mer"]

    first.click("[data-act=elsewhere-use]")
    expect(first.locator("#reply")).to_have_value("Andre fane")
    first.keyboard.press("Control+z")
    expect(first.locator("#reply")).to_have_value("Første fane, mer")
    for page in (first, second):
        page.fill("#reply", "")


def test_without_a_connection_every_tickets_text_waits_and_is_saved_later(enter: Enter, fake: Fake) -> None:
    page = enter("en-4085")
    page.route("**/draft", lambda route: route.abort())
    page.fill("#reply", "Ett")
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "offline")
    page.evaluate("history.pushState({}, '', '?ticket=nb-2085'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.locator(".messages")).to_have_attribute("data-ticket", "nb-2085")
    page.fill("#reply", "Två")
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "offline")
    page.unroute("**/draft")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "saved")
    assert (kept(fake, "en-4085"), kept(fake, "nb-2085")) == (["Ett"], ["Två"])
    page.fill("#reply", "")


def test_a_session_that_runs_out_keeps_the_text(enter: Enter, fake: Fake) -> None:
    page = enter("da-3084")
    page.fill("#reply", "Først")
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "saved")
    page.context.clear_cookies()
    page.fill("#reply", "Først, og så mere")
    expect(page.locator("dialog.signed-out")).to_be_visible()
    expect(page.locator("#reply")).to_have_value("Først, og så mere")

    with page.expect_popup() as popup:
        page.click("dialog.signed-out a.btn")
    popup.value.click("button[value=agent]")
    popup.value.wait_for_selector("[data-ready=yes]")
    popup.value.close()
    expect(page.locator("dialog.signed-out")).to_be_hidden()
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "saved")
    assert kept(fake, "da-3084") == ["Først, og så mere"]
    page.fill("#reply", "")


def test_somebody_elses_text_is_not_shown_in_the_same_browser(enter: Enter, fake: Fake) -> None:
    page = enter("en-4082")
    page.route("**/draft", lambda route: route.abort())
    page.fill("#reply", "Mine alone")
    page.context.clear_cookies()
    time.sleep(5)
    page.goto(f"{fake.url}/ui/?ticket=en-4082")
    page.click("button[value=lead]")
    expect(page.locator(".messages")).to_have_attribute("data-ticket", "en-4082")
    expect(page.locator("#reply")).to_have_value("")


def test_a_frame_that_may_store_nothing_still_keeps_what_is_typed(enter: Enter, fake: Fake) -> None:
    page = enter("en-4083", script=NO_STORAGE)
    page.fill("#reply", "No storage here")
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.locator("#reply")).to_have_value("No storage here")
    page.fill("#reply", "")
    expect(page.locator(".composer .saved")).to_have_attribute("data-state", "")


def test_two_users_write_beside_each_other(enter: Enter, fake: Fake) -> None:
    first, second = enter("en-4084"), enter("en-4084", role="lead")
    first.fill("#reply", "Hers")
    expect(first.locator(".composer .saved")).to_have_attribute("data-state", "saved")
    if second.locator("#reply").get_attribute("readonly") is None:
        second.fill("#reply", "His")
        expect(second.locator(".composer .saved")).to_have_attribute("data-state", "saved")
        assert kept(fake, "en-4084", Role.LEAD) == ["His"]
    assert kept(fake, "en-4084") == ["Hers"]
