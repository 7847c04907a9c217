"""Looks for gaps every Monday before dawn while a server runs, and once by itself where nobody ever did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from assistant.learning.nightly import AFTER_START, FROM_HOUR, TO_HOUR
from indexer.folders import current_folder
from kb.gaps.model import GapRun, RunState
from kb.settings import Settings
from kb.store import Store
from kb.watch import Watch
from ui.run_aside import RunAside

_EVERY_S = 60.0
_MONDAY = 0
_FIRST = timedelta(minutes=2)
"""So long after the start the first run of all may begin: whoever tries Svar out comes first."""
_AGAIN = timedelta(minutes=30)
"""A process that was begun and never said anything is not begun again at once."""


def is_due(now: datetime, *, started: datetime, last: GapRun | None) -> bool:
    """Whether it is time to look. Pure.

    Args:
        now: Local time.
        started: When the server started.
        last: The newest run of any process.
    """
    if last is None:
        return now - started >= _FIRST
    is_night = now.weekday() == _MONDAY and FROM_HOUR <= now.hour < TO_HOUR and now - started >= AFTER_START
    is_today = last.started_at.astimezone(now.tzinfo).date() == now.date()
    return is_night and not is_today and last.state is not RunState.RUNNING


class WeeklyGaps(Watch):
    """A thread that waits for Monday. Of several processes one finds the gaps; the others are refused."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        aside: RunAside,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        every_s: float = _EVERY_S,
    ) -> None:
        """Do not begin yet.

        Args:
            store: The database.
            settings: Name the data folder; without an index there is nothing to compare.
            aside: Runs the process.
            clock: The local time, aware.
            every_s: How often to look at it.
        """
        super().__init__("weekly-gaps", every_s=every_s, failed="could not look for gaps")
        self._store, self._settings, self._aside = store, settings, aside
        self._clock = clock
        self._started = clock()
        self._begun: datetime | None = None

    def look(self) -> bool:
        """Begin a run if it is time to; returns whether it was begun."""
        now = self._clock()
        if self._begun is not None and now - self._begun < _AGAIN:
            return False
        if not is_due(now, started=self._started, last=self._store.gaps.runs.latest()):
            return False
        if current_folder(self._settings.home) is None:
            return False
        self._begun = now
        return self._aside.start("gaps")
