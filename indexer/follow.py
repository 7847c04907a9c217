"""Keeps the index up to date while a server runs: what was just published or solved is found within a second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from indexer.build import bring_up_to_date, take_in
from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store

log = logging.getLogger(__name__)

EVERY_S = 0.25
"""How often the change counter is read; that costs microseconds."""
QUIET_S = 10.0
"""After so long without a change the index is tidied up."""
LONGEST_S = 60.0
"""It is tidied up so long after a change at the latest, also where something changes all the time: what was deleted
must not stay in its files."""

Work = Callable[[Store, Settings], object]


class Follower:
    """Two threads: one takes in whatever changed, the other does what takes long, when there is time for it.

    Several processes may follow one folder: one of them works.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        every_s: float = EVERY_S,
        quiet_s: float = QUIET_S,
        longest_s: float = LONGEST_S,
        work: Work = take_in,
        upkeep: Work = bring_up_to_date,
    ) -> None:
        """Do not begin yet.

        Args:
            store: What is followed.
            settings: Of the index.
            every_s: How often to look.
            quiet_s: How long nothing must have changed before there is time.
            longest_s: How long a change waits for that at most.
            work: What to do at once when something changed.
            upkeep: What to do when there is time after a change, and after the start; work goes on beside it.
        """
        self._store, self._settings = store, settings
        self._work, self._upkeep = work, upkeep
        self._every_s, self._quiet_s, self._longest_s = every_s, quiet_s, longest_s
        self._stopped = threading.Event()
        self._seen: tuple[float, float] | None = None
        """When the first and the last of the changes were taken in that there was no upkeep after."""
        self._seeing = threading.Lock()
        self._threads = [
            threading.Thread(target=self._repeat, args=(look,), name=f"index-{name}", daemon=True)
            for name, look in (("follower", self._take_in), ("upkeep", self._keep_up))
        ]
        self._done = -1

    def start(self) -> None:
        """Begin to follow."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop after the batch in hand; what is left is done at the next start."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(timeout=10.0)

    def _take_in(self) -> None:
        seq = self._store.seq()
        if seq != self._done:
            self._work(self._store, self._settings)
            self._done = seq
            self._note(time.monotonic())

    def _keep_up(self) -> None:
        now = time.monotonic()
        with self._seeing:
            seen = self._seen
            if seen is None or (now - seen[1] < self._quiet_s and now - seen[0] < self._longest_s):
                return
            self._seen = None
        try:
            self._upkeep(self._store, self._settings)
        except BaseException:
            # Still to be done.
            self._note(now)
            raise

    def _note(self, now: float) -> None:
        with self._seeing:
            self._seen = (self._seen[0] if self._seen is not None else now, now)

    def _repeat(self, look: Callable[[], None]) -> None:
        said = ""
        while not self._stopped.wait(self._every_s):
            try:
                look()
                said = ""
            except KBError as error:
                # Another process is indexing, or the disk is full: try again, since nothing is lost by waiting.
                if str(error) != said:
                    log.warning("indexing is waiting: %s", error)
                said = str(error)
                self._stopped.wait(self._every_s * 2)
            except Exception:
                log.exception("indexing failed; trying again")
                self._stopped.wait(self._every_s * 100)
