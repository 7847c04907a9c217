"""How fast the workspace is in a real browser, alone and while other agents type.

Run: python benchmarks/browser_speed.py HOME QUESTIONS [--agents 0 --agents 100] [--workers 2]
HOME is an indexed data folder, of which a copy is measured; QUESTIONS is a file of tickets as JSON Lines, whose words
are typed. Needs chromium and the package playwright. Browser, server and the other agents share this machine.

A keystroke counts until suggestions for it, or for what was typed after it, are painted: from the page's own keydown
event, over the page's pause of 80 ms, to the animation frame after the list has changed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from assistant.speed.bench_home import copied_home
from assistant.speed.figure import Figure
from assistant.speed.machine import this_machine
from kb.model import Author, Message, Role, Ticket, TicketStatus
from kb.settings import Settings
from kb.store import Store
from kb.ticket_intake import put_ticket
from ui.measured_server import MeasuredServer, measured_server, wait_until

FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync".split()
GAP_MS = 260
"""Between two keystrokes: a quick writer's, and long enough for an answer to each."""
LONG_TICKET = "bench-100"
LOADS = 7
SETTLED_MS = 5000

WATCH = """() => {
  const sugs = document.querySelector('.sugs'), box = document.querySelector('#ask');
  const timed = window.timed = []; let waiting = [];
  document.addEventListener('keydown', e => { if (e.target === box && e.key.length === 1)
      setTimeout(() => waiting.push([e.timeStamp, box.value.trim()])); }, true);
  new MutationObserver(() => requestAnimationFrame(() => {
    const q = sugs.dataset.q, at = performance.now(), state = sugs.dataset.state;
    if (state === 'loading') return;
    const n = waiting.map(w => w[1]).lastIndexOf(q);
    timed.push(...waiting.splice(0, n + 1).map(w => [w[1], at - w[0]]));
  })).observe(sugs, { attributes: true, childList: true, subtree: true });
}"""
OPENED = """id => new Promise(done => {
  const at = performance.now(), log = document.querySelector('.messages');
  new MutationObserver((_, me) => { if (log.dataset.ticket !== id) return; me.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - at))); })
      .observe(log, { attributes: true, childList: true });
  const row = document.querySelector('.row[data-id]');
  const wanted = row.cloneNode(true); wanted.dataset.id = id; row.parentNode.append(wanted);
  wanted.click();
})"""
READY = """() => new Promise(done => {
  const look = () => document.querySelector('[data-ready=yes]') ? requestAnimationFrame(() => done(performance.now()))
      : requestAnimationFrame(look);
  look();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--agents", type=int, action="append", help="this many others type too; may be given often")
    parser.add_argument("--workers", type=int, default=1, help="server processes")
    parser.add_argument("--keys", type=int, default=100, help="keystrokes a run")
    options = parser.parse_args()
    texts = read_texts(options.questions)
    settings = Settings.from_env(os.environ, home=options.home)
    _say(f"machine: {this_machine()}")
    with tempfile.TemporaryDirectory(prefix="svar-browser-", dir=settings.home.absolute().parent) as folder:
        copy = copied_home(settings, Path(folder))
        agents = options.agents or [0]
        cookies = prepared(copy, max(agents))
        with measured_server(copy, workers=options.workers) as server, _browser() as browser:
            wait_until(lambda: server.ask("GET", "/api/v1/health")["shell"] == "ready", "the page is not ready")
            wait_until(lambda: bool(server.ask("GET", "/api/v1/health")["warm"]), "the server is not warm")
            _show(first_loads(browser, server))
            _show(opened_tickets(browser, server))
            for count in agents:
                _show(typed_beside(browser, server, texts, cookies[:count], options.keys))


def read_texts(file: Path) -> list[str]:
    """What customers wrote first, one text a line."""
    rows = (json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip())
    texts = [" ".join(row["messages"][0]["body"].split()) for row in rows if row.get("messages")]
    return [text for text in texts if text.isascii() and len(text) > 60]


def prepared(settings: Settings, agents: int) -> list[str]:
    """Add a ticket with a hundred messages and as many signed-in agents as are wanted; returns their sessions."""
    start = datetime(2020, 1, 1, tzinfo=UTC)
    messages = tuple(
        Message(n, Author.AGENT if n % 2 else Author.CUSTOMER, True, start + timedelta(hours=n),
                f"Message {n}.\n\n" + "The printer is offline again after the update, and the light blinks twice. " * 6)
        for n in range(100)
    )  # fmt: skip
    ticket = Ticket(
        id=LONG_TICKET, source="bench", source_id=LONG_TICKET, subject="A long conversation", status=TicketStatus.OPEN,
        locale="en", created_at=start, messages=messages,
    )  # fmt: skip
    short = replace(ticket, id="bench-1", source_id="bench-1", messages=messages[:1])
    with closing(Store.open(settings)) as store:
        with store.database.write("import", "ticket", LONG_TICKET) as connection:
            for each in (ticket, short):
                put_ticket(connection, each)
        users = [
            store.users.create(name=f"Agent {n}", email=f"agent{n}@bench.example", role=Role.AGENT)
            for n in range(agents)
        ]
        return [store.users.open_session(user.id) for user in users]


def first_loads(browser: Browser, server: MeasuredServer) -> list[Figure]:
    """From asking for the page to the workspace standing there, nothing cached, the newest ticket opened."""
    ready, shown = [], []
    for _ in range(LOADS):
        with _page(browser, server) as page:
            page.goto(f"http://{server.address}/ui/?ticket=bench-1", wait_until="commit")
            ready.append(page.evaluate(READY))
            page.wait_for_function("document.querySelector('.sugs').dataset.state !== 'loading'")
            shown.append(page.evaluate("performance.now()"))
    return [Figure.of("browser", "first load to the workspace", "ms", ready),
            Figure.of("browser", "first load to suggestions", "ms", shown)]  # fmt: skip


def opened_tickets(browser: Browser, server: MeasuredServer) -> list[Figure]:
    """From the click to the painted conversation of a hundred messages."""
    times = []
    for _ in range(LOADS):
        with _page(browser, server) as page:
            page.goto(f"http://{server.address}/ui/?ticket=bench-1")
            page.wait_for_selector("[data-ready=yes]")
            page.wait_for_selector(".row[data-id]")
            page.wait_for_timeout(500)
            times.append(page.evaluate(OPENED, LONG_TICKET))
    return [Figure.of("browser", "ticket with 100 messages", "ms", times)]


def typed_beside(
    browser: Browser, server: MeasuredServer, texts: list[str], cookies: list[str], keys: int
) -> list[Figure]:
    """Type while others type; says on stderr what the others got."""
    with _page(browser, server) as page:
        page.goto(f"http://{server.address}/ui/?ticket=bench-1")
        page.wait_for_selector("[data-ready=yes]")
        page.evaluate(WATCH)
        typed(page, texts[7], 8)
        with _others(server, texts, cookies):
            page.wait_for_timeout(SETTLED_MS if cookies else 0)
            times = typed(page, texts[3], keys)
    if not times:
        sys.stdout.write(f"keystroke to painted suggestions, {len(cookies)} others: nothing was painted meanwhile\n")
        return []
    return [Figure.of("browser", f"keystroke to painted suggestions, {len(cookies)} others", "ms", times)]


def typed(page: Page, text: str, keys: int) -> list[float]:
    """Milliseconds of every keystroke."""
    page.fill("#ask", "")
    page.wait_for_timeout(600)
    page.evaluate("window.timed.length = 0")
    page.focus("#ask")
    page.keyboard.type(text[:keys], delay=GAP_MS)
    page.wait_for_timeout(1500)
    return [took for _, took in page.evaluate("window.timed")]


@contextmanager
def _others(server: MeasuredServer, texts: list[str], cookies: list[str]) -> Iterator[None]:
    """Other agents at work until the block ends; then says what they got."""
    if not cookies:
        yield
        return
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("agents.py"))], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    wish = json.dumps({"address": server.address, "cookies": cookies, "texts": texts})
    try:
        process.stdin.write(wish + "\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
        yield
    finally:
        process.terminate()
        _say(f"{len(cookies)} others: {process.communicate(timeout=60)[0].strip()}")


@contextmanager
def _page(browser: Browser, server: MeasuredServer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "svar_session", "value": server.cookie, "url": f"http://{server.address}"}])
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS, headless=True)
        try:
            yield browser
        finally:
            browser.close()


def _show(figures: list[Figure]) -> None:
    for figure in figures:
        sys.stdout.write(
            f"{figure.name}: median {figure.median:.0f} {figure.unit}, p95 {figure.p95:.0f}, worst {figure.worst:.0f}"
            f" ({figure.count}; load {os.getloadavg()[0]:.1f})\n"
        )
        sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


if __name__ == "__main__":
    main()
