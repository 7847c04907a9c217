"""When Gradio's import begins: after the first suggestion, or when nobody asks for anything; never while somebody waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from ui.pages import shell
from ui.pages.shell import Shell


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the import began; it takes no time here."""
    at: list[float] = []

    def mount() -> FastAPI:
        at.append(time.monotonic())
        return FastAPI()

    monkeypatch.setattr(shell, "mount", mount)
    monkeypatch.setattr(shell, "IDLE_S", 0.6)
    monkeypatch.setattr(shell, "ANSWERED_S", 0.1)
    monkeypatch.setattr(shell, "LATEST_S", 1.5)
    return at


def _first_import_after(begun: list[float], path: str, *, takes_s: float = 0.0, times: int = 1) -> float:
    """Seconds from the start of the server to the import, while somebody asks for a path."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(takes_s)

    async def life() -> float:
        page = Shell(version="x", notes={}).around(answer)
        start = time.monotonic()
        asked: Callable[[str], Scope] = lambda kind: {"type": kind, "path": path}  # noqa: E731
        life_of_server = asyncio.create_task(page({"type": "lifespan"}, _nothing, _nowhere))
        async with page.running():
            for _ in range(times):
                await page(asked("http"), _nothing, _nowhere)
            while not begun:  # noqa: ASYNC110 - the import runs in a thread and knows no event
                await asyncio.sleep(0.01)
        await life_of_server
        return begun[0] - start

    with ThreadPoolExecutor(1) as own:  # the browser tests leave a loop in this thread
        return own.submit(lambda: asyncio.run(life())).result()


async def _nothing() -> dict[str, object]:
    return {}


async def _nowhere(_: object) -> None:
    return None


def test_soon_after_the_first_suggestion(begun: list[float]) -> None:
    assert 0.1 <= _first_import_after(begun, "/api/v1/suggest") < 0.5


def test_when_nobody_asks_for_anything(begun: list[float]) -> None:
    assert 0.6 <= _first_import_after(begun, "/api/v1/health", takes_s=0.02, times=3) < 1.2


def test_never_while_somebody_waits(begun: list[float]) -> None:
    assert _first_import_after(begun, "/api/v1/suggest", takes_s=0.4) >= 0.5


def test_but_not_later_than_the_limit(begun: list[float]) -> None:
    assert 1.4 <= _first_import_after(begun, "/api/v1/suggest", takes_s=0.04, times=60) < 2.5
