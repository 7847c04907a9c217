"""The dense leg: the same as brute force, whatever was added, removed, filtered, saved and loaded."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.dense import Dense
from indexer.encode import Vectors
from indexer.frame import Frame, centre
from kb.errors import KBError, StorageDamaged

D = 16


def unit(count: int, seed: int = 0) -> Vectors:
    drawn = np.random.default_rng(seed).standard_normal((count, D)).astype(np.float32) + 0.5
    made: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return made


def found(dense: Dense, query: Vectors, *, query_mean: Vectors | None = None) -> dict[int, float]:
    """Cosines by id of what has not been removed."""
    (scores,) = dense.cosines(query[None, :], query_mean=query_mean)
    return dict(zip(dense.ids[dense.alive].tolist(), scores[dense.alive].tolist(), strict=True))


@settings(max_examples=80, deadline=None)
@given(
    count=st.integers(0, 60),
    later=st.integers(0, 20),
    removed=st.sets(st.integers(0, 80)),
    questions=st.integers(0, 4),
    seed=st.integers(0, 9),
)
def test_equals_brute_force(count: int, later: int, removed: set[int], questions: int, seed: int) -> None:
    vectors = unit(count + later, seed)
    ids = list(range(10, 10 + count + later))
    dense = Dense.build(ids[:count], vectors[:count])
    dense.add(ids[count:], vectors[count:])
    dense.remove([10 + place for place in removed])
    queries = unit(questions, seed + 100)
    scores = dense.cosines(queries)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, centre(queries, dense.mean) @ centre(vectors, dense.mean).T, atol=1e-5)
    assert (np.abs(scores) <= 1 + 1e-6).all()
    assert dense.ids.tolist() == ids
    assert dense.alive.tolist() == [place not in removed for place in range(count + later)]
    assert len(dense) == sum(place not in removed for place in range(count + later))


SPOKEN = ("sv", "da", "de", "")
TURN: Vectors = (np.eye(D) + 0.2 * np.random.default_rng(4).standard_normal((D, D))).astype(np.float32)


@pytest.mark.parametrize("turn", [None, TURN], ids=["still", "turned"])
@pytest.mark.parametrize("count", [0, 1, 30])
def test_in_a_frame_it_equals_brute_force(tmp_path: Path, count: int, turn: Vectors | None) -> None:
    """Passages are placed by their language and turned, questions by the mean that is named and turned; saved too."""
    vectors, late, locales = unit(count), unit(4, 1), [SPOKEN[i % 4] for i in range(count)]
    dense = Dense.build(range(count), vectors, locales, turn)
    frame = Frame.of(vectors, locales, turn)
    dense.add(range(100, 104), late, SPOKEN)
    placed = np.concatenate([frame.place(vectors, locales), frame.place(late, SPOKEN)])
    queries, mean = unit(3, 2), unit(5, 3).mean(axis=0)
    dense.save(tmp_path / "x.faiss")
    for each in (dense, Dense.load(tmp_path / "x.faiss", D, turn)):
        np.testing.assert_allclose(
            each.cosines(queries), frame.turned(centre(queries, frame.mean)) @ placed.T, atol=1e-5
        )
        expected = frame.turned(centre(queries, mean)) @ placed.T
        np.testing.assert_allclose(each.cosines(queries, query_mean=mean), expected, atol=1e-5)
        np.testing.assert_allclose(each.rows(range(count + 4)), placed, atol=1e-6)
        assert each.frame.by_locale.keys() == frame.by_locale.keys()
        for one, query in zip(expected, queries, strict=True):
            np.testing.assert_allclose(
                each.rows([count]) @ each.question(query, mean), one[count : count + 1], atol=1e-5
            )


def test_what_is_handed_out_is_a_copy() -> None:
    dense = Dense.build(range(3), unit(3))
    before = dense.cosines(unit(1, 5))
    dense.rows([0, 2])[:] = 9
    np.testing.assert_array_equal(dense.cosines(unit(1, 5)), before)
    assert dense.rows([]).shape == (0, D)


def test_nothing_to_add_where_languages_are_told_apart() -> None:
    """What was to be added may be gone when its vectors are read."""
    dense = Dense.build(range(3), unit(3), ["sv", "da", "sv"], TURN)
    dense.add([], np.zeros((0, D), np.float32), [])
    assert len(dense) == 3


@pytest.mark.parametrize("dimension", [D, 32, 384])
@pytest.mark.parametrize("count", [1, 2, 5, 8, 17, 1001])
def test_the_same_text_is_as_near_wherever_it_stands(dimension: int, count: int) -> None:
    """Many customers write the same; which of them are shown must not change with how many there are."""
    drawn = np.random.default_rng(3).standard_normal((2, dimension)).astype(np.float32)
    one, query = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    dense, alone = Dense(dimension), Dense(dimension)
    alone.add([0], one[None, :])
    dense.add(range(count), np.tile(one, (count, 1)))
    assert set(dense.cosines(query[None, :])[0].tolist()) == set(alone.cosines(query[None, :])[0].tolist())


def test_a_question_is_as_near_alone_as_among_others() -> None:
    dense, queries = Dense.build(range(50), unit(50)), unit(5, 7)
    together = dense.cosines(queries)
    for row, query in zip(together, queries, strict=True):
        np.testing.assert_array_equal(row, dense.cosines(query[None, :])[0])


def test_nothing_to_find() -> None:
    query = unit(1)
    assert Dense(D).cosines(query).shape == (1, 0)
    assert Dense.build([], np.zeros((0, D), np.float32)).cosines(query).shape == (1, 0)
    dense = Dense.build([1], unit(1))
    assert dense.cosines(np.zeros((0, D), np.float32)).shape == (0, 1)
    dense.remove([1])
    assert (len(dense), found(dense, query[0]), dense.cosines(query).shape) == (0, {}, (1, 1))


def test_removed_is_gone_at_once_and_may_be_unknown() -> None:
    vectors = unit(5)
    dense = Dense.build(range(5), vectors)
    dense.remove([2, 77])
    assert set(found(dense, vectors[2])) == {0, 1, 3, 4}
    assert dense.alive.tolist() == [True, True, False, True, True]


def test_a_vector_that_is_the_mean_is_no_nan() -> None:
    dense = Dense.build([1], unit(1))
    assert found(dense, unit(1, 5)[0]) == {1: 0.0}
    assert found(Dense.build(range(3), unit(3)), Dense.build(range(3), unit(3)).mean) == {0: 0.0, 1: 0.0, 2: 0.0}


def test_the_query_may_have_a_mean_of_its_own() -> None:
    vectors, other = unit(9), unit(9, 3)
    dense = Dense.build(range(9), vectors)
    mean = other.mean(axis=0)
    expected = centre(vectors, dense.mean) @ centre(other[:1], mean)[0]
    np.testing.assert_allclose(list(found(dense, other[0], query_mean=mean).values()), expected, atol=1e-5)


@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_snapshot_is_the_same_without_what_was_removed(tmp_path: Path, count: int) -> None:
    dense = Dense.build(range(count), unit(count))
    dense.add([100, 101], unit(2, 1))
    dense.remove([0, 101])
    dense.save(tmp_path / "x.faiss")
    again = Dense.load(tmp_path / "x.faiss", D)
    query = unit(1, 7)[0]
    assert found(again, query) == found(dense, query)
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
    assert len(again.ids) == len(again.alive) == again.cosines(unit(1)).shape[1]
    assert again.ids.tolist() == sorted(set(again.ids.tolist()))


def test_a_damaged_snapshot_with_languages_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.faiss"
    Dense.build(range(20), unit(20), ["sv", "da"] * 10).save(path)
    content = path.read_bytes()
    for end in range(0, len(content), 97):
        path.write_bytes(content[:end])
        with pytest.raises(StorageDamaged, match=r"The vector file .* (cannot be read|does not fit)"):
            Dense.load(path, D)


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


@pytest.mark.parametrize(
    "ids",
    [
        [-1, 3, 2, 4], [-1, 2, 2, 4], [2, 3, 4, -1], [0, 1, 2, 3], [-2, 1, 2, 3], [-1, -1, 2, 3], [],
        [-1, 2**63 - 1, -(2**63), 5], [-6, -5, -4, -3, -2, 3, 4], [-6, -5, -4, -3, -2, -1, 3, 3],
        [-7, -6, -5, -4, -3, -2, -1, 3], [-6, -5, -4, -2, -3, -1], [-6, -5, -4, -3, -2, 1, -1],
    ],
)  # fmt: skip
def test_ids_of_a_snapshot_must_rise(tmp_path: Path, ids: list[int]) -> None:
    """Places of words are found by ids that rise; a file in which they do not was not written by us."""
    import faiss

    index = faiss.IndexIDMap2(faiss.IndexFlatIP(D))
    index.add_with_ids(unit(len(ids)), np.array(ids, np.int64))
    faiss.write_index(index, str(tmp_path / "x.faiss"))
    with pytest.raises(StorageDamaged, match=r"does not fit the index\. Run `svar index --full`"):
        Dense.load(tmp_path / "x.faiss", D)


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
    queries = unit(2, 9)
    expected = dense.cosines(queries)
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                scores = dense.cosines(queries)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(repr(error))
                return
            if scores.shape[1] > len(dense.ids) or not np.array_equal(scores[:, :50], expected):
                wrong.append(f"{scores.shape} {len(dense.ids)}")

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
    assert (len(dense), dense.cosines(queries).shape) == (50 + 60 * 40, (2, 50 + 60 * 50))
