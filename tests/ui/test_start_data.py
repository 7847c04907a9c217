"""What comes with a page: what its scripts ask first, as REST answers it, and never a page that waits for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ui.pages import start_data as module
from ui.pages.opening import opening
from ui.pages.page import WORKSPACE
from ui.pages.start_data import start_data

OPEN = {"id": "open", "filter": {"statuses": ["open"]}, "sort": "due", "hidden": False}
TAGGED = {
    "id": "v1", "filter": {"tags": ["å b", "c"], "min_age_h": 0, "waiting": True, "text": "x"}, "sort": "newest",
    "hidden": False,
}  # fmt: skip


def brought(answer: Callable[[str], Awaitable[tuple[int, bytes]]], query: str = "") -> dict[str, Any]:
    """What a page with a query brings, where REST answers like this; asked by address."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked = scope["raw_path"].decode().removeprefix("/api/v1") + (
            f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
        )
        status, body = await answer(asked)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})

    scope = {"type": "http", "method": "GET", "path": "/ui/", "query_string": query.encode(), "headers": []}
    with ThreadPoolExecutor(1) as own:  # the browser tests leave a loop in this thread
        html = own.submit(lambda: asyncio.run(start_data(app, scope, WORKSPACE))).result().decode()
    assert html.startswith('<script type="application/json" id="svar-start">')
    data = html.split(">", 1)[1].removesuffix("</script>")
    assert "<" not in data
    found: dict[str, Any] = json.loads(data)
    return found


def test_what_the_workspace_asks_first_comes_with_it() -> None:
    async def answer(address: str) -> tuple[int, bytes]:
        return 200, json.dumps({"views": [OPEN]} if address == "/views" else {"said": f"</script>{address}"}).encode()

    found = brought(answer, "ticket=T%2F1&embed=1")

    assert set(found) == {
        "/me",
        "/views",
        "/users",
        "/mentions",
        "/tickets?status=open&sort=due&limit=50&offset=0",
        "/tickets/T%2F1",
    }
    assert found["/me"] == {"said": "</script>/me"}


def test_what_fails_or_takes_long_is_left_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_S", 0.05)

    async def answer(address: str) -> tuple[int, bytes]:
        if address == "/users":
            await asyncio.sleep(5)
        if address == "/mentions":
            raise RuntimeError
        return (200, b"{}") if address == "/me" else (404, b'{"error": 1}')

    assert brought(answer) == {"/me": {}}


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", ("/tickets?status=open&sort=due&limit=50&offset=0",)),
        ("view=v1", ("/tickets?tag=%C3%A5+b&tag=c&min_age_h=0&waiting=true&q=x&sort=newest&limit=50&offset=0",)),
        ("view=gone", ("/tickets?status=open&sort=due&limit=50&offset=0",)),
        ("ticket=a%20b&q=x", ("/tickets/a%20b",)),
        ("sort=newest", ()),
    ],
)
def test_the_first_list(query: str, asked: tuple[str, ...]) -> None:
    views = [OPEN | {"id": "away", "hidden": True}, OPEN, TAGGED]

    assert opening({"/views": json.dumps({"views": views}).encode()}, query) == asked
    assert opening({}, query) == tuple(each for each in asked if "?" not in each)
