"""Serving the application: the socket, one server process on it, and the function that does both."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from kb.errors import KBError
from ui import auth
from ui.app import build_app

if TYPE_CHECKING:
    from assistant.service import Service

_SWITCH_S = 0.0005
"""Every step of a query gives the interpreter away and waits so long to get it back while another thread computes."""
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def serve(
    service: Service,
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    demo: bool = False,
    follow: bool = True,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted; prints nothing.

    Args:
        service: What answers; `service.settings` are the team's settings.
        host: Address to listen on; the demo listens on this machine only.
        port: Port; 0 takes a free one.
        demo: Come in by one click, without passwords.
        follow: Index what changes while the server runs.
        ready: Called with the address to open once the server answers: "http://127.0.0.1:8765/", or as long as there
            are no users "http://127.0.0.1:8765/setup?code=...", the only way to make the first one.

    Raises:
        KBError: The demo was asked to listen to the network, or the port is taken.
    """
    listening = listen(host, port, demo=demo)
    try:
        serve_on(listening, service, demo=demo, follow=follow, ready=ready)
    finally:
        listening.close()


def serve_on(
    listening: socket.socket,
    service: Service,
    *,
    demo: bool,
    follow: bool,
    warm: bool | None = None,
    setup_code: str = "",
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve on a socket that others may serve on too.

    Args:
        listening: From `listen`.
        service: What answers.
        demo: Come in by one click, without passwords.
        follow: Index what changes; one of several processes does.
        warm: Make answers quicker in the background; None: if it follows.
        setup_code: What the first admin must know; "" makes one up.
        ready: As for `serve`.
    """
    sys.setswitchinterval(_SWITCH_S)
    app = build_app(service, demo=demo, settings=service.settings, follow=follow, warm=warm, setup_code=setup_code)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
    )
    desk = app.state.desk
    first = f"setup?code={desk.setup_code}" if auth.is_first_start(desk) else ""
    _Server(config, address_of(listening) + first, ready).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers."""

    def __init__(self, config: uvicorn.Config, address: str, ready: Callable[[str], None] | None) -> None:
        super().__init__(config)
        self._address = address
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready(self._address)


def listen(host: str, port: int, *, demo: bool = False) -> socket.socket:
    """A socket that listens.

    Args:
        host: Address to listen on.
        port: Port; 0 takes a free one.
        demo: Nobody is asked for a password, so only this machine may be listened to.

    Raises:
        KBError: The demo was asked to listen to the network, or the port is taken.
    """
    if demo and host not in _LOCAL:
        raise KBError(
            f"The demo has no passwords and listens on this machine only, not on {host}.",
            hint="Leave --host out, or start without --demo.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends small packets at once (TCP_NODELAY); without it, it leaves that out, and
    # every answer on a kept connection waits 40 ms for the client's delayed acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise KBError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}.",
            hint="Name another with --host or --port.",
        ) from error
    listening.listen(2048)
    return listening


def address_of(listening: socket.socket) -> str:
    """Where a listening socket is reached, e.g. "http://127.0.0.1:7860/"."""
    host, port = listening.getsockname()[:2]
    return f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
