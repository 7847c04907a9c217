"""Two people in one ticket, mentions, and passing on, each in browsers of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from kb.model import Customer, TicketStatus
from kb.store import Store
from tests.browser.conftest import OpenAs
from tests.fakes import a_ticket, put
from tests.ui.receivers import Inbox, web_server

pytestmark = pytest.mark.browser
QUESTION = "Min Hub blinkar gult och appen säger E-1042. Jag har startat om routern. Vad gör jag nu?"


@pytest.fixture
def ticket(store: Store, request: pytest.FixtureRequest) -> Iterator[str]:
    """A ticket of its own that no list of open tickets shows; gone afterwards."""
    ticket_id = "people-" + re.sub(r"\W+", "-", str(request.node.name))[-40:]
    turns = (("customer", QUESTION), ("note", "HEMLIGT"))
    put(
        store,
        a_ticket(
            ticket_id, *turns, status=TicketStatus.PENDING, locale="sv", product="Hub", subject="Gul lampa",
            customer=Customer("people-c", "Annika Lövsten", "annika@post.example"),
        ),
    )  # fmt: skip
    yield ticket_id
    with store.database.write("delete", "ticket", ticket_id) as connection:
        connection.execute("DELETE FROM tickets WHERE id = ?", (ticket_id,))


def opened(open_as: OpenAs, ticket: str, role: str) -> Page:
    page = open_as(role, path=f"/ui/?ticket={ticket}")
    expect(page.locator(f".messages[data-ticket={ticket}]")).to_be_visible()
    page.locator("#language").blur()
    return page


def test_the_second_writer_waits_takes_over_and_nothing_is_lost(open_as: OpenAs, ticket: str, store: Store) -> None:
    anna, bo = opened(open_as, ticket, "agent"), opened(open_as, ticket, "lead")
    expect(anna.locator(".person", has_text="Jonas Åkervik")).to_be_visible()
    anna.locator("#reply").click()
    anna.keyboard.type("Annas ord")

    banner = bo.locator(".lock-banner")
    expect(banner).to_contain_text("Elin Sandgren skriver ett svar")
    expect(bo.locator(".person", has_text="Elin Sandgren")).to_have_attribute("data-doing", "typing")
    bo.locator("#reply").click()
    bo.keyboard.type("Bos ord")
    expect(bo.locator("#reply")).to_have_value("")
    bo.keyboard.press("Control+Enter")
    expect(banner.locator("button")).to_be_focused()
    bo.keyboard.press("Enter")
    expect(banner).to_be_hidden()
    expect(bo.locator("#reply")).to_be_focused()
    expect(anna.locator(".lock-banner")).to_contain_text("Jonas Åkervik har tagit över svaret")
    expect(anna.locator("#reply")).to_have_value("Annas ord")
    anna.locator("#reply").click()
    anna.keyboard.type("!")
    expect(anna.locator("#reply")).to_have_value("Annas ord")

    bo.keyboard.type("Bos ord till kunden om hubben")
    bo.keyboard.press("Control+Enter")
    expect(bo.locator(".message", has_text="Bos ord till kunden")).to_be_visible()
    expect(anna.locator(".lock-banner")).to_be_hidden()
    expect(anna.locator("#reply")).to_have_value("Annas ord")
    bodies = [message.body for message in store.tickets.get(ticket).messages]
    assert bodies == [QUESTION, "HEMLIGT", "Bos ord till kunden om hubben"]
    (row,) = store.database.rows("SELECT * FROM audit WHERE verb = 'take_over' AND noun_id = ?", (ticket,))
    assert row["actor"]
    bo.goto("about:blank")
    expect(anna.locator(".person")).to_have_count(0, timeout=20_000)


def test_a_colleague_is_mentioned_by_keyboard_and_finds_it(open_as: OpenAs, ticket: str, store: Store) -> None:
    anna, bo = opened(open_as, ticket, "agent"), open_as("lead", path="/ui/?ticket=sv-1081")
    anna.locator("[data-act=reply-kind][data-kind=note]").click()
    anna.locator("#reply").click()
    anna.keyboard.type("Vet du, @åk")
    expect(anna.locator(".mention-option")).to_have_text(re.compile("Jonas Åkervik"))
    anna.keyboard.press("Escape")
    expect(anna.locator(".mention-picker")).to_be_hidden()
    anna.keyboard.press("Backspace")
    expect(anna.locator(".mention-option").first).to_be_visible()
    anna.keyboard.press("k")
    anna.keyboard.press("Enter")
    expect(anna.locator("#reply")).to_have_value("Vet du, @Jonas Åkervik ")
    anna.keyboard.type("varför?")
    anna.keyboard.press("Control+Enter")
    expect(anna.locator(".message", has_text="@Jonas Åkervik varför?")).to_be_visible()

    bo.evaluate("window.dispatchEvent(new Event('focus'))")
    button = bo.locator(".mentions-btn")
    expect(button).to_have_attribute("aria-label", re.compile("nytt omnämnande"), timeout=25_000)
    button.click()
    expect(bo.locator("dialog.mentions")).to_be_visible()
    bo.locator(".mention-row", has_text="varför?").press("Enter")
    expect(bo.locator(f".messages[data-ticket={ticket}]")).to_be_visible()
    expect(button).to_have_attribute("aria-label", "Omnämnanden")
    jonas = next(user for user in store.users.list() if user.name == "Jonas Åkervik")
    assert [each.read for each in store.mentions.of(jonas.id) if each.ticket_id == ticket] == [True]


@pytest.fixture
def partner(store: Store) -> Iterator[Inbox]:
    """A team outside with a webhook on this machine."""
    name = "Fjärr <b>& Co</b>"
    with web_server() as inbox:
        store.teams.put(name, webhook=inbox.url, outside=True)
        yield inbox
    store.teams.remove(name)


def test_passing_on_is_two_keys_and_what_was_shown_arrives(
    open_as: OpenAs, ticket: str, store: Store, partner: Inbox
) -> None:
    page = opened(open_as, ticket, "agent")
    page.keyboard.press("p")
    dialog = page.locator("dialog.pass-on")
    expect(dialog.locator(".pass-foot .primary")).to_be_enabled()
    expect(dialog.locator(".pass-name").first).to_have_text("Fjärr <b>& Co</b>")
    expect(dialog.locator("h3 .badge")).to_contain_text("Personuppgifter är borttagna")
    shown = dialog.locator(".pass-preview").inner_text()
    assert "Jag har startat om routern." in shown
    assert "Lövsten" not in shown
    assert "HEMLIGT" not in shown

    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(page.locator(".passed-on")).to_contain_text("Lämnat vidare till Fjärr <b>& Co</b>")
    expect(page.locator(".passed-on .badge")).to_have_attribute("data-delivery", "sent", timeout=20_000)
    expect(page.locator(".message.note", has_text="Lämnat vidare till Fjärr")).to_be_visible()
    assert partner.arrived.is_set()
    ((_, body),) = partner.got
    sent = json.loads(body)
    assert sent["text"].split() == shown.split()
    assert (sent["kind"], sent["to"], sent["redacted"], sent["ticket"]["id"]) == (
        "passed_on", "Fjärr <b>& Co</b>", True, ticket,
    )  # fmt: skip
    after = store.tickets.get(ticket)
    assert after.follow_up_at == store.escalations.opening_of(store.escalations.next_business_day())
    assert "passed-on" in after.tags


def test_a_team_is_chosen_by_number_and_notes_go_only_when_ticked(open_as: OpenAs, ticket: str, store: Store) -> None:
    for name in ("Aa", "Bb"):
        store.teams.put(name)
    page = opened(open_as, ticket, "agent")
    try:
        page.keyboard.press("p")
        dialog = page.locator("dialog.pass-on")
        expect(dialog.locator("h3")).to_contain_text("Ingenting lämnar Svar")
        page.keyboard.press("2")
        expect(dialog.locator("input[type=radio]").nth(1)).to_be_checked()
        dialog.get_by_label("Några ord från dig").fill("Snälla titta")
        expect(dialog.locator(".pass-preview")).to_contain_text("Snälla titta")
        expect(dialog.locator(".pass-preview")).not_to_contain_text("HEMLIGT")
        dialog.locator("#pass-notes").check()
        expect(dialog.locator(".pass-preview")).to_contain_text("HEMLIGT")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.keyboard.press("p")
        expect(dialog.locator(".pass-preview")).to_contain_text("Gul lampa")
        expect(dialog.locator(".pass-preview")).not_to_contain_text("HEMLIGT")
        page.keyboard.press("Escape")
        assert store.escalations.of(ticket) == []
    finally:
        for name in ("Aa", "Bb"):
            store.teams.remove(name)
