"""Filters: nobody sees what they may not, and nothing that may not be seen displaces what may."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.frame import centre
from indexer.model import Passage, Query, Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import Shelves
from indexer.words import stems
from tests.fakes import DAY, a_passage
from tests.indexer.conftest import fill
from tests.indexer.reading import ENCODER, near, reader, said, take_out

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

    fresh = dict(zip(new.dense.ids.tolist(), new.grams(text, "en").tolist(), strict=True))
    grams = dict(zip(shelf.dense.ids.tolist(), shelf.grams(text, "en").tolist(), strict=True))
    assert {i: share for i, share in grams.items() if share} == pytest.approx({i: s for i, s in fresh.items() if s})
    assert {i for i, share in grams.items() if share} >= matching, "who has a word has its pieces"

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
