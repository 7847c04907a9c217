"""When a server learns: at night, once, when it is worth it; and what happens when it cannot."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.learning.nightly import Nightly, is_due
from kb.errors import KBError
from kb.model import Learned, LearnedKind
from kb.settings import Settings
from kb.store import Store
from tests.fakes import DAY, open_store

NIGHT = datetime(2026, 5, 5, 3, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))


@pytest.mark.parametrize(
    ("now", "started", "tried", "links", "links_then", "due"),
    [
        (NIGHT, timedelta(hours=9), None, 200, 0, True),
        (NIGHT.replace(hour=1, minute=59), timedelta(hours=9), None, 200, 0, False),
        (NIGHT.replace(hour=2), timedelta(hours=9), None, 200, 0, True),
        (NIGHT.replace(hour=4, minute=59), timedelta(hours=9), None, 200, 0, True),
        (NIGHT.replace(hour=5), timedelta(hours=9), None, 200, 0, False),
        (NIGHT.replace(hour=15), timedelta(hours=9), None, 200, 0, False),
        (NIGHT, timedelta(seconds=59), None, 200, 0, False),
        (NIGHT, timedelta(seconds=60), None, 200, 0, True),
        (NIGHT, timedelta(hours=9), timedelta(minutes=30), 200, 0, False),
        (NIGHT, timedelta(days=2), timedelta(days=1), 200, 0, True),
        (NIGHT, timedelta(hours=9), None, 99, 0, False),
        (NIGHT, timedelta(hours=9), None, 209, 200, False),
        (NIGHT, timedelta(hours=9), None, 210, 200, True),
        (NIGHT, timedelta(hours=9), None, 150, 200, False),
    ],
)
def test_when_it_is_due(
    now: datetime, started: timedelta, tried: timedelta | None, links: int, links_then: int, due: bool
) -> None:
    last = None if tried is None else now - tried
    assert is_due(now, started=now - started, tried=last, links=links, links_then=links_then) is due


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = open_store(tmp_path)
    monkeypatch.setattr(opened.tickets, "count_links", lambda: 200)
    yield opened
    opened.close()


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = NIGHT - timedelta(hours=9)

    def __call__(self) -> datetime:
        return self.now


def nightly(store: Store, clock: Clock, work: Callable[..., object], *, every_s: float = 60.0) -> Nightly:
    return Nightly(store, Settings(home=store.database.path.parent), work=work, clock=clock, every_s=every_s)


def note(store: Store, links: object) -> None:
    store.learned.note(Learned(LearnedKind.WEIGHTS, "m", False, {}, {"links": links}, DAY))


def test_once_a_night(store: Store) -> None:
    clock, done = Clock(), []
    made = nightly(store, clock, lambda *_, **__: done.append(clock.now))
    for hours in range(71):
        clock.now = NIGHT + timedelta(hours=hours)
        made.look()
    # The first night had begun already; the next ones are met at their first hour.
    assert [(moment.date() - NIGHT.date(), moment.hour) for moment in done] == [
        (timedelta(days=0), 3), (timedelta(days=1), 2), (timedelta(days=2), 2)
    ]  # fmt: skip


def test_what_another_process_learned_is_enough(store: Store) -> None:
    clock, done = Clock(), []
    made = nightly(store, clock, lambda *_, **__: done.append(1))
    clock.now = NIGHT
    note(store, 195)
    assert not made.look()
    note(store, "many")
    assert made.look()
    assert done == [1]


def test_what_fails_is_logged_and_the_thread_lives_on(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    clock, nights = Clock(), 0
    both = threading.Event()

    def work(*_: object, **__: object) -> None:
        nonlocal nights
        nights += 1
        clock.now += timedelta(days=1)
        if nights == 1:
            raise KBError("Too few.")
        both.set()
        raise RuntimeError("broken")

    made = nightly(store, clock, work, every_s=0.01)
    clock.now = NIGHT
    with caplog.at_level(logging.INFO):
        made.start()
        assert both.wait(10)
        made.stop()
    assert "nothing was learned tonight: Too few." in caplog.text
    assert nights >= 2


def test_a_server_that_stops_does_not_wait_for_it(store: Store) -> None:
    clock, began = Clock(), threading.Event()
    ended: list[bool] = []

    def work(*_: object, progress: Callable[[int, int], None], **__: object) -> None:
        began.set()
        try:
            while True:
                progress(0, 1)
        finally:
            ended.append(True)

    made = nightly(store, clock, work, every_s=0.01)
    clock.now = NIGHT
    made.start()
    assert began.wait(10)
    made.stop()
    assert ended == [True]


def test_by_day_nothing_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.tickets, "count_links", lambda: pytest.fail("read"))
    assert not nightly(store, Clock(), lambda *_, **__: None).look()
