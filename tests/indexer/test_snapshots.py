"""Vectors as a file beside the index: the same as from the index itself, or not used at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import snapshots
from indexer.dense import Dense
from indexer.encode import Vectors
from indexer.model import Passage, Shelf
from indexer.shelves import Shelves
from indexer.snapshots import load_vectors, snapshot_path, write_snapshots
from kb.errors import KBError
from kb.locales import UI_LOCALES
from tests.fakes import HashEncoder, a_passage
from tests.indexer.conftest import fill

ENCODER = HashEncoder()
D = ENCODER.dimension
TURN: Vectors = (np.eye(D) + 0.1 * np.random.default_rng(2).standard_normal((D, D))).astype(np.float32)


@pytest.fixture(autouse=True)
def turned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake model has a metric too."""
    monkeypatch.setattr(snapshots, "turn_for", lambda model, dimension: TURN if model == "fake" else None)


@pytest.fixture
def index(shelves: Shelves) -> Shelves:
    """Sixty articles in three languages, as many tickets, one canned reply."""
    return stocked(shelves)


def stocked(shelves: Shelves, count: int = 60) -> Shelves:
    with shelves.write() as writer:
        writer.set_meta("model", "fake")
        writer.set_meta("dimension", str(D))
    fill(shelves, *(article(f"a{i}", ("sv", "da", "de")[i % 3]) for i in range(count)))
    fill(shelves, *(a_passage(f"t{i}", f"problem {i}", shelf=Shelf.TICKET, locale="sv") for i in range(count)))
    fill(shelves, a_passage("c1", "dear customer", shelf=Shelf.CANNED))
    return shelves


def article(noun_id: str, locale: str = "sv", text: str = "") -> Passage:
    return a_passage(noun_id, text or f"hub {locale} number {noun_id}", locale=locale)


