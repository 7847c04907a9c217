"""The application as a process of its own on a free port, for tests that need Gradio or a browser."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import ROOT, environment
from tests.ui.free_port import free_port
from tests.ui.run_fake import AT_ONCE
from ui.pages.shell import IDLE_S

MODELS = os.environ.get("SVAR_MODELS", "")
"""Where the developer keeps the unpacked model, read before tests get a clean environment."""


@dataclass(frozen=True)
class Server:
    """A running application."""

    url: str
    """Without a final slash."""
    home: Path
    first_answer_s: float
    """From the start of the process to the first REST answer."""
    at_once: bool = False
    """Whether it loads Gradio at once."""

    def wait_for_gradio(self, *, within_s: float = 90.0) -> None:
        """Wait until the page shell is loaded."""
        deadline = time.monotonic() + within_s
        # Gradio is loaded once nobody has asked anything for a while; who asks all the time waits ten times as long.
        time.sleep(0.0 if self.at_once else IDLE_S + 0.3)
        while httpx.get(f"{self.url}/api/v1/health").json()["shell"] != "ready":
            if time.monotonic() > deadline:
                raise TimeoutError("Gradio was not loaded in time")
            time.sleep(0.2)


@contextmanager
def running(
    home: Path, *arguments: str, env: Mapping[str, str] | None = None, at_once: bool = True
) -> Iterator[Server]:  # fmt: skip
    """Start `tests.ui.run_fake` on a folder, wait for its first answer, and end it by its id.

    Args:
        home: The folder.
        arguments: Such as `--demo`.
        env: Settings.
        at_once: Load Gradio at once, not in a quiet moment as the product does.
    """
    port, arguments = free_port(), (*arguments, *([AT_ONCE] if at_once else []))
    with _process(home, port, "-m", "tests.ui.run_fake", str(home), str(port), *arguments, env=env) as found:
        yield found


@contextmanager
def serving_demo(home: Path) -> Iterator[Server]:
    """The same with the product itself: `svar serve --demo`, which takes in and indexes the demo data if need be."""
    port = free_port()
    with _process(
        home, port, "-m", "ui.cli", "--home", str(home), "serve", "--demo", "--no-open", "--port", str(port)
    ) as found:
        yield found


@contextmanager
def _process(home: Path, port: int, *arguments: str, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    url = f"http://127.0.0.1:{port}"
    started = time.monotonic()
    own = {"OMP_WAIT_POLICY": "passive", **({"SVAR_MODELS": MODELS} if MODELS else {}), **(env or {})}
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment(own))
    try:
        yield Server(url, home, _first_answer(url, process, started), at_once=AT_ONCE in arguments)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _first_answer(url: str, process: subprocess.Popen[bytes], started: float) -> float:
    while time.monotonic() - started < 300:
        if process.poll() is not None:
            raise RuntimeError(f"the application ended with {process.returncode}")
        try:
            httpx.get(f"{url}/api/v1/health", timeout=5)
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return time.monotonic() - started
    raise TimeoutError("the application did not answer")
