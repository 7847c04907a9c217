"""The application: REST, static files and pages behind one guard; and the function that serves it."""

from __future__ import annotations

import hashlib
import logging
import secrets
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from assistant.learning.nightly import Nightly
from assistant.rewriting.rewriter import Rewriter
from indexer.follow import Follower
from kb.errors import KBError
from kb.settings import Settings
from ui import auth
from ui.api import articles, canned, draft, errors, events, health, me, rewrite, search, suggest, tickets
from ui.api.access import Desk
from ui.api.recent import Recent
from ui.demo import add_colleagues
from ui.guard import Guard
from ui.index_aside import IndexAside
from ui.pages.shell import Shell

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from assistant.service import Service

STATIC = Path(__file__).parent / "static"
_SWITCH_S = 0.0005
"""Every step of a query gives the interpreter away and waits so long to get it back while another thread computes."""
_YEAR = "public, max-age=31536000, immutable"


def build_app(service: Service, *, demo: bool, settings: Settings, shell: bool = True, follow: bool = True) -> FastAPI:
    """Put the application together; imports no Gradio.

    Args:
        service: What answers.
        demo: Come in by one click; only from this machine.
        settings: The team's settings.
        shell: Load Gradio in the background once the server runs; False leaves the workspace on its plain page.
        follow: Index what changes while the server runs, so that what was just solved is found a second later, and
            learn from it at night.
    """
    version = _digest(STATIC)
    desk = Desk(
        service=service, settings=settings, demo=demo, static_version=version, attempts=auth.Attempts(),
        recent=Recent(service), setup_code=secrets.token_urlsafe(12),
        rewriter=Rewriter.open(service.store, settings),
    )  # fmt: skip
    if demo:
        add_colleagues(service.store)
    gradio = Shell(version=version, notes=desk.notes)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            if follow:
                threading.Thread(target=_warm, args=(service,), name="warm-up", daemon=True).start()
                aside = IndexAside()
                follower = Follower(service.store, settings, upkeep=aside)
                follower.start()
                running.push_async_callback(run_in_threadpool, follower.stop)
                running.push_async_callback(run_in_threadpool, aside.stop)
                nightly = Nightly(service.store, settings)
                nightly.start()
                running.push_async_callback(run_in_threadpool, nightly.stop)
            if shell:
                await running.enter_async_context(gradio.running())
            yield

    app = FastAPI(title="Svar", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json", lifespan=lifespan)
    app.state.desk = desk
    errors.install(app)
    for noun in (me, tickets, suggest, draft, rewrite, search, articles, canned, events, health):
        app.include_router(noun.router, prefix="/api/v1")
    app.include_router(auth.router)
    _mount_static(app, version)
    app.add_middleware(gradio.around)
    app.add_middleware(Guard, desk=desk)
    return app


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
    if demo and host not in {"127.0.0.1", "localhost", "::1"}:
        raise KBError(
            f"The demo has no passwords and listens on this machine only, not on {host}.",
            hint="Leave --host out, or start without --demo.",
        )
    listening = _listen(host, port)
    sys.setswitchinterval(_SWITCH_S)
    app = build_app(service, demo=demo, settings=service.settings, follow=follow)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
    )
    try:
        _Server(config, _address(listening) + _first_path(app.state.desk), ready).run(sockets=[listening])
    finally:
        listening.close()


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


class _Files(StaticFiles):
    """Files whose address changes with their content, so browsers may keep them for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse):
            response.headers["Cache-Control"] = _YEAR
        return response


def _warm(service: Service) -> None:
    try:
        service.warm()
    except Exception:
        # Answers are slower then, and nothing else.
        log.exception("could not make answers quicker")


def _first_path(desk: Desk) -> str:
    return f"setup?code={desk.setup_code}" if auth.is_first_start(desk) else ""


def _mount_static(app: FastAPI, version: str) -> None:
    fonts = _fonts()
    if fonts is not None:
        app.mount(f"/static/{version}/fonts", _Files(directory=fonts))
    app.mount(f"/static/{version}", _Files(directory=STATIC))


def _fonts() -> Path | None:
    """The folder of the free fonts that come with Gradio, found without importing it."""
    spec = find_spec("gradio")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "templates" / "frontend" / "static" / "fonts"
        if folder.is_dir():
            return folder
    return None


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
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


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
