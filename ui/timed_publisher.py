"""The thread that publishes what was scheduled, once its time has come."""

from __future__ import annotations

import logging
import threading

from kb.errors import KBError
from kb.store import Store

log = logging.getLogger(__name__)

EVERY_S = 2.0
"""How often to look; that costs microseconds."""


class TimedPublisher:
    """Looks for what is due. Several processes may: each article is published by the one whose write comes first."""

    def __init__(self, store: Store, *, every_s: float = EVERY_S) -> None:
        """Do not begin yet.

        Args:
            store: Whose drafts.
            every_s: How often to look.
        """
        self._store, self._every_s = store, every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="timed-publishing", daemon=True)

    def start(self) -> None:
        """Begin; what came due while no server ran is published at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the article in hand; what is left is published after the next start."""
        self._stopped.set()
        self._thread.join(timeout=5.0)

    def _repeat(self) -> None:
        while not self._stopped.is_set():
            try:
                self._store.timed_publishing.publish_due()
            except KBError as error:
                # The database is busy or the disk is full: what is due stays due.
                log.warning("publishing at a time is waiting: %s", error)
            self._stopped.wait(self._every_s)