def loaded(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> Dense:
    return load_vectors(shelves, shelf, D, {key[0] for key in shelves.keys(shelf)})


def from_index(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> Dense:
    """What the index says where no snapshot lies beside it."""
    path, aside = snapshot_path(shelves.path.parent, shelf), shelves.path.parent / "aside"
    if path.exists():
        path.rename(aside)
    dense = loaded(shelves, shelf)
    if aside.exists():
        aside.rename(path)
    return dense


def same(one: Dense, other: Dense) -> None:
    query = ENCODER.queries(["hub sv number", "problem 7"])
    assert one.ids.tolist() == other.ids.tolist()
    np.testing.assert_allclose(one.cosines(query), other.cosines(query), atol=1e-6)
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-7)
    assert one.frame.by_locale.keys() == other.frame.by_locale.keys()


@pytest.mark.parametrize("shelf", Shelf)
def test_a_snapshot_is_what_the_index_says(index: Shelves, shelf: Shelf) -> None:
    write_snapshots(index)
    path = snapshot_path(index.path.parent, shelf)
    assert path.name == f"{shelf}.faiss"
    again = loaded(index, shelf)
    same(again, from_index(index, shelf))
    assert (again.frame.turn is not None) == (shelf is Shelf.ARTICLE)
    assert set(again.frame.by_locale) == (set(UI_LOCALES) if shelf is Shelf.ARTICLE else set())
    for locale, mean in again.frame.by_locale.items():
        np.testing.assert_array_equal(mean, from_index(index, shelf).frame.by_locale[locale])


def test_languages_have_means_of_their_own_on_the_shelf_of_articles(index: Shelves) -> None:
    means = loaded(index).frame.by_locale
    assert not np.allclose(means["sv"], means["da"], atol=1e-3)
    np.testing.assert_allclose(means["en"], loaded(index).mean, atol=1e-6)


def test_what_comes_later_is_placed_as_all_others_are(index: Shelves) -> None:
    """Into a loaded snapshot, in languages with and without passages of their own: as one index would have it."""
    write_snapshots(index)
    dense = loaded(index)
    late = [article("new-sv"), article("new-en", "en"), article("new-de", "de")]
    dense.add(range(900, 903), ENCODER.passages([p.embedded for p in late]), [p.locale for p in late])
    frame = from_index(index).frame
    expected = frame.place(ENCODER.passages([p.embedded for p in late]), ["sv", "en", "de"])
    np.testing.assert_allclose(dense.rows([60, 61, 62]), expected, atol=1e-6)


@pytest.mark.parametrize("damage", ["empty", "cut", "garbage", "other dimension", "one number"])
def test_a_damaged_snapshot_is_not_used(index: Shelves, damage: str) -> None:
    write_snapshots(index)
    path = snapshot_path(index.path.parent, Shelf.ARTICLE)
    content = path.read_bytes()
    if damage == "other dimension":
        Dense.build([1], np.full((1, 8), 8**-0.5, np.float32)).save(path)
    elif damage == "one number":
        path.write_bytes(content[:-4000] + np.float32(1e9).tobytes() + content[-3996:])
    else:
        path.write_bytes({"empty": b"", "cut": content[:-40], "garbage": b"garbage"}[damage])
    same(loaded(index), from_index(index))
    write_snapshots(index)
    same(Dense.load(path, D, TURN), from_index(index))


@pytest.mark.parametrize("kind", ["another metric", "no metric", "no languages", "another index", "another shelf"])
def test_a_snapshot_that_was_placed_otherwise_is_not_used(
    index: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A whole file with the right ids: left by another version, or copied here from elsewhere."""
    path = snapshot_path(index.path.parent, Shelf.ARTICLE)
    ids, vectors = index.vectors(shelf=Shelf.ARTICLE, dimension=D)
    locales = [key[2] for key in index.keys(Shelf.ARTICLE)]
    if kind == "another metric":
        Dense.build(ids, vectors, locales, TURN.T.copy()).save(path)
    elif kind == "no metric":
        Dense.build(ids, vectors, locales).save(path)
    elif kind == "no languages":
        Dense.build(ids, vectors).save(path)
    elif kind == "another index":
        Dense.build(ids, vectors[::-1].copy(), locales, TURN).save(path)
    else:
        Dense.build(ids, ENCODER.passages([f"problem {i}" for i in range(60)])).save(path)
    foreign = path.read_bytes()
    same(loaded(index), from_index(index))
    write_snapshots(index)
    assert path.read_bytes() != foreign
    same(Dense.load(path, D, TURN), from_index(index))


def test_an_older_index_beside_a_newer_snapshot(index: Shelves, tmp_path: Path) -> None:
    """After a way back to a copy of the index: what it holds under the ids of others is not found as those."""
    copy = tmp_path / "copy"
    index.settle()
    copy.mkdir()
    shutil.copy(index.path, copy / index.path.name)
    fill(index, article("a3", "sv", "all else"), article("new", "da", "something new"))
    write_snapshots(index)
    older = Shelves(copy)
    shutil.copy(snapshot_path(index.path.parent, Shelf.ARTICLE), copy)
    same(loaded(older), from_index(older))


def test_a_newer_index_beside_an_older_snapshot(index: Shelves) -> None:
    """What is gone is left to the reader; what came later is placed in the snapshot's frame."""
    write_snapshots(index)
    before = loaded(index)
    fill(index, article("a3", "sv", "all else"), article("new", "da", "something new"))
    after = loaded(index)
    assert after.ids.tolist() == before.ids.tolist()
    np.testing.assert_array_equal(after.mean, before.mean)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(new=st.integers(0, 8), gone=st.sets(st.integers(0, 59), max_size=2))
def test_what_is_gone_never_stays_and_little_is_left_out(
    tmp_path_factory: pytest.TempPathFactory, new: int, gone: set[int]
) -> None:
    shelves = stocked(Shelves(tmp_path_factory.mktemp("index") / "fake-1", busy_timeout_s=5))
    write_snapshots(shelves)
    path = snapshot_path(shelves.path.parent, Shelf.ARTICLE)
    before = path.read_bytes()
    with shelves.write() as writer:
        for i in gone:
            writer.replace(Shelf.ARTICLE, f"a{i}", [])
    if new:
        fill(shelves, *(article(f"new{i}", "en") for i in range(new)))
    write_snapshots(shelves)
    known = {key[0] for key in shelves.keys(Shelf.ARTICLE)}
    held = set(Dense.load(path, D).ids.tolist())
    assert held <= known
    assert len(known - held) <= 0.05 * len(known)
    # One twentieth of 63 is three: nothing is written for so few.
    assert (path.read_bytes() == before) == (not gone and new <= 3)


def test_all_gone(index: Shelves) -> None:
    write_snapshots(index)
    with index.write() as writer:
        for i in range(60):
            writer.replace(Shelf.ARTICLE, f"a{i}", [])
    write_snapshots(index)
    dense = loaded(index)
    assert (len(dense), dense.frame.by_locale) == (0, {})
    # What comes then is placed anew with the next snapshot, languages and all.
    fill(index, *(article(f"b{i}", "da") for i in range(3)))
    write_snapshots(index)
    same(loaded(index), from_index(index))
    assert set(loaded(index).frame.by_locale) == set(UI_LOCALES)


def test_an_empty_index_has_no_snapshots(shelves: Shelves) -> None:
    write_snapshots(shelves)
    assert list(shelves.path.parent.glob("*.faiss")) == []


def test_another_model_is_not_turned(index: Shelves) -> None:
    with index.write() as writer:
        writer.set_meta("model", "another")
    assert loaded(index).frame.turn is None
    assert set(loaded(index).frame.by_locale) == set(UI_LOCALES)


def test_a_full_disk_leaves_the_snapshot_before(index: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    write_snapshots(index)
    path = snapshot_path(index.path.parent, Shelf.ARTICLE)
    before = path.read_bytes()
    fill(index, *(article(f"new{i}") for i in range(30)))

    def full(self: Path, target: Path) -> Path:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(KBError, match=r"Cannot write the vector file .*article\.faiss"):
        write_snapshots(index)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.new")) == []
