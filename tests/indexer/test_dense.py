"""The dense leg: the same as brute force, whatever was added, removed, filtered, saved and loaded."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.dense import Dense, centre, snapshot_path
from indexer.encode import Vectors
from indexer.model import Shelf
from kb.errors import KBError, StorageDamaged

D = 16


def unit(count: int, seed: int = 0) -> Vectors:
    drawn = np.random.default_rng(seed).standard_normal((count, D)).astype(np.float32) + 0.5
    made: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return made


def brute(
    ids: list[int], vectors: Vectors, mean: Vectors, query: Vectors, keep: list[bool], limit: int
) -> list[tuple[int, float]]:
    """Centred cosines by numpy, best first, ties by id."""
    scores = centre(vectors, mean) @ centre(query[None, :], mean)[0] if ids else np.zeros(0)
    found = [(i, float(s)) for i, s, k in zip(ids, scores, keep, strict=True) if k]
    return sorted(found, key=lambda f: (-f[1], f[0]))[:limit]


@settings(max_examples=80, deadline=None)
@given(
    count=st.integers(0, 60),
    later=st.integers(0, 20),
    removed=st.sets(st.integers(0, 80)),
    hidden=st.sets(st.integers(0, 80)),
    limit=st.integers(1, 200),
    seed=st.integers(0, 9),
)
def test_equals_brute_force(count: int, later: int, removed: set[int], hidden: set[int], limit: int, seed: int) -> None:
    vectors = unit(count + later, seed)
    ids = list(range(10, 10 + count + later))
    dense = Dense.build(ids[:count], vectors[:count])
    dense.add(ids[count:], vectors[count:])
    dense.remove([10 + place for place in removed])
    query = unit(1, seed + 100)[0]
    allowed = np.array([place not in hidden for place in range(count + later)], np.bool_)
    keep = [place not in removed and place not in hidden for place in range(count + later)]
    expected = brute(ids, vectors, dense.mean, query, keep, limit)
    hits = dense.search(query, limit=limit, allowed=allowed)
    assert [hit.passage_id for hit in hits] == [i for i, _ in expected]
    np.testing.assert_allclose([hit.score for hit in hits], [s for _, s in expected], atol=1e-5)
    assert len(dense) == sum(place not in removed for place in range(count + later))


@pytest.mark.parametrize("limit", [1, 3, 10, 150, 400])
def test_ties_by_id(limit: int) -> None:
    """Many customers write the same; which of them are shown must not change from run to run."""
    one, other = unit(2)
    dense = Dense(D)
    dense.add(range(1000), np.tile(other, (1000, 1)))
    dense.add(range(1000, 2000), np.tile(one, (1000, 1)))
    hits = dense.search(one, limit=limit)
    assert [hit.passage_id for hit in hits] == list(range(1000, 1000 + limit))


def test_nothing_to_find() -> None:
    query = unit(1)[0]
    assert Dense(D).search(query, limit=5) == []
    assert Dense.build([], np.zeros((0, D), np.float32)).search(query, limit=5) == []
    dense = Dense.build([1], unit(1))
    assert dense.search(query, limit=5, allowed=np.array([False])) == []
    dense.remove([1])
    assert dense.search(query, limit=5) == []
    assert len(dense) == 0


def test_removed_is_gone_at_once_and_may_be_unknown() -> None:
    vectors = unit(5)
    dense = Dense.build(range(5), vectors)
    dense.remove([2, 77])
    assert 2 not in [hit.passage_id for hit in dense.search(vectors[2], limit=5)]
    assert dense.alive.tolist() == [True, True, False, True, True]


def test_a_vector_that_is_the_mean_is_no_nan() -> None:
    dense = Dense.build([1], unit(1))
    (hit,) = dense.search(unit(1, 5)[0], limit=1)
    assert hit.score == 0.0


def test_the_query_may_have_a_mean_of_its_own() -> None:
    vectors, other = unit(9), unit(9, 3)
    dense = Dense.build(range(9), vectors)
    mean = other.mean(axis=0)
    hits = dense.search(other[0], limit=9, query_mean=mean)
    expected = centre(vectors, dense.mean) @ centre(other[:1], mean)[0]
    assert [hit.passage_id for hit in hits] == np.argsort(-expected, kind="stable").tolist()
    np.testing.assert_allclose(dense.cosines(other[0], range(9), query_mean=mean), expected, atol=1e-5)


def test_cosines_of_given_places() -> None:
    vectors = unit(9)
    dense = Dense.build(range(9), vectors)
    expected = centre(vectors, dense.mean) @ centre(unit(1, 7), dense.mean)[0]
    np.testing.assert_allclose(dense.cosines(unit(1, 7)[0], [8, 0, 0]), expected[[8, 0, 0]], atol=1e-5)
    assert dense.cosines(unit(1)[0], []).shape == (0,)


@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_snapshot_is_the_same_without_what_was_removed(tmp_path: Path, count: int) -> None:
    dense = Dense.build(range(count), unit(count))
    dense.add([100, 101], unit(2, 1))
    dense.remove([0, 101])
    dense.save(tmp_path / "x.faiss")
    again = Dense.load(tmp_path / "x.faiss", D)
    query = unit(1, 7)[0]
    assert again.search(query, limit=99) == dense.search(query, limit=99)
    np.testing.assert_array_equal(again.mean, dense.mean)
    assert again.ids.tolist() == [*range(1, count), 100]
    assert list(tmp_path.iterdir()) == [tmp_path / "x.faiss"]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_snapshot_is_told(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Cut off or overwritten: an error of ours, never a crash; or it was one number of a vector that changed."""
    path = tmp_path_factory.mktemp("snapshot") / "x.faiss"
    Dense.build(range(20), unit(20)).save(path)
    content = path.read_bytes()
    if data.draw(st.booleans(), label="cut"):
        path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
        with pytest.raises(StorageDamaged, match=r"The vector file .* (cannot be read|does not fit)"):
            Dense.load(path, D)
        return
    at = data.draw(st.integers(0, len(content) - 8))
    path.write_bytes(content[:at] + data.draw(st.binary(min_size=8, max_size=8)) + content[at + 8 :])
    try:
        again = Dense.load(path, D)
    except StorageDamaged:
        return
    assert len(again.ids) == len(again.alive) == len(again.search(unit(1)[0], limit=99))


