"""A shelf in memory: it follows the file, whoever writes it, and starts from a snapshot."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from indexer.dense import Dense
from indexer.model import Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import Shelves
from indexer.snapshots import snapshot_path
from tests.conftest import ROOT, environment
from tests.fakes import a_passage
from tests.indexer.conftest import fill
from tests.indexer.reading import ENCODER, near, reader, said, take_out

# ---- following the file


def test_both_legs_find(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub blinks yellow"), a_passage("a2", "refund takes days"))
    shelf = reader(shelves)
    assert near(shelf, "refund days") == ["a2", "a1"]
    assert said(shelf, "refund days") == ["a2"]
    assert len(shelf) == 2
    cosines = shelf.cosines(ENCODER.queries(["refund", "hub"]))
    assert (cosines.shape, shelf.words("refund", "en").shape) == ((2, 2), (2,))
    assert cosines[0, 1] > cosines[0, 0]
    assert cosines[1, 0] > cosines[1, 1]


def test_what_another_writes_is_there_at_the_next_question(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub blinks"))
    shelf = reader(shelves)
    other = Shelves(shelves.path.parent)
    fill(other, a_passage("a2", "refund"))
    shelf.refresh()
    assert set(near(shelf, "x")) == {"a1", "a2"}
    assert said(shelf, "refund") == ["a2"]
    fill(other, a_passage("a1", "hub shines", locale="sv", product="Lamp", audience="internal"))
    shelf.refresh()
    assert said(shelf, "blinks") == []
    assert near(shelf, "x", Filter(locales=frozenset({"sv"}))) == ["a1"]
    assert near(shelf, "x", Filter(audiences=frozenset({"public"}))) == ["a2"]
    take_out(other, "a2")
    shelf.refresh()
    assert near(shelf, "x") == ["a1"]
    assert shelf.place_of("a2") is None
    take_out(other, "a1")
    shelf.refresh()
    assert (near(shelf, "x"), said(shelf, "hub"), len(shelf)) == ([], [], 0)


def test_what_was_taken_out_is_not_found_by_words_either_before_the_refresh(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub blinks"), a_passage("a2", "hub shines"))
    shelf = reader(shelves)
    take_out(Shelves(shelves.path.parent), "a1")
    assert said(shelf, "hub") == ["a2"]


WRITER = """
import sys, pathlib
from indexer.shelves import Shelves
from tests.fakes import a_passage
from tests.indexer.conftest import fill
shelves = Shelves(pathlib.Path(sys.argv[1]))
fill(shelves, a_passage("new", "refund takes days"), a_passage("a1", "changed text"))
with shelves.write() as writer:
    writer.replace(a_passage("a2").shelf, "a2", [])
