"""The threads that take in what changed at once, and do what takes long when there is time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from indexer import follow
from indexer.follow import Follower
from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store
from tests.fakes import an_article, put


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.005)


def nothing(*_: object) -> None:
    """Work that is not looked at."""


def test_whatever_changes_is_worked_on_once(store: Store, settings: Settings) -> None:
    done: list[tuple[int, Settings]] = []
    put(store, an_article("a1"))
    follower = Follower(
        store, settings, every_s=0.01, work=lambda store, settings: done.append((store.seq(), settings)), upkeep=nothing
    )
    follower.start()
    wait_for(lambda: len(done) == 1)
    put(store, an_article("a2"))
    wait_for(lambda: len(done) == 2)
    time.sleep(0.1)
    follower.stop()
    put(store, an_article("a3"))
    time.sleep(0.1)
    assert done == [(1, settings), (2, settings)]


@pytest.mark.parametrize("error", [KBError("Another index run is working."), RuntimeError("a bug")])
@pytest.mark.parametrize("failing", ["work", "upkeep"])
def test_work_that_failed_is_tried_again(
    store: Store, settings: Settings, caplog: pytest.LogCaptureFixture, error: Exception, failing: str
) -> None:
    calls: list[int] = []

    def fails_once(store: Store, settings: Settings) -> None:
        calls.append(store.seq())
        if len(calls) == 1:
            raise error

    put(store, an_article("a1"))
    follower = Follower(
        store, settings, every_s=0.002, quiet_s=0.01,
        work=fails_once if failing == "work" else nothing, upkeep=fails_once if failing == "upkeep" else nothing,
    )  # fmt: skip
    follower.start()
    wait_for(lambda: len(calls) == 2)
    time.sleep(0.1)
    follower.stop()
    assert calls == [1, 1]
    assert [record.name for record in caplog.records] == [follow.log.name]


def test_who_waits_for_long_says_so_once(store: Store, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []

    def waits(store: Store, _settings: Settings) -> None:
        calls.append(store.seq())
        if len(calls) < 5:
            raise KBError("Another index run is working.")

    put(store, an_article("a1"))
    follower = Follower(store, settings, every_s=0.002, work=waits, upkeep=nothing)
    follower.start()
    wait_for(lambda: len(calls) == 5)
    follower.stop()
    assert len(caplog.records) == 1


def test_upkeep_waits_until_nothing_changes_any_more(store: Store, settings: Settings) -> None:
    kept: list[int] = []
    put(store, an_article("a0"))
    follower = Follower(
        store, settings, every_s=0.005, quiet_s=0.5, work=nothing, upkeep=lambda store, _: kept.append(store.seq())
    )
    follower.start()
    for number in range(1, 8):
        put(store, an_article(f"a{number}"))
        time.sleep(0.1)
        assert kept == []
    wait_for(lambda: kept == [8])
    time.sleep(0.7)
    follower.stop()
    assert kept == [8], "once is enough"


def test_upkeep_comes_also_where_something_changes_all_the_time(store: Store, settings: Settings) -> None:
    kept: list[int] = []
    put(store, an_article("a0"))
    follower = Follower(
        store, settings, every_s=0.005, quiet_s=60, longest_s=0.3, work=nothing,
        upkeep=lambda store, _: kept.append(store.seq()),
    )  # fmt: skip
    follower.start()
    for number in range(1, 100):
        put(store, an_article(f"a{number}"))
        time.sleep(0.02)
        if kept:
            break
    follower.stop()
    assert kept
    assert kept[0] > 1


def test_changes_are_taken_in_while_upkeep_goes_on(store: Store, settings: Settings) -> None:
    """However long it takes: nobody waits for it."""
    taken: list[int] = []
    begun, over = threading.Event(), threading.Event()

    def keeps(_store: Store, _settings: Settings) -> None:
        begun.set()
        over.wait(20)

    put(store, an_article("a1"))
    follower = Follower(
        store, settings, every_s=0.01, quiet_s=0.01, work=lambda store, _: taken.append(store.seq()), upkeep=keeps
    )
    follower.start()
    assert begun.wait(20)
    put(store, an_article("a2"))
    wait_for(lambda: taken == [1, 2])
    assert not over.is_set()
    over.set()
    follower.stop()
