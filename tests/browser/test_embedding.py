"""The workspace in a frame of another site's page, in a real browser: the page is 127.0.0.1, Svar is localhost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.settings import Settings
from kb.store import Store
from tests.ui.seed import fill_store
from tests.ui.server import Server, running
from ui.embed_signature import signature_of

pytestmark = pytest.mark.browser
SECRET = "0123456789abcdef0123456789abcdef"


class _HelpDesk(BaseHTTPRequestHandler):
    """A page with a frame 400 pixels wide; the frame's address stands in `?frame=`."""

    def do_GET(self) -> None:
        frame = self.path.partition("?frame=")[2]
        body = f'<!doctype html><title>Desk</title><iframe width="400" height="760" src="{frame}"></iframe>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def desk() -> Iterator[str]:
    """The address of the other help desk."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _HelpDesk)
    threading.Thread(target=partial(server.serve_forever, 0.05), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def allowing(desk: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Svar that may stand in that help desk's pages."""
    home = tmp_path_factory.mktemp("embedded")
    store = Store.open(Settings(home=home))
    fill_store(store)
    store.close()
    with running(home, "--demo", env={"SVAR_EMBED_ORIGINS": desk, "SVAR_EMBED_SECRET": SECRET}) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A browser of its own, in which no foreign frame may store anything."""
    context = chromium.new_context(locale="sv-SE", viewport={"width": 900, "height": 800})
    found = context.new_page()
    found.set_default_timeout(15_000)
    errors: list[str] = []
    found.on("pageerror", lambda error: errors.append(str(error)))
    yield found
    context.close()
    assert errors == []


def _address(server: Server, **asked: str) -> str:
    return f"{server.url.replace('127.0.0.1', 'localhost')}/embed?{urlencode(asked)}"


def _signed(server: Server, **asked: str) -> str:
    store = Store.open(Settings(home=server.home))
    email = next(user.email for user in store.users.list() if user.role == "agent")
    store.close()
    expires = str(int(time.time()) + 45)
    nonce = str(time.monotonic_ns())
    signature = signature_of(SECRET, email, expires, nonce)
    return _address(server, user=email, expires=expires, nonce=nonce, signature=signature, **asked)


def test_a_signed_link_shows_suggestions_and_lets_the_agent_write(page: Page, desk: str, allowing: Server) -> None:
    page.goto(f"{desk}/?frame={_signed(allowing, url=f'{desk}/agent/tickets/sv-1084')}".replace("&", "&amp;"))
    frame = page.frame_locator("iframe")

    expect(frame.locator("[data-ready=yes]")).to_be_attached()
    expect(frame.locator(".card-hit").first).to_be_visible()
    expect(frame.locator(".conversation-pane")).to_be_hidden()
    frame.locator(".tabbar [data-pane=conversation]").click()
    frame.locator("#reply").fill("Skrivet i en ram")
    expect(frame.locator(".saved")).to_have_text("Sparat")
    assert page.frames[1].evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.frames[1].evaluate("document.cookie") == ""
    cookie = next(one for one in page.context.cookies() if one["name"] == "svar_embed")
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "None")


def test_who_is_not_signed_in_does_so_in_a_window(page: Page, desk: str, allowing: Server) -> None:
    page.goto(f"{desk}/?frame={_address(allowing, ticket='sv-1085')}")
    frame = page.frame_locator("iframe")

    with page.expect_popup() as opening:
        frame.locator("#embed-enter").click()
    window = opening.value
    window.click("button[value=agent]")

    expect(frame.locator("[data-ready=yes]")).to_be_attached()
    expect(frame.locator(".messages")).to_have_attribute("data-ticket", "sv-1085")
    # Who is signed in already sees the window for a moment only.
    page.reload()
    expect(frame.locator("[data-ready=yes]")).to_be_attached()


def test_a_page_that_is_not_allowed_gets_nothing(page: Page, allowing: Server) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _HelpDesk)
    threading.Thread(target=partial(server.serve_forever, 0.05), daemon=True).start()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/?frame={quote(_signed(allowing), safe=':/?=&')}")
        page.wait_for_timeout(1500)
        assert page.frames[1].locator("[data-ready], #embed-enter").count() == 0
    finally:
        server.shutdown()
        server.server_close()


def test_a_frame_that_may_not_store_anything_works(page: Page, desk: str, allowing: Server) -> None:
    page.add_init_script(
        "if (self !== top) Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } });"
    )
    page.goto(f"{desk}/?frame={_signed(allowing, ticket='sv-1083')}".replace("&", "&amp;"))
    frame = page.frame_locator("iframe")

    expect(frame.locator("[data-ready=yes]")).to_be_attached()
    frame.locator("#theme").click()
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    frame.locator(".tabbar [data-pane=conversation]").click()
    frame.locator("#reply").fill("Finns kvar")
    expect(frame.locator(".saved")).to_have_text("Sparat")
    page.reload()
    frame.locator(".tabbar [data-pane=conversation]").click()
    expect(frame.locator("#reply")).to_have_value("Finns kvar")
