"""The queue in a real browser: views, filters in the address, many at once, pages, and what is new.

It has a server of its own: the fake engine, since nothing here is found, and a hundred more open tickets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from kb import clock
from kb.desk.filters import TicketFilter
from kb.model import Author, Customer, Message, Role, Ticket, TicketStatus
from kb.settings import Settings
from kb.store import Store
from kb.ticket_intake import put_ticket
from tests.browser.conftest import OpenAs, opener
from tests.ui.seed import fill_store
from tests.ui.server import Server, running
from ui.demo import add_colleagues

pytestmark = pytest.mark.browser
MANY = 120
ARABIC = "محمد <b>\u202eعلي"


@pytest.fixture(scope="module")
def queue_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo and as many tickets again as fill three pages; Elin has three of them."""
    home = tmp_path_factory.mktemp("queue")
    store = Store.open(Settings(home=home))
    fill_store(store)
    add_colleagues(store)
    with store.database.write("import", "ticket", str(MANY)) as connection:
        for number in range(MANY):
            put_ticket(connection, a_ticket(number))
    store.close()
    with running(home, "--demo") as found:
        found.wait_for_gradio()
        yield found


def a_ticket(number: int) -> Ticket:
    # One a minute, the first is the oldest.
    made = clock.now() - timedelta(days=30) + timedelta(minutes=number)
    return Ticket(
        id=f"q-{number:03d}", source="queue", source_id=str(number), subject=f"Kö {number}", status=TicketStatus.OPEN,
        locale="sv", created_at=made, messages=(Message(0, Author.CUSTOMER, True, made, "Hej"),), product="Kö",
        assignee="Elin Sandgren" if number < 3 else "Team Nord" if number == 3 else "",
        customer=Customer(f"kund-{number}", ARABIC if number == 5 else f"Kund {number}", company="Åkeri AB"),
    )  # fmt: skip


@pytest.fixture
def open_queue(chromium: Browser, queue_server: Server) -> Iterator[OpenAs]:
    yield from opener(chromium, queue_server)


@pytest.fixture
def store(queue_server: Server) -> Iterator[Store]:
    opened = Store.open(Settings(home=queue_server.home))
    yield opened
    opened.close()


def total(page: Page, n: int) -> None:
    expect(page.locator(".list-line [role=status]")).to_have_text(re.compile(rf"^{n}\s"))


def toast(page: Page, text: str) -> None:
    expect(page.locator(".toast")).to_contain_text(text)


def test_keys_go_on_over_the_border_of_a_page(open_queue: OpenAs) -> None:
    page = open_queue(path="/ui/?product=Kö&sort=created&ticket=q-071")

    total(page, MANY)
    expect(page.locator(".pager")).to_contain_text("1–50 av 120")
    page.locator("#ticket-q-070").focus()
    page.keyboard.press("j")
    expect(page.locator("#ticket-q-069")).to_be_focused()
    expect(page.locator(".pager")).to_contain_text("51–100 av 120")
    page.keyboard.press("k")
    expect(page.locator("#ticket-q-070")).to_be_focused()
    expect(page.locator(".pager")).to_contain_text("1–50 av 120")


def test_a_refresh_keeps_page_place_and_focus(open_queue: OpenAs) -> None:
    page = open_queue(path="/ui/?product=Kö&sort=created&ticket=q-071")
    page.click("[data-act=next-page]")
    page.locator("#ticket-q-040").focus()
    rows = page.locator("#tickets")
    rows.evaluate("element => { element.scrollTop = 900; }")
    top = page.locator("#ticket-q-055").bounding_box()

    with page.expect_response(re.compile("/tickets\\?")):
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(150)

    expect(page.locator("#ticket-q-040")).to_be_focused()
    expect(page.locator(".pager")).to_contain_text("51–100 av 120")
    assert page.locator("#ticket-q-055").bounding_box() == top