"""


def test_what_another_process_writes(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub"), a_passage("a2", "lamp"))
    shelf = reader(shelves)
    subprocess.run(
        [sys.executable, "-c", WRITER, str(shelves.path.parent)], cwd=ROOT, env=environment(), check=True, timeout=60
    )
    shelf.refresh()
    assert sorted(near(shelf, "x")) == ["a1", "new"]
    assert [said(shelf, word) for word in ("hub", "changed", "lamp", "refund")] == [[], ["a1"], [], ["new"]]


@pytest.mark.parametrize("shelf", list(Shelf))
def test_a_reader_takes_its_own_shelf_only(shelves: Shelves, shelf: Shelf) -> None:
    fill(shelves, *(a_passage(each.value, "hub", shelf=each) for each in Shelf))
    assert near(reader(shelves, shelf), "hub") == [shelf.value]
    assert said(reader(shelves, shelf), "hub") == [shelf.value]
    assert reader(shelves, shelf).with_phrases(["hub"]).tolist() == [shelf is Shelf.ARTICLE], "phrases are of articles"


def test_an_empty_shelf(shelves: Shelves) -> None:
    shelf = reader(shelves)
    shelf.refresh()
    assert (near(shelf, "hub"), said(shelf, "hub"), len(shelf), shelf.place_of("a1")) == ([], [], 0, None)
    assert (shelf.with_phrases(["hub"]).shape, shelf.with_codes("E-1042").shape) == ((0,), (0,))
    assert (shelf.nearest_of(ENCODER.queries(["hub"])[0], "en", [1]), shelf.ceiling("", "en")) == (None, 0.0)
    fill(shelves, a_passage("a1", "hub"))
    shelf.refresh()
    assert near(shelf, "hub") == said(shelf, "hub") == ["a1"]


def test_an_empty_shelf_is_asked_while_another_fills_it(shelves: Shelves) -> None:
    shelf = reader(shelves)
    fill(Shelves(shelves.path.parent), a_passage("a1", "hub"))
    assert (near(shelf, "hub"), said(shelf, "hub"), shelf.with_phrases(["hub"]).shape) == ([], [], (0,))
    shelf.refresh()
    assert said(shelf, "hub") == ["a1"]


def test_a_reader_that_followed_scores_as_a_new_one(shelves: Shelves) -> None:
    """However often a text was changed, how rare a word is and how long texts are is that of what is there."""
    fill(shelves, *(a_passage(f"a{i}", f"hub number {i} blinks") for i in range(6)))
    shelf = reader(shelves)
    for turn in range(5):
        shelf.words("hub blinks lamp", "en")
        fill(shelves, a_passage("a0", f"lamp {'blinks ' * turn}"), a_passage(f"b{turn}", "refund"))
        take_out(shelves, f"a{turn + 1}")
        shelf.refresh()
    new = reader(shelves)
    for question in ("hub", "blinks", "lamp", "refund hub", "lamp lamp blinks number 3"):
        old, fresh = (
            {noun: float(score) for noun, score in zip(each.noun, each.words(question, "en"), strict=True) if score > 0}
            for each in (shelf, new)
        )
        assert old == pytest.approx(fresh)
        assert shelf.ceiling(question, "en") == new.ceiling(question, "en")


def test_the_nearest_of_some_passages(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub blinks"), a_passage("a1", "refund"), a_passage("a2", "refund"))
    shelf, vector = reader(shelves), ENCODER.queries(["refund"])[0]
    hub, first, second = (key[0] for key in shelves.keys(Shelf.ARTICLE))
    assert shelf.nearest_of(vector, "en", [hub, first]) == first
    assert shelf.nearest_of(vector, "en", [second, first]) == second, "the first of equals"
    assert shelf.nearest_of(vector, "en", [first, 999, second]) == first
    assert shelf.nearest_of(vector, "en", [999]) is shelf.nearest_of(vector, "en", []) is None


def test_a_question_is_centred_as_its_language_is(shelves: Shelves) -> None:
    """By the mean of its own language, else by that of all, else by the shelf's; the nearest passage is found alike."""
    fill(shelves, *(a_passage(f"a{i}", text) for i, text in enumerate(("hub blinks", "refund days", "lamp shines"))))
    shelf, query = reader(shelves), ENCODER.queries(["refund lamp"])
    ids, means = [key[0] for key in shelves.keys(Shelf.ARTICLE)], ENCODER.queries(["how", "why"])
    plain = shelf.cosines(query, "sv")
    np.testing.assert_array_equal(plain, shelf.cosines(query))
    np.testing.assert_array_equal(plain, shelf.dense.cosines(query))
    shelf.query_means = {"": means[0], "sv": means[1]}
    for locale, mean in (("", means[0]), ("da", means[0]), ("sv", means[1])):
        expected = shelf.dense.cosines(query, query_mean=mean)
        np.testing.assert_array_equal(shelf.cosines(query, locale), expected)
        assert shelf.nearest_of(query[0], locale, ids) == ids[int(expected[0].argmax())]
    assert not np.array_equal(shelf.cosines(query, "sv"), shelf.cosines(query, "da"))


