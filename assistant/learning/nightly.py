"""Learns once a night while a server runs, when nobody asks and enough was linked since the last time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from assistant.learning.examples import LEAST
from assistant.learning.learn import learn
from kb.settings import Settings
from kb.store import Store
from kb.watch import Watch

log = logging.getLogger(__name__)

FROM_HOUR, TO_HOUR = 2, 5
"""The night, in local time: from 02:00 until before 05:00."""
GROWN = 1.05
"""So many times more links than at the last attempt are worth another one."""
AFTER_START = timedelta(minutes=1)
"""A server that has just started has better things to do."""
_EVERY_S = 60.0


def is_due(now: datetime, *, started: datetime, tried: datetime | None, links: int, links_then: int) -> bool:
    """Whether it is time to learn. Pure.

    Args:
        now: Local time.
        started: When the server started.
        tried: When this server last tried; None: never.
        links: How many links there are.
        links_then: How many there were at the last attempt of any process; 0 if there was none.
    """
    return (
        FROM_HOUR <= now.hour < TO_HOUR
        and now - started >= AFTER_START
        and (tried is None or tried.date() != now.date())
        and links >= max(LEAST, GROWN * links_then)
    )


class Nightly(Watch):
    """A thread that learns at night. Of several processes one does it: the others then find nothing new."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        work: Callable[..., object] = learn,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        every_s: float = _EVERY_S,
    ) -> None:
        """Do not begin yet.

        Args:
            store: What is learned from.
            settings: Of the index.
            work: What to do at night; called as `learn` is, and told to stop by an exception out of its progress.
            clock: The local time, aware.
            every_s: How often to look at it.
        """
        super().__init__("nightly", every_s=every_s, failed="nothing was learned tonight")
        self._store, self._settings = store, settings
        self._work, self._clock = work, clock
        self._started = clock()
        self._tried: datetime | None = None

    def look(self) -> bool:
        """Learn if it is time to; returns whether it was tried."""
        now = self._clock()
        # The clock first: it is nearly always day, and then nothing is read.
        if not FROM_HOUR <= now.hour < TO_HOUR:
            return False
        links, links_then = self._store.tickets.count_links(), self._links_then()
        if not is_due(now, started=self._started, tried=self._tried, links=links, links_then=links_then):
            return False
        self._tried = now
        began = time.perf_counter()
        try:
            self._work(self._store, self._settings, progress=self._go_on)
        except _Stopped:
            return True
        log.info("learned from %d links in %.0f s", links, time.perf_counter() - began)
        return True

    def _links_then(self) -> int:
        newest = self._store.learned.history(limit=1)
        links = newest[0].figures.get("links", 0) if newest else 0
        return links if isinstance(links, int) else 0

    def _go_on(self, _done: int, _total: int) -> None:
        if self._stopped.is_set():
            raise _Stopped


class _Stopped(Exception):
    """The server is going down."""