def test_the_keyboard_goes_to_views(open_queue: OpenAs) -> None:
    page = open_queue()
    page.locator("body").press("g")
    page.keyboard.press("m")

    total(page, 3)
    expect(page.locator(".view-tabs [aria-selected=true]")).to_contain_text("Mina 3")
    assert "view=mine" in page.url
    expect(page.locator("#ticket-q-000 .row-assignee")).to_have_text(re.compile("ES"))
    page.keyboard.press("g")
    page.keyboard.press("g")
    expect(page.locator("#view-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#view-menu")).to_be_hidden()


def test_a_filter_is_made_shared_as_a_link_and_kept_as_a_view(open_queue: OpenAs) -> None:
    page = open_queue()
    page.click("#open-filter")
    page.select_option("#f-products", "Kö")
    page.select_option("#f-assignees", "nobody")
    page.click("[data-act=apply-filter]")
    total(page, MANY - 3)
    expect(page.locator(".filter-chips .filter-chip")).to_have_text(["Kö", "Ingen"])

    other = open_queue(role="lead", path="/ui/?" + page.url.split("?")[1])
    total(other, MANY - 3)

    page.click("#open-filter")
    page.fill("#view-name", "Kö utan ägare")
    page.check("#view-shared")
    page.click("[data-act=save-view]")
    toast(page, "Kö utan ägare")
    expect(page.locator(".view-tabs [aria-selected=true]")).to_contain_text("Kö utan ägare")
    page.reload()
    total(page, MANY - 3)
    expect(page.locator(".view-tabs [aria-selected=true]")).to_contain_text("Kö utan ägare")

    page.click("#all-views")
    page.click("[data-act=arrange-views]")
    row = page.locator(".views-row", has_text="Kö utan ägare")
    for _ in range(3):
        row.locator("[data-act=view-up]").click()
        page.wait_for_timeout(100)
    page.locator(".views-row", has_text="Lösta").locator("[data-act=view-hide]").click()
    expect(page.locator(".views-row.is-hidden")).to_have_count(1)
    row.locator("[data-act=view-delete]").click()
    expect(row).to_have_count(0)
    page.locator(".views-row", has_text="Lösta").locator("[data-act=view-hide]").click()
    expect(page.locator(".views-row.is-hidden")).to_have_count(0)


def test_several_are_changed_and_it_is_taken_back(open_queue: OpenAs, store: Store) -> None:
    page = open_queue(path="/ui/?product=Kö&sort=created&ticket=q-119")
    page.locator("#ticket-q-117").focus()
    page.keyboard.press("x")
    page.locator("#ticket-q-114").click(modifiers=["Shift"])
    expect(page.locator(".bulk-line strong")).to_have_text("4 markerade")
    # Meanwhile a colleague takes one of them.
    lead = next(user for user in store.users.list() if user.role is Role.LEAD)
    from kb.desk.changes import TicketChange

    store.changes.change("q-115", TicketChange(assignee_id=lead.id), actor=lead.id)

    page.keyboard.press("b")
    page.select_option("#b-assignee_id", label="Elin Sandgren")
    page.select_option("#b-priority", "=high")
    page.fill("#b-add_tags", "brådskande")
    page.click("[data-act=apply-bulk]")
    toast(page, "3 ärenden ändrade")
    expect(page.locator(".refused-list li")).to_have_count(1)
    expect(page.locator(".refused-list li")).to_contain_text("Kö 115")
    page.keyboard.press("Escape")
    changed = store.tickets.get("q-117")
    assert (changed.priority, changed.tags) == ("high", ("brådskande",))
    assert store.tickets.get("q-115").assignee_id == lead.id
    expect(page.locator("#ticket-q-117 .badge.warn")).to_have_text("Hög")

    page.click("[data-act=undo-bulk]")
    toast(page, "3 ärenden är som förut")
    now = store.tickets.get("q-117")
    assert (now.priority, now.tags, now.assignee_id) == ("normal", (), "")


