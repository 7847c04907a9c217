"""A shelf in memory: follows the file, and lets nobody see or displace what a filter allows."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.dense import Dense
from indexer.encode import Vectors
from indexer.frame import centre
from indexer.model import Passage, Query, Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import Shelves
from indexer.snapshots import snapshot_path
from indexer.words import stems
from tests.conftest import ROOT, environment
from tests.fakes import DAY, HashEncoder, a_passage
from tests.indexer.conftest import fill

ENCODER = HashEncoder()


def reader(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> ShelfReader:
    return ShelfReader(shelves, shelf, ENCODER.dimension)


def ranked(of: ShelfReader, scores: Vectors, mask: NDArray[np.bool_]) -> list[str]:
    """Noun ids of what a mask allows, best first, ties by place."""
    places = [int(place) for place in np.argsort(-scores, kind="stable") if mask[place]]
    return [of.noun[place] for place in places]


def near(of: ShelfReader, text: str, chosen: Filter | None = None) -> list[str]:
    """By the dense leg."""
    return ranked(of, of.cosines(ENCODER.queries([text]))[0], of.allowed(chosen or Filter()))


def said(of: ShelfReader, text: str, chosen: Filter | None = None, *, locale: str = "en") -> list[str]:
    """By the lexical leg: what has a word of it."""
    words = of.words(text, locale)
    return ranked(of, words, of.allowed(chosen or Filter()) & (words > 0))


def take_out(shelves: Shelves, noun_id: str, shelf: Shelf = Shelf.ARTICLE) -> None:
    with shelves.write() as writer:
        writer.replace(shelf, noun_id, [])
        writer.forget_orphans()


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


# ---- filters


TICKETS = [
    a_passage("t1", "hub a", shelf=Shelf.TICKET, locale="sv", product="Hub", at=DAY),
    a_passage("t2", "hub b", shelf=Shelf.TICKET, locale="da", product="Lamp", at=DAY + timedelta(days=1)),
    a_passage("t3", "hub c", shelf=Shelf.TICKET, locale="sv", at=DAY + timedelta(days=2)),
]


@pytest.mark.parametrize(
    ("chosen", "those"),
    [
        (Filter(), ["t1", "t2", "t3"]),
        (Filter(locales=frozenset({"sv"})), ["t1", "t3"]),
        (Filter(locales=frozenset({"fi"})), []),
        (Filter(products=frozenset({"Hub"})), ["t1", "t3"]),
        (Filter(before=DAY + timedelta(days=1)), ["t1"]),
        (Filter(before=DAY), []),
        (Filter(without=frozenset({"t1", "unknown"})), ["t2", "t3"]),
        (Filter(locales=frozenset({"sv"}), before=DAY + timedelta(days=1)), ["t1"]),
        (Filter(audiences=frozenset({"nobody"})), ["t1", "t2", "t3"]),
    ],
)
def test_filters_of_tickets(shelves: Shelves, chosen: Filter, those: list[str]) -> None:
    """Audiences are of articles; a product also finds what is of no product."""
    fill(shelves, *TICKETS)
    shelf = reader(shelves, Shelf.TICKET)
    assert sorted(near(shelf, "hub", chosen)) == sorted(said(shelf, "hub", chosen, locale="und")) == those


def test_the_filter_of_a_query() -> None:
    assert Filter.of(Query("x")) == Filter(audiences=frozenset({"public", "internal", "partner"}))
    assert Filter.of(Query("x", locales=("sv",), product="Hub", audiences=("public",))) == Filter(
        audiences=frozenset({"public"}), locales=frozenset({"sv"}), products=frozenset({"Hub"})
    )


WORDS = ["hub", "lamp", "refund", "blink", "yellow", "door"]
PASSAGES = st.builds(
    lambda noun, said, locale, product, audience: a_passage(
        f"a{noun}", " ".join(said), locale=locale, product=product, audience=audience
    ),
    st.integers(0, 12),
    st.lists(st.sampled_from(WORDS), max_size=6),
    st.sampled_from(["en", "xx"]),
    st.sampled_from(["", "Hub", "Lamp"]),
    st.sampled_from(["public", "internal", "partner"]),
)
FILTERS = st.builds(
    Filter,
    audiences=st.frozensets(st.sampled_from(["public", "internal", "partner"])),
    locales=st.frozensets(st.sampled_from(["en", "xx"]), max_size=1),
    products=st.frozensets(st.sampled_from(["Hub", "Lamp"]), max_size=1),
    without=st.frozensets(st.sampled_from([f"a{i}" for i in range(4)])),
)


def passes(passage: Passage, chosen: Filter) -> bool:
    return (
        (not chosen.audiences or passage.audience in chosen.audiences)
        and (not chosen.locales or passage.locale in chosen.locales)
        and (not chosen.products or passage.product in chosen.products | {""})
        and passage.noun_id not in chosen.without
    )


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    steps=st.lists(st.lists(PASSAGES, min_size=1, max_size=12), min_size=1, max_size=4),
    gone=st.sets(st.integers(0, 12), max_size=4),
    chosen=FILTERS,
    question=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    phrase=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
)
def test_only_and_all_of_what_a_filter_allows(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[Passage]], gone: set[int], chosen: Filter,
    question: list[str], phrase: list[str],
) -> None:  # fmt: skip
    """However the index came about, each leg scores all that is allowed as if there were nothing else in memory."""
    writing = Shelves(tmp_path_factory.mktemp("index"))
    fill(writing, *steps[0])
    shelf = ShelfReader(Shelves(writing.path.parent), Shelf.ARTICLE, ENCODER.dimension)
    for step in steps[1:]:
        shelf.words(" ".join(question), "en")
        fill(writing, *step)
        shelf.refresh()
    for noun in gone:
        take_out(writing, f"a{noun}")
    shelf.refresh()

    passages = {
        key[0]: passage for key in writing.keys(Shelf.ARTICLE) for passage in writing.passages([key[0]]).values()
    }
    allowed = {i: passage for i, passage in passages.items() if passes(passage, chosen)}
    text = " ".join(question)
    vector = ENCODER.queries([text])[0]

    mask = shelf.allowed(chosen)
    ids = shelf.dense.ids[mask].tolist()
    assert ids == sorted(allowed)
    assert [shelf.noun[place] for place in np.flatnonzero(mask)] == [passages[i].noun_id for i in ids]

    _, stored = writing.vectors(ids, shelf=Shelf.ARTICLE, dimension=ENCODER.dimension)
    placed = shelf.dense.frame.place(stored, [passages[i].locale for i in ids])
    expected = placed @ centre(vector[None, :], shelf.dense.mean)[0]
    np.testing.assert_allclose(shelf.cosines(vector[None, :])[0, mask], expected, atol=1e-4)

    wanted = set(stems(text, "en"))
    matching = {i for i, p in passages.items() if wanted.intersection(stems(p.embedded, p.locale))}
    words = shelf.words(text, "en")
    assert set(shelf.dense.ids[words > 0].tolist()) == matching, "nor does what was taken out have words"
    new = reader(writing)
    fresh = dict(zip(new.dense.ids.tolist(), new.words(text, "en").tolist(), strict=True))
    assert {i: score for i, score in fresh.items() if score > 0} == pytest.approx(
        {i: score for i, score in zip(shelf.dense.ids.tolist(), words.tolist(), strict=True) if score > 0}
    )

    standing = {i for i, p in passages.items() if f" {' '.join(phrase)} " in f" {p.embedded} "}
    assert set(shelf.dense.ids[shelf.with_phrases([" ".join(phrase)])].tolist()) == standing


def test_a_crowd_that_may_not_be_seen_displaces_nobody(shelves: Shelves) -> None:
    """All better matches are internal; the customer-facing search still finds its own, by both legs."""
    fill(shelves, *(a_passage(f"secret{i}", "hub hub hub", audience="internal") for i in range(300)))
    fill(shelves, a_passage("open", "something about one hub and much else that is said at length"))
    shelf = reader(shelves)
    public = Filter(audiences=frozenset({"public"}))
    assert near(shelf, "hub", public) == said(shelf, "hub", public) == ["open"]
    assert said(shelf, "hub")[:300] == [f"secret{i}" for i in range(300)]


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
                coded = shelf.with_codes("E-1042")
                shelf.refresh()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(repr(error))
                return
            seen = {shelf.noun[place] for place in np.flatnonzero(mask)}
            # What is asked later may know more, never less, and the places stay.
            if len(seen) < 19 or seen & {"a1", "secret"}:
                wrong.append(f"{seen}")
            if not len(mask) <= len(phrase) <= len(cosines) <= len(words) <= len(coded):
                wrong.append(f"{len(mask)} {len(phrase)} {len(cosines)} {len(words)} {len(coded)}")
            if not all(words[place] > 0 for place in np.flatnonzero(mask)[:19]):
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
