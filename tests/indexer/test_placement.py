"""What was added a moment ago is scored as if it had always been there; measured against an index made anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer import snapshots
from indexer.dense import Dense
from indexer.encode import Vectors
from indexer.model import Passage, Shelf
from indexer.reader import ShelfReader
from indexer.shelves import Shelves
from indexer.snapshots import snapshot_path, write_snapshots
from tests.fakes import HashEncoder, a_passage
from tests.indexer.conftest import fill

ENCODER = HashEncoder(dimension=64)
D = ENCODER.dimension
COUNT = 200
QUESTIONS = ("sv hub number 7", "da hub number 8", "new lamp blinks", "refund")
TURN: Vectors = (np.eye(D) + 0.05 * np.random.default_rng(6).standard_normal((D, D))).astype(np.float32)
LATE = [
    a_passage("late-sv", "new lamp blinks", locale="sv"), a_passage("late-en", "another lamp shines", locale="en"),
    a_passage("late-de", "refund lamp", locale="de"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def turned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake model has a metric too."""
    monkeypatch.setattr(snapshots, "turn_for", lambda model, dimension: TURN)


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    """An index with its snapshots: two hundred articles in two languages."""
    made = Shelves(tmp_path / "index" / "fake-1", busy_timeout_s=5)
    with made.write() as writer:
        writer.set_meta("model", "fake")
        writer.set_meta("dimension", str(D))
    texts = [f"hub number {i} blinks{i % 7} lamp{i % 11} wait{i % 13} then{i % 17} hold{i % 19}" for i in range(COUNT)]
    put(made, *(a_passage(f"a{i}", text, locale=("sv", "da")[i % 2]) for i, text in enumerate(texts)))
    write_snapshots(made)
    return made


def put(shelves: Shelves, *passages: Passage) -> None:
    fill(shelves, *passages, encoder=ENCODER)


def opened(shelves: Shelves) -> ShelfReader:
    """A reader as an engine sets it up: questions have means of their own."""
    made = ShelfReader(shelves, Shelf.ARTICLE, D)
    common = {locale: ENCODER.queries([f"{locale} how", f"{locale} why"]).mean(axis=0) for locale in ("sv", "da")}
    made.query_means = {"": np.mean(list(common.values()), axis=0), **common}
    return made


def scores(of: ShelfReader) -> dict[tuple[str, str], float]:
    """Cosine by question and article, of what has not been removed."""
    found = {}
    for text in QUESTIONS:
        cosines = of.cosines(ENCODER.queries([text]), text[:2])[0]
        found.update({(text, of.noun[place]): float(cosines[place]) for place in np.flatnonzero(of.dense.alive)})
    return found


def test_a_new_passage_is_scored_as_one_index_in_the_same_frame_has_it(shelves: Shelves) -> None:
    followed = opened(shelves)
    put(shelves, *LATE)
    followed.refresh()
    ids, vectors = shelves.vectors(shelf=Shelf.ARTICLE, dimension=D)
    locales = {key[0]: key[2] for key in shelves.keys(Shelf.ARTICLE)}
    whole = Dense(D, followed.dense.frame)
    whole.add(ids, vectors, [locales[i] for i in ids])
    for text in QUESTIONS:
        query, mean = ENCODER.queries([text]), followed.query_means.get(text[:2], followed.query_means[""])
        np.testing.assert_array_equal(
            followed.cosines(query, text[:2]), whole.cosines(query, query_mean=mean), "bit for bit"
        )


def test_who_followed_and_who_comes_now_score_alike(shelves: Shelves) -> None:
    followed = opened(shelves)
    put(shelves, *LATE)
    put(shelves, a_passage("a7", "something else", locale="sv"))
    with shelves.write() as writer:
        writer.replace(Shelf.ARTICLE, "a8", [])
    followed.refresh()
    now = opened(shelves)
    assert scores(followed) == scores(now)
    assert ("refund", "a8") not in scores(now)
    # The nearest passage of an article is found by the same cosines.
    for of in (followed, now):
        late = [int(of.dense.ids[of.noun.index(each.noun_id)]) for each in LATE]
        assert of.nearest_of(ENCODER.queries(["refund lamp"])[0], "de", late) == late[2]


def test_after_the_means_have_moved_it_is_nearly_the_same(shelves: Shelves) -> None:
    """A snapshot is written anew after one part in twenty; until then what was added shifts no cosine by much."""
    followed = opened(shelves)
    before = scores(followed)
    more = [a_passage(f"more{i}", f"lamp blinks {i}", locale="da") for i in range(7)]
    put(shelves, *LATE, *more)
    followed.refresh()
    path = snapshot_path(shelves.path.parent, Shelf.ARTICLE)
    content = path.read_bytes()
    write_snapshots(shelves)
    assert path.read_bytes() == content, "ten of 210 are not enough"
    path.unlink()
    write_snapshots(shelves)
    anew = opened(shelves)
    assert not np.array_equal(anew.dense.mean, followed.dense.mean)
    old, new = scores(followed), scores(anew)
    assert old.keys() == new.keys()
    assert {key: old[key] for key in before} == before
    moved = np.array([abs(old[key] - new[key]) for key in old])
    assert 0 < moved.mean() < 0.02
    assert moved.max() < 0.06
    for text in QUESTIONS:
        best = [max((n for t, n in of if t == text), key=lambda n: of[text, n]) for of in (old, new)]
        assert best[0] == best[1]
