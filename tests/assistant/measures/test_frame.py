"""Columns in memory stay what the database says, however they were brought up to date."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from assistant.measures.frame import Frame
from assistant.measures.measures import Measures
from kb.desk.changes import TicketChange
from kb.errors import InvalidRow
from kb.model import TicketStatus
from tests.fakes import DAY, a_ticket, open_store, put


def told(frame: Frame) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for place, one in enumerate(frame.ids):
        words = tuple(words.names[words.codes[place]] for _, words in sorted(frame.words.items()))
        numbers = tuple(str(values[place]) for _, values in sorted(frame.numbers.items()))
        found[str(one)] = (int(frame.created_on[place]), int(frame.resolved_on[place]), words, numbers)
    return found


def test_what_is_taken_in_bit_by_bit_is_what_is_read_at_once(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    kept = Measures(store)
    for number in range(12):
        put(store, a_ticket(f"t{number}", created_at=DAY + timedelta(days=number), product=f"P{number % 3}"))
        if number % 4 == 0:
            kept.frame()
    store.changes.change("t3", TicketChange(status=TicketStatus.OPEN), actor="u1")
    store.changes.change("t5", TicketChange(product="New one", locale="da"), actor="u1")
    store.reporting.teams.put("Team", ["a", "b", "c", "d", "e"])

    assert told(kept.frame()) == told(Measures(store).frame())
    assert len(kept.frame()) == 12

    with store.database.write("delete", "ticket", "t2") as connection:
        connection.execute("DELETE FROM tickets WHERE id = 't2'")
    assert told(kept.frame()) == told(Measures(store).frame())
    assert "t2" not in set(kept.frame().ids)
    store.close()


def test_changed_hours_work_everything_out_anew(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, a_ticket("t1", created_at=DAY, closed_at=DAY + timedelta(days=1)))
    kept = Measures(store)
    before = kept.frame().numbers["resolution_work_s"].copy()
    store.hours.set({"week": {"mon": "9:00-12:00"}})

    after = kept.frame().numbers["resolution_work_s"]

    assert after[0] < before[0]
    assert np.array_equal(kept.frame().numbers["resolution_s"], [86_400.0])
    store.close()


def test_windows_refuse_what_holds_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    measures = Measures(store)

    with pytest.raises(InvalidRow, match="let it end after it begins"):
        measures.window(since="2026-06-02", until="2026-06-01")
    with pytest.raises(InvalidRow, match="since 'yesterday' is no time"):
        measures.window(since="yesterday")
    assert measures.window().until.weekday() == 0
    store.close()
