"""Long work in a process of its own: it really runs, behind everything else, and ends with the server."""

from __future__ import annotations

import os
import time
from pathlib import Path

from kb.settings import Settings
from tests.fakes import a_ticket, open_store, put
from ui.nightly_capture import start_capture
from ui.run_aside import RunAside


def test_a_run_that_cannot_be_done_says_why(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, a_ticket())
    aside = RunAside(Settings(home=tmp_path))
    run = start_capture(store, aside)
    process = aside._running[0]
    assert os.getpriority(os.PRIO_PROCESS, process.pid) > 0
    process.wait(timeout=60)
    latest = store.candidate_runs.latest()
    store.close()
    assert latest is not None
    assert (latest.id, latest.state) == (run.id, "failed"), "there is no index"
    assert "index" in latest.message


def test_it_ends_with_the_server(tmp_path: Path) -> None:
    aside = RunAside(Settings(home=tmp_path))
    began = time.monotonic()
    assert aside.start("capture", "--keep")
    aside.stop()
    assert time.monotonic() - began < 30
    assert aside._running[0].returncode is not None
    assert not aside.start("capture", "--keep")
