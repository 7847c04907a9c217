"""A thread that looks every so often whether there is something to do, for as long as a server runs."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

from kb.errors import KBError

log = logging.getLogger(__name__)
_LEAVE_S = 10.0


class Watch(ABC):
    """Looks again and again; what goes wrong once is said in the log and tried at the next look.

    Args:
        name: Of the thread.
        every_s: How often to look.
        failed: What to say in the log where a look fails, e.g. "could not look for gaps".
        at_once: Look right after the start too, not only after the first wait.
    """

    def __init__(self, name: str, *, every_s: float, failed: str, at_once: bool = False) -> None:
        self._every_s, self._failed, self._at_once = every_s, failed, at_once
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, name=name, daemon=True)

    @abstractmethod
    def look(self) -> bool:
        """Do what is to be done, if it is time to; returns whether it was."""

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is in hand; the rest is done after the next start."""
        self._stopped.set()
        self._thread.join(timeout=_LEAVE_S)

    def _follow(self) -> None:
        if not self._at_once and self._stopped.wait(self._every_s):
            return
        while True:
            try:
                self.look()
            except KBError as error:
                # The database is busy, the disk is full, nothing is indexed yet: the next look will do.
                log.warning("%s: %s", self._failed, error)
            except Exception:
                log.exception(self._failed)
            if self._stopped.wait(self._every_s):
                return
