"""Keeps the index up to date while a server runs: what was just published or solved is found seconds later."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from indexer.build import bring_up_to_date
from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store

log = logging.getLogger(__name__)

EVERY_S = 0.5
"""How often the change counter is read; that costs microseconds."""


class Follower:
    """A thread that indexes whenever something changed. Several processes may follow one folder: one of them works."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        every_s: float = EVERY_S,
        work: Callable[[Store, Settings], object] = bring_up_to_date,
    ) -> None:
        """Do not begin yet.

        Args:
            store: What is followed.
            settings: Of the index.
            every_s: How often to look.
            work: What to do when something changed.
        """
        self._store = store
        self._work = work
        self._settings = settings
        self._every_s = every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="index-follower", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch in hand; what is left is done at the next start."""
        self._stopped.set()
        self._thread.join(timeout=10.0)

    def _follow(self) -> None:
        done = -1
        while not self._stopped.wait(self._every_s):
            try:
                seq = self._store.seq()
                if seq != done:
                    self._work(self._store, self._settings)
                    done = seq
            except KBError as error:
                # Another process is indexing, or the disk is full: try again, since nothing is lost by waiting.
                log.warning("indexing is waiting: %s", error)
                self._stopped.wait(self._every_s * 10)
            except Exception:
                log.exception("indexing failed; trying again")
                self._stopped.wait(self._every_s * 60)
