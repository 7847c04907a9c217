"""Where words stand: a plain count over what is stored, whatever was kept, added, removed, or written by another."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import postings
from indexer.model import Passage, Shelf
from indexer.postings import Postings
from indexer.reader import ShelfReader
from indexer.shelves import Shelves
from tests.fakes import HashEncoder, a_passage
from tests.indexer.conftest import fill

ENCODER = HashEncoder(dimension=4)
WORDS = ["hub", "lamp", "refund", "blåbær", "e1042", "日本語", "x"]
COUNTED = [*WORDS, "unknown"]


def ids_of(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> list[int]:
    return [key[0] for key in shelves.keys(shelf)]


def take_in(of: Postings, ids: Sequence[int]) -> None:
    of.grow(np.array(ids, np.int64))


def opened(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> Postings:
    """Postings of all that there is now."""
    made = Postings(shelves, shelf)
    take_in(made, ids_of(shelves, shelf))
    return made


def plain(shelves: Shelves, ids: Sequence[int], terms: Sequence[str]) -> list[dict[int, int]]:
    """How often each term stands at each place, counted over the stored stems; what is gone has none."""
    rows = shelves.connection.execute("SELECT rowid, stems FROM article_words").fetchall()
    stored = {row[0]: Counter(row[1].split()) for row in rows}
    return [
        {place: stored[i][term] for place, i in enumerate(ids) if i in stored and stored[i][term]} for term in terms
    ]


def counted(of: Postings, terms: Sequence[str]) -> list[dict[int, int]]:
    found = of.of(terms)
    assert all(np.all(np.diff(posting.places) > 0) for posting in found), "places rise"
    assert all(posting.places.dtype == np.int32 and posting.times.dtype == np.float32 for posting in found)
    return [dict(zip(posting.places.tolist(), map(int, posting.times.tolist()), strict=True)) for posting in found]


def sizes(shelves: Shelves, ids: Sequence[int]) -> list[int]:
    rows = shelves.connection.execute("SELECT rowid, stems FROM article_words").fetchall()
    stored = {row[0]: len(row[1].split()) for row in rows}
    return [stored.get(i, 0) for i in ids]


# ---- equal to a plain count


@dataclass
class Follower:
    """Takes in what came, as a reader does."""

    postings: Postings
    ids: list[int] = field(default_factory=list)

    def refresh(self, shelves: Shelves) -> None:
        new = [i for i in ids_of(shelves) if i > max(self.ids, default=0)]
        take_in(self.postings, new)
        self.ids += new


PASSAGES = st.builds(
    lambda noun, said: a_passage(f"a{noun}", " ".join(said), locale="xx"),
    st.integers(0, 6),
    st.lists(st.sampled_from(WORDS), max_size=9),
)
WRITES = st.lists(PASSAGES, min_size=1, max_size=5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), WRITES),
        st.tuples(st.just("remove"), st.integers(0, 6)),
        st.tuples(st.just("refresh"), st.none()),
        st.tuples(st.just("ask"), st.lists(st.sampled_from(COUNTED), max_size=4)),
        st.tuples(st.just("lengths"), st.none()),
    ),
    max_size=14,
)


@settings(max_examples=120, suppress_health_check=list(HealthCheck), deadline=None)
@given(steps=STEPS, most=st.sampled_from([0, 60, 20_000_000]))
def test_equals_a_plain_count(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object]], most: int
) -> None:
    """In any order; a word that was asked for early says the same as one that is asked for late."""
    writing = Shelves(tmp_path_factory.mktemp("index"))
    of = Follower(Postings(Shelves(writing.path.parent), Shelf.ARTICLE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_MOST_KEPT", most)
        for verb, value in steps:
            if verb == "write" and isinstance(value, list):
                fill(writing, *value, encoder=ENCODER)
            elif verb == "remove":
                with writing.write() as writer:
                    writer.replace(Shelf.ARTICLE, f"a{value}", [])
                    writer.forget_orphans()
            elif verb == "refresh":
                of.refresh(writing)
            elif verb == "ask" and isinstance(value, list):
                assert counted(of.postings, value) == plain(writing, of.ids, value)
            else:
                assert of.postings.lengths.tolist() == sizes(writing, of.ids)
        for _ in range(2):
            assert counted(of.postings, COUNTED) == plain(writing, of.ids, COUNTED)
            assert of.postings.lengths.tolist() == sizes(writing, of.ids)
            of.refresh(writing)
    again = opened(Shelves(writing.path.parent))
    assert counted(again, COUNTED) == plain(writing, ids_of(writing), COUNTED)


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x17FF), max_size=60))
def test_words_of_new_passages_are_cut_as_the_full_text_index_cuts_them(shelves: Shelves, text: str) -> None:
    """New passages are counted from the stored stems, old ones by the full-text index: both must agree."""
    fill(shelves, a_passage("a1", text, locale="xx"))
    (stems,) = (row[0].split() for row in shelves.connection.execute("SELECT stems FROM article_words"))
    cold = opened(shelves)
    warm = Postings(shelves, Shelf.ARTICLE)
    warm.of([*stems, "known"])
    take_in(warm, ids_of(shelves))
    assert counted(warm, stems) == counted(cold, stems) == plain(shelves, ids_of(shelves), stems)
    assert warm.lengths.tolist() == cold.lengths.tolist() == [len(stems)]


@pytest.mark.parametrize("count", [0, 1, 127, 128, 129, 16_383, 16_384, 20_000])
def test_lengths_of_any_size(shelves: Shelves, count: int) -> None:
    fill(shelves, a_passage("a0", "one"), a_passage("a1", "word " * count), a_passage("a2", "two words"))
    assert opened(shelves).lengths.tolist() == [1, count, 2]


@pytest.mark.parametrize("shelf", list(Shelf))
def test_a_shelf_knows_its_own_words_only(shelves: Shelves, shelf: Shelf) -> None:
    fill(shelves, *(a_passage(each.value, f"hub {each.value}", shelf=each, locale="xx") for each in Shelf))
    of = opened(shelves, shelf)
    assert [len(posting.places) for posting in of.of(["hub", *map(str, Shelf)])] == [
        1,
        *(each is shelf for each in Shelf),
    ]
    assert of.lengths.tolist() == [2]


# ---- what was read, and when


def test_what_another_wrote_stands_nowhere_until_it_is_taken_in(shelves: Shelves) -> None:
    """Also for a reader that has nothing yet, and for a word that is asked for now."""
    of = Postings(shelves, Shelf.ARTICLE)
    other = Shelves(shelves.path.parent)
    fill(other, a_passage("a1", "hub lamp"))
    assert counted(of, ["hub"]) == [{}]
    take_in(of, ids_of(other))
    fill(other, a_passage("a2", "hub hub"), a_passage("a3", "lamp"))
    assert counted(of, ["hub", "lamp"]) == [{0: 1}, {0: 1}]
    take_in(of, ids_of(other)[1:])
    assert counted(of, ["hub", "lamp"]) == [{0: 1, 1: 2}, {0: 1, 2: 1}]


def test_what_another_removed_stands_nowhere_at_once(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub hub"), a_passage("a2", "hub lamp"))
    of = opened(shelves)
    assert counted(of, ["hub"]) == [{0: 2, 1: 1}]
    assert of.lengths.tolist() == [2, 2]
    with Shelves(shelves.path.parent).write() as writer:
        writer.replace(Shelf.ARTICLE, "a1", [])
    assert counted(of, ["hub", "lamp"]) == [{1: 1}, {1: 1}]
    assert of.lengths.tolist() == [0, 2]


def test_a_word_that_is_asked_for_again_after_removals_and_growth(shelves: Shelves) -> None:
    """Other words are asked for in between."""
    fill(shelves, *(a_passage(f"a{i}", "hub lamp") for i in range(4)))
    of = opened(shelves)
    of.of(["hub"])
    for turn in range(3):
        fill(shelves, a_passage(f"a{turn}", "hub hub"))
        assert counted(of, ["lamp"])[0].keys() == set(range(turn + 1, 4))
        take_in(of, ids_of(shelves)[-1:])
        of.of(["lamp"])
    assert counted(of, ["hub"]) == [{3: 1, 4: 2, 5: 2, 6: 2}]
    assert of.lengths.tolist() == [0, 0, 0, 2, 2, 2, 2]


def test_what_is_given_out_does_not_change_afterwards(shelves: Shelves) -> None:
    """A question goes on with what it was given while the shelf changes."""
    fill(shelves, a_passage("a1", "hub"), a_passage("a2", "hub"))
    of = opened(shelves)
    (before,), lengths = of.of(["hub"]), of.lengths
    fill(shelves, a_passage("a1", "hub hub"))
    take_in(of, ids_of(shelves)[1:])
    assert counted(of, ["hub"]) == [{1: 1, 2: 2}]
    assert (before.places.tolist(), before.times.tolist(), lengths.tolist()) == ([0, 1], [1, 1], [1, 1])


def test_what_is_kept_is_counted(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub hub lamp"), a_passage("a2", "hub"))
    of = opened(shelves)
    of.of(["hub", "lamp", "unknown"])
    fill(shelves, *(a_passage(f"b{i}", "hub unknown new") for i in range(10)))
    take_in(of, ids_of(shelves)[2:])
    found = of.of(["hub", "lamp", "unknown"])
    assert of._kept == sum(len(posting.places) for posting in found) + 3 * postings._WORD_COST == 23 + 150


def reads(patch: pytest.MonkeyPatch) -> list[str]:
    """Every word that is read from the index from now on."""
    asked: list[str] = []
    original = Postings._read

    def noting(self: Postings, terms: Sequence[str]) -> None:
        asked.extend(terms)
        original(self, terms)

    patch.setattr(Postings, "_read", noting)
    return asked


def test_a_word_is_read_once(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shelves, a_passage("a1", "hub lamp"))
    of, asked = opened(shelves), reads(monkeypatch)
    for _ in range(3):
        of.of(["hub", "hub", "unknown"])
        fill(shelves, a_passage("a2", "hub lamp"))
        take_in(of, ids_of(shelves)[-1:])
    assert asked == ["hub", "unknown"], "also when the shelf has grown, and when nobody knows it"
    assert of.of([]) == []


def test_the_memory_begins_anew_when_it_is_full(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that nobody knows take room too."""
    fill(shelves, a_passage("a1", "hub lamp"), a_passage("a2", "hub"))
    of, asked = opened(shelves), reads(monkeypatch)
    monkeypatch.setattr(postings, "_MOST_KEPT", 10 * postings._WORD_COST)
    most = 0
    for number in range(100):
        of.of([f"misspelt{number}"])
        most = max(most, len(of._known))
    assert most == 11
    assert of._kept == postings._WORD_COST * len(of._known)
    assert counted(of, ["hub", "lamp"]) == [{0: 1, 1: 1}, {0: 1}]
    assert len(asked) == 102


