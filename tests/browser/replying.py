"""An application on the fake engine that a test may kill and start again, and a ticket opened in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Page

from kb.model import Role
from kb.settings import Settings
from kb.store import Store
from tests.conftest import ROOT, environment
from tests.ui.free_port import free_port
from tests.ui.run_fake import AT_ONCE

Enter = Callable[..., Page]


class Fake:
    """The application on the fake engine, which a test may kill and start again at the same address."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.ui.run_fake", str(self.home), str(self.port), "--demo", AT_ONCE]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment({}))
        deadline = time.monotonic() + 60
        while not self._is_there():
            if time.monotonic() > deadline:
                raise TimeoutError("the application was not there in time")
            time.sleep(0.1)

    def _is_there(self) -> bool:
        try:
            return bool(httpx.get(f"{self.url}/api/v1/health", timeout=5).json()["shell"] == "ready")
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            self.process = None

    @contextmanager
    def store(self) -> Iterator[Store]:
        opened = Store.open(Settings(home=self.home))
        yield opened
        opened.close()


def kept(fake: Fake, ticket: str, role: Role = Role.AGENT) -> list[str]:
    with fake.store() as store:
        user = next(user for user in store.users.list() if user.role is role)
        return [row.body for row in store.reply_drafts.all(ticket, user.id)]