def test_another_dimension_or_another_file(tmp_path: Path) -> None:
    import faiss

    Dense.build(range(3), unit(3)).save(tmp_path / "x.faiss")
    with pytest.raises(StorageDamaged, match=r"does not fit the index\. Run `svar index --full`"):
        Dense.load(tmp_path / "x.faiss", D + 1)
    faiss.write_index(faiss.IndexFlatIP(D), str(tmp_path / "y.faiss"))
    with pytest.raises(StorageDamaged, match="cannot be read"):
        Dense.load(tmp_path / "y.faiss", D)
    with pytest.raises(StorageDamaged, match="cannot be read"):
        Dense.load(tmp_path / "none.faiss", D)


def test_a_snapshot_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import faiss

    path = tmp_path / "x.faiss"
    Dense.build(range(3), unit(3)).save(path)
    before = path.read_bytes()

    def full(index: object, name: str) -> None:
        Path(name).write_bytes(b"half")
        raise RuntimeError("Error in fwrite: No space left on device")

    monkeypatch.setattr(faiss, "write_index", full)
    with pytest.raises(KBError, match=r"x\.faiss"):
        Dense.build(range(4), unit(4)).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_threads_search_while_others_add() -> None:
    dense = Dense.build(range(50), unit(50))
    query = unit(1, 9)[0]
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        allowed = np.ones(50, np.bool_)
        while not done.is_set():
            try:
                hits = dense.search(query, limit=5)
                few = dense.search(query, limit=5, allowed=allowed)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(repr(error))
                return
            if len(hits) != 5 or any(hit.passage_id >= 50 for hit in few):
                wrong.append(f"{hits} {few}")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(60):
        dense.add(range(50 + turn * 50, 100 + turn * 50), unit(50, turn))
        dense.remove(range(50 + turn * 50, 60 + turn * 50))
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_each_shelf_has_its_file(tmp_path: Path) -> None:
    assert [snapshot_path(tmp_path, shelf).name for shelf in Shelf] == ["article.faiss", "ticket.faiss", "canned.faiss"]
