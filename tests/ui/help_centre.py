"""A help centre on this machine that takes drafts, and refuses whatever would publish something."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HUBSPOT = "/cms/knowledge-base/2027-03-beta/articles"


@dataclass
class HelpCentre:
    """What it took and what it refused."""

    url: str = ""
    drafts: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    """Path, headers in small letters, and the article."""
    refused: list[str] = field(default_factory=list)
    down: bool = False


def is_draft(path: str, body: dict[str, Any]) -> bool:
    """Whether a request makes a draft, by the rules of the three systems."""
    if path.startswith("/api/v2/help_center/"):
        return body["article"].get("draft") is True and body.get("notify_subscribers") is False
    if path.startswith("/api/v2/solutions/folders/"):
        return body.get("status") == 1
    # This one makes drafts only; publishing is another address.
    return path == HUBSPOT and body.get("state", "DRAFT") == "DRAFT"


@contextmanager
def help_centre() -> Iterator[HelpCentre]:
    """Run one."""
    centre = HelpCentre()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if centre.down:
                self._answer(503)
            elif is_draft(self.path, body):
                centre.drafts.append((self.path, {n.lower(): v for n, v in self.headers.items()}, body))
                self._answer(201)
            else:
                self._refuse()

        def _refuse(self) -> None:
            centre.refused.append(f"{self.command} {self.path}")
            self._answer(403)

        do_PUT = do_PATCH = do_DELETE = do_GET = _refuse  # noqa: N815 - their names there

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    centre.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield centre
    finally:
        server.shutdown()
        server.server_close()