def test_more_words_than_one_statement_takes(shelves: Shelves) -> None:
    many = [f"word{i}" for i in range(12_000)]
    fill(shelves, a_passage("a1", " ".join(many[::2]), locale="xx"))
    found = opened(shelves).of(many)
    assert [len(posting.places) for posting in found] == [1, 0] * 6000


def test_common_words_are_read_in_advance(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shelves, *(a_passage(f"a{i}", f"hub rare{i} {'lamp' * (i % 2)}") for i in range(100)))
    monkeypatch.setattr(postings, "_COMMON_SHARE", 0.02)
    of = opened(shelves)
    of.warm()
    asked = reads(monkeypatch)
    of.of(["hub", "lamp"])
    assert asked == []
    of.of(["rare7"])
    assert asked == ["rare7"]


def test_only_the_commonest_are_read_in_advance_where_memory_is_short(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shelves, *(a_passage(f"a{i}", " ".join(f"w{j}" for j in range(i + 1))) for i in range(40)))
    of, asked = opened(shelves), reads(monkeypatch)
    monkeypatch.setattr(postings, "_MOST_KEPT", 4 * (postings._WORD_COST + 40))
    of.warm()
    assert asked == ["w0", "w1"]
    of.of(["w0", "w39"])
    assert asked == ["w0", "w1", "w39"], "they are still there, and there is room for more"


