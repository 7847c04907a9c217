"""A run that looks for candidates and keeps them: with progress in the database, for whoever waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

from assistant.capture.capture import Window, capture
from assistant.service import Service
from kb.errors import DatabaseBusy, KBError
from kb.knowledge.candidate import CandidateRun
from kb.knowledge.candidate_runs import CandidateRuns

_EVERY_S, _AT_LEAST_S = 0.5, 15.0
"""How often progress is written, and how often somebody must hear that the run lives."""


def keep_candidates(
    service: Service, run: CandidateRun, *, actor: str = "system", progress: Callable[[int, int], None] | None = None
) -> dict[str, int]:
    """Look for candidates in all closed tickets and keep them.

    Args:
        service: The open data folder.
        run: Begun before (`CandidateRuns.begin`).
        actor: The user's id.
        progress: Called with (done, all) groups.

    Returns:
        How many are new, came back, and went.

    Raises:
        KBError: The run failed; that is written down, too.
    """
    runs = service.store.candidate_runs
    try:
        with _Heart(runs, run.id) as heart:

            def move(done: int, total: int) -> None:
                heart.place = done, total
                if progress is not None:
                    progress(done, total)

            found = capture(service, Window(), progress=move)
        return runs.keep(run.id, found, actor=actor)
    except BaseException as error:
        runs.fail(run.id, error.message if isinstance(error, KBError) else type(error).__name__)
        raise


class _Heart:
    """Says every now and then how far the run is."""

    def __init__(self, runs: CandidateRuns, run_id: int) -> None:
        self._runs, self._run_id = runs, run_id
        self.place = 0, 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="progress", daemon=True)

    def __enter__(self) -> _Heart:
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
