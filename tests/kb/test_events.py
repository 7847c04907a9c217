"""The event log: what goes in comes out, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kb.model import Event, EventKind
from kb.store import Store
from tests.fakes import DAY, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def test_every_kind_is_read_as_written(store: Store) -> None:
    events = [
        Event(kind, DAY, "u1", "t1", "a1", 3, rank, 0.25, {"query": "å", "n": [1, None, True]})
        for rank, kind in enumerate(EventKind)
    ]
    store.events.append(events)
    assert store.events.list() == events[::-1]


def test_of_one_ticket_and_the_newest(store: Store) -> None:
    store.events.append([Event(EventKind.SHOWN, DAY, ticket_id=f"t{i % 2}", rank=i) for i in range(6)])
    store.events.append([Event(EventKind.SEARCHED, DAY)])
    assert [e.rank for e in store.events.list(ticket_id="t1")] == [5, 3, 1]
    assert [e.kind for e in store.events.list(limit=2)] == [EventKind.SEARCHED, EventKind.SHOWN]


def test_the_same_is_written_once_in_a_time(store: Store) -> None:
    def once(hours: float, question: str = "q1", ticket_id: str = "") -> bool:
        made = Event(EventKind.MISSED, DAY + timedelta(hours=hours), detail={"question": question})
        return store.events.append_once(
            replace(made, ticket_id=ticket_id), key="question", since=DAY + timedelta(hours=hours - 24)
        )  # fmt: skip

    assert [once(0), once(1), once(1, "q2"), once(1, ticket_id="t1"), once(23)] == [True, False, True, True, False]
    assert once(25)
    assert len(store.events.list()) == 4
    assert store.database.rows("SELECT 1 FROM audit") == []


def test_another_kind_is_not_the_same(store: Store) -> None:
    detail = {"question": "q1"}
    store.events.append([Event(EventKind.SEARCHED, DAY, detail=detail)])
    assert store.events.append_once(Event(EventKind.MISSED, DAY, detail=detail), key="question", since=DAY)


def test_what_is_the_same_must_be_told(store: Store) -> None:
    with pytest.raises(ValueError, match=r"no 'question'; allowed: \['query'\]"):
        store.events.append_once(Event(EventKind.MISSED, DAY, detail={"query": "x"}), key="question", since=DAY)


def test_nothing_writes_nothing(store: Store) -> None:
    store.events.append([])
    assert store.database.rows("SELECT 1 FROM audit") == []


def test_all_or_none(store: Store) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        store.events.append([Event(EventKind.SHOWN, DAY), Event(EventKind.SHOWN, DAY, detail={"bad": object()})])
    assert store.events.list() == []
