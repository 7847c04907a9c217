"""Questions are led to their answers, and articles stand where theirs are."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.foreseen import Foreseen, fit
from indexer.encode import Vectors

SIZE = 12


def unit(vectors: Vectors) -> Vectors:
    found: Vectors = (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)
    return found


def pairs(count: int, seed: int = 0) -> tuple[Vectors, Vectors, list[int]]:
    """Questions of four kinds, and answers that share nothing with them but the kind."""
    draw = np.random.default_rng(seed)
    kinds = draw.integers(4, size=count)
    asked, answered = (np.random.default_rng(s).standard_normal((4, SIZE)) for s in (7, 8))
    noise = 0.2 * draw.standard_normal((2, count, SIZE))
    return unit(asked[kinds] + noise[0]), unit(answered[kinds] + noise[1]), kinds.tolist()


def test_the_article_whose_answers_fit() -> None:
    questions, answers, kinds = pairs(300)
    found = fit(questions, answers, answers[:100], [{f"a{kind}": 1.0} for kind in kinds[:100]])
    asked, _, right = pairs(100, seed=1)
    said = [found.cosines(vector) for vector in asked]
    assert [max(each, key=lambda key: each[key]) for each in said] == [f"a{kind}" for kind in right]


def test_by_hand() -> None:
    """As the formula says it, in double precision."""
    questions, answers, kinds = pairs(60)
    links = [{"a": 0.5, "b": 0.5} if kind else {"c": 1.0} for kind in kinds[:30]]
    found = fit(questions, answers, answers[:30], links)
    x, y = (unit((each - each.mean(axis=0)).astype(np.float64)) for each in (questions, answers))
    turn = np.linalg.inv(x.T @ x + 10 * np.eye(SIZE)) @ (x.T @ y)
    expected = {}
    for name in "abc":
        middle = sum(each.get(name, 0.0) * row for each, row in zip(links, y[:30], strict=True))
        expected[name] = float(x[5] @ turn @ unit(np.asarray(middle)))
    assert found.cosines(questions[5]) == pytest.approx(expected, abs=1e-4)
    assert found.articles == ("a", "b", "c")


def test_the_mean_question_foresees_nothing() -> None:
    questions, answers, kinds = pairs(60)
    found = fit(questions, answers, answers, [{f"a{kind}": 1.0} for kind in kinds])
    assert found.cosines(found.mean) == pytest.approx(dict.fromkeys(found.articles, 0.0), abs=1e-5)


def test_the_cosine_is_never_more_than_one() -> None:
    questions, answers, kinds = pairs(60)
    found = fit(questions, answers, answers, [{f"a{kind}": 1.0} for kind in kinds])
    assert all(abs(value) <= 1.001 for vector in questions for value in found.cosines(vector).values())


def test_nothing_to_learn() -> None:
    empty = np.zeros((0, SIZE), np.float32)
    questions, answers, _ = pairs(3)
    assert Foreseen().cosines(questions[0]) == {}
    assert fit(empty, empty, empty, []).articles == ()
    assert fit(questions, answers, empty, []).articles == ()
