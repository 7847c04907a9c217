"""The blend of match and evidence: bounds, continuity, order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import Vote
from assistant.model import Evidence
from assistant.ranking import blend
from assistant.weights import Weights

KEYS = st.sampled_from("abcdef")
MATCHED = st.dictionaries(KEYS, st.floats(0, 1))
VOTES = st.dictionaries(KEYS, st.floats(0, 50).map(lambda score: Vote(score, Evidence(1))))
BELIEF = st.floats(0, 1)


def votes(**found: float) -> dict[str, Vote]:
    return {article_id: Vote(score, Evidence(1)) for article_id, score in found.items()}


def test_by_hand() -> None:
    weights = Weights(evidence=0.8)
    assert blend({"a": 1.0, "b": 0.5}, votes(b=3.0, c=1.5), 0.5, weights) == pytest.approx(
        {"a": 0.6, "b": 0.6 * 0.5 + 0.4, "c": 0.4 * 0.5}
    )
    assert blend({"a": 1.0}, votes(a=0.0), 1.0, weights) == pytest.approx({"a": 0.2})
    assert blend({}, {}, 1.0, weights) == {}


@given(MATCHED, VOTES)
def test_without_belief_it_is_the_match(matched: dict[str, float], found: dict[str, Vote]) -> None:
    blended = blend(matched, found, 0.0, Weights())
    assert {key: blended[key] for key in matched} == matched
    assert all(blended[key] == 0 for key in blended.keys() - matched.keys())


@given(MATCHED, VOTES, BELIEF)
def test_bounds(matched: dict[str, float], found: dict[str, Vote], belief: float) -> None:
    assert all(0 <= score <= 1 + 1e-12 for score in blend(matched, found, belief, Weights()).values())


@given(MATCHED, VOTES, BELIEF, st.floats(0, 0.01))
def test_no_cliff(matched: dict[str, float], found: dict[str, Vote], belief: float, step: float) -> None:
    here, there = (blend(matched, found, b, Weights()) for b in (belief, min(1.0, belief + step)))
    assert all(abs(here[key] - there[key]) <= step * Weights().evidence + 1e-9 for key in here)


@given(MATCHED, st.dictionaries(KEYS, st.floats(0.1, 50)), BELIEF, st.floats(0.1, 10))
def test_the_scale_of_votes_does_not_matter(
    matched: dict[str, float], found: dict[str, float], belief: float, times: float
) -> None:
    scaled = votes(**{key: score * times for key, score in found.items()})
    assert blend(matched, scaled, belief, Weights()) == pytest.approx(blend(matched, votes(**found), belief, Weights()))


def test_more_votes_rank_higher_where_articles_match_alike() -> None:
    blended = blend({"a": 0.5, "b": 0.5}, votes(a=1.0, b=2.0), 0.3, Weights())
    assert blended["b"] > blended["a"]
