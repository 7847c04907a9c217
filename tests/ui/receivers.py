"""Real servers on this machine that take what Svar sends: one for posts, one for mail."""

from __future__ import annotations

import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.ui.free_port import free_port


@dataclass
class Inbox:
    """What came to a web server, and what it answers."""

    url: str = ""
    status: int = 200
    delay_s: float = 0.0
    drip_s: float = 0.0
    """One byte of the answer so often, for ever."""
    location: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Headers in small letters, and the body."""
    arrived: threading.Event = field(default_factory=threading.Event)


def server_context(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """What a server that calls itself localhost encrypts with, and its certificate, which nobody trusts by himself."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out",
         str(certificate)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


@contextmanager
def web_server(tls: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """A server that keeps every post."""
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            inbox.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            inbox.arrived.set()
            time.sleep(inbox.delay_s)
            try:
                self._answer()
            except OSError:
                # Whoever asked has hung up.
                return

        def _answer(self) -> None:
            while inbox.drip_s:
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(inbox.drip_s)
            self.send_response(inbox.status)
            if inbox.location:
                self.send_header("Location", inbox.location)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    inbox.url = f"http://127.0.0.1:{server.server_port}/hook"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        inbox.url = f"https://localhost:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield inbox
    finally:
        inbox.drip_s = 0.0
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    """What came to a mail server, and what it says to recipients."""

    port: int
    refusal: str = ""
    """E.g. "550 no such user"."""
    got: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    """Envelope sender, envelope recipients, message."""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Take or refuse a recipient."""
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.got.append((envelope.mail_from, list(envelope.rcpt_tos), mail))
        return "250 OK"


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """A server that keeps every mail."""
    mailbox = Mailbox(free_port())
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=mailbox.port, server_hostname="localhost", tls_context=tls,
        require_starttls=tls is not None,
    )  # fmt: skip
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
