"""A real HTTP server on this machine that speaks the OpenAI chat protocol and says whatever a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.rewriting.message import read_back

Answer = Callable[["Asked"], Sequence[str]]


@dataclass(frozen=True)
class Asked:
    """One request as the server got it."""

    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][1]["content"])

    @property
    def question(self) -> str:
        return str(read_back(self.user)["question"])

    @property
    def sentences(self) -> dict[int, str]:
        rows = read_back(self.user)["sentences"]
        assert isinstance(rows, list)
        return {row["n"]: row["text"] for row in rows}


@dataclass
class Behaviour:
    """How the server answers; changed by tests while it runs."""

    answer: Answer = lambda asked: ["\n".join(f"{n}: {text}" for n, text in asked.sentences.items())]
    """Pieces of the answer; by default every sentence comes back as it was sent."""
    status: int = 200
    raw: Sequence[str] | None = None
    """Sent in place of a stream of the protocol."""
    usage: bool = True
    wait_s: float = 0.0
    """Before the first piece."""
    gap_s: float = 0.0
    """Between pieces."""
    cut: bool = False
    """Stop half-way, without the end of the stream."""
    location: str = ""
    """Where a redirect leads."""
    asked: list[Asked] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    """The client went away before the end."""
    running: int = 0
    most_running: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class FakeModel:
    """A running server."""

    url: str
    behaviour: Behaviour

    def forget(self) -> None:
        """Behave as at first; a request that still runs keeps, and counts in, the behaviour that it began with."""
        self.behaviour = Behaviour()


@contextmanager
def openai_server() -> Iterator[FakeModel]:
    """Serve until the block ends."""
    model = FakeModel("", Behaviour())
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(model))
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(model: FakeModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            behaviour = model.behaviour
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked(body, {name.lower(): value for name, value in self.headers.items()})
            with behaviour.lock:
                behaviour.asked.append(asked)
                behaviour.running += 1
                behaviour.most_running = max(behaviour.most_running, behaviour.running)
            try:
                self._answer(asked, behaviour)
            except OSError:
                behaviour.hung_up.set()
            finally:
                with behaviour.lock:
                    behaviour.running -= 1
                self.close_connection = True

        def _answer(self, asked: Asked, behaviour: Behaviour) -> None:
            time.sleep(behaviour.wait_s)
            self.send_response(behaviour.status)
            if behaviour.location:
                self.send_header("Location", behaviour.location)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            if behaviour.status != 200:
                self.wfile.write(b'{"error": {"message": "no"}}')
                return
            for piece in behaviour.raw if behaviour.raw is not None else _stream(asked, behaviour):
                self.wfile.write(piece.encode())
                self.wfile.flush()
                time.sleep(behaviour.gap_s)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _stream(asked: Asked, behaviour: Behaviour) -> Iterator[str]:
    pieces = behaviour.answer(asked)
    for piece in pieces[: len(pieces) // 2] if behaviour.cut else pieces:
        yield _chunk({"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
    if behaviour.cut:
        return
    yield _chunk({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    if behaviour.usage:
        yield _chunk({"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}})
    yield "data: [DONE]\n\n"


def _chunk(part: dict[str, Any]) -> str:
    whole = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", **part}
    return f"data: {json.dumps(whole)}\n\n"
