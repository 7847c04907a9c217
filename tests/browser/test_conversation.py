"""The open ticket in a real browser: messages, the customer, fields, and what is asked once it is solved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.desk.changes import TicketChange
from kb.importers.run import import_paths
from kb.model import TicketStatus
from kb.settings import Settings
from kb.store import Store
from tests.browser.conftest import OpenAs, opener
from tests.ui.seed import fill_store
from tests.ui.server import Server, running

pytestmark = pytest.mark.browser
NOW = datetime.now(UTC)
QUOTE = "Den fre 20 nov. 2026 kl 10:12 skrev Fyrvik <stod@fyrvik.example>:\n> Hej!\n> Dra ur den.\n> Elin"
ASA = {"name": "Åsa Ek", "email": "asa.ek@kund.example", "plan": "Plus"}


def _at(**ago: float) -> str:
    return (NOW - timedelta(**ago)).isoformat()


def _row(ticket_id: str, subject: str, *messages: dict[str, Any], **changes: Any) -> dict[str, Any]:
    row = {
        "id": ticket_id,
        "subject": subject,
        "status": "open",
        "created_at": _at(days=40),
        "locale": "sv",
        "customer": ASA,
    }
    return row | {"channel": "email", "messages": list(messages)} | changes


def _rows() -> list[dict[str, Any]]:
    first = {
        "author": "customer", "at": _at(days=2), "body": "Hubben blinkar gult.",
        "attachments": [
            {"name": "bild.jpg", "type": "image/jpeg", "size": 1_834_522, "url": "https://files.example/1.jpg"},
            {"name": "logg.txt", "url": "javascript:window.hacked=1"},
        ],
    }  # fmt: skip
    note = {"author": "agent", "name": "Elin", "public": False, "at": _at(days=1), "body": "Ringde, inget svar."}
    last = {
        "author": "customer",
        "at": _at(seconds=1),
        "body": f"Fortfarande gult.\n\n{QUOTE}\n\nSkickat från min iPhone",
    }
    hundred = [
        {
            "author": "agent" if n % 2 else "customer",
            "at": _at(hours=200 - n),
            "body": f"Message {n}.\n\n1. **Unplug** it.",
        }
        for n in range(100)
    ]
    return [
        _row("cv-1", "Gult igen", first, note, last),
        _row("cv-2", "Fälten", {"author": "customer", "body": "q"}),
        _row("cv-3", "Löst snart", {"author": "customer", "body": "Hubben blinkar gult."}),
        _row("cv-4", "Hundra", *hundred),
        _row("cv-5", "En megabyte", {"author": "customer", "body": "E-1042 <b>x</b>\n" * 65_000}, {"author": "customer", "body": "ö" * 1_000_000}),
        *[
            _row(f"cv-e{n}", f"Förr {n}", {"author": "customer", "body": "q"}, status="closed", created_at=_at(days=60 + n))
            for n in range(12)
        ],
    ]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo on the fake engine, with a customer whom three systems know and who has been here often."""
    folder = tmp_path_factory.mktemp("conversation")
    store = Store.open(Settings(home=folder / "home"))
    fill_store(store)
    _import(store, folder, _rows())
    for name, text in {
        "crm.csv": "id,email,company,products,updated_at\n17,asa.ek@kund.example,Ek AB,Hub,2020-01-01\n",
        "billing.csv": "kundnummer;e-post;betalar\n5512;asa.ek@kund.example;30 dagar\n",
        "shop.csv": "id,email,orders\n884,asa.ek@kund.example,7\n",
    }.items():
        (folder / name).write_text(text)
        import_paths(store, [folder / name])
    store.close()
    with running(folder / "home", "--demo") as found:
        found.wait_for_gradio()
        yield found


@pytest.fixture
def open_desk(chromium: Browser, desk: Server) -> Iterator[OpenAs]:
    """Open it as the demo's colleague of a role; afterwards nothing may have gone wrong."""
    yield from opener(chromium, desk)


@pytest.fixture
def desk_store(desk: Server) -> Iterator[Store]:
    """Its database."""
    opened = Store.open(Settings(home=desk.home))
    yield opened
    opened.close()


def _import(store: Store, folder: Path, rows: list[dict[str, Any]]) -> None:
    file = folder / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    import_paths(store, [file])


def _opened(page: Page, ticket_id: str) -> None:
    expect(page.locator(f".messages[data-ticket={ticket_id}]")).to_be_visible()


