"""Looks for candidates every night while a server runs, if anything changed; the first time soon after the start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from assistant.learning.nightly import AFTER_START, FROM_HOUR, TO_HOUR
from indexer.folders import current_folder
from kb.errors import Conflict
from kb.runs import Run
from kb.store import Store
from kb.watch import Watch
from ui.run_aside import RunAside

FIRST_AFTER = timedelta(minutes=4)
"""Who opens the page for the first time should find something, once the server has done what is more urgent."""
_EVERY_S = 60.0


def is_due(now: datetime, *, started: datetime, last: Run | None, seq: int, indexed: bool = True) -> bool:
    """Whether it is time to look. Pure.

    Args:
        now: Local time.
        started: When the server started.
        last: The newest run of any process.
        seq: The change counter.
        indexed: There is an index to look into.
    """
    if not indexed or now - started < AFTER_START:
        return False
    if last is None:
        return now - started >= FIRST_AFTER
    if not FROM_HOUR <= now.hour < TO_HOUR:
        return False
    is_tonight = last.started_at.astimezone(now.tzinfo).date() == now.date()
    return last.state != "running" and not is_tonight and (last.seq != seq or last.state == "failed")


def start_capture(store: Store, aside: RunAside, *, actor: str = "") -> Run:
    """Begin to look for candidates in a process of its own.

    Args:
        store: The database.
        aside: Runs the process.
        actor: The user's id; "" at night.

    Raises:
        Conflict: Somebody is at it already.
    """
    run = store.candidate_runs.begin(actor=actor)
    if not aside.start("capture", "--keep", "--run", str(run.id)):
        store.candidate_runs.fail(run.id, "the server is stopping")
    return run


class NightlyCapture(Watch):
    """A thread that waits for the night. Of several processes one begins; the others then find it begun."""

    def __init__(
        self,
        store: Store,
        aside: RunAside,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        every_s: float = _EVERY_S,
    ) -> None:
        """Do not begin yet.

        Args:
            store: The database.
            aside: Runs the process.
            clock: The local time, aware.
            every_s: How often to look at it.
        """
        super().__init__("nightly-capture", every_s=every_s, failed="could not look for candidates")
        self._store, self._aside = store, aside
        self._clock = clock
        self._started = clock()
        self._had_one = False

    def look(self) -> bool:
        """Begin a run if it is time to; returns whether it was begun."""
        now = self._clock()
        # The clock first: it is nearly always day, and then nothing is read.
        if self._had_one and not FROM_HOUR <= now.hour < TO_HOUR:
            return False
        last, seq = self._store.candidate_runs.latest(), self._store.seq()
        self._had_one = last is not None
        indexed = current_folder(self._store.database.path.parent) is not None
        if not is_due(now, started=self._started, last=last, seq=seq, indexed=indexed):
            return False
        try:
            start_capture(self._store, self._aside)
        except Conflict:
            return False
        return True
