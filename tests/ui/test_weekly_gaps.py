"""Every Monday before dawn, and once by itself where nobody ever looked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.gaps.model import GapRun, RunState, Window
from kb.settings import Settings
from tests.fakes import open_store
from ui import weekly_gaps
from ui.run_aside import RunAside
from ui.weekly_gaps import WeeklyGaps, is_due

MONDAY = datetime(2026, 5, 4, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def run(started: datetime, state: RunState = RunState.DONE) -> GapRun:
    return GapRun(1, Window(), "system", state, "", 0, 0, "", started, started, None)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        (MONDAY, None, True),
        (MONDAY + 2.5 * DAY, None, True),
        (MONDAY, run(MONDAY - 7 * DAY), True),
        (MONDAY, run(MONDAY - timedelta(minutes=20)), False),
        (MONDAY, run(MONDAY - DAY, RunState.RUNNING), False),
        (MONDAY, run(MONDAY - DAY, RunState.FAILED), True),
        (MONDAY + DAY, run(MONDAY - 7 * DAY), False),
        (MONDAY + timedelta(hours=9), run(MONDAY - 7 * DAY), False),
    ],
)
def test_when(now: datetime, last: GapRun | None, *, due: bool) -> None:
    assert is_due(now, started=MONDAY - 30 * DAY, last=last) is due


def test_whoever_tries_it_out_comes_first() -> None:
    assert not is_due(MONDAY, started=MONDAY - timedelta(seconds=30), last=None)


class Aside(RunAside):
    """Remembers what it was told to run."""

    def __init__(self, home: Path) -> None:
        super().__init__(Settings(home=home))
        self.begun: list[tuple[str, ...]] = []

    def start(self, *command: str) -> bool:
        self.begun.append(command)
        return True


def test_one_process_is_begun_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, aside, now = open_store(tmp_path), Aside(tmp_path), [MONDAY]
    weekly = WeeklyGaps(store, Settings(home=tmp_path), aside, clock=lambda: now[0], every_s=0.01)
    now[0] += timedelta(minutes=5)
    assert not weekly.look(), "there is no index yet"
    monkeypatch.setattr(weekly_gaps, "current_folder", lambda _: tmp_path)
    assert weekly.look()
    assert not weekly.look(), "it has been begun a moment ago"
    assert aside.begun == [("gaps",)]
    weekly.start()
    weekly.stop()
    store.close()
