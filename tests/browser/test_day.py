"""A working day: fifty tickets in four languages by keyboard only; then everything is looked for in the database."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from assistant.speed.bench_home import copied_home
from kb import clock
from kb.model import Author, Customer, EventKind, Message, Role, Ticket, TicketStatus
from kb.settings import Settings
from kb.store import Store
from kb.ticket_intake import put_ticket
from tests.ui.server import MODELS, Server, serving_demo
from ui.commands.serve import DEMO_MARK

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY = 50
# What customers write, and what colleagues answer, in four languages: the replies are ours, so that nothing but the
# database can be their source afterwards.
ASKED = {
    "sv": (("Hubben blinkar gult", "Hej! Min hub har blinkat gult sedan i morse och appen säger att den är frånkopplad."),
           ("Returnera en vara", "Hej, jag vill returnera min termostat. Hur gör jag, och när får jag pengarna?"),
           ("Glömt lösenordet", "Jag har glömt mitt lösenord och länken i mejlet fungerar inte längre.")),
    "nb": (("Huben er frakoblet", "Hei! Huben min har vært frakoblet siden i går. Hva kan jeg gjøre?"),
           ("Retur av vare", "Hei, jeg vil sende tilbake termostaten. Når får jeg pengene igjen?"),
           ("Glemt passord", "Jeg har glemt passordet mitt, og lenken i e-posten virker ikke lenger.")),
    "da": (("Hubben er offline", "Hej! Min hub har været offline siden i går. Hvad kan jeg gøre?"),
           ("Returnere en vare", "Hej, jeg vil gerne sende termostaten tilbage. Hvornår får jeg pengene igen?"),
           ("Glemt adgangskode", "Jeg har glemt min adgangskode, og linket i mailen virker ikke længere.")),
    "en": (("The hub is offline", "Hello! My hub has been offline since yesterday. What can I do?"),
           ("Returning an item", "Hi, I would like to return my thermostat. When will I get my money back?"),
           ("Forgot my password", "I have forgotten my password and the link in the email does not work any more.")),
}  # fmt: skip
ANSWERED = {
    "sv": "Tack för att du hörde av dig. Jag har tittat på ärendet och återkommer till dig i dag, nummer {n}.",
    "nb": "Takk for at du tok kontakt. Jeg har sett på saken og kommer tilbake til deg i dag, nummer {n}.",
    "nn": "Takk for at du tok kontakt. Eg har sett på saka og kjem attende til deg i dag, nummer {n}.",
    "da": "Tak for din henvendelse. Jeg har kigget på sagen og vender tilbage til dig i dag, nummer {n}.",
    "en": "Thank you for getting in touch. I have looked into this and will come back to you today, number {n}.",
}


@dataclass(frozen=True)
class Handled:
    """What was done with one ticket."""

    ticket_id: str
    locale: str
    text: str
    solved: bool
    inserted: bool
    articles: tuple[str, ...]
    """What was in sight when the reply was written."""


@pytest.fixture(scope="module")
def day(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo with some thirty more tickets of its own: a copy, so that other tests keep theirs."""
    home = tmp_path_factory.mktemp("day")
    models = Path(MODELS) if MODELS else server.home / "models"
    copied_home(Settings(home=server.home, models=models), home)
    (home / DEMO_MARK).touch()
    if not MODELS and models.is_dir():
        (home / "models").symlink_to(models)
    with closing(Store.open(Settings(home=home))) as store:
        live = len(store.tickets.page(statuses=[TicketStatus.OPEN], limit=500))
        _add_tickets(store, max(0, DAY + 2 - live))
    with serving_demo(home) as found:
        found.wait_for_gradio()
        yield found


def _add_tickets(store: Store, count: int) -> None:
    now = clock.now()
    kinds = [(locale, *each) for locale in ASKED for each in ASKED[locale]]
    with store.database.write("import", "ticket", str(count)) as connection:
        for n in range(count):
            locale, subject, body = kinds[n % len(kinds)]
            at = now - timedelta(minutes=5 + n)
            put_ticket(connection, Ticket(
                id=f"day-{n}", source="day", source_id=f"day-{n}", subject=subject, status=TicketStatus.OPEN,
                locale=locale, created_at=at, channel="email", messages=(Message(0, Author.CUSTOMER, True, at, body),),
                customer=Customer(id=f"day-{n}", name=f"Kim Dagsson {n}", email=f"kim{n}@dag.example"),
            ))  # fmt: skip