def test_messages_are_told_apart_and_folded(open_desk: OpenAs) -> None:
    page = open_desk(path="/ui/?ticket=cv-1")
    _opened(page, "cv-1")

    note = page.locator(".message.note")
    expect(note.locator(".badge")).to_have_text("Intern anteckning")
    assert note.evaluate("one => getComputedStyle(one).borderTopStyle") == "dashed"
    expect(page.get_by_role("heading", name="Intern anteckning")).to_have_count(1)
    expect(page.locator(".day")).to_have_count(3)
    last = page.locator(".message").last
    expect(last.get_by_text("Fortfarande gult.")).to_be_visible()
    fold = last.get_by_role("button", name="Citat, 4 rader")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(last.get_by_text("Dra ur den.")).to_have_count(0)
    fold.press("Enter")
    expect(last.get_by_text("Dra ur den.")).to_be_visible()
    expect(last.get_by_role("button", name="Signatur, 1 rad")).to_be_visible()
    time = last.locator("time")
    assert str(NOW.year) in (time.get_attribute("title") or "")


def test_files_are_listed_and_only_safe_addresses_are_links(open_desk: OpenAs) -> None:
    page = open_desk(path="/ui/?ticket=cv-1")

    expect(page.locator(".files li")).to_have_count(2)
    link = page.locator(".files a")
    expect(link).to_have_count(1)
    expect(link).to_have_text("bild.jpgimage/jpeg, 1,8 MB")
    assert (link.get_attribute("href"), link.get_attribute("rel")) == (
        "https://files.example/1.jpg",
        "noopener noreferrer",
    )


def test_the_customer_by_keyboard_and_back(open_desk: OpenAs) -> None:
    page = open_desk(path="/ui/?ticket=cv-1")
    _opened(page, "cv-1")

    page.keyboard.press("i")
    panel = page.locator("#customer-card")
    expect(panel.locator(".system")).to_have_count(4)
    expect(panel).to_contain_text("30 dagar")
    expect(panel.locator(".system", has_text="crm").locator(".badge")).to_have_text("Gamla uppgifter")
    expect(panel.locator("button.earlier")).to_have_count(10)
    page.keyboard.press("ArrowUp")
    panel.get_by_role("button", name="Visa fler").press("Enter")
    expect(panel.locator("button.earlier")).to_have_count(16)
    expect(panel.locator("button.earlier").nth(10)).to_be_focused()
    other = panel.locator("button.earlier").nth(10).get_attribute("data-id")
    page.keyboard.press("Enter")
    _opened(page, str(other))
    expect(panel).to_be_hidden()
    page.keyboard.press("u")
    _opened(page, "cv-1")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(".customer-line")).to_be_focused()


def test_a_field_is_changed_by_keyboard_and_taken_back(open_desk: OpenAs, desk_store: Store) -> None:
    page = open_desk(path="/ui/?ticket=cv-2")
    _opened(page, "cv-2")

    page.keyboard.press("e")
    expect(page.locator("[name=status]")).to_be_focused()
    page.locator("[name=priority]").select_option("urgent")
    expect(page.locator(".toast")).to_contain_text("Prioritet: Brådskande")
    assert desk_store.tickets.get("cv-2").priority == "urgent"
    expect(page.locator(".ticket-title .badge")).to_have_text("Brådskande")
    page.locator("[name=tags]").fill("a, b ,a")
    page.locator("[name=tags]").press("Enter")
    expect(page.locator(".toast")).to_contain_text("a, b")
    assert desk_store.tickets.get("cv-2").tags == ("a", "b")
    page.click(".toast [data-act=undo-field]")
    expect(page.locator("[name=tags]")).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.locator("#fields")).to_be_visible()
    page.locator("[name=status]").press("Escape")
    expect(page.locator("#fields")).to_be_hidden()
    expect(page.locator("#edit-fields")).to_be_focused()
    assert desk_store.tickets.get("cv-2").tags == ()


def test_nobodys_change_is_overwritten_unseen(open_desk: OpenAs, desk_store: Store) -> None:
    page = open_desk(path="/ui/?ticket=cv-2")
    _opened(page, "cv-2")
    page.keyboard.press("e")
    expect(page.locator("[name=assignee_id] option")).not_to_have_count(1)

    desk_store.changes.change("cv-2", TicketChange(product="Termo"), actor="other")
    page.locator("[name=type]").fill("fråga")
    page.locator("[name=type]").press("Enter")
    expect(page.locator(".field-note")).to_contain_text("Produkt: Termo")
    expect(page.locator(".toast")).to_contain_text("fråga")
    assert (desk_store.tickets.get("cv-2").type, desk_store.tickets.get("cv-2").product) == ("fråga", "Termo")

    desk_store.changes.change("cv-2", TicketChange(status=TicketStatus.CLOSED), actor="other")
    page.locator("[name=status]").select_option("pending")
    expect(page.locator(".field-note")).to_contain_text("Du ville ha Väntar på kund")
    assert desk_store.tickets.get("cv-2").status is TicketStatus.CLOSED
    page.locator(".field-note button").first.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Väntar på kund")
    assert desk_store.tickets.get("cv-2").status is TicketStatus.PENDING


