"""A working day in the workspace, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from kb.model import EventKind, TicketStatus
from kb.store import Store
from tests.browser.conftest import OpenAs

pytestmark = pytest.mark.browser


def _settled(page: Page, q: str) -> None:
    suggestions = page.locator(".sugs")
    expect(suggestions).to_have_attribute("data-q", q)
    expect(suggestions).to_have_attribute("data-state", re.compile("ready|empty"))


def test_the_first_screen_shows_suggestions_and_a_cited_draft(open_as: OpenAs) -> None:
    page = open_as()

    expect(page.locator(".row[aria-selected=true]")).to_have_count(1)
    expect(page.locator(".card-hit")).to_have_count(5)
    expect(page.locator(".draft[data-state=ready] .sentence").first).to_be_visible()
    expect(page.locator(".draft .source").first).to_be_visible()
    expect(page.locator(".verdict strong")).to_have_text(re.compile("Säkert|Troligt"))
    expect(page.locator("h1")).to_have_count(1)


def test_a_sentence_shows_its_source(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1084")

    page.locator(".sentence[data-kind=article]").first.focus()

    expect(page.locator(".pop")).to_be_visible()
    expect(page.locator(".pop blockquote")).not_to_be_empty()


def test_suggestions_follow_typing_and_come_back(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1084")
    before = page.locator(".card-title").first.inner_text()

    page.keyboard.press("/")
    page.keyboard.type("ändra lösenord länk giltig", delay=20)
    _settled(page, "ändra lösenord länk giltig")
    assert "lösenord" in page.locator(".card-title").first.inner_text().casefold()
    page.keyboard.press("Escape")
    _settled(page, "")

    assert page.locator(".card-title").first.inner_text() == before


def test_call_mode_follows_the_notes(open_as: OpenAs) -> None:
    page = open_as()

    page.keyboard.press("c")
    page.keyboard.type("returnera en vara")
    _settled(page, "returnera en vara")

    expect(page.locator("#call-notes")).to_be_focused()
    assert "retur" in page.locator(".card-title").first.inner_text().casefold()


def test_nothing_good_enough_is_said_calmly(open_hostile: OpenAs) -> None:
    page = open_hostile(path="/ui/?ticket=sv-1084")

    page.fill("#ask", "xyzzy")
    _settled(page, "xyzzy")

    expect(page.locator(".sugs")).to_have_attribute("data-state", "empty")
    expect(page.locator(".empty-title")).to_have_text("Hittade inget tillräckligt bra")


def test_what_is_inserted_can_be_undone(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1084")
    _settled(page, "")
    reply = page.locator("#reply")
    reply.fill("")
    page.keyboard.type("Hej!")

    page.keyboard.press("Alt+1")
    expect(reply).not_to_have_value("Hej!")
    assert reply.input_value().startswith("Hej!\n\n")
    expect(page.locator(".chip")).to_have_count(1)
    page.keyboard.press("Control+z")

    expect(reply).to_have_value("Hej!")
    reply.fill("")


def test_letters_are_letters_while_typing(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1083")
    page.locator("#reply").fill("")

    page.locator("#reply").press_sequentially("jkrd12345/?c")

    expect(page.locator("#reply")).to_have_value("jkrd12345/?c")
    page.locator("#reply").fill("")


def test_an_open_field_is_marked_named_and_blocks_sending(open_as: OpenAs, store: Store) -> None:
    page = open_as(path="/ui/?ticket=sv-1082")
    count = len(store.tickets.get("sv-1082").messages)

    page.fill("#reply", "Din order {{order.number}} är på väg.")

    expect(page.locator(".paint .field-mark")).to_have_text("{{order.number}}")
    expect(page.locator("#reply-missing")).to_contain_text("ordernummer")
    expect(page.locator("[data-act=send]")).to_be_disabled()
    page.keyboard.press("Control+Enter")
    page.click("[data-act=fill-missing]")
    page.keyboard.type("FV-206188")
    expect(page.locator("#reply")).to_have_value("Din order FV-206188 är på väg.")
    expect(page.locator("[data-act=send]")).to_be_enabled()
    assert len(store.tickets.get("sv-1082").messages) == count
    page.fill("#reply", "")


def test_nothing_typed_is_lost(open_as: OpenAs, store: Store) -> None:
    page = open_as(path="/ui/?ticket=sv-1085")

    page.fill("#reply", "Halvfärdigt svar")
    page.reload()
    expect(page.locator("#reply")).to_have_value("Halvfärdigt svar")
    page.fill("#reply", "Halvfärdigt svar, mer")
    expect(page.locator(".saved")).to_have_text("Sparat")

    user = next(user for user in store.users.list() if user.role == "agent")
    assert store.reply_drafts.get("sv-1085", user.id) == "Halvfärdigt svar, mer"
    page.fill("#reply", "")
    page.evaluate("localStorage.clear()")


def test_a_sent_reply_is_in_the_database_with_its_article(open_as: OpenAs, store: Store) -> None:
    page = open_as(path="/ui/?ticket=sv-1081")

    expect(page.locator(".draft[data-state=ready] .sentence").first).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator("#reply")).not_to_have_value("")
    text = page.locator("#reply").input_value()
    page.click("[data-act=send-solve]")
    expect(page.locator(".toast")).to_contain_text("Skickat och löst")

    ticket = store.tickets.get("sv-1081")
    assert (ticket.messages[-1].body, ticket.messages[-1].name) == (text, "Elin Sandgren")
    assert ticket.status is TicketStatus.SOLVED
    links = [link for link in store.tickets.links(["sv-1081"]) if link.kind == "resolution"]
    assert len(links) == 1
    expect(page.locator("#reply")).to_have_value("")
    page.wait_for_timeout(1500)
    kinds = {event.kind for event in store.events.list(ticket_id="sv-1081")}
    assert {EventKind.SHOWN, EventKind.INSERTED, EventKind.SENT, EventKind.LINKED} <= kinds


def test_three_tickets_by_keyboard_only(open_as: OpenAs, store: Store) -> None:
    page = open_as(role="lead")
    page.locator("#language").blur()
    done = []
    page.keyboard.press("k")
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        ticket_id = str(page.locator(".row:focus").get_attribute("data-id"))
        expect(page.locator(".messages")).to_have_attribute("data-ticket", ticket_id)
        _settled(page, "")
        page.keyboard.press("r")
        page.keyboard.type("Svar från tangentbordet")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".toast")).to_contain_text("Skickat")
        expect(page.locator("#reply")).to_have_value("")
        page.keyboard.press("Escape")
        page.locator(f".row[data-id={ticket_id}]").wait_for(state="detached")
        done.append(ticket_id)
    assert len(set(done)) == 3
    for ticket_id in done:
        ticket = store.tickets.get(ticket_id)
        assert (ticket.messages[-1].body, ticket.status) == ("Svar från tangentbordet", TicketStatus.PENDING)


def test_the_key_sheet_opens_and_closes(open_as: OpenAs) -> None:
    page = open_as()

    page.keyboard.press("?")
    expect(page.locator("dialog.key-sheet")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("dialog.key-sheet")).to_be_hidden()


def test_two_people_on_one_ticket(open_as: OpenAs, store: Store) -> None:
    first, second = open_as(path="/ui/?ticket=da-3083"), open_as(role="publisher", path="/ui/?ticket=da-3083")
    expect(second.locator(".messages")).to_have_attribute("data-ticket", "da-3083")

    first.fill("#reply", "Först")
    first.keyboard.press("Control+Enter")
    expect(first.locator(".toast")).to_contain_text("Skickat")
    second.fill("#reply", "Min lange tekst")
    second.keyboard.press("Control+Enter")

    expect(second.locator(".banner")).to_contain_text("En anden har ændret sagen")
    expect(second.locator("#reply")).to_have_value("Min lange tekst")
    second.click("[data-act=reload-ticket]")
    expect(second.locator(".message").last).to_contain_text("Först")
    expect(second.locator("#reply")).to_have_value("Min lange tekst")
    second.keyboard.press("Control+Enter")
    expect(second.locator(".toast")).to_contain_text("Sendt")
    assert [m.body for m in store.tickets.get("da-3083").messages][-2:] == ["Först", "Min lange tekst"]


def test_an_article_is_read_in_place_at_the_matched_heading(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1084")

    page.locator(".read-more").first.click()

    expect(page.locator(".whole .matched")).to_be_visible()
    expect(page.locator(".whole mark").first).to_be_attached()
    page.locator(".read-more").first.click()
    expect(page.locator(".whole")).to_have_count(0)


def test_links_are_inserted_and_copied(open_as: OpenAs) -> None:
    page = open_as(path="/ui/?ticket=sv-1084")
    page.fill("#reply", "Läs")

    page.locator("[data-act=insert-link]").first.click()
    expect(page.locator("#reply")).to_have_value(re.compile(r"^Läs \[.+\]\(https://help\.fyrvik\.example/sv/.+\)$"))
    page.locator("[data-act=more-actions]").first.click()
    page.locator("[data-act=copy-link]").first.click()
    expect(page.locator(".toast")).to_contain_text("kopierad")
    assert page.evaluate("navigator.clipboard.readText()").startswith("https://help.fyrvik.example/sv/")
    page.fill("#reply", "")


def test_an_internal_note_stays_inside(open_as: OpenAs, store: Store) -> None:
    page = open_as(path="/ui/?ticket=nb-2083")
    status = store.tickets.get("nb-2083").status

    page.click("[data-act=reply-kind][data-kind=note]")
    page.fill("#reply", "Kunden er sint")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.note").last).to_contain_text("Kunden er sint")

    ticket = store.tickets.get("nb-2083")
    assert (ticket.messages[-1].public, ticket.status) == (False, status)
