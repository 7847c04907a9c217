"""Take the pictures of the README: start the demo on a free port, open it in chromium, write docs/images/*.png.

    .venv/bin/python scripts/screenshots.py [--home DIR]

Needs the development packages and Debian's chromium. Without --home the demo data is taken in and indexed in a
temporary folder first, which takes half a minute. The clock of the pages is set to the day of the demo's newest
tickets, so that the pictures do not grow old.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
NOW = "2026-11-20T18:40:00+01:00"
MAX_BYTES = 250_000
SETTLED = (".sugs[data-state=ready], .sugs[data-state=empty]", "[data-ready=yes]")


@dataclass(frozen=True)
class Shot:
    """One picture."""

    name: str
    role: str
    """Whose eyes: a demo colleague's role, who has a language."""
    ticket: str = ""
    """Empty: the first open ticket for which nothing good was found."""
    width: int = 1440
    height: int = 900
    dark: bool = False
    keys: str = ""
    """Pressed before the picture is taken."""
    pane: str = ""
    """Where only one pane shows: which."""


SHOTS = (
    Shot("workspace", "agent", "sv-1084"),
    Shot("workspace-dark", "publisher", "da-3085", dark=True),
    Shot("phone", "agent", "sv-1084", width=400, height=800, pane="suggestions"),
    Shot("keys", "agent", "sv-1084", keys="?"),
    Shot("unsure", "admin"),
)


@contextmanager
def demo(home: Path) -> Iterator[str]:
    """Serve the demo until the block ends; yields its address without the final slash."""
    command = [sys.executable, "-m", "ui.cli", "--home", str(home), "serve", "--demo", "--port", "0", "--no-open"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://[\d.]+:\d+", line)
        if found is None:
            raise SystemExit(f"the demo did not start: {line!r}")
        yield found.group(0)
    finally:
        process.terminate()
        process.wait(timeout=30)


def take(browser: Browser, url: str, shot: Shot) -> bytes:
    """Open the page as the shot wants it and take the picture, in at most 256 colours."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme="dark" if shot.dark else "light",
        locale="sv-SE", timezone_id="Europe/Stockholm",
    )  # fmt: skip
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    page.goto(f"{url}/login")
    page.click(f"button[value={shot.role}]")
    page.goto(f"{url}/ui/?ticket={shot.ticket or unsure_ticket(page, url)}")
    for selector in SETTLED:
        page.wait_for_selector(selector, state="attached")
    page.wait_for_selector(".draft:not([hidden])", state="attached")
    if shot.pane:
        page.click(f".tabbar [data-pane={shot.pane}]")
    if shot.keys:
        page.keyboard.press(shot.keys)
    page.wait_for_timeout(400)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    packed = io.BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    return packed.getvalue()


def unsure_ticket(page: Page, url: str) -> str:
    """The newest open ticket for which nothing good was found."""
    tickets = page.request.get(f"{url}/api/v1/tickets?status=open").json()["tickets"]
    for ticket in sorted(tickets, key=lambda one: str(one["locale"]) != "en"):
        found = page.request.post(f"{url}/api/v1/suggest", data={"ticket_id": ticket["id"]}).json()
        if not found["confident"]:
            return str(ticket["id"])
    raise SystemExit('every open ticket of the demo has a good suggestion: name one without for "unsure"')


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a folder with the demo's data, so that it is not indexed again")
    chosen = parser.parse_args().home
    path = shutil.which("chromium")
    if path is None:
        raise SystemExit("no chromium here; run: apt-get install -y chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as empty,
        demo(chosen or Path(empty) / "home") as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for shot in SHOTS:
            picture = take(browser, url, shot)
            (IMAGES / f"{shot.name}.png").write_bytes(picture)
            sys.stdout.write(f"docs/images/{shot.name}.png {len(picture) // 1000} kB\n")
            if len(picture) > MAX_BYTES:
                raise SystemExit(f"{shot.name} is larger than {MAX_BYTES} bytes")
        browser.close()


if __name__ == "__main__":
    main()
