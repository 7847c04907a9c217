"""Where grams stand: a plain count over what is stored, whatever was added, removed, or written by another."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import gram_postings
from indexer.gram_postings import GramPostings
from indexer.grams import gram_codes
from indexer.model import Shelf
from indexer.reader import ShelfReader
from indexer.shelves import Shelves
from tests.fakes import HashEncoder, a_passage
from tests.indexer.conftest import fill

ENCODER = HashEncoder(dimension=4)
TEXTS = ["hub", "hub hub lamp", "refund blåbær", "日本語 x", "", "lamplamp"]
COUNTED = np.unique(gram_codes(" ".join(TEXTS) + " unknown"))


def ids_of(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> list[int]:
    return [key[0] for key in shelves.keys(shelf)]


def take_in(of: GramPostings, ids: Sequence[int]) -> None:
    of.grow(np.array(ids, np.int64))


def opened(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> GramPostings:
    """Grams of all that there is now."""
    made = GramPostings(shelves)
    take_in(made, ids_of(shelves, shelf))
    return made


def plain(shelves: Shelves, ids: Sequence[int]) -> list[dict[int, int]]:
    """How often each gram stands at each place, counted over the passages' texts; what is gone has none."""
    there = shelves.passages(list(ids))
    stored = {i: Counter(gram_codes(passage.embedded).tolist()) for i, passage in there.items()}
    return [
        {place: stored[i][code] for place, i in enumerate(ids) if i in stored and stored[i][code]}
        for code in COUNTED.tolist()
    ]


def counted(of: GramPostings) -> list[dict[int, int]]:
    found = of.of(COUNTED)
    assert all(np.all(np.diff(posting.places) > 0) for posting in found), "places rise"
    assert all(posting.places.dtype == np.int32 and posting.times.dtype == np.float32 for posting in found)
    assert of.counts(COUNTED).tolist() == [len(posting.places) for posting in found]
    return [dict(zip(posting.places.tolist(), map(int, posting.times.tolist()), strict=True)) for posting in found]


def sizes(shelves: Shelves, ids: Sequence[int]) -> list[int]:
    there = shelves.passages(list(ids))
    return [len(gram_codes(there[i].embedded)) if i in there else 0 for i in ids]


NOUNS = [f"a{i}" for i in range(6)]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(NOUNS), st.sampled_from(TEXTS)),
        st.tuples(st.just("remove"), st.sampled_from(NOUNS), st.just("")),
        st.tuples(st.just("take in"), st.just(""), st.just("")),
        st.tuples(st.just("ask"), st.just(""), st.just("")),
    ),
    max_size=25,
)


@settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
@given(steps=STEPS, most_removed=st.sampled_from([0.0, 0.1, 0.5, 1.0]))
def test_whatever_happens_it_is_a_plain_count(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]], most_removed: float
) -> None:
    """Whether what was removed is thrown out at once, some time later, or never."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gram_postings, "_MOST_REMOVED", most_removed)
        go_through(tmp_path_factory, steps)


def go_through(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]]) -> None:
    writing = Shelves(tmp_path_factory.mktemp("index"))
    of, ids = GramPostings(Shelves(writing.path.parent)), list[int]()
    for step, noun, text in steps:
        if step == "put":
            fill(writing, a_passage(noun, text, locale="xx"), encoder=ENCODER)
        elif step == "remove":
            with writing.write() as writer:
                writer.replace(Shelf.ARTICLE, noun, [])
        elif step == "take in":
            new = [i for i in ids_of(writing) if i > max(ids, default=0)]
            take_in(of, new)
            ids += new
        else:
            assert counted(of) == plain(writing, ids)
            assert of.lengths.tolist() == sizes(writing, ids)
    assert counted(of) == plain(writing, ids)
    assert of.lengths.tolist() == sizes(writing, ids)
    assert counted(opened(writing)) == plain(writing, ids_of(writing))


def test_every_entry_is_sorted_again_seldom(shelves: Shelves) -> None:
    """The parts halve in size, so that there are few of them and the large ones are left alone."""
    of, ids = GramPostings(shelves), list[int]()
    for number in range(40):
        fill(shelves, a_passage(f"a{number}", f"hub number{number}"))
        new = [i for i in ids_of(shelves) if i not in ids]
        take_in(of, new)
        ids += new
        counted(of)
        held = [len(part.places) for part in of._parts]
        assert all(2 * later < earlier for earlier, later in pairwise(held))
    assert len(of._parts) <= 6
    assert counted(of) == plain(shelves, ids)


def test_what_was_removed_is_thrown_out_when_it_has_become_much(shelves: Shelves) -> None:
    fill(shelves, *(a_passage(f"a{number}", "hub") for number in range(40)))
    of, held = opened(shelves), list[int]()
    of.warm()
    ids = ids_of(shelves)
    for number in range(10):
        with shelves.write() as writer:
            writer.replace(Shelf.ARTICLE, f"a{number}", [])
        assert counted(of) == plain(shelves, ids)
        held.append(sum(len(part.places) for part in of._parts) // len(set(gram_codes("hub").tolist())))
    assert held == [40, 40, 40, 40, 35, 35, 35, 35, 31, 31]


def test_what_another_wrote_stands_nowhere_until_it_is_taken_in(shelves: Shelves) -> None:
    of = GramPostings(shelves)
    other = Shelves(shelves.path.parent)
    fill(other, a_passage("a1", "hub lamp"))
    assert not of.counts(COUNTED).any()
    take_in(of, ids_of(other))
    fill(other, a_passage("a2", "hub hub"))
    assert counted(of) == plain(other, ids_of(other)[:1])


def test_what_another_removed_stands_nowhere_at_once(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub hub"), a_passage("a2", "hub lamp"))
    of, ids = opened(shelves), ids_of(shelves)
    before, lengths = of.of(COUNTED), of.lengths.copy()
    kept = [posting.places.tolist() for posting in before]
    with Shelves(shelves.path.parent).write() as writer:
        writer.replace(Shelf.ARTICLE, "a1", [])
    assert counted(of) == plain(shelves, ids)
    assert (of.lengths[0], lengths[0] > 0) == (0, True)
    assert [posting.places.tolist() for posting in before] == kept, "what was given out does not change"


@pytest.mark.parametrize("shelf", [Shelf.ARTICLE, Shelf.CANNED])
def test_a_shelf_knows_its_own_grams_only(shelves: Shelves, shelf: Shelf) -> None:
    fill(shelves, *(a_passage(each.value, "hub", shelf=each, locale="xx") for each in Shelf))
    assert len(opened(shelves, shelf).lengths) == 1
    assert set(opened(shelves, shelf).counts(gram_codes("hub")).tolist()) == {1}


def test_tickets_have_none(shelves: Shelves) -> None:
    """They are compared by their stems; their grams would take more room than all of the rest."""
    fill(shelves, a_passage("t1", "hub", shelf=Shelf.TICKET))
    assert opened(shelves, Shelf.TICKET).lengths.tolist() == [0]
    assert not opened(shelves, Shelf.TICKET).counts(gram_codes("hub")).any()


def test_nothing_is_left_of_what_was_removed(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub"), a_passage("c1", "lamp", shelf=Shelf.CANNED))
    with shelves.write() as writer:
        writer.replace(Shelf.ARTICLE, "a1", [])
        writer.replace(Shelf.CANNED, "c1", [])
    assert shelves.connection.execute("SELECT count(*) FROM grams").fetchone()[0] == 0


def test_nothing_to_read(shelves: Shelves) -> None:
    of = GramPostings(shelves)
    of.warm()
    take_in(of, [])
    assert of.counts(COUNTED).tolist() == [0] * len(COUNTED)
    assert of.lengths.shape == (0,)
    assert of.lengths.dtype == np.float32
    assert of.of(np.zeros(0, np.int64)) == []


def test_all_is_read_in_advance(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shelves, a_passage("a1", "hub"))
    of = opened(shelves)
    of.warm()
    monkeypatch.setattr(GramPostings, "_read", None)
    assert counted(of) == plain(shelves, ids_of(shelves))


@pytest.mark.parametrize(("first", "then"), [([1, 2], [2]), ([5], [4, 6]), ([], [2, 1]), ([1], [3, 3])])
def test_ids_must_rise(shelves: Shelves, first: list[int], then: list[int]) -> None:
    of = GramPostings(shelves)
    take_in(of, first)
    with pytest.raises(ValueError, match="passage ids must rise"):
        take_in(of, then)
    assert of.lengths.tolist() == [0] * len(first), "nothing was taken in"


def test_threads_ask_while_the_index_grows(tmp_path: Path) -> None:
    """Each answer fits one state of the shelf: two grams of the same word stand in the same places."""
    writing = Shelves(tmp_path / "index")
    fill(writing, *(a_passage(f"a{i}", "hub lamp", locale="xx") for i in range(5)), encoder=ENCODER)
    shelf = ShelfReader(Shelves(writing.path.parent), Shelf.ARTICLE, ENCODER.dimension)
    of, wrong, done, codes = shelf._grams, list[str](), threading.Event(), np.unique(gram_codes("hub"))

    def ask() -> None:
        while not done.is_set():
            try:
                found, lengths = of.of(codes), of.lengths
                shelf.refresh()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(repr(error))
                return
            if any(each.places.tolist() != found[0].places.tolist() for each in found):
                wrong.append(f"{found}")
            if len(found[0].places) and found[0].places[-1] >= len(lengths):
                wrong.append(f"{found[0]} beyond {len(lengths)}")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(40):
        fill(writing, *(a_passage(f"b{turn % 7}x{i}", "lamp hub", locale="xx") for i in range(4)), encoder=ENCODER)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    shelf.refresh()
    ids = shelf.dense.ids.tolist()
    assert counted(of) == plain(writing, ids)
    assert of.lengths.tolist() == sizes(writing, ids)
