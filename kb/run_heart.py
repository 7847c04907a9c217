"""Says every now and then how far a run is, from a thread beside it: whoever waits sees that it lives."""

from __future__ import annotations

import threading
import time
from types import TracebackType

from kb.errors import DatabaseBusy
from kb.runs import Runs

_EVERY_S, _AT_LEAST_S = 0.5, 15.0
"""How often progress is written, and how often somebody must hear that the run lives."""


class RunHeart:
    """Beats while its block lasts; `place` is (done, all) and is set from outside."""

    def __init__(self, runs: Runs, run_id: int) -> None:
        """Do not begin yet.

        Args:
            runs: Where it is told.
            run_id: The run.
        """
        self._runs, self._run_id = runs, run_id
        self.place = 0, 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="progress", daemon=True)

    def __enter__(self) -> RunHeart:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _beat(self) -> None:
        said, at = (-1, -1), 0.0
        while not self._stopped.wait(_EVERY_S):
            if self.place != said or time.monotonic() - at > _AT_LEAST_S:
                said, at = self.place, time.monotonic()
                try:
                    self._runs.beat(self._run_id, *said)
                except DatabaseBusy:
                    # Somebody imports; the next beat tells as much.
                    continue
