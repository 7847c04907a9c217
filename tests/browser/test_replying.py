"""Writing a reply in a real browser: canned replies, warnings before it goes out, and nothing typed is ever lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kb.event import EventKind
from kb.model import Role
from kb.settings import Settings
from kb.store import Store
from tests.conftest import ROOT, environment
from tests.ui.free_port import free_port
from tests.ui.seed import fill_store

pytestmark = pytest.mark.browser

DANISH = (
    "Hej! Du kan genstarte hubben ved at holde knappen nede i ti sekunder. Bagefter plejer lampen at lyse grønt igen"
    " i løbet af nogle minutter. Skriv gerne til os, hvis det ikke virker, så hjælper vi dig videre."
)
NO_STORAGE = """
Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });
Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("no", "SecurityError"); } });
"""


class Fake:
    """The application on the fake engine, which a test may kill and start again at the same address."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.ui.run_fake", str(self.home), str(self.port), "--demo"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment({}))
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{self.url}/api/v1/health", timeout=5)
                return
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            self.process = None

    @contextmanager
    def store(self) -> Iterator[Store]:
        opened = Store.open(Settings(home=self.home))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    made = Fake(tmp_path_factory.mktemp("replying") / "home")
    with made.store() as store:
        fill_store(store)
    made.start()
    yield made
    made.kill()


Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, fake: Fake) -> Iterator[Enter]:
    contexts, problems = [], []

    def entered(ticket: str, *, role: str = "agent", beside: Page | None = None, script: str = "") -> Page:
        if beside is None:
            context = chromium.new_context(locale="sv-SE", viewport={"width": 1440, "height": 900})
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            contexts.append(context)
        else:
            context = beside.context
        page = context.new_page()
        page.set_default_timeout(15_000)
        # Servers are killed here, also while Gradio still fetches styles of its own.
        page.on("pageerror", lambda e: None if "preload CSS" in str(e) else problems.append(str(e)))
        if script:
            page.add_init_script(script)
        page.goto(f"{fake.url}/ui/?ticket={ticket}")
        if "/login" in page.url:
            page.click(f"button[value={role}]")
        expect(page.locator(".messages")).to_have_attribute("data-ticket", ticket, timeout=20_000)
        return page

    yield entered
    for context in contexts:
        context.close()
    assert problems == []


def kept(fake: Fake, ticket: str, role: Role = Role.AGENT) -> list[str]:
    with fake.store() as store:
        user = next(user for user in store.users.list() if user.role is role)
        return [row.body for row in store.reply_drafts.all(ticket, user.id)]


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


def test_internal_text_is_quoted_before_it_goes_and_the_override_logged(enter: Enter, fake: Fake) -> None:
    with fake.store() as store:
        body = store.articles.get("goodwill-replacement-sv").revision.body
        count = len(store.tickets.get("sv-1081").messages)
    secret = next(line for line in body.split("\n") if len(line.split()) > 12).split(". ")[0] + "."
    page = enter("sv-1081")
    page.fill("#reply", f"Hej!\n\n{secret}")

    page.keyboard.press("Control+Enter")
    expect(page.locator(".check")).to_contain_text(secret[:60])
    expect(page.locator("[data-act=check-change]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".check")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".check")).to_be_hidden()
    with fake.store() as store:
        assert len(store.tickets.get("sv-1081").messages) == count

    page.keyboard.press("Control+Enter")
    page.click("[data-act=send-anyway]")
    expect(page.locator("#reply")).to_have_value("")
    with fake.store() as store:
        assert len(store.tickets.get("sv-1081").messages) == count + 1
        [event] = [each for each in store.events.list(ticket_id="sv-1081") if each.kind is EventKind.OVERRIDDEN]
        assert event.detail["quote"] == secret


def test_another_language_is_a_quiet_remark_and_the_same_keys_send(enter: Enter, fake: Fake) -> None:
    page = enter("sv-1085")
    page.fill("#reply", DANISH)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".check[data-kind=language]")).to_contain_text("danska")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply")).to_have_value("")
    with fake.store() as store:
        assert store.tickets.get("sv-1085").messages[-1].body == DANISH


