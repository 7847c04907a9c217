"""Several server processes behind one port: each has an interpreter of its own, so each keeps a core busy.

They share the data folder and nothing else. The first one also indexes what changes and sends what waits to be sent. A
process that ends by itself is started anew; when the one that started them ends, however it does, so do they.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING, Any

from kb.errors import KBError
from ui.serving import listen, serve_on

if TYPE_CHECKING:
    from kb.settings import Settings

log = logging.getLogger(__name__)
_AGAIN_AFTER_S = 1.0
_START_S = 120.0
_LEAVE_S = 15.0
_spawn = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Post:
    """What one of several processes is told."""

    settings: Settings
    demo: bool
    number: int
    """The first one, 0, also follows what changes."""
    setup_code: str


def serve_by_several(
    settings: Settings,
    *,
    host: str,
    port: int,
    demo: bool,
    workers: int,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted.

    Args:
        settings: The team's settings; the threads for encoding are shared out between the processes.
        host: Address to listen on.
        port: Port; 0 takes a free one.
        demo: Come in by one click, without passwords.
        workers: How many processes, at least 2.
        ready: As for `ui.serving.serve`; called once all answer.

    Raises:
        KBError: The port is taken, or a process does not start; it has said why.
    """
    threads = settings.threads or max(1, (os.cpu_count() or 1) // workers)
    code = secrets.token_urlsafe(12)
    posts = [Post(replace(settings, threads=threads), demo, number, code) for number in range(workers)]
    listening = listen(host, port, demo=demo)
    crew = _Crew(listening, posts)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        address = crew.start()
        if ready is not None:
            ready(address)
        crew.keep()
    finally:
        signal.signal(signal.SIGTERM, before)
        crew.stop()
        listening.close()


class _Crew:
    """The processes, by their number."""

    def __init__(self, listening: socket.socket, posts: list[Post]) -> None:
        self._listening = listening
        self._posts = posts
        self._processes: dict[int, SpawnProcess] = {}

    def start(self) -> str:
        """Start all and wait until they answer; returns the address to open."""
        said = [self._start(post) for post in self._posts]
        addresses = [self._address(number, each) for number, each in enumerate(said)]
        return addresses[0]

    def keep(self) -> None:
        """Start anew whoever ends; never returns by itself."""
        while True:
            ended = wait([process.sentinel for process in self._processes.values()])
            for number, process in list(self._processes.items()):
                if process.sentinel in ended:
                    log.warning("server process %d ended with %s; starting it anew", number, process.exitcode)
                    time.sleep(_AGAIN_AFTER_S)
                    self._start(self._posts[number])

    def stop(self) -> None:
        """End all: kindly, and after a while by force."""
        for process in self._processes.values():
            process.terminate()
        deadline = time.monotonic() + _LEAVE_S
        for process in self._processes.values():
            process.join(max(0.1, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()

    def _start(self, post: Post) -> Connection:
        heard, says = _spawn.Pipe(duplex=False)
        process = _spawn.Process(target=_work, args=(self._listening, post, says), name=f"svar-{post.number}")
        process.start()
        self._processes[post.number] = process
        says.close()
        return heard

    def _address(self, number: int, heard: Connection) -> str:
        process = self._processes[number]
        wait([heard, process.sentinel], timeout=_START_S)
        try:
            address, problem, hint = heard.recv() if heard.poll() else ("", "", "")
        except EOFError:
            address, problem, hint = "", "", ""
        if not address:
            problem = problem or f"Server process {number + 1} of {len(self._posts)} did not start."
            raise KBError(problem, hint=hint or "Its log says why; with --workers 1 there is one process only.")
        return str(address)


def _work(listening: socket.socket, post: Post, says: Connection) -> None:
    """What a process does."""
    from assistant.service import Service

    threading.Thread(target=_end_with_parent, name="watch-parent", daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        service = Service.open(post.settings)
    except KBError as error:
        says.send(("", error.message, error.hint))
        return
    serve_on(
        listening, service, demo=post.demo, follow=post.number == 0, warm=True, setup_code=post.setup_code,
        ready=lambda address: says.send((address, "", "")),
    )  # fmt: skip


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def _interrupt(*_: Any) -> None:  # noqa: ANN401 - whatever signal handlers get
    raise KeyboardInterrupt
