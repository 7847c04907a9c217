"""Looks for duplicates once a night while a server runs, and gives notice of articles that nobody uses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from assistant.learning.nightly import AFTER_START, FROM_HOUR, TO_HOUR
from kb.errors import Conflict
from kb.runs import Run
from kb.store import Store
from kb.watch import Watch
from ui.run_aside import RunAside

_EVERY_S = 60.0


def is_due(now: datetime, *, started: datetime, begun: datetime | None, searched: datetime | None) -> bool:
    """Whether it is time to look. Pure.

    Args:
        now: Local time.
        started: When the server started.
        begun: When this server last began to look; None: never.
        searched: When any process last searched for pairs; None: never.
    """
    if not FROM_HOUR <= now.hour < TO_HOUR or now - started < AFTER_START:
        return False
    last = [at.astimezone(now.tzinfo).date() for at in (begun, searched) if at is not None]
    return now.date() not in last


def start_pair_search(store: Store, aside: RunAside, *, actor: str = "") -> Run:
    """Begin to look for pairs in a process of its own.

    Args:
        store: The database.
        aside: Runs the process.
        actor: The user's id; "" at night.

    Raises:
        Conflict: Somebody is at it already.
    """
    run = store.pair_runs.begin(actor=actor)
    if not aside.start("upkeep", "pairs", "--search", "--run", str(run.id), "--json"):
        store.pair_runs.fail(run.id, "the server is stopping")
    return run


class NightlyUpkeep(Watch):
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
            aside: Runs the search in a process of its own.
            clock: The local time, aware.
            every_s: How often to look at it.
        """
        super().__init__("nightly-upkeep", every_s=every_s, failed="could not look after the articles")
        self._store, self._aside = store, aside
        self._clock = clock
        self._started = clock()
        self._begun: datetime | None = None

    def look(self) -> bool:
        """Do what is to be done if it is time to; returns whether it was begun."""
        now = self._clock()
        # The clock first: it is nearly always day, and then nothing is read.
        if not FROM_HOUR <= now.hour < TO_HOUR:
            return False
        searched = self._store.article_pairs.searched_at()
        if not is_due(now, started=self._started, begun=self._begun, searched=searched):
            return False
        self._begun = now
        # Whoever has not looked at the list gets his week of notice all the same.
        self._store.unused.list()
        try:
            start_pair_search(self._store, self._aside)
        except Conflict:
            return False
        return True
