"""Canned replies in a real browser: picked by keyboard while writing, written, used and removed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from kb.model import Role
from tests.browser.replying import Enter, Fake

pytestmark = pytest.mark.browser


def test_a_canned_reply_is_picked_by_keyboard_and_undone(enter: Enter) -> None:
    page = enter("sv-1084")
    reply = page.locator("#reply")
    reply.click()
    page.keyboard.type("Hej ;retur", delay=10)

    expect(page.locator(".picker-row").first).to_contain_text(";retur")
    expect(page.locator(".picker-row").first).to_contain_text("SV")
    expect(page.locator(".picker-preview .value-mark").first).to_be_visible()
    expect(page.locator(".picker-preview .field-mark").first).to_have_text("{{order.number}}")
    expect(reply).to_have_attribute("aria-activedescendant", "canned-0")
    page.keyboard.press("ArrowDown")
    expect(reply).to_have_attribute("aria-activedescendant", "canned-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(page.locator(".picker")).to_be_hidden()
    expect(reply).to_have_value(re.compile(r"^Hej Hej .+fraktsedel", re.DOTALL))
    expect(page.locator("[data-act=send]")).to_be_disabled()
    page.keyboard.press("Control+z")
    expect(reply).to_have_value("Hej ;retur")

    page.keyboard.press("Control+a")
    page.keyboard.type("5;3 och ;retur", delay=10)
    expect(page.locator(".picker")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.type("x")
    expect(page.locator(".picker")).to_be_hidden()
    expect(reply).to_have_value("5;3 och ;returx")
    reply.fill("")


def test_a_canned_reply_is_written_used_and_removed(enter: Enter, fake: Fake) -> None:
    page = enter("sv-1083")
    page.keyboard.press("Escape")
    page.keyboard.press(";")
    page.click("[data-act=canned-new]")
    expect(page.locator("#canned-personal")).to_be_checked()
    page.fill("#canned-title", "Mitt eget svar")
    page.fill("#canned-shortcut", "mitt")
    page.fill("#canned-body", "Hej {{ticket.customer.fornamn}}!")
    page.click(".canned-form [type=submit]")
    expect(page.locator(".form-problem")).to_contain_text("{{ticket.customer.fornamn}}")
    expect(page.locator(".form-problem")).to_contain_text("{{ticket.customer.first_name}}")
    page.fill("#canned-body", "Det här är mitt alldeles egna lilla svar.")
    page.click(".canned-form [type=submit]")
    expect(page.locator(".book-side h3")).to_have_text("Mitt eget svar")
    page.keyboard.press("Escape")

    page.click("#reply")
    page.keyboard.type(";mitt", delay=10)
    expect(page.locator(".picker-row").first).to_contain_text("Mitt eget svar")
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_have_value("Det här är mitt alldeles egna lilla svar.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply")).to_have_value("")
    with fake.store() as store:
        user = next(user for user in store.users.list() if user.role is Role.AGENT)
        [own] = [each for each in store.canned.list(user_id=user.id) if each.owner_id]
        assert (own.uses, own.shortcut) == (1, "mitt")

    page.keyboard.press("Escape")
    page.keyboard.press(";")
    page.fill("#canned-search", "mitt eget")
    expect(page.locator(".book-row")).to_have_count(1)
    page.click("[data-act=canned-remove]")
    page.click("[data-act=canned-remove]")
    expect(page.locator(".book-row")).to_have_count(0)