def test_what_is_new_is_marked(open_desk: OpenAs, desk_store: Store, tmp_path: Path) -> None:
    page = open_desk(path="/ui/?ticket=cv-1")
    _opened(page, "cv-1")
    expect(page.locator(".new-line")).to_have_count(0)
    page.goto(page.url.replace("cv-1", "cv-2"))
    _opened(page, "cv-2")

    row = _rows()[0]
    row["messages"].append({"author": "customer", "at": NOW.isoformat(), "body": "Nu lyser den rött."})
    _import(desk_store, tmp_path, [row])
    page.goto(page.url.replace("cv-2", "cv-1"))

    expect(page.locator(".new-line + .message, .new-line + .day + .message")).to_contain_text("Nu lyser den rött.")
    row["messages"].append({"author": "customer", "at": NOW.isoformat(), "body": "Och nu vitt."})
    _import(desk_store, tmp_path, [row])
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.click("[data-act=reload-ticket]")
    expect(page.locator(".messages + [role=status]")).to_contain_text("Nytt meddelande från Åsa Ek: Och nu vitt.")


def test_a_note_by_keyboard(open_desk: OpenAs) -> None:
    page = open_desk(path="/ui/?ticket=cv-2")
    _opened(page, "cv-2")

    page.keyboard.press("n")

    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator("[data-act=reply-kind][aria-pressed=true]")).to_have_attribute("data-kind", "note")


def test_after_the_contact_one_quiet_question(open_desk: OpenAs, desk_store: Store) -> None:
    page = open_desk(path="/ui/?ticket=cv-3")
    _opened(page, "cv-3")
    after = page.locator(".after")
    expect(after).to_be_hidden()

    page.fill("#reply", "Dra ur hubben i trettio sekunder.")
    page.click("[data-act=send-solve]")
    expect(after).to_be_visible()
    assert page.evaluate("document.querySelector('dialog[open]')") is None
    page.locator("#reply").press("Escape")
    page.keyboard.press("w")
    expect(page.locator("#after-search")).to_be_focused()
    page.fill("#after-search", "hub internet")
    hit = after.locator(".after-hit").first
    title = hit.inner_text()
    hit.click()
    expect(after.locator(".after-linked")).to_contain_text(title)
    (link,) = desk_store.tickets.links(["cv-3"])
    assert link.kind == "resolution"
    expect(after.get_by_role("button", name="Ja")).to_be_focused()
    after.get_by_role("button", name="Nej").press("Enter")
    expect(after).to_be_hidden()
    expect(page.locator(".toast")).to_contain_text("väger mindre")
    assert [one.outcome for one in desk_store.tickets.links(["cv-3"])] == ["unsolved"]

    page.fill("#reply", "En gång till.")
    page.click("[data-act=send-solve]")
    expect(after).to_be_visible()
    # By keyboard: the draft that comes moves what a pointer aims at.
    after.get_by_role("button", name="Fråga inte mer").press("Enter")
    expect(after).to_be_hidden()
    expect(page.locator(".toast")).to_contain_text("Du får inte frågan igen.")
    page.reload()
    _opened(page, "cv-3")
    page.fill("#reply", "Tredje gången.")
    page.click("[data-act=send-solve]")
    expect(page.locator(".message").last).to_contain_text("Tredje gången.")
    expect(after).to_be_hidden()


def test_many_and_huge_messages(open_desk: OpenAs) -> None:
    page = open_desk(path="/ui/?ticket=cv-4")
    expect(page.locator(".message")).to_have_count(100)
    expect(page.locator(".message").last).to_be_in_viewport()

    page.goto(page.url.replace("cv-4", "cv-5"))
    _opened(page, "cv-5")
    assert page.evaluate("document.querySelector('.messages').textContent.length") < 10_000
    took_ms = page.evaluate(
        """async () => {
            const started = performance.now();
            document.querySelector("[data-act=unfold]").click();
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            return performance.now() - started;
        }"""
    )
    assert took_ms < 3000
    expect(page.locator(".message b")).to_have_count(0)
    assert page.evaluate("document.querySelector('.message').textContent.length") > 900_000
