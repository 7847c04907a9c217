"""The page shell under /ui: each page by itself at once, Gradio's as soon as it is loaded in the background."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.model import User
from ui.api.errors import error_body
from ui.pages.page import PAGES, ROOT, Page, build, head, page_at, plain
from ui.pages.start_data import start_data
from ui.theme import go_offline, theme

log = logging.getLogger("svar.shell")
IDLE_S = 1.5
"""Gradio's import keeps the interpreter busy for seconds, so it waits until nobody has asked anything for so long,"""
ANSWERED_S = 0.3
"""or for so long after the first suggestion was given,"""
LATEST_S = 15.0
"""and never longer than this."""
_LOOK_S = 0.05
_GRADIO = re.compile(
    rb'<script data-gradio-mode>.*?<script type="module" crossorigin src="[^"]+"></script>\s*'
    rb'<link rel="stylesheet" crossorigin href="[^"]+">', re.DOTALL,
)  # fmt: skip
"""What Gradio's page fetches for itself: some fifty files, of which nothing is seen."""
_POLLED = frozenset({"/api/v1/health"})


class Shell:
    """ASGI: takes everything under /ui, passes the rest on."""

    def __init__(self, *, version: str, notes: dict[str, str]) -> None:
        self._heads = {
            host: {page.path: head(page, version, host=host).encode() for page in PAGES} for host in ("plain", "gradio")
        }
        self._notes = notes
        self._app: ASGIApp | None = None
        self._answering = 0
        self._last = time.monotonic()
        self._has_suggested = False
        self.inner: FastAPI | None = None
        """Gradio's application once it is ready."""

    def around(self, app: ASGIApp) -> Shell:
        """Take a place in front of an application; what is not under /ui goes there."""
        self._app = app
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        path: str = scope.get("path", "")
        page = page_at(path) if scope["type"] == "http" else None
        if self._app is not None and not (path == ROOT or path.startswith(ROOT + "/")):
            if self.inner is not None or scope["type"] != "http" or path in _POLLED:
                await self._app(scope, receive, send)
            else:
                await self._watched(self._app, scope, receive, send)
        elif page is not None:
            await self._page(page, scope, receive, send)
        elif self.inner is not None:
            await self.inner(scope, receive, send)
        else:
            await JSONResponse(error_body("en", "starting"), 503, {"Retry-After": "2"})(scope, receive, send)

    async def _page(self, page: Page, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a page: first what the browser can begin with, then what its scripts will ask first."""
        data = asyncio.create_task(self._data(page, scope))
        host = "plain" if self.inner is None else "gradio"
        headed = _Headed(send, self._heads[host][page.path], data)
        if self.inner is not None:
            await self.inner(_at(scope, page), receive, headed)
        else:
            await HTMLResponse(plain(page))(scope, receive, headed)

    async def _data(self, page: Page, scope: Scope) -> bytes:
        if self._app is None or scope["method"] != "GET":
            return b""
        return await start_data(self._app, scope, page)

    async def _watched(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._answering += 1
        try:
            await app(scope, receive, send)
        finally:
            self._answering -= 1
            self._last = time.monotonic()
            self._has_suggested |= scope.get("path") == "/api/v1/suggest"

    def _is_quiet(self) -> bool:
        wanted = ANSWERED_S if self._has_suggested else IDLE_S
        return not self._answering and time.monotonic() - self._last >= wanted

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Load Gradio in the background for as long as the server runs."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._run(stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async def _run(self, stop: asyncio.Event) -> None:
        latest = time.monotonic() + LATEST_S
        self._last = time.monotonic()
        while not self._is_quiet() and time.monotonic() < latest:
            await asyncio.sleep(_LOOK_S)
            if stop.is_set():
                return
        try:
            inner = await run_in_threadpool(mount)
        except Exception:
            # The workspace does not need Gradio: the plain page goes on being served.
            log.exception("Gradio could not be loaded")
            return
        async with inner.router.lifespan_context(inner):
            self.inner = inner
            self._notes["shell"] = "ready"
            await stop.wait()
            self.inner = None


def _at(scope: Scope, page: Page) -> Scope:
    """The scope under the one path by which Gradio knows a page."""
    path = page.path + "/" if page.path == ROOT else page.path
    return {**scope, "path": path, "raw_path": path.encode()}


class _Headed:
    """Wraps `send`: writes our script, styles and data into the head of a page, and puts off what is Gradio's.

    Gradio itself puts them in when its own scripts have run, half a second later.
    """

    def __init__(self, send: Send, head: bytes, data: asyncio.Task[bytes]) -> None:
        self._send, self._head, self._data = send, head, data
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        headers = MutableHeaders(scope=self._start)
        before, opened, after = self._body.partition(b"<head>")
        if not opened or "text/html" not in headers.get("content-type", "") or "content-encoding" in headers:
            await self._send(self._start)
            await self._send({"type": "http.response.body", "body": self._body})
            return
        del headers["content-length"]
        await self._send(self._start)
        # The browser fetches what the head names while the data are being gathered.
        await self._send({"type": "http.response.body", "body": before + opened + self._head, "more_body": True})
        rest = (await self._data) + put_off(after)
        await self._send({"type": "http.response.body", "body": rest})


def put_off(page: bytes) -> bytes:
    """Gradio's page with its scripts and styles left for `ui/static/later.js`; as it is where they are not found.

    It is also told to leave the page's title alone.
    """
    # By then our scripts have named the page after what it shows.
    page = page.replace(b'control_page_title="true"', b'control_page_title="false"', 1)
    return _GRADIO.sub(rb'<template id="svar-later">\g<0></template>', page, count=1)


def mount() -> FastAPI:
    """Gradio with its pages under /ui, as an application of its own. Takes about three seconds the first time."""
    go_offline()
    import gradio as gr

    inner = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    with warnings.catch_warnings():
        # With several pages it says that it does not do what we forbid anyway.
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        gr.mount_gradio_app(
            inner, build(), path=ROOT, auth_dependency=_user_id, ssr_mode=False, run_history=False,
            enable_monitoring=False, mcp_server=False, footer_links=[], show_error=False, max_file_size="20mb",
            theme=theme(),
        )  # fmt: skip
    return inner


def _user_id(request: Request) -> str | None:
    user: User | None = request.scope.get("state", {}).get("user")
    return user.id if user else None
