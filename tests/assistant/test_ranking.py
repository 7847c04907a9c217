"""The order of articles: each term by hand, and that a young knowledge base has no cliff."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.learning.parameters import weights_from
from assistant.ranking import CLASSES, TERMS, Lift, Signs, blend, candidates, terms
from assistant.trust import Trust
from assistant.weights import Weights

KEYS = st.sampled_from("abcdef")
SHARES = st.dictionaries(KEYS, st.floats(0, 1))
SIGNS = st.builds(
    Signs,
    matched=SHARES,
    lexical=st.dictionaries(KEYS, st.floats(0, 50)),
    voted=st.dictionaries(KEYS, st.floats(0, 50)),
    learned=st.dictionaries(KEYS, st.floats(-90, 0)),
    foreseen=st.dictionaries(KEYS, st.floats(-1, 1)),
    topic=st.builds(Lift, st.dictionaries(KEYS, st.floats(-5, 5))),
    recent=st.builds(Lift, st.dictionaries(KEYS, st.floats(-5, 5)), st.floats(-1, 3)),
    trust=st.builds(Trust, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
    belief=st.floats(0, 1),
    voters=st.integers(0, 10_000),
)
WEIGHTS = Weights(schooling=3000.0, mastery=20.0)
LED, LAGS = Trust(votes=0.5, learned=0.6), Trust(votes=0.6, learned=0.5)
"""A classifier that gets right a fifth of what the votes get wrong, and one that is no better."""


def only(name: str, weight: float = 1.0) -> Weights:
    """Nothing else counts."""
    return weights_from({each: weight if each == name else 0.0 for each in TERMS})


def column(name: str, signs: Signs, *articles: str) -> list[float]:
    found: list[float] = terms(signs, articles, WEIGHTS)[:, TERMS.index(name)].tolist()
    return found


@pytest.mark.parametrize(
    ("name", "signs", "expected"),
    [
        ("alone", Signs(matched={"a": 0.8, "b": 0.2}, belief=0.25), [0.6, 0.15]),
        ("trusted", Signs(matched={"a": 0.8}, belief=0.5, trust=Trust(0.5, 0.2)), [0.5 * 0.25 * 0.8 * 0.8, 0.0]),
        ("said", Signs(lexical={"a": 5.0, "b": 20.0}, belief=0.5), [0.125, 0.5]),
        ("classified", Signs(learned={"a": 0.0, "b": -5.0}, belief=1.0, voters=3000), [1.0, 0.75]),
        ("classified", Signs(learned={"a": -20.0}, belief=1.0, voters=3000), [0.0, 0.0]),
        ("classified", Signs(learned={"a": 0.0, "b": -5.0}, belief=1.0, voters=3000, trust=LED), [5.0, 3.75]),
        ("classified", Signs(learned={"a": 0.0, "b": -5.0}, belief=1.0, voters=3000, trust=LAGS), [1.0, 0.75]),
        ("voted", Signs(voted={"a": 2.0, "b": 8.0}, belief=1.0), [0.25, 1.0]),
        ("foreseen", Signs(foreseen={"a": 0.4, "b": -0.9}, belief=1.0), [1.0, -0.75]),
        ("topical", Signs(topic=Lift({"a": 1.5}), belief=0.5), [0.75, 0.0]),
        ("recent", Signs(recent=Lift({"a": 1.5}, 0.5), belief=1.0), [1.0, 0.0]),
    ],
)
def test_each_term_by_hand(name: str, signs: Signs, expected: list[float]) -> None:
    assert column(name, signs, "a", "b") == pytest.approx(expected)


def test_by_hand() -> None:
    signs = Signs(matched={"a": 1.0, "b": 0.5}, voted={"b": 3.0, "c": 1.5}, belief=0.5)
    weights = replace(only("alone", 2.0), voted=4.0)
    # Sums 1.0, 0.5 + 2.0 and 1.0; the best stands at half its match and half of 1.
    assert blend(signs, weights).scores == pytest.approx({"a": 0.4, "b": 1.0, "c": 0.4})


def test_nothing_at_all() -> None:
    assert blend(Signs(), Weights()).scores == {}
    assert blend(Signs(matched={"a": 0.0}), Weights()).scores == {"a": 0.0}


def test_candidates_are_what_matches_or_has_votes_and_the_likeliest() -> None:
    learned = {f"l{n:03}": -float(n) for n in range(CLASSES + 5)}
    signs = Signs(matched={"m": 0.1}, voted={"v": 1.0}, learned=learned, belief=0.5)
    assert candidates(signs) == sorted(["m", "v", *list(learned)[:CLASSES]])
    assert candidates(replace(signs, belief=0.0)) == ["m"]


@given(SIGNS)
def test_without_belief_it_is_the_match(signs: Signs) -> None:
    assert blend(replace(signs, belief=0.0), Weights()).scores == pytest.approx(signs.matched)


@given(SIGNS)
def test_bounds_and_the_order_of_the_sums(signs: Signs) -> None:
    found = blend(signs, Weights()).scores
    articles = candidates(signs)
    assert list(found) == articles
    assert all(0 <= score <= 1 + 1e-9 for score in found.values())
    sums = terms(signs, articles, Weights()) @ np.array([getattr(Weights(), name) for name in TERMS])
    for one, other in zip(range(len(articles)), range(1, len(articles)), strict=False):
        if sums[one] > sums[other]:
            assert found[articles[one]] >= found[articles[other]]


@given(SIGNS, st.floats(0.1, 10))
def test_the_scale_of_votes_and_words_does_not_matter(signs: Signs, times: float) -> None:
    scaled = replace(
        signs,
        voted={key: votes * times for key, votes in signs.voted.items()},
        lexical={key: words * times for key, words in signs.lexical.items()},
    )
    assert blend(scaled, Weights()).scores == pytest.approx(blend(signs, Weights()).scores, abs=1e-6)


@given(SIGNS)
def test_a_little_belief_changes_little(signs: Signs) -> None:
    """No cliff where the first tickets come in."""
    matched = {"a": 1.0, **{key: score for key, score in signs.matched.items() if key != "a"}}
    start = blend(replace(signs, matched=matched, belief=0.0), Weights()).scores
    then = blend(replace(signs, matched=matched, belief=1e-6), Weights()).scores
    assert {key: then[key] for key in start} == pytest.approx(start, abs=1e-3)


def test_the_match_counts_where_it_finds_what_the_team_links() -> None:
    signs = Signs(matched={"right": 1.0, "voted": 0.6}, voted={"voted": 1.0, "right": 0.5}, belief=1.0, voters=300)
    trusted = blend(replace(signs, trust=Trust(0.8, 0.35)), Weights()).scores
    assert trusted["right"] > trusted["voted"]
    distrusted = blend(replace(signs, trust=Trust(0.1, 0.5)), Weights()).scores
    assert distrusted["voted"] > distrusted["right"]


@given(SIGNS)
def test_the_first_five_share_all_chances_or_fewer(signs: Signs) -> None:
    order = blend(signs, Weights())
    assert 0 <= order.decided <= 1 + 1e-9
    if 0 < len(order.scores) <= 5:
        assert order.decided == pytest.approx(1.0)


def test_equal_articles_leave_it_undecided() -> None:
    assert blend(Signs(matched=dict.fromkeys("abcdefghij", 0.5)), Weights()).decided == pytest.approx(0.5)