def test_nothing_to_read(shelves: Shelves) -> None:
    of = Postings(shelves, Shelf.ARTICLE)
    of.warm()
    take_in(of, [])
    assert counted(of, ["hub"]) == [{}]
    assert of.lengths.shape == (0,)
    assert of.lengths.dtype == np.float32


@pytest.mark.parametrize(("first", "then"), [([1, 2], [2]), ([5], [4, 6]), ([], [2, 1]), ([1], [3, 3])])
def test_ids_must_rise(shelves: Shelves, first: list[int], then: list[int]) -> None:
    of = Postings(shelves, Shelf.ARTICLE)
    take_in(of, first)
    with pytest.raises(ValueError, match="passage ids must rise"):
        take_in(of, then)
    assert of.lengths.tolist() == [0] * len(first), "nothing was taken in"


# ---- several threads


def test_threads_ask_while_the_index_grows(tmp_path: Path) -> None:
    """Each answer fits one state of the shelf: the marker of a passage stands where its other words do."""
    writing = Shelves(tmp_path / "index")
    fill(writing, *(a_passage(f"a{i}", "hub hub lamp", locale="xx") for i in range(5)), encoder=ENCODER)
    shelf = ShelfReader(Shelves(writing.path.parent), Shelf.ARTICLE, ENCODER.dimension)
    of, wrong, done = shelf._postings, list[str](), threading.Event()

    def ask(number: int) -> None:
        turn = 0
        while not done.is_set():
            turn += 1
            try:
                hub, lamp, _ = of.of(["hub", "lamp", f"cold{number}x{turn}"])
                lengths = of.lengths
                shelf.refresh()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(repr(error))
                return
            if hub.places.tolist() != lamp.places.tolist() or (hub.times != 2 * lamp.times).any():
                wrong.append(f"{hub} {lamp}")
            if len(hub.places) and hub.places[-1] >= len(lengths):
                wrong.append(f"{hub} beyond {len(lengths)}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(40):
        passages: list[Passage] = [a_passage(f"b{turn % 7}x{i}", "lamp hub hub", locale="xx") for i in range(4)]
        fill(writing, *passages, encoder=ENCODER)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    shelf.refresh()
    ids = shelf.dense.ids.tolist()
    assert counted(of, ["hub", "lamp"]) == plain(writing, ids, ["hub", "lamp"])
    assert of.lengths.tolist() == sizes(writing, ids)
    assert len(shelf) == 5 + 28
