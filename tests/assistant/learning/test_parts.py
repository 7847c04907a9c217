"""The pure parts of learning: the split, the search, the fit towards what is in force, the verdict, stored numbers."""

from __future__ import annotations

import logging
import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.confidence import PRIOR, Calibration, Features, chance
from assistant.learning.calibration import best_pull, chances_of, fit, log_losses, rows_of
from assistant.learning.examples import Example, blocks
from assistant.learning.parameters import (
    calibration_from,
    calibration_stored,
    weights_from,
    weights_stored,
)
from assistant.learning.term_weights import Ballotted
from assistant.learning.term_weights import fit as fit_terms
from assistant.learning.verdict import judge, line
from assistant.question import Question
from assistant.ranking import TERMS
from assistant.weights import DEFAULT, Weights
from kb.model import Learned, LearnedKind
from tests.fakes import DAY

SIZE = len(fields(Features))


@given(st.integers(0, 60), st.integers(1, 7))
def test_blocks_are_whole_in_order_and_equal(count: int, parts: int) -> None:
    examples = [Example(Question(body=str(i)), frozenset()) for i in range(count)]
    cut = blocks(examples, parts)
    assert [each for block in cut for each in block] == examples
    assert max(map(len, cut)) - min(map(len, cut)) <= 1


def questions(count: int, truth: Weights, seed: int = 1) -> list[Ballotted]:
    """Made-up questions with twelve candidates each, one of them chosen as a conditional logit chooses."""
    rng = np.random.default_rng(seed)
    weight = np.array([getattr(truth, name) for name in TERMS])
    found = []
    for _ in range(count):
        rows = rng.random((12, len(TERMS)))
        # The largest of sums with Gumbel noise is a draw from their softmax.
        right = np.arange(12) == int(np.argmax(rows @ weight + rng.gumbel(size=12)))
        found.append(Ballotted(rows, right))
    return found


FLAT = weights_from(dict.fromkeys(TERMS, 1.0))
TRUE_WEIGHTS = replace(FLAT, voted=5.0, said=0.0, classified=3.0)


def test_the_weights_of_the_terms_find_the_truth() -> None:
    found = fit_terms(questions(4000, TRUE_WEIGHTS), FLAT, pull=0.01)
    assert found.alone == FLAT.alone
    for name in TERMS:
        assert getattr(found, name) == pytest.approx(getattr(TRUE_WEIGHTS, name), abs=0.35), name


def test_the_pull_holds_the_weights_back() -> None:
    asked = questions(300, TRUE_WEIGHTS)
    moved = [fit_terms(asked, FLAT, pull=pull).voted for pull in (1e6, 300.0, 3.0, 0.01)]
    assert moved == sorted(moved)
    assert moved[0] == pytest.approx(1.0, abs=0.01)


def test_no_weight_falls_below_nothing_and_all_others_stay() -> None:
    against = [replace_terms(each, -1.0) for each in questions(300, TRUE_WEIGHTS)]
    found = fit_terms(against, FLAT, pull=0.1)
    assert min(getattr(found, name) for name in TERMS) == 0.0
    assert found.alone == FLAT.alone
    assert replace(found, **{name: getattr(FLAT, name) for name in TERMS}) == FLAT


def replace_terms(question: Ballotted, times: float) -> Ballotted:
    return Ballotted(question.terms * times, question.right)


def test_questions_that_tell_nothing_change_nothing() -> None:
    rows = np.ones((3, len(TERMS)))
    none, all_right = Ballotted(rows, np.zeros(3, np.bool_)), Ballotted(rows, np.ones(3, np.bool_))
    assert fit_terms([], FLAT, pull=1.0) == FLAT
    assert fit_terms([none, all_right], FLAT, pull=1.0) == FLAT


def a_sample(count: int, truth: Calibration, seed: int = 1) -> tuple[np.ndarray, list[bool]]:
    """Made-up features, and labels drawn by their true chance."""
    rng = np.random.default_rng(seed)
    rows = rng.random((count, SIZE))
    return rows, (rng.random(count) < chances_of(rows, truth)).tolist()


NOTHING = Calibration(0.0, (0.0,) * SIZE)
TRUTH = Calibration(-2.0, (6.0, -3.0, *(0.0,) * (SIZE - 2)))


def test_a_fit_finds_the_truth_with_many_labels() -> None:
    rows, useful = a_sample(20_000, TRUTH)
    found = fit(rows, useful, NOTHING, pull=0.01)
    assert np.allclose([found.intercept, *found.coefficients], [TRUTH.intercept, *TRUTH.coefficients], atol=0.35)


def test_the_pull_holds_back() -> None:
    rows, useful = a_sample(300, TRUTH)
    moved = [
        math.dist(fit(rows, useful, PRIOR, pull=pull).coefficients, PRIOR.coefficients) for pull in (1e6, 100, 1, 0.01)
    ]
    assert moved == sorted(moved)
    assert moved[0] < 0.01 < moved[1]
    assert fit(rows[:0], [], PRIOR, pull=1.0) == PRIOR