def test_what_solved_it_and_what_is_only_related_are_linked_apart(enter: Enter, fake: Fake) -> None:
    page = enter("nb-2082")
    cards = page.locator("[data-section=articles] [data-act=insert-passage]")
    cards.nth(0).click()
    cards.nth(1).click()
    expect(page.locator(".chip.resolution")).to_have_count(2)
    page.locator(".chip-kind").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip.reference")).to_have_count(1)
    expect(page.locator(".chip-kind").nth(1)).to_be_focused()
    page.fill("#reply", page.locator("#reply").input_value().replace("{{", "").replace("[name]", ""))
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#reply")).to_have_value("")
    with fake.store() as store:
        assert sorted(link.kind for link in store.tickets.links(["nb-2082"])) == ["reference", "resolution"]
        linked = [e.detail["kind"] for e in store.events.list(ticket_id="nb-2082") if e.kind is EventKind.LINKED]
        assert sorted(map(str, linked)) == ["reference", "resolution"]


def test_a_reply_with_an_open_field_is_not_copied_either(enter: Enter) -> None:
    page = enter("nb-2083")
    page.evaluate("navigator.clipboard.writeText('before')")
    page.fill("#reply", "Order {{order.number}}")
    page.click("[data-act=copy-reply]")
    expect(page.locator(".toast")).to_contain_text("ordernummer")
    assert page.evaluate("navigator.clipboard.readText()") == "before"
    page.fill("#reply", "Order FV-204518")
    page.click("[data-act=copy-reply]")
    page.wait_for_function("navigator.clipboard.readText().then((text) => text === 'Order FV-204518')")
    page.fill("#reply", "")


def test_a_draft_is_inserted_whole_marked_and_undone(enter: Enter) -> None:
    page = enter("sv-1084")
    expect(page.locator(".draft[data-state=ready] .sentence").first).to_be_visible()
    page.keyboard.press("d")
    first = page.locator("#reply").input_value()
    assert first
    page.click("[data-act=fold-draft]")
    expect(page.locator(".sentence.used").first).to_be_visible()
    page.focus("#reply")
    page.keyboard.press("Control+z")
    expect(page.locator("#reply")).to_have_value("")


def test_sentences_are_reached_by_arrow_keys_and_show_their_passage(enter: Enter) -> None:
    page = enter("sv-1084")
    sentences = page.locator(".sentence")
    expect(sentences.first).to_be_visible()
    expect(page.locator(".card-hit").first).to_be_visible()
    sentences.first.focus()
    page.keyboard.press("ArrowRight")
    expect(sentences.nth(1)).to_be_focused()
    expect(page.locator(".pop mark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pop")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).not_to_have_value("")
    page.fill("#reply", "")


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


def _shorter(route: Route) -> None:
    """Answer another style with the draft's first sentence alone."""
    answer = route.fetch()
    draft = answer.json()
    if "short" in (route.request.post_data or ""):
        [first, *_] = draft["sentences"]
        draft |= {"text": first["text"], "sentences": [first]}
    route.fulfill(response=answer, json=draft)


def test_the_draft_in_another_style_takes_the_place_of_the_first(enter: Enter) -> None:
    page = enter("sv-1084")
    page.route("**/api/v1/draft", _shorter)
    reply = page.locator("#reply")
    expect(page.locator(".sentence").first).to_be_visible()
    page.keyboard.press("d")
    whole = reply.input_value()
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page.locator(".sentence")).to_have_count(1)
    page.keyboard.press("d")
    expect(reply).to_have_value("Hej Annika!")
    page.click(".toast [data-act=undo-replace]")
    expect(reply).to_have_value(whole)
    reply.fill("")
