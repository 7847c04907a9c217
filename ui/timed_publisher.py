"""The thread that publishes what was scheduled, once its time has come."""

from __future__ import annotations

from kb.store import Store
from kb.watch import Watch

EVERY_S = 2.0
"""How often to look; that costs microseconds."""


class TimedPublisher(Watch):
    """Looks for what is due. Several processes may: each article is published by the one whose write comes first."""

    def __init__(self, store: Store, *, every_s: float = EVERY_S) -> None:
        """Do not begin yet.

        Args:
            store: Whose drafts.
            every_s: How often to look.
        """
        # What came due while no server ran is published at once.
        super().__init__("timed-publishing", every_s=every_s, failed="publishing at a time is waiting", at_once=True)
        self._store = store

    def look(self) -> bool:
        """Publish what is due; returns whether there was anything."""
        return bool(self._store.timed_publishing.publish_due())
