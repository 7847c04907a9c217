"""The file of what was taught: what is written is read, and no file can harm anybody."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import classifier, foreseen, lifts
from assistant.taught import Taught
from assistant.trust import Trust
from kb.errors import StorageDamaged

SIZE = 6
QUESTION = np.random.default_rng(9).standard_normal(SIZE).astype(np.float32)
STEMS = ["hub", "blinks", "naïve"]


def lesson() -> Taught:
    draw = np.random.default_rng(1)
    vectors = draw.standard_normal((30, SIZE)).astype(np.float32)
    links = [{"å b" if i % 3 else "c": 1.0} for i in range(30)]
    texts = [STEMS if i % 3 else [*STEMS[:1], "refund"] for i in range(30)]
    topics = ["fix" if i % 2 else "pay" for i in range(30)]
    return Taught(
        classifier.fit(vectors, texts, topics, links),
        foreseen.fit(vectors, -vectors, -vectors, links),
        lifts.fit(links, topics, 1e5 * np.arange(30, dtype=np.float64)),
        Trust(0.25, 0.75, 0.5),
    )


def assert_says(found: Taught, expected: Taught) -> None:
    for topic in ("fix", "", "x"):
        said = found.classifier.scores(QUESTION, STEMS, topic)
        assert said == pytest.approx(expected.classifier.scores(QUESTION, STEMS, topic), abs=5e-3)
        assert found.lifts.topic(topic) == expected.lifts.topic(topic)
    assert found.foreseen.cosines(QUESTION) == pytest.approx(expected.foreseen.cosines(QUESTION), abs=2e-3)
    assert found.lifts.recent() == expected.lifts.recent()
    assert found.trust == expected.trust


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    found, path = lesson(), tmp_path / "taught.npz"
    found.save(path)
    found.save(path)
    assert_says(Taught.load(path), found)
    assert Taught.load(path).classifier.articles == ("c", "å b")
    assert [each.name for each in tmp_path.iterdir()] == ["taught.npz"]


def test_nothing_is_saved_and_read_too(tmp_path: Path) -> None:
    path = tmp_path / "taught.npz"
    Taught().save(path)
    found = Taught.load(path)
    assert_says(found, Taught())
    assert found.classifier.scores(QUESTION, STEMS, "fix") == {}
    assert found.foreseen.cosines(QUESTION) == {}


def saved() -> bytes:
    file = BytesIO()
    np.savez(file, **arrays())
    return file.getvalue()


def arrays(**changes: Any) -> dict[str, Any]:
    """What a file of two articles, one word and one topic holds."""
    held: dict[str, Any] = {
        "articles": named("a", "b"), "mean": np.zeros(4, "f4"), "weights": np.zeros((5, 2), "f2"),
        "stems": named("hub"), "idf": np.ones(1, "f4"), "topics": named("fix"), "said": np.zeros((2, 2), "f2"),
        "foreseen_articles": named("a"), "foreseen_mean": np.zeros(4, "f4"), "foreseen_weights": np.zeros((4, 1), "f2"),
        "lift_articles": named("a"), "lift_topics": named("fix"), "topical": np.zeros((1, 1), "f4"),
        "lately": np.zeros(1, "f4"), "otherwise": np.zeros(1), "trust": np.array([0.1, 0.2]),
    }  # fmt: skip
    return {name: array for name, array in {**held, **changes}.items() if array is not None}


def named(*names: str) -> Any:
    return np.frombuffer("".join(f"{name}\0" for name in names).encode(), np.uint8)


def written(**changes: Any) -> bytes:
    file = BytesIO()
    np.savez(file, **arrays(**changes))
    return file.getvalue()


def plain_array() -> bytes:
    file = BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


def test_the_file_of_these_tests_is_one(tmp_path: Path) -> None:
    path = tmp_path / "taught.npz"
    path.write_bytes(saved())
    found = Taught.load(path)
    assert (found.classifier.articles, found.classifier.words.stems) == (("a", "b"), ("hub",))
    assert found.trust == Trust(0.1, 0.2), "written before classifiers were asked"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"garbage", saved()[:100], saved()[:-1], saved()[:-30], plain_array(),
        written(weights=None),
        written(weights=np.zeros((5, 3))),
        written(weights=np.zeros((4, 2))),
        written(weights=np.zeros(10)),
        written(weights=np.full((5, 2), np.nan)),
        written(mean=np.full(4, np.inf)),
        written(mean=np.array(["x"] * 4)),
        written(articles=np.array(["a", "b"])),
        written(articles=np.array(["a", None], dtype=object)),
        written(stems=named("hub", "lamp")),
        written(idf=np.full(1, np.nan)),
        written(said=np.zeros((1, 2))),
        written(topics=named()),
        written(foreseen_weights=np.zeros((3, 1))),
        written(lately=np.zeros(2)),
        written(topical=np.full((1, 1), np.inf)),
        written(otherwise=np.array([np.nan])),
        written(trust=np.array([0.1, 1.2])),
        written(trust=np.array([0.1])),
        written(stems=np.frombuffer(b"\xff\0", np.uint8)),
    ],
    ids=[
        "empty", "garbage", "truncated", "last byte", "last bytes", "an array", "no weights", "articles", "dimension",
        "flat", "nan", "infinite", "words", "names", "objects", "stems", "idf", "said", "topics", "foreseen", "lately",
        "topical", "otherwise", "trust", "half of it", "no text",
    ],
)  # fmt: skip
def test_a_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "taught.npz"
    path.write_bytes(content)
    with pytest.raises(StorageDamaged, match=r"taught\.npz (cannot be read|does not fit the index)"):
        Taught.load(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageDamaged, match="cannot be read"):
        Taught.load(tmp_path / "taught.npz")


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
        found = Taught.load(path)
    except StorageDamaged:
        return
    assert max(found.classifier.scores(np.ones(4, np.float32), ["hub"], "fix").values()) == 0.0
    assert len(found.foreseen.cosines(np.ones(4, np.float32))) == len(found.foreseen.articles)
