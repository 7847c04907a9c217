"""The page shell under /ui: each page by itself at once, Gradio's as soon as it is loaded in the background."""

from __future__ import annotations

import asyncio
import logging
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
from ui.theme import go_offline, theme

log = logging.getLogger("svar.shell")
IDLE_S = 1.5
"""Gradio's import keeps the interpreter busy for seconds, so it waits until nobody has asked anything for so long,"""
ANSWERED_S = 0.3
"""or for so long after the first suggestion was given,"""
LATEST_S = 15.0
"""and never longer than this."""
_LOOK_S = 0.05
_POLLED = frozenset({"/api/v1/health"})


class Shell:
    """ASGI: takes everything under /ui, passes the rest on."""

    def __init__(self, *, version: str, notes: dict[str, str]) -> None:
        self._version = version
        self._heads = {page.path: head(page, version, host="gradio").encode() for page in PAGES}
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
        elif self.inner is not None:
            if page is None:
                await self.inner(scope, receive, send)
            else:
                await self.inner(_at(scope, page), receive, _Headed(send, self._heads[page.path]))
        elif page is not None:
            await HTMLResponse(plain(page, self._version))(scope, receive, send)
        else:
            await JSONResponse(error_body("en", "starting"), 503, {"Retry-After": "2"})(scope, receive, send)

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
    """Wraps `send`: writes our scripts and styles into the head of Gradio's page.

    Gradio itself puts them in when its own scripts have run, half a second later.
    """

    def __init__(self, send: Send, head: bytes) -> None:
        self._send, self._head = send, head
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
        if "text/html" in headers.get("content-type", "") and "content-encoding" not in headers:
            self._body = self._body.replace(b"<head>", b"<head>" + self._head, 1)
            headers["content-length"] = str(len(self._body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._body})


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