def test_all_of_a_view_are_changed_at_once(open_queue: OpenAs, store: Store) -> None:
    page = open_queue(role="publisher", path="/ui/?product=Kö&sort=created&ticket=q-119")
    page.locator("#ticket-q-119").focus()
    page.keyboard.press("x")
    page.click("[data-act=select-page]")
    expect(page.locator(".bulk-line strong")).to_have_text("50 valgt")
    page.click("[data-act=select-all]")
    expect(page.locator(".bulk-line strong")).to_have_text("120 valgt")
    page.keyboard.press("b")
    page.fill("#b-add_tags", "alle")
    page.click("[data-act=apply-bulk]")
    toast(page, "120 sager ændret")

    assert store.queue.count(TicketFilter(tags=("alle",)), store.queue.asker("")) == MANY
    page.click("[data-act=undo-bulk]")
    toast(page, "120 sager er som før")
    assert store.queue.count(TicketFilter(tags=("alle",)), store.queue.asker("")) == 0


def test_what_is_opened_is_no_longer_new(open_queue: OpenAs) -> None:
    page = open_queue(role="contributor", path="/ui/?product=Kö&sort=created&ticket=q-119")
    row = page.locator("#ticket-q-110")
    expect(row).to_have_class(re.compile("is-unread"))

    row.click()
    expect(page.locator(".messages")).to_have_attribute("data-ticket", "q-110")
    expect(row).not_to_have_class(re.compile("is-unread"))
    page.reload()
    page.wait_for_selector("[data-ready=yes]")
    expect(row).not_to_have_class(re.compile("is-unread"))


def test_an_empty_list_says_what_to_change(open_queue: OpenAs) -> None:
    page = open_queue(path="/ui/?product=Kö&ticket=q-119")
    page.fill("#filter", "finns inte")

    expect(page.locator(".list-empty")).to_contain_text("Inget ärende passar")
    expect(page.locator(".list-empty")).to_contain_text("Kö, ”finns inte”")
    page.click(".list-empty [data-act=clear-filter]")
    expect(page.locator("#tickets .row").first).to_be_visible()
    expect(page.locator("#filter")).to_have_value("")


def test_a_list_that_cannot_be_fetched_says_so_and_tries_again(open_queue: OpenAs) -> None:
    page = open_queue(path="/ui/?product=Kö&q=finns inte&ticket=q-119")
    expect(page.locator(".list-empty")).to_be_visible()
    page.route(re.compile(r"/api/v1/tickets\?"), lambda route: route.abort())
    page.fill("#filter", "Kund 7")
    expect(page.locator(".list-empty")).to_contain_text("Listan kunde inte hämtas")

    page.unroute(re.compile(r"/api/v1/tickets\?"))
    page.click("[data-act=retry-list]")
    expect(page.locator("#tickets .row").first).to_contain_text("Kund 7")


def test_names_from_right_to_left_stay_in_their_place(open_queue: OpenAs) -> None:
    page = open_queue(path="/ui/?product=Kö&q=q-005&ticket=q-119")
    name = page.locator("#ticket-q-005 .row-name")

    expect(name).to_contain_text("محمد <b>")
    row, box = page.locator("#ticket-q-005").bounding_box(), name.bounding_box()
    assert row is not None
    assert box is not None
    assert row["x"] <= box["x"]
    assert box["x"] + box["width"] <= row["x"] + row["width"]


def test_the_queue_fits_a_phone(open_queue: OpenAs) -> None:
    page = open_queue(path="/ui/?product=Kö&ticket=q-119", width=400, height=800, dark=True)
    page.click(".tabbar [data-pane=list]")

    expect(page.locator("#tickets .row").first).to_be_visible()
    page.click("#open-filter")
    expect(page.locator("dialog.filter-sheet")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    for name in ("apply-filter", "save-view"):
        box = page.locator(f"[data-act={name}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800
    page.keyboard.press("Escape")
