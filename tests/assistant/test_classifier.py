"""The classifier: what can be learned is learned, and no file can harm it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.classifier import Classifier, fit
from indexer.encode import Vectors
from kb.errors import StorageDamaged

SIZE = 24


def clouds(count: int, *, topics: int = 8, spread: float = 0.12, seed: int = 1) -> tuple[Vectors, list[int]]:
    """Unit vectors around one direction per topic, all of them in one corner of the space as real ones are."""
    corner = np.random.default_rng(0).standard_normal((topics, SIZE)) * 0.35 + 1.0
    draw = np.random.default_rng(seed)
    topic = draw.integers(topics, size=count)
    found = corner[topic] + spread * draw.standard_normal((count, SIZE))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found.astype(np.float32), [int(each) for each in topic]


def taught(count: int = 320, **changes: int) -> Classifier:
    vectors, topics = clouds(count, **changes)
    return fit(vectors, [{f"a{topic}": 1.0} for topic in topics])


def first(scores: Mapping[str, float]) -> str:
    return max(scores, key=lambda key: (scores[key], key))


def test_what_can_be_told_apart_is_told_apart() -> None:
    found = taught()
    assert found.articles == tuple(f"a{i}" for i in range(8))
    vectors, topics = clouds(400, seed=2)
    right = [first(found.scores(vector)) == f"a{topic}" for vector, topic in zip(vectors, topics, strict=True)]
    assert sum(right) >= 0.95 * len(right)


def test_articles_that_are_linked_together_are_as_likely() -> None:
    vectors, topics = clouds(200, topics=2)
    found = fit(vectors, [{"a": 0.5, "b": 0.5} if topic else {"c": 1.0} for topic in topics])
    for vector, topic in zip(vectors[:20], topics[:20], strict=True):
        scores = found.scores(vector)
        if topic:
            assert scores["a"] == pytest.approx(scores["b"], abs=1e-3)
            assert max(scores["a"], scores["b"]) == 1.0
            assert scores.get("c", 0.0) < 0.9
        else:
            assert first(scores) == "c"


def test_shares_are_what_is_learned() -> None:
    """Where nothing tells questions apart, an article is as likely as its share."""
    vectors = np.tile(np.eye(1, SIZE, dtype=np.float32), (400, 1))
    scores = fit(vectors, [{"a": 0.75, "b": 0.25}] * 400).scores(vectors[0])
    assert scores["a"] == 1.0
    assert (1 - scores["b"]) * 10 == pytest.approx(np.log(3), abs=0.05)


def test_what_comes_oftener_is_likelier() -> None:
    vectors = np.random.default_rng(3).standard_normal((300, SIZE)).astype(np.float32)
    found = fit(vectors, [{"often": 1.0} if i % 10 else {"rarely": 1.0} for i in range(300)])
    said = [first(found.scores(vector)) for vector in np.random.default_rng(4).standard_normal((50, SIZE)).astype("f4")]
    assert said.count("often") > 40


def test_one_article() -> None:
    found = fit(clouds(5)[0], [{"a": 1.0}] * 5)
    assert found.scores(clouds(1)[0][0]) == {"a": 1.0}


def test_no_tickets(tmp_path: Path) -> None:
    found = fit(np.zeros((0, SIZE), np.float32), [])
    assert (found.articles, found.weights.shape) == ((), (SIZE + 1, 0))
    assert found.scores(np.ones(SIZE, np.float32)) == {}
    found.save(tmp_path / "classifier.npz")
    assert Classifier.load(tmp_path / "classifier.npz").scores(np.ones(SIZE, np.float32)) == {}


def test_one_for_the_likeliest_and_nothing_for_the_far_behind() -> None:
    weights = np.zeros((3, 4), np.float32)
    weights[-1] = [5.0, 2.0, -5.0, -4.99]
    found = Classifier(("a", "b", "c", "d"), np.zeros(2, np.float32), weights)
    assert found.scores(np.zeros(2, np.float32)) == pytest.approx({"a": 1.0, "b": 0.7, "d": 0.001}, abs=1e-6)


@given(st.integers(0, 2**32 - 1))
def test_scores_are_log_probabilities(seed: int) -> None:
    draw = np.random.default_rng(seed)
    found = Classifier(
        ("a", "b", "c"), draw.standard_normal(SIZE).astype("f4"), 3 * draw.standard_normal((SIZE + 1, 3)).astype("f4")
    )
    vector = draw.standard_normal(SIZE).astype("f4")
    scores = found.scores(vector)
    moved = vector - found.mean
    logits = np.append(4 * moved / np.linalg.norm(moved), 1) @ found.weights
    likely = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    for article_id, chance in zip(found.articles, likely, strict=True):
        assert scores.get(article_id, 0.0) == pytest.approx(max(0.0, 1 + np.log(chance / likely.max()) / 10), abs=1e-4)
    assert max(scores.values()) == 1.0
    assert all(score > 0 for score in scores.values())


def test_the_question_that_equals_the_mean() -> None:
    found = taught(40)
    assert max(found.scores(found.mean).values()) == 1.0


def test_the_same_twice() -> None:
    here, there = taught(), taught()
    assert here.articles == there.articles
    assert np.array_equal(here.weights, there.weights)
    assert np.array_equal(here.mean, there.mean)


# ---- the file


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    found, path = taught(), tmp_path / "classifier.npz"
    found.save(path)
    found.save(path)
    read = Classifier.load(path)
    assert read.articles == found.articles
    assert np.array_equal(read.mean, found.mean)
    np.testing.assert_allclose(read.weights, found.weights, rtol=1e-3, atol=1e-6)
    assert [each.name for each in tmp_path.iterdir()] == ["classifier.npz"]
    vector = clouds(1, seed=9)[0][0]
    assert read.scores(vector) == pytest.approx(found.scores(vector), abs=2e-3)


def saved() -> bytes:
    return written(articles=np.array(["a", "b"]), mean=np.zeros(4, "f4"), weights=np.zeros((5, 2), "f2"))


def written(**arrays: Any) -> bytes:
    file = BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def plain_array() -> bytes:
    file = BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


A = np.array(["a", "b"])
MEAN = np.zeros(4, np.float32)
WEIGHTS = np.zeros((5, 2), np.float16)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"garbage", saved()[:100], saved()[:-1], saved()[:-30], plain_array(),
        written(articles=A, mean=MEAN),
        written(articles=A, mean=MEAN, weights=np.zeros((5, 3))),
        written(articles=A, mean=MEAN, weights=np.zeros((4, 2))),
        written(articles=A, mean=MEAN, weights=np.zeros(10)),
        written(articles=A, mean=MEAN, weights=np.full((5, 2), np.nan)),
        written(articles=A, mean=np.full(4, np.inf), weights=WEIGHTS),
        written(articles=A, mean=np.float32(1), weights=np.zeros((2, 2))),
        written(articles=np.array("a"), mean=MEAN, weights=np.zeros((5, 1))),
        written(articles=A, mean=np.array(["x"] * 4), weights=WEIGHTS),
        written(articles=np.array(["a", None], dtype=object), mean=MEAN, weights=WEIGHTS),
    ],
    ids=[
        "empty", "garbage", "truncated", "last byte", "last bytes", "an array", "no weights", "articles", "dimension",
        "flat", "nan", "infinite", "mean", "one article", "words", "objects",
    ],
)  # fmt: skip
def test_a_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "classifier.npz"
    path.write_bytes(content)
    with pytest.raises(StorageDamaged, match=r"classifier\.npz (cannot be read|does not fit the index)"):
        Classifier.load(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageDamaged, match="cannot be read"):
        Classifier.load(tmp_path / "classifier.npz")


@given(st.lists(st.tuples(st.integers(0, len(saved()) - 1), st.integers(0, 255)), min_size=1, max_size=4))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_any_damage_is_noticed_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]]
) -> None:
    content = bytearray(saved())
    for place, value in damage:
        content[place] = value
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    path.write_bytes(content)
    try:
        scores = Classifier.load(path).scores(np.ones(4, np.float32))
    except StorageDamaged:
        return
    assert max(scores.values()) == 1.0
