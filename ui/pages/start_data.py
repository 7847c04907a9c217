"""What a page asks first, answered with the page itself: nobody waits for a second journey to the server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

from ui.pages.page import Page

LONGEST_S = 0.25
"""Whoever takes longer, because another process is writing, is asked again by the page."""
_BASE = "/api/v1"


async def start_data(app: ASGIApp, scope: Scope, page: Page) -> bytes:
    """A block of data with answers of REST, which the page's scripts take as if they had asked.

    Args:
        app: What answers REST.
        scope: Of the request for the page; who asks for it, asks.
        page: Which one.

    Returns:
        An HTML element with one JSON object, answer by address; only those that succeeded in time are in it.
    """
    until = time.monotonic() + LONGEST_S
    answers = await _answers(app, scope, page.first, until)
    answers |= await _answers(app, scope, page.then(answers, scope["query_string"].decode("latin-1")), until)
    rows = [json.dumps(address).encode() + b":" + body for address, body in answers.items()]
    # In JSON it stands in texts only; there it must not end the element.
    data = b",".join(rows).replace(b"<", b"\\u003c")
    return b'<script type="application/json" id="svar-start">{' + data + b"}</script>"


async def _answers(app: ASGIApp, scope: Scope, addresses: Iterable[str], until: float) -> dict[str, bytes]:
    asked = {address: asyncio.create_task(_answer(app, scope, address)) for address in addresses}
    if not asked:
        return {}
    await asyncio.wait(asked.values(), timeout=max(0.0, until - time.monotonic()))
    answers: dict[str, bytes] = {}
    for address, task in asked.items():
        task.cancel()
        # Of one that fails nobody wants to know: the page asks itself and says what is wrong.
        if task.done() and not task.cancelled() and task.exception() is None and task.result():
            answers[address] = task.result()
    return answers


async def _answer(app: ASGIApp, scope: Scope, address: str) -> bytes:
    """What REST answers to a GET; empty if that is no success."""
    path, _, query = address.partition("?")
    whole = _BASE + path
    inner = {**scope, "path": unquote(whole), "raw_path": whole.encode(), "query_string": query.encode()}
    status, body = 0, b""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, body
        status = message.get("status", status)
        body += message.get("body", b"")

    await app(inner, receive, send)
    return body if status == 200 else b""