def test_a_fit_stands_where_it_cannot_get_better() -> None:
    rows, useful = a_sample(300, TRUTH)
    found = fit(rows, useful, PRIOR, pull=2.0)
    at = np.array([found.intercept, *found.coefficients])
    inputs = np.hstack([np.ones((len(rows), 1)), rows])
    slope = inputs.T @ (chances_of(rows, found) - np.array(useful)) + 2.0 * (
        at - np.array([PRIOR.intercept, *PRIOR.coefficients])
    )
    assert np.abs(slope).max() < 1e-3


def test_one_label_for_all_gives_no_certainty() -> None:
    rows, _ = a_sample(50, TRUTH)
    found = fit(rows, [True] * 50, NOTHING, pull=1.0)
    assert 0.5 < chances_of(rows, found).min() <= chances_of(rows, found).max() < 1


def test_what_later_questions_confirm_is_held_back_less() -> None:
    rows, useful = a_sample(2000, TRUTH)
    later, confirmed = a_sample(1000, TRUTH, seed=2)
    assert best_pull(rows, useful, later, confirmed, NOTHING) == 1.0
    _, noise = a_sample(1000, NOTHING, seed=3)
    assert best_pull(rows[:200], useful[:200], later, noise, NOTHING) == 100.0


def test_wrong_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="pull is 0, allowed: above 0"):
        fit(np.zeros((0, SIZE)), [], PRIOR, pull=0)
    with pytest.raises(ValueError, match="2 labels for 1 rows"):
        fit(np.zeros((1, SIZE)), [True, False], PRIOR, pull=1)


def test_rows_say_what_the_search_says() -> None:
    described = [Features(cosine=0.6, belief=0.5, believed_cosine=0.3), Features()]
    assert chances_of(rows_of(described), PRIOR) == pytest.approx([chance(each) for each in described])
    assert rows_of([]).shape == (0, SIZE)


def test_log_losses() -> None:
    found = log_losses(np.array([0.8, 0.8, 0.0]), [True, False, True])
    assert found == pytest.approx([-math.log(0.8), -math.log(0.2), -math.log(1e-6)])


def test_clearly_better_is_better_and_equal_is_not() -> None:
    rng = np.random.default_rng(3)
    old = rng.random(200).tolist()
    better = judge(
        old, [value + 0.05 + 0.1 * noise for value, noise in zip(old, rng.standard_normal(200), strict=True)]
    )
    assert better.is_better
    assert better.interval[0] < better.after - better.before < better.interval[1]
    assert not judge(old, old).is_better
    assert not judge(old, [value - 0.05 for value in old]).is_better
    noisy = judge(old, (np.array(old) + rng.choice([-0.3, 0.3], 200)).tolist())
    assert noisy.interval[0] < 0 < noisy.interval[1]
    assert not noisy.is_better


def test_of_a_loss_less_is_better() -> None:
    assert judge([0.7] * 20, [0.6] * 20, lower_is_better=True).is_better
    assert not judge([0.6] * 20, [0.7] * 20, lower_is_better=True).is_better
    assert judge([], []).interval == (0.0, 0.0)
    assert not judge([], []).is_better


def test_an_attempt_in_a_line() -> None:
    figures = {"measure": "nDCG@10", "before": 0.4712, "after": 0.4741, "interval": [-0.002, 0.008], "questions": 187}
    kept = Learned(LearnedKind.WEIGHTS, "m", False, {}, figures, DAY)
    assert line(kept) == "weights: kept; nDCG@10 .471 -> .474, interval [-.002, +.008] of 187 newest questions"
    adopted = replace(kept, is_adopted=True, figures={**figures, "changed": {"words": [0.3, 0.5]}})
    assert line(adopted).startswith("weights: adopted;")
    assert line(adopted).endswith("; words 0.3 -> 0.5")
    assert line(replace(adopted, undone_at=DAY)).startswith("weights: undone;")
    why = Learned(LearnedKind.CALIBRATION, "m", False, {}, {"why": "too few"}, DAY)
    assert line(why) == "calibration: kept; too few"


def test_what_is_stored_is_read_again() -> None:
    weights = replace(DEFAULT, voted=8.0, trusted=0.0)
    assert weights_from(weights_stored(weights)) == weights
    assert weights_from(weights_stored(DEFAULT)) == DEFAULT
    calibration = Calibration(-1.5, tuple(float(i) for i in range(SIZE)))
    assert calibration_from(calibration_stored(calibration)) == calibration


@pytest.mark.parametrize("value", [None, "6", True, math.nan, math.inf, -1.0, 1e9, 10**400, [6.0]])
def test_a_broken_weight_is_passed_over(value: object, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert weights_from({"voted": value, "said": 0.5}) == replace(DEFAULT, said=0.5)
    assert "the learned weight voted" in caplog.text


def test_a_weight_of_another_version_is_passed_over() -> None:
    assert weights_from({"charm": 0.4, "evidence": 0.9, "said": 0.5}) == replace(DEFAULT, said=0.5)


@pytest.mark.parametrize("change", [{"cosine": "9"}, {"cosine": math.nan}, {"charm": 0.3}, {"intercept": 10**400}])
def test_a_broken_calibration_is_ignored_as_a_whole(
    change: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert calibration_from({**calibration_stored(NOTHING), **change}) == PRIOR
    assert "the learned calibration is ignored" in caplog.text
    assert calibration_from({"intercept": 0.0}) == PRIOR
