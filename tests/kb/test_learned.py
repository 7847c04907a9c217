"""What was learned: what is in force, the way back, and that every verb leaves one audit row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kb.errors import KBError, NotFound, StorageDamaged
from kb.model import Learned, LearnedKind
from kb.store import Store
from tests.fakes import DAY, open_store

WEIGHTS, CALIBRATION = LearnedKind.WEIGHTS, LearnedKind.CALIBRATION
ADOPTED = Learned(WEIGHTS, "m", True, {"words": 0.4}, {"before": 0.4, "after": 0.5, "interval": [0.01, 0.2]}, DAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def audit(store: Store) -> list[tuple[str, str, str]]:
    rows = store.database.rows("SELECT verb, noun, noun_id FROM audit ORDER BY id")
    return [(row["verb"], row["noun"], row["noun_id"]) for row in rows]


def test_what_goes_in_comes_out_newest_first(store: Store) -> None:
    refused = replace(ADOPTED, is_adopted=False, kind=CALIBRATION, parameters={"intercept": -1.5, "å": None})
    ids = [store.learned.note(ADOPTED), store.learned.note(refused)]
    assert store.learned.history() == [replace(refused, id=ids[1]), replace(ADOPTED, id=ids[0])]
    assert store.learned.history(limit=1) == [replace(refused, id=ids[1])]
    assert audit(store) == [("adopt", "learned", "weights"), ("refuse", "learned", "calibration")]


def test_the_newest_adopted_of_kind_and_model_is_in_force(store: Store) -> None:
    assert store.learned.current(WEIGHTS, "m") is None
    assert store.learned.in_force("m") == ()
    first = store.learned.note(ADOPTED)
    second = store.learned.note(replace(ADOPTED, parameters={"words": 0.5}))
    store.learned.note(replace(ADOPTED, is_adopted=False, parameters={"words": 0.6}))
    store.learned.note(replace(ADOPTED, model="other", parameters={"words": 0.7}))
    of_calibration = store.learned.note(replace(ADOPTED, kind=CALIBRATION))
    found = store.learned.current(WEIGHTS, "m")
    assert found is not None
    assert (found.id, found.parameters) == (second, {"words": 0.5})
    assert store.learned.in_force("m") == (second, of_calibration)
    assert first < second


def test_undo_brings_back_what_was_before(store: Store) -> None:
    first, second = store.learned.note(ADOPTED), store.learned.note(ADOPTED)
    assert store.learned.undo() == second
    assert store.learned.in_force("m") == (first,)
    assert store.learned.undo(first) == first
    assert store.learned.current(WEIGHTS, "m") is None
    assert [each.undone_at is None for each in store.learned.history()] == [False, False]
    assert audit(store)[2:] == [("undo", "learned", str(second)), ("undo", "learned", str(first))]


def test_what_cannot_be_undone_says_why_and_changes_nothing(store: Store) -> None:
    with pytest.raises(KBError, match="Nothing that was learned is in force"):
        store.learned.undo()
    with pytest.raises(NotFound, match="No attempt to learn with id '7'"):
        store.learned.undo(7)
    refused = store.learned.note(replace(ADOPTED, is_adopted=False))
    with pytest.raises(KBError, match=f"Attempt {refused} was refused"):
        store.learned.undo(refused)
    adopted = store.learned.note(ADOPTED)
    store.learned.undo(adopted)
    with pytest.raises(KBError, match=f"Attempt {adopted} was undone already"):
        store.learned.undo(adopted)
    assert len(audit(store)) == 3


def test_a_broken_row_is_named_and_can_be_undone(store: Store) -> None:
    broken = store.learned.note(ADOPTED)
    with store.database.write("break", "learned", str(broken)) as connection:
        connection.execute("UPDATE learned SET parameters = '[1'")
    with pytest.raises(StorageDamaged, match=f"attempt {broken} cannot be read"):
        store.learned.current(WEIGHTS, "m")
    assert store.learned.undo() == broken
    assert store.learned.current(WEIGHTS, "m") is None
