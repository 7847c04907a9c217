"""The thread that does some work whenever the store changed."""

from __future__ import annotations

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


def test_whatever_changes_is_worked_on_once(store: Store, settings: Settings) -> None:
    done: list[tuple[int, Settings]] = []
    put(store, an_article("a1"))
    follower = Follower(
        store, settings, every_s=0.01, work=lambda store, settings: done.append((store.seq(), settings))
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
def test_work_that_failed_is_tried_again(
    store: Store, settings: Settings, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    calls: list[int] = []

    def work(store: Store, settings: Settings) -> None:
        calls.append(store.seq())
        if len(calls) == 1:
            raise error

    put(store, an_article("a1"))
    follower = Follower(store, settings, every_s=0.002, work=work)
    follower.start()
    wait_for(lambda: len(calls) == 2)
    follower.stop()
    assert calls == [1, 1]
    assert [record.name for record in caplog.records] == [follow.log.name]
