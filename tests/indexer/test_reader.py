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

from indexer.dense import Dense, centre, snapshot_path
from indexer.model import Passage, Query, Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import Shelves
from indexer.words import stems
from tests.conftest import ROOT, environment
from tests.fakes import DAY, HashEncoder, a_passage
from tests.indexer.conftest import fill

ENCODER = HashEncoder()
EVERYTHING = 10_000


def reader(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> ShelfReader:
    return ShelfReader(shelves, shelf, ENCODER.dimension)


def near(of: ShelfReader, text: str, chosen: Filter | None = None, *, limit: int = EVERYTHING) -> list[str]:
    return [hit.noun_id for hit in of.nearest(ENCODER.queries([text])[0], chosen or Filter(), limit=limit)]


def said(
    of: ShelfReader, text: str, chosen: Filter | None = None, *, limit: int = EVERYTHING, locale: str = "en"
) -> list[str]:
    return [hit.noun_id for hit in of.matching(text, locale, chosen or Filter(), limit=limit)]


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
    (first, second) = shelf.nearest(ENCODER.queries(["refund"])[0], Filter(), limit=9)
    assert (first.rank, second.rank) == (1, 2)
    assert shelf.cosines(ENCODER.queries(["refund"])[0], [second.passage_id, 999]) == {
        second.passage_id: pytest.approx(second.score, abs=1e-5)
    }


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


def test_an_empty_shelf(shelves: Shelves) -> None:
    shelf = reader(shelves)
    shelf.refresh()
    assert (near(shelf, "hub"), said(shelf, "hub"), len(shelf), shelf.place_of("a1")) == ([], [], 0, None)
    fill(shelves, a_passage("a1", "hub"))
    shelf.refresh()
    assert near(shelf, "hub") == said(shelf, "hub") == ["a1"]


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
    a_passage("t1", "hub a", shelf=Shelf.TICKET, locale="sv", product="Hub", linked=True, at=DAY),
    a_passage("t2", "hub b", shelf=Shelf.TICKET, locale="da", product="Lamp", at=DAY + timedelta(days=1)),
    a_passage("t3", "hub c", shelf=Shelf.TICKET, locale="sv", linked=True, at=DAY + timedelta(days=2)),
]


@pytest.mark.parametrize(
    ("chosen", "those"),
    [
        (Filter(), ["t1", "t2", "t3"]),
        (Filter(locales=frozenset({"sv"})), ["t1", "t3"]),
        (Filter(locales=frozenset({"fi"})), []),
        (Filter(products=frozenset({"Hub"})), ["t1", "t3"]),
        (Filter(linked_only=True), ["t1", "t3"]),
        (Filter(before=DAY + timedelta(days=1)), ["t1"]),
        (Filter(before=DAY), []),
        (Filter(without=frozenset({"t1", "unknown"})), ["t2", "t3"]),
        (Filter(locales=frozenset({"sv"}), linked_only=True, before=DAY + timedelta(days=1)), ["t1"]),
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
    limit=st.integers(1, 6),
)
def test_only_and_all_of_what_a_filter_allows(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[Passage]], gone: set[int], chosen: Filter,
    question: list[str], limit: int,
) -> None:  # fmt: skip
    """However the index came about, each leg gives the best of the allowed passages, as if there were no others."""
    writing = Shelves(tmp_path_factory.mktemp("index"))
    fill(writing, *steps[0])
    shelf = ShelfReader(Shelves(writing.path.parent), Shelf.ARTICLE, ENCODER.dimension)
    for step in steps[1:]:
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

    hits = shelf.nearest(vector, chosen, limit=limit)
    ids, stored = writing.vectors(list(allowed), shelf=Shelf.ARTICLE, dimension=ENCODER.dimension)
    cosines = dict(
        zip(ids, centre(stored, shelf.dense.mean) @ centre(vector[None, :], shelf.dense.mean)[0], strict=True)
    )
    assert len(hits) == min(limit, len(allowed))
    assert {hit.passage_id for hit in hits} <= set(allowed)
    assert [hit.noun_id for hit in hits] == [passages[hit.passage_id].noun_id for hit in hits]
    best = sorted(cosines.values(), reverse=True)[:limit]
    np.testing.assert_allclose([hit.score for hit in hits], best, atol=1e-4)

    lexical = shelf.matching(text, "en", chosen, limit=limit)
    wanted = set(stems(text, "en"))
    matching = {i for i, p in allowed.items() if wanted.intersection(stems(p.embedded, p.locale))}
    assert len(lexical) == min(limit, len(matching))
    assert {hit.passage_id for hit in lexical} <= matching
    everything = shelf.matching(text, "en", chosen, limit=EVERYTHING)
    assert {hit.passage_id for hit in everything} == matching
    assert lexical == everything[:limit]


def test_a_crowd_that_may_not_be_seen_displaces_nobody(shelves: Shelves) -> None:
    """All better matches are internal; the customer-facing search still finds its own, by both legs."""
    fill(shelves, *(a_passage(f"secret{i}", "hub hub hub", audience="internal") for i in range(300)))
    fill(shelves, a_passage("open", "something about one hub and much else that is said at length"))
    shelf = reader(shelves)
    public = Filter(audiences=frozenset({"public"}))
    assert near(shelf, "hub", public, limit=1) == said(shelf, "hub", public, limit=1) == ["open"]


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
                dense = shelf.nearest(vector, chosen, limit=5)
                lexical = shelf.matching("hub", "en", chosen, limit=5)
                shelf.cosines(vector, [hit.passage_id for hit in lexical])
                shelf.refresh()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(repr(error))
                return
            if len(dense) != 5 or any(hit.noun_id in {"a1", "secret"} for hit in [*dense, *lexical]):
                wrong.append(f"{dense} {lexical}")

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
