"""A run that looks for candidates and keeps them: with progress in the database, for whoever waits."""

from __future__ import annotations

from collections.abc import Callable

from assistant.capture.capture import Window, capture
from assistant.capture.memory import Memory
from assistant.service import Service
from kb.errors import KBError
from kb.run_heart import RunHeart
from kb.runs import Run


def keep_candidates(
    service: Service, run: Run, *, actor: str = "system", progress: Callable[[int, int], None] | None = None
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
        with RunHeart(runs, run.id) as heart:

            def move(done: int, total: int) -> None:
                heart.place = done, total
                if progress is not None:
                    progress(done, total)

            memory = Memory(service.store.candidate_memory.read())
            found = capture(service, Window(), memory=memory, progress=move)
            service.store.candidate_memory.keep(memory.used)
        return runs.keep(run.id, found, actor=actor)
    except BaseException as error:
        runs.fail(run.id, error.message if isinstance(error, KBError) else type(error).__name__)
        raise
