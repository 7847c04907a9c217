"""The blend of match and evidence: bounds, continuity, order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ballot import Vote
from assistant.model import Evidence
from assistant.ranking import blend
from assistant.weights import Weights

KEYS = st.sampled_from("abcdef")
MATCHED = st.dictionaries(KEYS, st.floats(0, 1))
VOTES = st.dictionaries(KEYS, st.floats(0, 50).map(lambda score: Vote(score, Evidence(1))))
LEARNED = st.dictionaries(KEYS, st.floats(0, 1))
BELIEF = st.floats(0, 1)


def votes(**found: float) -> dict[str, Vote]:
    return {article_id: Vote(score, Evidence(1)) for article_id, score in found.items()}


def test_by_hand() -> None:
    weights = Weights(evidence=0.8)
    assert blend({"a": 1.0, "b": 0.5}, votes(b=3.0, c=1.5), {}, 0.5, weights) == pytest.approx(
        {"a": 0.6, "b": 0.6 * 0.5 + 0.4, "c": 0.4 * 0.5}
    )
    assert blend({"a": 1.0}, votes(a=0.0), {}, 1.0, weights) == pytest.approx({"a": 0.2})
    assert blend({}, {}, {}, 1.0, weights) == {}


def test_what_was_learned_by_hand() -> None:
    weights = Weights(evidence=0.8, classifier=0.25)
    blended = blend({"a": 1.0, "b": 0.5}, votes(b=3.0, c=1.5), {"a": 1.0, "d": 0.4}, 0.5, weights)
    assert blended == pytest.approx(
        {"a": 0.6 + 0.4 * 0.25, "b": 0.3 + 0.4 * 0.75, "c": 0.4 * 0.75 * 0.5, "d": 0.4 * 0.25 * 0.4}
    )


@given(MATCHED, LEARNED, BELIEF)
def test_what_was_learned_says_nothing_where_nobody_votes(
    matched: dict[str, float], learned: dict[str, float], belief: float
) -> None:
    """Nothing like it was ever asked: a classifier has an opinion on everything."""
    assert blend(matched, {}, learned, belief, Weights()) == blend(matched, {}, {}, belief, Weights())


@given(MATCHED, VOTES, LEARNED)
def test_without_belief_it_is_the_match(
    matched: dict[str, float], found: dict[str, Vote], learned: dict[str, float]
) -> None:
    blended = blend(matched, found, learned, 0.0, Weights())
    assert {key: blended[key] for key in matched} == matched
    assert all(blended[key] == 0 for key in blended.keys() - matched.keys())


@given(MATCHED, VOTES, LEARNED, BELIEF)
def test_bounds(matched: dict[str, float], found: dict[str, Vote], learned: dict[str, float], belief: float) -> None:
    blended = blend(matched, found, learned, belief, Weights())
    assert all(0 <= score <= 1 + 1e-12 for score in blended.values())
    assert matched.keys() <= blended.keys() <= {*matched, *found, *learned}


@given(MATCHED, VOTES, LEARNED, BELIEF, st.floats(0, 0.01))
def test_no_cliff(
    matched: dict[str, float], found: dict[str, Vote], learned: dict[str, float], belief: float, step: float
) -> None:
    here, there = (blend(matched, found, learned, b, Weights()) for b in (belief, min(1.0, belief + step)))
    assert all(abs(here[key] - there[key]) <= step * Weights().evidence + 1e-9 for key in here)


@given(MATCHED, st.dictionaries(KEYS, st.floats(0.1, 50)), LEARNED, BELIEF, st.floats(0.1, 10))
def test_the_scale_of_votes_does_not_matter(
    matched: dict[str, float], found: dict[str, float], learned: dict[str, float], belief: float, times: float
) -> None:
    scaled = votes(**{key: score * times for key, score in found.items()})
    assert blend(matched, scaled, learned, belief, Weights()) == pytest.approx(
        blend(matched, votes(**found), learned, belief, Weights())
    )


def test_more_votes_rank_higher_where_articles_match_alike() -> None:
    blended = blend({"a": 0.5, "b": 0.5}, votes(a=1.0, b=2.0), {}, 0.3, Weights())
    assert blended["b"] > blended["a"]


def test_what_was_learned_decides_where_all_else_is_alike() -> None:
    blended = blend({"a": 0.5, "b": 0.5}, votes(a=1.0, b=1.0), {"b": 1.0, "a": 0.9}, 0.3, Weights())
    assert blended["b"] > blended["a"]
