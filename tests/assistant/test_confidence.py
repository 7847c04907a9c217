"""The chance that a list is useful: features by hand, bounds, direction."""

from __future__ import annotations

from dataclasses import asdict, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ballot import Vote
from assistant.confidence import PRIOR, Calibration, Features, Seen, chance, features
from assistant.evidence import Neighbour
from assistant.match import Match
from assistant.model import Evidence

UNIT = st.floats(0, 1)
ANY = st.builds(Features, UNIT, st.floats(-1, 1), UNIT, UNIT, UNIT, UNIT)
SPEAKS_FOR = ("cosine", "cosine_margin", "words", "coverage", "belief", "backing", "answered", "decided")
NAMES = [field.name for field in fields(Features)]


def matched(dense: dict[str, float], lexical: dict[str, float], *, ceiling: float = 80.0) -> Match:
    return Match(scores={}, passages={}, dense=dense, lexical=lexical, ceiling=ceiling)


def test_features_by_hand() -> None:
    votes = {"a": Vote(3.0, Evidence(2)), "b": Vote(1.0, Evidence(1))}
    near = [Neighbour(f"t{i}", 1.0, cosine, i) for i, cosine in enumerate([0.9, 0.5, 0.4, 0.4, 0.3, 0.0])]
    legs = matched({"a": 0.6, "b": 0.3, "c": 0.1}, {"a": 15.0, "c": 2.0}, ceiling=60.0)
    found = features(legs, votes, near, belief=0.5, first=["a", "c"], seen=Seen(answered=0.25, decided=0.8))
    expected = {
        "cosine": 0.6, "cosine_margin": 0.4, "words": 0.5, "coverage": 0.25, "belief": 0.5, "backing": 0.5 * 0.75,
        "believed_cosine": 0.3, "believed_coverage": 0.125, "answered": 0.25, "decided": 0.4,
    }  # fmt: skip
    assert asdict(found) == pytest.approx(expected)


def test_tickets_unlike_the_question_back_nothing() -> None:
    near = [Neighbour("t", 1.0, -0.4, 0)]
    assert features(matched({}, {}), {"a": Vote(1.0, Evidence(1))}, near, belief=1.0, first=["a"]).backing == 0


def test_only_the_next_ten_are_what_the_best_stands_above() -> None:
    dense = {f"a{i}": 0.9 - i * 0.05 for i in range(11)} | {"far": -1.0}
    assert features(matched(dense, {}), {}).cosine_margin == pytest.approx(0.05 * 5.5)


@pytest.mark.parametrize("dense", [{}, {"a": 0.7}])
def test_nothing_to_stand_above(dense: dict[str, float]) -> None:
    assert features(matched(dense, {}), {}) == Features(cosine=dense.get("a", 0.0))


def test_nothing_found() -> None:
    assert features(matched({}, {}), {}) == features(matched({}, {}, ceiling=0.0), {}) == Features()
    assert chance(Features()) < 0.1


def test_votes_of_no_weight() -> None:
    found = features(matched({"a": 0.5}, {}), {"a": Vote(0.0, Evidence(1))}, belief=0.9, first=["a"])
    assert found == Features(cosine=0.5)


@given(ANY)
def test_a_chance_is_a_chance(found: Features) -> None:
    assert 0 <= chance(found) <= 1


@pytest.mark.parametrize(("intercept", "expected"), [(-1e6, 0.0), (-800.0, 0.0), (0.0, 0.5), (800.0, 1.0), (1e6, 1.0)])
def test_a_learned_calibration_may_be_extreme(intercept: float, expected: float) -> None:
    assert chance(Features(), Calibration(intercept, (0.0,) * len(NAMES))) == pytest.approx(expected)


@pytest.mark.parametrize("name", SPEAKS_FOR)
@given(found=ANY, more=UNIT)
def test_each_feature_speaks_for_the_list(name: str, found: Features, more: float) -> None:
    raised = replace(found, **{name: getattr(found, name) + more})
    assert chance(raised) >= chance(found)


@given(found=ANY)
def test_votes_that_are_believed_may_stand_in_for_the_article(found: Features) -> None:
    assert all(weight < 0 for name, weight in zip(NAMES, PRIOR.coefficients, strict=True) if name not in SPEAKS_FOR)
    assert chance(replace(found, believed_cosine=0.5)) <= chance(replace(found, believed_cosine=0.0))


@given(
    st.lists(st.floats(-1, 1), max_size=15),
    st.lists(st.floats(0, 80), max_size=5),
    st.lists(st.floats(0, 9), max_size=4),
)
def test_features_of_any_search_are_about_one(cosines: list[float], words: list[float], voted: list[float]) -> None:
    legs = [{f"a{i}": score for i, score in enumerate(leg)} for leg in (cosines, words)]
    found = features(matched(*legs), {f"a{i}": Vote(score, Evidence(1)) for i, score in enumerate(voted)})
    assert all(-2 <= getattr(found, name) <= 2 for name in NAMES)
    assert 0 <= found.backing <= 1 + 1e-9
