"""Keeps the index in order in a process of its own, behind everything else that the machine has to do.

Learning from a hundred thousand tickets takes minutes and a gigabyte. In the server it would take the time from those
who ask, and the memory would stay with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store

FOLDER = Path(__file__).resolve().parents[1]
_NICE = 5
"""Not more: whoever takes in a change may have to wait until it has written."""
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""The other cores are for those who ask."""


class IndexAside:
    """Runs `svar index`; it may be killed at any moment, and is when the server stops."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False

    def __call__(self, store: Store, settings: Settings) -> None:
        """Bring the index up to date, tidy it up and learn; waits until that is done.

        Args:
            store: What is known; the other process opens it itself.
            settings: Name the data folder, the model and how it is asked.

        Raises:
            KBError: It did not succeed; nothing is lost by trying again.
        """
        del store
        with self._lock:
            if self._stopped:
                return
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-m", "ui.cli", "--home", str(settings.home.absolute()), "index"], cwd=FOLDER,
                env=environment(settings), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICE)
        _, said = self._process.communicate()
        if self._process.returncode and not self._stopped:
            lines = said.strip().splitlines()
            raise KBError(f"The index could not be kept in order: {lines[-1] if lines else 'no reason was given'}")

    def stop(self) -> None:
        """End it, also in the middle of its work."""
        with self._lock:
            self._stopped = True
            if self._process is not None and self._process.poll() is None:
                self._process.kill()


def environment(settings: Settings) -> dict[str, str]:
    """What a process beside the server is told: the same settings, and one thread.

    Args:
        settings: Of the server.
    """
    return {
        **os.environ,
        **_ONE_THREAD,
        "SVAR_MODEL": settings.model,
        "SVAR_MODELS": str(settings.models_folder.absolute()),
        "SVAR_QUERY_PROMPT": settings.query_prompt,
        "SVAR_PASSAGE_PROMPT": settings.passage_prompt,
        "SVAR_BUSY_TIMEOUT_S": str(settings.busy_timeout_s),
    }
