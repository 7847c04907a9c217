"""The figures of one store: facts are kept in memory, and what changed is taken in before each answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from assistant.measures.frame import Frame, frame_of, merged, with_teams
from kb import clock
from kb.reporting.window import Window
from kb.reporting.work_teams import SMALLEST
from kb.store import Store

AT_ONCE = 2_000
"""So many changed tickets are taken in while somebody waits; the rest is left to the thread beside the server."""
DEFAULT_SPAN = timedelta(weeks=13)


class Measures:
    """Reads the facts once and keeps them; several threads may ask."""

    def __init__(self, store: Store, *, beside: bool = False) -> None:
        """Read nothing yet.

        Args:
            store: Where the facts are.
            beside: Something beside works out what changed, so that nobody who asks waits for a writer.
        """
        self._store, self._beside = store, beside
        self._lock = threading.Lock()
        self._frame = frame_of([], {}, smallest=SMALLEST)
        self._places: dict[str, int] = {}
        self._version = -1
        self._teams: dict[str, str] | None = None

    @property
    def store(self) -> Store:
        """Where the facts are."""
        return self._store

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone: what a day and a week are."""
        return ZoneInfo(self._store.hours.get().zone)

    def waiting(self) -> int:
        """How many tickets have changed and are not taken in yet."""
        return self._store.reporting.facts.waiting()

    def catch_up(self, progress: Callable[[int], object] = lambda _: None) -> int:
        """Take in all that changed, however much it is.

        Args:
            progress: Called with how many tickets are done.

        Returns:
            How many were done.
        """
        return self._store.reporting.facts.catch_up(progress=progress)

    def frame(self) -> Frame:
        """The facts of all tickets as they are now; after a large import those that have been worked out so far."""
        facts = self._store.reporting.facts
        if not self._beside and 0 < facts.waiting() <= AT_ONCE:
            facts.catch_up(most=AT_ONCE)
        with self._lock:
            self._take_in()
            return self._frame

    def window(self, **wishes: str) -> Window:
        """A window from what was asked for: since, until (days as 2026-05-04), locale, product, team.

        Args:
            **wishes: Empty ones count as not given; without days the last 13 whole weeks.

        Raises:
            InvalidRow: A day is no day, or the window holds none.
        """
        today = clock.now().astimezone(self.zone).date()
        monday = today - timedelta(days=today.weekday())
        moments = [clock.parse(wishes.get(name) or None, name=name) for name in ("since", "until")]
        since, until = (None if moment is None else moment.date() for moment in moments)
        end = until or (monday if since is None else today + timedelta(days=1))
        return Window(
            since=since or end - DEFAULT_SPAN, until=end, locale=wishes.get("locale", ""),
            product=wishes.get("product", ""), team=wishes.get("team", ""),
        )  # fmt: skip

    def _take_in(self) -> None:
        reporting = self._store.reporting
        version, teams = reporting.facts.version(), reporting.teams.of_agents()
        if version != self._version:
            self._merge(teams)
            if len(self._frame) != reporting.facts.count():
                # A ticket was deleted.
                self._frame, self._places, self._version = frame_of([], {}, smallest=SMALLEST), {}, -1
                self._merge(teams)
            self._version = version
        if teams != self._teams:
            self._frame, self._teams = with_teams(self._frame, teams, smallest=SMALLEST), teams

    def _merge(self, teams: Mapping[str, str]) -> None:
        for piece in self._store.reporting.facts.changed_since(self._version):
            self._frame = merged(self._frame, frame_of(piece, teams, smallest=SMALLEST), self._places)
