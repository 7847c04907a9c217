"""How fast a real server is: `svar serve` as a process of its own, asked over REST as the workspace asks it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.question import Question
from assistant.speed.figure import Figure
from assistant.speed.machine import memory_of
from assistant.speed.suggest_speed import WARM_UP, long_kinds
from kb.errors import KBError
from kb.model import Role
from kb.settings import Settings
from kb.store import Store

PART = "server"
AT_ONCE = 8
"""Clients that ask at the same time."""
_PATIENCE_S = 120
_POLL_S = 0.02
_FOLDER = Path(__file__).resolve().parents[1]
_USER = "bench@svar.example"


@dataclass(frozen=True, slots=True)
class MeasuredServer:
    """A running server and a session in it."""

    address: str
    """Host and port."""
    cookie: str
    process: subprocess.Popen[str]
    began: float
    """When the process was started, by `time.perf_counter`."""

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - whatever JSON says
        """One request over a connection of its own.

        Raises:
            KBError: The server refuses it or is gone.
        """
        headers = {
            "Cookie": f"svar_session={self.cookie}", "Origin": f"http://{self.address}",
            "Content-Type": "application/json",
        }  # fmt: skip
        connection = HTTPConnection(self.address, timeout=_PATIENCE_S)
        try:
            with closing(connection):
                connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
                answer = connection.getresponse()
                text = answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            raise KBError(f"The measured server does not answer: {error}.", hint="Its log says why.") from error
        if answer.status != 200:
            raise KBError(f"The measured server answered {answer.status} to {method} {path}: {text[:200]}")
        return json.loads(text)

    def suggest(self, question: Question) -> None:
        """Ask for suggestions as the workspace does for typed words."""
        asked = {"subject": question.subject, "text": question.body, "locale": question.locale}
        self.ask("POST", "/api/v1/suggest", {name: value for name, value in asked.items() if value != "und"})


def server_figures(settings: Settings, questions: Sequence[Question]) -> list[Figure]:
    """Start a server and measure it: the first suggestion, one client, several at once, long questions, memory.

    Args:
        settings: Name the data folder, in which a user is added.
        questions: At least one.

    Raises:
        KBError: The server does not start or stops answering.
        ValueError: There is no question.
    """
    fresh = _never_twice()
    with measured_server(settings) as server:
        server.suggest(fresh(questions[0]))
        figures = [Figure.of(PART, "start to the first suggestion", "s", [time.perf_counter() - server.began])]
        wait_until(lambda: bool(server.ask("GET", "/api/v1/health")["warm"]), "the server is not warm")
        figures.append(Figure.of(PART, "start to full speed", "s", [time.perf_counter() - server.began]))
        for question in questions[:WARM_UP]:
            server.suggest(fresh(question))
        figures.append(Figure.of(PART, "one client", "ms", asked_by(server, [fresh(q) for q in questions], clients=1)))
        often = [fresh(q) for q in (*questions, *questions)]
        times = asked_by(server, often, clients=AT_ONCE)
        figures.append(Figure.of(PART, f"{AT_ONCE} clients at once", "ms", times))
        for name, long in long_kinds(questions).items():
            times = asked_by(server, [fresh(question) for question in long], clients=1)
            figures.append(Figure.of(PART, name, "ms", times))
        memory = memory_of(server.process.pid)
        if memory is not None:
            figures.append(Figure.of(PART, "memory, with mapped files", "MB", [memory.resident_mb]))
            figures.append(Figure.of(PART, "memory, its own", "MB", [memory.own_mb]))
    return figures


def fresh_commands(settings: Settings, questions: Sequence[Question], *, times: int = 5) -> list[Figure]:
    """Run `svar suggest` as a process of its own, several times.

    Args:
        settings: Name the data folder.
        questions: At least one.
        times: How often.

    Raises:
        KBError: The command fails.
        ValueError: There is no question.
    """
    seconds = []
    for question in (list(questions) * times)[:times]:
        began = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - this very program
            _command(settings, "suggest", "--json", "--text", question.text), cwd=_FOLDER, env=_environment(settings),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise KBError(f"`svar suggest` failed: {done.stderr.strip()}")
        seconds.append(time.perf_counter() - began)
    return [Figure.of("command", "svar suggest, a fresh process", "s", seconds)]


def asked_by(server: MeasuredServer, questions: Sequence[Question], *, clients: int) -> list[float]:
    """Milliseconds of every question, asked by several clients at once that take the next one as they are free.

    Args:
        server: Whom to ask.
        questions: No two of them equal, since a server remembers the last seconds.
        clients: How many at once.
    """

    def ask(question: Question) -> float:
        began = time.perf_counter()
        server.suggest(question)
        return (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(ask, questions))


@contextmanager
def measured_server(settings: Settings, *, workers: int = 1) -> Iterator[MeasuredServer]:
    """Run `svar serve` on a data folder and a free port until the block ends.

    Args:
        settings: Name the data folder; a user with one session is added to it.
        workers: Server processes.

    Raises:
        KBError: It does not start.
    """
    cookie = _session(settings)
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - this very program
        _command(settings, "serve", "--no-open", "--port", "0", "--workers", str(workers)), cwd=_FOLDER,
        env=_environment(settings), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        line = process.stdout.readline() if process.stdout is not None else ""
        found = re.search(r"http://\S+", line)
        if found is None:
            raise KBError("The server to be measured did not start.", hint="What it said stands above.")
        yield MeasuredServer(urlsplit(found.group()).netloc, cookie, process, began)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(happened: Callable[[], bool], otherwise: str) -> float:
    """Wait for something, looking fifty times a second.

    Args:
        happened: Whether it has come to pass.
        otherwise: What is said if it never does.

    Returns:
        Seconds that it took.

    Raises:
        KBError: It did not come to pass within two minutes.
    """
    began = time.perf_counter()
    while not happened():
        if time.perf_counter() - began > _PATIENCE_S:
            raise KBError(f"After {_PATIENCE_S} s {otherwise}.")
        time.sleep(_POLL_S)
    return time.perf_counter() - began


def _never_twice() -> Callable[[Question], Question]:
    """Puts a number in front of questions: what a server was asked seconds ago it answers from memory."""
    numbers, lock = count(1000), threading.Lock()

    def fresh(question: Question) -> Question:
        with lock:
            return Question(question.subject, f"{next(numbers)} {question.body}", question.locale)

    return fresh


def _session(settings: Settings) -> str:
    with closing(Store.open(settings)) as store:
        user = next((user for user in store.users.list() if user.email == _USER), None)
        user = user or store.users.create(name="Bench", email=_USER, role=Role.AGENT, actor="bench")
        return store.users.open_session(user.id)


def _command(settings: Settings, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "ui.cli", "--home", str(settings.home.absolute()), *arguments]


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "SVAR_MODELS": str(settings.models_folder.absolute()), "SVAR_MODEL": settings.model}
