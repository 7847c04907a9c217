"""The classifier: what can be learned is learned, from vectors, from words and from topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import classifier
from assistant.classifier import Classifier, fit, fit_and_rank
from assistant.vocabulary import Vocabulary
from indexer.encode import Vectors

SIZE = 24


def clouds(count: int, *, topics: int = 8, spread: float = 0.12, seed: int = 1) -> tuple[Vectors, list[int]]:
    """Unit vectors around one direction per topic, all of them in one corner of the space as real ones are."""
    corner = np.random.default_rng(0).standard_normal((topics, SIZE)) * 0.35 + 1.0
    draw = np.random.default_rng(seed)
    topic = draw.integers(topics, size=count)
    found = corner[topic] + spread * draw.standard_normal((count, SIZE))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found.astype(np.float32), [int(each) for each in topic]


def of_vectors(vectors: Vectors, links: Sequence[Mapping[str, float]]) -> Classifier:
    """Learned from vectors alone."""
    return fit(vectors, [[]] * len(links), [""] * len(links), links)


def taught(count: int = 320, **changes: int) -> Classifier:
    vectors, topics = clouds(count, **changes)
    return of_vectors(vectors, [{f"a{topic}": 1.0} for topic in topics])


def scores(found: Classifier, vector: Vectors, *stems: str, topic: str = "") -> dict[str, float]:
    return found.scores(vector, stems, topic)


def first(scores: Mapping[str, float]) -> str:
    return max(scores, key=lambda key: (scores[key], key))


def test_what_can_be_told_apart_is_told_apart() -> None:
    found = taught()
    assert found.articles == tuple(f"a{i}" for i in range(8))
    vectors, topics = clouds(400, seed=2)
    right = [first(scores(found, vector)) == f"a{topic}" for vector, topic in zip(vectors, topics, strict=True)]
    assert sum(right) >= 0.95 * len(right)


def test_what_it_is_asked_it_was_not_taught_before() -> None:
    vectors, topics = clouds(160)
    # Only the last forty link "new": whoever had seen them would rank it.
    links = [{"new" if i >= 120 else f"a{topic}": 1.0} for i, topic in enumerate(topics)]
    found, orders = fit_and_rank(vectors, [[]] * 160, [""] * 160, links, asked=40)
    assert len(orders) == 40
    assert all(order[0] == f"a{topic}" for order, topic in zip(orders, topics[120:], strict=True))
    assert "new" in {first(scores(found, vector)) for vector in vectors[120:]}, "afterwards it knows them"


def test_who_is_asked_first_learns_the_same() -> None:
    vectors, topics = clouds(320)
    links = [{f"a{topic}": 1.0} for topic in topics]
    asked, _ = fit_and_rank(vectors, [[]] * 320, [""] * 320, links, asked=100)
    plain = of_vectors(vectors, links)
    for vector in clouds(20, seed=3)[0]:
        assert scores(asked, vector) == pytest.approx(scores(plain, vector), abs=0.05)


def test_words_tell_apart_what_vectors_do_not() -> None:
    vectors = np.tile(np.eye(1, SIZE, dtype=np.float32), (60, 1))
    names = ["light", "money", "power"]
    texts = [["my", ["lamp", "refund", "battery"][i % 3], f"n{i}"] for i in range(60)]
    found = fit(vectors, texts, [""] * 60, [{names[i % 3]: 1.0} for i in range(60)])
    for word, name in zip(["lamp", "refund", "battery"], names, strict=True):
        said = scores(found, vectors[0], "where", word)
        assert first(said) == name
        assert sorted(said.values())[-2] < -1
    assert "n0" not in found.words.places, "what stands once says nothing"
    assert scores(found, vectors[0], "where") == pytest.approx(dict.fromkeys(names, 0.0), abs=0.05)


def test_the_order_of_two_words_tells_apart() -> None:
    vectors = np.tile(np.eye(1, SIZE, dtype=np.float32), (60, 1))
    texts = [["hub", "without", "lamp"] if i % 2 else ["lamp", "without", "hub"] for i in range(60)]
    found = fit(vectors, texts, [""] * 60, [{"hub" if i % 2 else "lamp": 1.0} for i in range(60)])
    assert first(scores(found, vectors[0], "hub", "without", "lamp")) == "hub"
    assert first(scores(found, vectors[0], "lamp", "without", "hub")) == "lamp"


def test_the_topic_tells_apart() -> None:
    vectors = np.tile(np.eye(1, SIZE, dtype=np.float32), (61, 1))
    topics = ["pay" if i % 2 else "fix" for i in range(60)] + ["once"]
    found = fit(vectors, [[]] * 61, topics, [{"bill" if i % 2 else "lamp": 1.0} for i in range(61)])
    assert found.topics == ("fix", "pay"), "a topic of one ticket says nothing"
    assert first(scores(found, vectors[0], topic="pay")) == "bill"
    assert first(scores(found, vectors[0], topic="fix")) == "lamp"
    assert scores(found, vectors[0], topic="once") == scores(found, vectors[0]) == scores(found, vectors[0], topic="x")


def test_many_articles_leave_room_for_few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "_MOST_WEIGHTS", 5)
    vectors, topics = clouds(60, topics=2)
    texts = [["often", "hub" if topic else "lamp"] for topic in topics]
    found = fit(vectors, texts, [""] * 60, [{f"a{topic}": 1.0} for topic in topics])
    assert len(found.words.stems) == 2


def test_articles_that_are_linked_together_are_as_likely() -> None:
    vectors, topics = clouds(200, topics=2)
    found = of_vectors(vectors, [{"a": 0.5, "b": 0.5} if topic else {"c": 1.0} for topic in topics])
    for vector, topic in zip(vectors[:20], topics[:20], strict=True):
        said = scores(found, vector)
        if topic:
            assert said["a"] == pytest.approx(said["b"], abs=1e-2)
            assert max(said["a"], said["b"]) == 0.0
            assert said["c"] < -1
        else:
            assert first(said) == "c"


def test_shares_are_what_is_learned() -> None:
    """Where nothing tells questions apart, an article is as likely as its share."""
    vectors = np.tile(np.eye(1, SIZE, dtype=np.float32), (400, 1))
    said = scores(of_vectors(vectors, [{"a": 0.75, "b": 0.25}] * 400), vectors[0])
    assert said["a"] == 0.0
    assert -said["b"] == pytest.approx(np.log(3), abs=0.05)


def test_what_comes_oftener_is_likelier() -> None:
    vectors = np.random.default_rng(3).standard_normal((300, SIZE)).astype(np.float32)
    found = of_vectors(vectors, [{"often": 1.0} if i % 10 else {"rarely": 1.0} for i in range(300)])
    asked = np.random.default_rng(4).standard_normal((50, SIZE)).astype("f4")
    assert [first(scores(found, vector)) for vector in asked].count("often") > 40


def test_one_article() -> None:
    found = of_vectors(clouds(5)[0], [{"a": 1.0}] * 5)
    assert scores(found, clouds(1)[0][0]) == {"a": 0.0}


def test_no_tickets() -> None:
    assert fit_and_rank(np.zeros((0, SIZE), np.float32), [], [], [], asked=0)[1] == []
    found = fit(np.zeros((0, SIZE), np.float32), [], [], [])
    assert found.articles == ()
    assert scores(found, np.ones(SIZE, np.float32), "a", topic="b") == {}


@given(st.integers(0, 2**32 - 1), st.lists(st.sampled_from(["hub", "lamp", "hub lamp", "other"]), max_size=5))
def test_scores_are_log_probabilities(seed: int, stems: list[str]) -> None:
    draw = np.random.default_rng(seed)
    words = Vocabulary(("hub", "hub lamp", "lamp"), np.array([1.0, 3.0, 2.0], np.float32))
    found = Classifier(
        ("a", "b", "c"), draw.standard_normal(SIZE).astype("f4"), 3 * draw.standard_normal((SIZE + 1, 3)).astype("f4"),
        words, ("t",), draw.standard_normal((4, 3)).astype(np.float16),
    )  # fmt: skip
    vector = draw.standard_normal(SIZE).astype("f4")
    said = found.scores(vector, stems, "t")
    moved = vector - found.mean
    row = words.rows([[*stems, *(f"{a} {b}" for a, b in pairwise(stems))]]).toarray()[0]
    logits = np.append(4 * moved / np.linalg.norm(moved), 1) @ found.weights + np.append(4 * row, 1) @ found.said
    likely = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    expected = np.log(likely / likely.max())
    assert said == pytest.approx(dict(zip(found.articles, expected.tolist(), strict=True)), abs=1e-3)
    assert max(said.values()) == 0.0


def test_the_question_that_equals_the_mean() -> None:
    found = taught(40)
    assert max(scores(found, found.mean).values()) == 0.0


def test_the_same_twice() -> None:
    here, there = taught(), taught()
    assert here.articles == there.articles
    assert np.array_equal(here.weights, there.weights)
    assert np.array_equal(here.mean, there.mean)