def test_fifty_tickets_by_keyboard_only(chromium: Browser, day: Server) -> None:
    began = clock.now()
    context = chromium.new_context(locale="sv-SE", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    posted: list[dict[str, object]] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: _watch(request, day.url, errors, posted))
    page.goto(f"{day.url}/login")
    page.locator("button[value=agent]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-ready=yes]")

    handled = [_handle(page, n) for n in range(DAY)]
    page.wait_for_timeout(2000)
    context.close()

    assert errors == []
    assert len({one.ticket_id for one in handled}) == DAY
    assert {one.locale for one in handled} >= {"sv", "nb", "da", "en"}
    with closing(Store.open(Settings(home=day.home))) as store:
        for one in handled:
            _check_sent(store, one)
        _check_events(store, handled, posted, began)


def _watch(request: Request, base: str, errors: list[str], posted: list[dict[str, object]]) -> None:
    if not request.url.startswith((base, "data:", "blob:")):
        errors.append(f"request to {request.url}")
    if request.method == "POST" and request.url.endswith("/api/v1/events") and request.post_data:
        posted.extend(json.loads(request.post_data)["events"])


def _handle(page: Page, n: int) -> Handled:
    """Take the next ticket and answer it; every third is solved at once, with a suggestion if there is one."""
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    ticket_id = str(page.locator(".row:focus").get_attribute("data-id"))
    expect(page.locator(".messages")).to_have_attribute("data-ticket", ticket_id)
    suggestions = page.locator(".sugs")
    expect(suggestions).to_have_attribute("data-state", re.compile("ready|empty"))
    locale = page.evaluate(
        "id => fetch('/api/v1/tickets/' + id).then(r => r.json()).then(d => d.ticket.locale)", ticket_id
    )
    solved = n % 3 == 0
    first = page.locator(".card-hit").first
    can_insert = suggestions.get_attribute("data-state") == "ready" and first.locator(".badge.internal").count() == 0
    articles = tuple(page.locator(".card-hit").evaluate_all("all => all.map(e => e.dataset.id)"))
    text = ANSWERED[locale if locale in ANSWERED else "en"].format(n=n)
    page.keyboard.press("r")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    inserted = solved and can_insert
    if inserted:
        page.keyboard.press("Alt+1")
        expect(page.locator("#reply")).not_to_have_value(text)
    page.keyboard.press("Control+Shift+Enter" if solved else "Control+Enter")
    gone = page.locator(f".row[data-id='{ticket_id}']")
    _send_all_the_same(page, ticket_id, solved=solved)
    gone.wait_for(state="detached")
    expect(page.locator("#reply")).to_have_value("")
    return Handled(ticket_id, locale, text, solved, inserted, articles)


def _send_all_the_same(page: Page, ticket_id: str, *, solved: bool) -> None:
    """An inserted passage may be in another language than the customer's: who has read the warning sends again."""
    done = page.locator(f".row[data-id='{ticket_id}']")
    for _ in range(40):
        if done.count() == 0:
            return
        if page.locator(".check:visible").count():
            page.keyboard.press("Control+Shift+Enter" if solved else "Control+Enter")
        page.wait_for_timeout(100)


def _check_sent(store: Store, one: Handled) -> None:
    ticket = store.tickets.get(one.ticket_id)
    last = ticket.messages[-1]
    assert last.public, one
    assert (last.body == one.text) != one.inserted, one
    assert one.text in last.body, one
    assert ticket.status is (TicketStatus.SOLVED if one.solved else TicketStatus.PENDING), one
    assert last.name == next(user.name for user in store.users.list() if user.role is Role.AGENT)
    links = [link for link in store.tickets.links([one.ticket_id]) if link.kind == "resolution"]
    assert bool(links) == one.inserted, one


def _check_events(store: Store, handled: list[Handled], posted: list[dict[str, object]], began: datetime) -> None:
    """What the page reported is there, each once; what the server writes by itself is there too."""
    stored: Counter[tuple[str, str, str, int]] = Counter()
    for one in handled:
        # Other tests may have used the demo before the day began.
        events = [event for event in store.events.list(ticket_id=one.ticket_id, limit=500) if event.at >= began]
        kinds = Counter(event.kind for event in events)
        assert kinds[EventKind.SENT] >= 1, one
        assert (kinds[EventKind.LINKED] >= 1) == one.inserted, one
        assert (kinds[EventKind.INSERTED] >= 1) == one.inserted, one
        stored.update((event.kind.value, event.ticket_id, event.article_id, event.rank) for event in events)
    reported = Counter(
        (str(each["kind"]), str(each["ticket_id"]), str(each.get("article_id", "")), int(str(each.get("rank", 0))))
        for each in posted
        if each["ticket_id"] in {one.ticket_id for one in handled}
    )
    assert reported[next(iter(reported))] >= 1
    assert {key: count for key, count in reported.items() if stored[key] != count} == {}
    shown = {key[1] for key in reported if key[0] == "shown"}
    assert len(shown) >= DAY // 2
