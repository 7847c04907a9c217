"""What answers imply: the nearest linked answers decide, in shares of one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import implied
from assistant.implied import imply
from indexer.encode import Vectors
from indexer.shelf_writer import text_hash
from indexer.shelves import Shelves
from kb.model import LinkedTicket
from tests.fakes import DAY, HashEncoder

NEAREST, KEPT = 15, 5


def axes(*numbers: int, size: int = 40) -> Vectors:
    """Unit vectors along some axes; the more there are of different ones, the less their mean says."""
    return np.eye(size, dtype=np.float32)[list(numbers)].reshape(len(numbers), size)


def assert_shares(found: list[tuple[str, float]], **expected: float) -> None:
    assert [article_id for article_id, _ in found] == list(expected)
    assert dict(found) == pytest.approx(expected)


def test_who_answers_alike_decides() -> None:
    found = imply(axes(1, 3), axes(0, 1, 2, 3), [["a"], ["b"], ["c"], ["d", "e"]])
    assert_shares(found[0], b=1.0)
    assert_shares(found[1], d=0.5, e=0.5)


def test_several_alike_share_by_the_square_of_their_cosine() -> None:
    linked = np.vstack([axes(0, 1), -axes(0, 1)]).astype(np.float32)  # their mean is zero
    answer = np.array([[0.6, 0.8] + [0.0] * 38], np.float32)
    (found,) = imply(answer, linked, [["a"], ["b"], ["c"], ["c"]])
    assert_shares(found, b=0.64, a=0.36)


def test_identical_answers() -> None:
    linked = axes(0, 0, 0, 1, 2)
    (found,) = imply(axes(0), linked, [["b"], ["a"], ["a"], ["c"], ["d"]])
    assert_shares(found, a=2 / 3, b=1 / 3)
    (found,) = imply(axes(0), linked, [["b"], ["a"], ["z"], ["c"], ["d"]])
    assert [article_id for article_id, _ in found] == ["a", "b", "z"], "ties by id"


def test_only_the_nearest_fifteen_are_asked_the_first_of_equals() -> None:
    linked = axes(*[0] * 20, 1)
    (found,) = imply(axes(0), linked, [["a"]] * 10 + [["b"]] * 5 + [["c"]] * 5 + [["d"]])
    assert_shares(found, a=2 / 3, b=1 / 3)


def test_at_most_five_articles() -> None:
    links = [[f"a{i}"] for i in range(7)] + [["z"]]
    (found,) = imply(axes(0), axes(*[0] * 7, 1), links)
    assert [article_id for article_id, _ in found] == [f"a{i}" for i in range(5)]
    assert sum(share for _, share in found) == pytest.approx(5 / 7)


def test_nothing_alike() -> None:
    """An answer on the other side of the middle is like none of them."""
    linked = np.vstack([axes(0), axes(1)])
    assert imply((-axes(0) - axes(1)) / np.sqrt(np.float32(2)), linked, [["a"], ["b"]]) == [[]]
    assert imply(linked.mean(axis=0, keepdims=True), linked, [["a"], ["b"]]) == [[]]


def test_nobody_answered_or_nobody_linked() -> None:
    nothing = np.zeros((0, 40), np.float32)
    assert imply(nothing, axes(0, 1), [["a"], ["b"]]) == []
    assert imply(axes(0, 1), nothing, []) == [[], []]
    assert imply(nothing, nothing, []) == []


ROWS = st.lists(st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]), min_size=3, max_size=3), max_size=40)


@given(ROWS, ROWS, st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3, unique=True), min_size=40))
def test_as_the_documentation_says(
    answers: list[list[float]], linked: list[list[float]], links: list[list[str]]
) -> None:
    """Shares of the squared centred cosines of the nearest, worked one by one in double precision."""
    known, asked = (np.array(rows, np.float32).reshape(-1, 3) for rows in (linked, answers))
    found = imply(asked, known, links[: len(known)])
    assert len(found) == len(asked)
    mean = known.astype(float).mean(axis=0) if len(known) else np.zeros(3)
    for vector, shares in zip(asked, found, strict=True):
        assert sum(share for _, share in shares) <= 1 + 1e-6
        assert shares == sorted(shares, key=lambda item: (-item[1], item[0]))
        assert len(shares) <= KEPT
        moved = known - mean
        lengths = np.linalg.norm(moved, axis=1) * np.linalg.norm(vector - mean)
        if len(known) == 0 or (lengths < 1e-4).any() or np.linalg.norm(vector - mean) < 1e-4:
            continue  # where a vector equals the mean, rounding decides what is left of it
        cosines = moved @ (vector - mean) / lengths
        if len(cosines) > NEAREST and np.diff(-np.sort(-cosines))[NEAREST - 1] > -1e-5:
            continue  # of equals the first is asked; rounding decides which are equal
        nearest = np.argsort(-cosines, kind="stable")[:NEAREST]
        weights = {int(place): max(0.0, float(cosines[place])) ** 2 for place in nearest}
        total = sum(weights.values())
        expected: dict[str, float] = {}
        for place, weight in weights.items():
            for article_id in links[place]:
                share = weight / total / len(links[place]) if total > 1e-9 else 0.0
                expected[article_id] = expected.get(article_id, 0.0) + share
        best = sorted(expected.values(), reverse=True)[:KEPT]
        assert all(share > 0 for _, share in shares)
        found_shares = [share for _, share in shares] + [0.0] * (len(best) - len(shares))
        assert found_shares == pytest.approx(best, abs=1e-4)
        assert all(share == pytest.approx(expected[article_id], abs=1e-4) for article_id, share in shares)


def test_many_are_compared_as_one_would_be() -> None:
    draw = np.random.default_rng(5)
    asked, known = (draw.standard_normal((count, 16)).astype(np.float32) for count in (2100, 30))
    links = [[f"a{i % 7}"] for i in range(30)]
    found = imply(asked, known, links)
    for place in (0, 1023, 1024, 2047, 2048, 2099):
        (alone,) = imply(asked[place : place + 1], known, links)
        assert dict(found[place]) == pytest.approx(dict(alone), abs=1e-5)


# ---- in an index


def test_what_is_written(tmp_path: Path) -> None:
    """Only of tickets without a link, and in place of all that was implied before."""
    encoder = HashEncoder()
    answers = {
        "t1": "hold the button ten seconds", "t2": "refund takes five days", "t3": "change both batteries",
        "u1": "please hold the button ten seconds", "u2": "your refund takes five days",
    }  # fmt: skip
    shelves = Shelves(tmp_path / "fake-1")
    with shelves.write() as writer:
        keys = [text_hash(text, is_query=True) for text in answers.values()]
        writer.remember_vectors(keys, encoder.queries(list(answers.values())))
        for ticket_id, key in zip(answers, keys, strict=True):
            writer.set_solution(ticket_id, key)
        writer.set_implied_links([("t1", "old", 1.0), ("gone", "old", 1.0)])
        writer.set_meta("dimension", str(encoder.dimension))
    linked = {
        ticket_id: LinkedTicket(ticket_id, 1, DAY, ((article_id, DAY + timedelta(hours=1)),))
        for ticket_id, article_id in [("t1", "light"), ("t2", "money"), ("t3", "power"), ("mute", "light")]
    }
    implied.write(linked, shelves)
    found = shelves.implied_links()
    assert {ticket_id for ticket_id, _, _ in found} == {"u1", "u2"}
    heaviest = {ticket_id: max((w, a) for t, a, w in found if t == ticket_id)[1] for ticket_id in ("u1", "u2")}
    assert heaviest == {"u1": "light", "u2": "money"}
    assert all(0 <= weight <= 1 for _, _, weight in found)
    implied.write({}, shelves)
    assert shelves.implied_links() == []
