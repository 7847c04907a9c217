"""Runs a command of Svar in a process of its own, behind everything else that the machine has to do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from kb.settings import Settings
from ui.index_aside import FOLDER, environment

_NICE = 10


class RunAside:
    """The processes that this server began; they end with it. What they do is safe to be killed at any moment."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._stopped = False

    def start(self, *command: str) -> bool:
        """Begin a command and do not wait for it; how far it is, it writes to the database itself.

        Args:
            command: As on the command line, without `svar` and without --home.

        Returns:
            Whether it was begun: not in a server that is stopping.
        """
        with self._lock:
            if self._stopped:
                return False
            # The ones that have ended are collected here.
            self._running = [each for each in self._running if each.poll() is None]
            process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-m", "ui.cli", "--home", str(self._settings.home.absolute()), *command],
                cwd=FOLDER, env=environment(self._settings), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self._running.append(process)
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        return True

    def stop(self) -> None:
        """End them all, also in the middle of their work."""
        with self._lock:
            self._stopped = True
            for each in self._running:
                if each.poll() is None:
                    each.kill()
                each.wait()
