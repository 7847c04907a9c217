"""Votes of similar tickets, worked by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.evidence import Likeness, Neighbour, Vote, neighbours, strength, vote
from assistant.fusion import LEAST_BM25, LEAST_COSINE, stretch
from assistant.weights import Weights
from tests.fakes import DAY

PLAIN = Weights(sharpness=1.0, half_life_days=1e9, popularity=0.0, sharing=0.0)
"""Every neighbour votes with its similarity and nothing else counts."""


def near(**similarity: float) -> list[Neighbour]:
    return [Neighbour(ticket_id, value, value) for ticket_id, value in similarity.items()]


def cast(
    neighbours: list[Neighbour],
    links: dict[str, str],
    weights: Weights,
    *,
    days_old: dict[str, float] | None = None,
    popularity: dict[str, int] | None = None,
    solved: dict[str, bool] | None = None,
) -> dict[str, Vote]:
    """Vote; links are given as letters, e.g. {"t1": "ab"}."""
    ages = days_old or {}
    created: dict[str, datetime] = {n.ticket_id: DAY - timedelta(days=ages.get(n.ticket_id, 0)) for n in neighbours}
    return vote(
        neighbours, {ticket_id: list(articles) for ticket_id, articles in links.items()},
        solved=solved or {}, created=created, popularity=popularity or {}, now=DAY, weights=weights,
    )  # fmt: skip


def scores(votes: dict[str, Vote]) -> dict[str, float]:
    return {article_id: found.score for article_id, found in votes.items()}


def test_similarity_is_the_weight() -> None:
    assert scores(cast(near(t1=0.8, t2=0.5), {"t1": "a", "t2": "ab"}, PLAIN)) == pytest.approx({"a": 1.3, "b": 0.5})


def test_sharpness() -> None:
    weights = Weights(sharpness=4.0, half_life_days=1e9, popularity=0.0, sharing=0.0)
    assert scores(cast(near(t1=1.0, t2=0.5), {"t1": "a", "t2": "b"}, weights)) == pytest.approx({"a": 1, "b": 1 / 16})


def test_age_halves() -> None:
    weights = Weights(sharpness=1.0, half_life_days=180, popularity=0.0, sharing=0.0)
    votes = cast(near(t1=1, t2=1, t3=1), {"t1": "a", "t2": "b", "t3": "c"}, weights, days_old={"t2": 180, "t3": 360})
    assert scores(votes) == pytest.approx({"a": 1, "b": 0.5, "c": 0.25})


def test_a_ticket_from_the_future_is_not_worth_more() -> None:
    weights = Weights(sharpness=1.0, half_life_days=180, popularity=0.0, sharing=0.0)
    assert scores(cast(near(t1=1), {"t1": "a"}, weights, days_old={"t1": -90})) == pytest.approx({"a": 1})


def test_several_articles_share_a_vote() -> None:
    weights = Weights(sharpness=1.0, half_life_days=1e9, popularity=0.0, sharing=0.5)
    votes = cast(near(t1=1, t2=1), {"t1": "abcd", "t2": "e"}, weights)
    assert scores(votes) == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.5, "e": 1})


def test_the_popular_count_a_little_less() -> None:
    weights = Weights(sharpness=1.0, half_life_days=1e9, popularity=0.5, sharing=0.0)
    votes = cast(near(t1=1, t2=1, t3=1), {"t1": "a", "t2": "b", "t3": "c"}, weights, popularity={"a": 100, "b": 4})
    assert scores(votes) == pytest.approx({"a": 0.1, "b": 0.5, "c": 1})


def test_all_together_with_the_shipped_weights() -> None:
    shipped = Weights()
    votes = cast(near(t1=0.9), {"t1": "ab"}, shipped, days_old={"t1": 90}, popularity={"a": 32})
    weight = 0.9**shipped.sharpness * 0.5 ** (90 / shipped.half_life_days) / 2**shipped.sharing
    assert scores(votes) == pytest.approx({"a": weight / 32**shipped.popularity, "b": weight})


def test_who_links_nothing_does_not_vote() -> None:
    assert cast(near(t1=1, t2=0.9), {"t1": ""}, PLAIN) == {}
    assert cast([], {}, PLAIN) == {}


def test_below_zero_is_no_vote_against() -> None:
    assert scores(cast(near(t1=-0.5, t2=0.5), {"t1": "a", "t2": "a"}, PLAIN)) == pytest.approx({"a": 0.5})


def test_evidence_counts_everybody_and_names_the_nearest_five() -> None:
    neighbours = near(**{f"t{i}": 1 - i / 10 for i in range(7)})
    votes = cast(
        neighbours, {f"t{i}": "a" for i in range(7)}, PLAIN, solved={"t0": True, "t3": True, "t6": True, "t5": False}
    )
    found = votes["a"].evidence
    assert (found.tickets, found.solved) == (7, 3)
    assert found.ticket_ids == ("t0", "t1", "t2", "t3", "t4")


SIMILAR = st.lists(st.tuples(st.sampled_from("pqrstu"), st.floats(0, 1)), unique_by=lambda pair: pair[0], max_size=6)


@given(SIMILAR, st.dictionaries(st.sampled_from("pqrstu"), st.sets(st.sampled_from("abc"))))
def test_another_neighbour_never_takes_a_vote_away(pairs: list[tuple[str, float]], links: dict[str, set[str]]) -> None:
    neighbours = [Neighbour(ticket_id, value, value) for ticket_id, value in pairs]
    linked = {ticket_id: "".join(sorted(articles)) for ticket_id, articles in links.items()}
    every = cast(neighbours, linked, Weights())
    fewer = cast(neighbours[:-1], linked, Weights())
    assert all(every[article_id].score >= found.score for article_id, found in fewer.items())
    assert all(every[article_id].evidence.tickets >= found.evidence.tickets for article_id, found in fewer.items())
    assert set(every) == {article for ticket_id, _ in pairs for article in linked.get(ticket_id, "")}


# ---- who is near


def likeness(cosines: list[list[float]], words: list[float]) -> Likeness:
    nouns = [f"t{place}" for place in range(len(words))]
    return Likeness(np.array(cosines, np.float32).reshape(len(cosines), len(words)), np.array(words, np.float32), nouns)


def mask(*places: int) -> NDArray[np.bool_]:
    return np.array(places, np.bool_)


EVENLY = Weights(whole=0.4, subject=0.3, words=0.3, neighbours=10)


def test_neighbours_by_hand() -> None:
    """Cosines are stretched from -.3 to the best allowed, words from nothing to the best allowed."""
    near_ones = neighbours(likeness([[0.7, 0.2, 0.9], [0.1, 0.5, 0.9]], [5.0, 10.0, 99.0]), mask(1, 1, 0), EVENLY)
    assert [n.ticket_id for n in near_ones] == ["t1", "t0"]
    assert [n.similarity for n in near_ones] == pytest.approx([0.4 * 0.5 + 0.3 + 0.3, 0.4 + 0.3 * 0.5 + 0.3 * 0.5])
    assert [n.cosine for n in near_ones] == pytest.approx([0.2, 0.7])


def test_without_a_subject_the_others_share_its_weight() -> None:
    (found,) = neighbours(likeness([[0.7]], [0.0]), mask(1), EVENLY)
    assert found.similarity == pytest.approx(0.4 / 0.7)


def test_ties_by_place_and_no_more_than_asked_for() -> None:
    of = likeness([[0.1, 0.5, 0.5, 0.5]], [0.0] * 4)
    few = Weights(neighbours=2)
    assert [n.ticket_id for n in neighbours(of, mask(1, 1, 1, 1), few)] == ["t1", "t2"]
    assert [n.ticket_id for n in neighbours(of, mask(1, 0, 1, 0), few)] == ["t2", "t0"]


@pytest.mark.parametrize("allowed", [mask(), mask(0, 0), mask(0, 0, 1)])
def test_nobody_is_near(allowed: NDArray[np.bool_]) -> None:
    """Nobody may be found, or only who came after the question was compared."""
    assert neighbours(likeness([[0.9, 0.9]], [1.0, 1.0]), allowed, EVENLY) == []
    assert neighbours(likeness([[], []], []), allowed, EVENLY) == []


def test_a_filter_that_is_older_than_the_comparison() -> None:
    assert [n.ticket_id for n in neighbours(likeness([[0.1, 0.2, 0.9]], [0, 0, 0]), mask(1, 1), EVENLY)] == ["t1", "t0"]


def test_nothing_in_common_is_no_similarity() -> None:
    assert [n.similarity for n in neighbours(likeness([[-0.9, -0.3]], [0, 0]), mask(1, 1), EVENLY)] == [0.0, 0.0]


TICKETS = st.lists(
    st.tuples(st.floats(-1, 1, width=32), st.floats(-1, 1, width=32), st.floats(0, 60, width=32), st.booleans()),
    max_size=12,
)


@given(TICKETS, st.integers(1, 12), st.booleans())
def test_neighbours_are_the_best_by_the_stretched_views(
    tickets: list[tuple[float, float, float, bool]], limit: int, subject: bool
) -> None:
    """What is not allowed changes nothing, not even the scale."""
    views = [[ticket[0] for ticket in tickets]] + ([[ticket[1] for ticket in tickets]] if subject else [])
    of = likeness(views, [ticket[2] for ticket in tickets])
    weights = Weights(neighbours=limit)
    found = neighbours(of, mask(*(ticket[3] for ticket in tickets)), weights)
    names = [place for place, ticket in enumerate(tickets) if ticket[3]]
    legs = [(weights.whole, stretch({p: tickets[p][0] for p in names}, LEAST_COSINE))]
    legs += [(weights.subject, stretch({p: tickets[p][1] for p in names}, LEAST_COSINE))] if subject else []
    legs.append((weights.words, stretch({p: tickets[p][2] for p in names}, LEAST_BM25)))
    total = sum(weight for weight, _ in legs)
    expected = {f"t{p}": sum(weight * leg[p] for weight, leg in legs) / total for p in names}
    assert [n.similarity for n in found] == pytest.approx(sorted(expected.values(), reverse=True)[:limit], abs=1e-5)
    assert {n.ticket_id: n.similarity for n in found} == pytest.approx(
        {n.ticket_id: expected[n.ticket_id] for n in found}, abs=1e-5
    )
    assert all(0 <= n.similarity <= 1 + 1e-6 for n in found)
    assert {n.ticket_id: n.cosine for n in found} == {n.ticket_id: tickets[int(n.ticket_id[1:])][0] for n in found}


# ---- belief


def test_belief_by_hand() -> None:
    weights = Weights(likeness=(0.1, 0.3), plenty=40)
    assert strength(near(t1=0.3), 40, weights) == pytest.approx(0.5)
    assert strength(near(t1=0.2), 120, weights) == pytest.approx(0.5 * 0.75)
    assert strength(near(t1=0.4, t2=0.0), 40, weights) == pytest.approx(0.25)
    # Only the nearest five are asked, whatever their order.
    assert strength(near(t0=-1, t1=0.3, t2=0.3, t3=0.3, t4=0.3, t5=0.3), 40, weights) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("similar", "linked"), [({}, 1000), ({"t1": 0.05}, 1000), ({"t1": -1.0}, 1000), ({"t1": 1.0}, 0)]
)
def test_no_belief(similar: dict[str, float], linked: int) -> None:
    assert strength(near(**similar), linked, Weights()) == pytest.approx(0, abs=1e-12)


@given(st.lists(st.floats(-1, 1), max_size=8), st.integers(0, 10**6), st.integers(0, 1000), st.floats(0, 1))
def test_belief_is_bounded_and_grows(cosines: list[float], linked: int, more: int, nearer: float) -> None:
    neighbours = [Neighbour(f"t{i}", 0.5, cosine) for i, cosine in enumerate(cosines)]
    moved = [Neighbour(n.ticket_id, 0.5, n.cosine + nearer) for n in neighbours]
    belief = strength(neighbours, linked, Weights())
    assert 0 <= belief <= 1
    assert strength(neighbours, linked + more, Weights()) >= belief
    assert strength(moved, linked, Weights()) >= belief
    assert strength(neighbours[::-1], linked, Weights()) == pytest.approx(belief)