def test_phrases(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hold the reset button"), a_passage("a2", "button reset"))
    shelf = reader(shelves)
    assert shelf.with_phrases(["reset button"]).tolist() == [True, False]
    assert shelf.with_phrases(["reset", "button"]).tolist() == [True, True]
    assert shelf.with_phrases(["zzz"]).tolist() == shelf.with_phrases(["!!!"]).tolist() == [False, False]
    fill(Shelves(shelves.path.parent), a_passage("a3", "reset button"), a_passage("a1", "changed"))
    assert shelf.with_phrases(["reset button"]).tolist() == [False, False], "not taken in yet"
    shelf.refresh()
    found = shelf.with_phrases(["reset button"]) & shelf.allowed(Filter())
    assert [shelf.noun[place] for place in np.flatnonzero(found)] == ["a3"]


def test_what_is_read_in_advance_changes_nothing(shelves: Shelves) -> None:
    fill(shelves, *(a_passage(f"a{i}", f"hub number {i}") for i in range(20)))
    cold, warm = reader(shelves), reader(shelves)
    warm.warm()
    assert cold.words("hub 7", "en").tolist() == warm.words("hub 7", "en").tolist()


# ---- snapshots


def save(shelf: ShelfReader, shelves: Shelves) -> Path:
    path = snapshot_path(shelves.path.parent, shelf.shelf)
    shelf.dense.save(path)
    return path


def test_a_snapshot_and_what_came_after_it(shelves: Shelves) -> None:
    fill(shelves, *(a_passage(f"a{i}", f"hub number {i}") for i in range(5)))
    save(reader(shelves), shelves)
    take_out(shelves, "a0")
    fill(shelves, a_passage("a1", "changed"), a_passage("a9", "hub new"))
    shelf = reader(shelves)
    assert sorted(near(shelf, "hub")) == ["a1", "a2", "a3", "a4", "a9"]
    assert said(shelf, "changed") == ["a1"]
    assert [shelf.noun[shelf.place_of(f"a{i}") or 0] for i in (2, 9)] == ["a2", "a9"]


@pytest.mark.parametrize("damage", [b"", b"garbage", None])
def test_a_damaged_snapshot_is_made_again_from_the_file(shelves: Shelves, damage: bytes | None) -> None:
    fill(shelves, *(a_passage(f"a{i}", f"hub number {i}") for i in range(5)))
    expected = near(reader(shelves), "hub number 3")
    path = save(reader(shelves), shelves)
    path.write_bytes(path.read_bytes()[:-40] if damage is None else damage)
    assert near(reader(shelves), "hub number 3") == expected
    assert not path.exists(), "the next index run writes it anew"


def test_a_snapshot_of_another_model(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub"))
    Dense.build([1], np.ones((1, 8), np.float32) / np.sqrt(np.float32(8))).save(
        snapshot_path(shelves.path.parent, Shelf.ARTICLE)
    )
    assert near(reader(shelves), "hub") == ["a1"]


# ---- threads


def test_questions_while_the_index_grows(shelves: Shelves) -> None:
    fill(shelves, *(a_passage(f"a{i}", f"hub {i}") for i in range(20)))
    shelf = reader(shelves)
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        chosen = Filter(audiences=frozenset({"public"}), without=frozenset({"a1"}))
        vector = ENCODER.queries(["hub"])[0]
        while not done.is_set():
            try:
                mask = shelf.allowed(chosen)
                phrase = shelf.with_phrases(["hub"])
                cosines, words = shelf.cosines(vector[None, :])[0], shelf.words("hub", "en")
                grams = shelf.grams("hub", "en")
                coded = shelf.with_codes("E-1042")
                shelf.refresh()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(repr(error))
                return
            seen = {shelf.noun[place] for place in np.flatnonzero(mask)}
            # What is asked later may know more, never less, and the places stay.
            if len(seen) < 19 or seen & {"a1", "secret"}:
                wrong.append(f"{seen}")
            if not len(mask) <= len(phrase) <= len(cosines) <= len(words) <= len(grams) <= len(coded):
                wrong.append(f"{len(mask)} {len(phrase)} {len(cosines)} {len(words)} {len(grams)} {len(coded)}")
            if not all(words[place] > 0 < grams[place] for place in np.flatnonzero(mask)[:19]):
                wrong.append(f"{words}")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    writing = Shelves(shelves.path.parent)
    for turn in range(30):
        fill(
            writing,
            *(a_passage(f"b{turn}x{i}", f"hub {i}") for i in range(10)),
            a_passage("secret", "hub", audience="internal"),
        )
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    shelf.refresh()
    assert len(shelf) == 20 + 300 + 1
    assert sorted(near(shelf, "hub")) == sorted({key[1] for key in shelves.keys(Shelf.ARTICLE)}), (
        "nothing came in twice"
    )
