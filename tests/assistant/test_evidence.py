"""Who is near a question, and how much that is to be believed, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.evidence import Likeness, Neighbour, neighbours, strength
from assistant.fusion import LEAST_BM25, LEAST_COSINE, stretch
from assistant.weights import Weights
from indexer.cosines import Cosines


def near(**similarity: float) -> list[Neighbour]:
    return [Neighbour(ticket_id, value, value, place) for place, (ticket_id, value) in enumerate(similarity.items())]


# ---- who is near


def likeness(cosines: list[list[float]], words: list[float]) -> Likeness:
    nouns = [f"t{place}" for place in range(len(words))]
    views = Cosines.exact(np.array(cosines, np.float32).reshape(len(cosines), len(words)))
    return Likeness(views, np.array(words, np.float32), nouns)


def mask(*places: int) -> NDArray[np.bool_]:
    return np.array(places, np.bool_)


EVENLY = Weights(whole=0.4, subject=0.3, alike=0.3, neighbours=10)


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
    legs.append((weights.alike, stretch({p: tickets[p][2] for p in names}, LEAST_BM25)))
    total = sum(weight for weight, _ in legs)
    expected = {f"t{p}": sum(weight * leg[p] for weight, leg in legs) / total for p in names}
    assert [n.similarity for n in found] == pytest.approx(sorted(expected.values(), reverse=True)[:limit], abs=1e-5)
    assert {n.ticket_id: n.similarity for n in found} == pytest.approx(
        {n.ticket_id: expected[n.ticket_id] for n in found}, abs=1e-5
    )
    assert all(0 <= n.similarity <= 1 + 1e-6 for n in found)
    assert {n.ticket_id: n.cosine for n in found} == {n.ticket_id: tickets[n.place][0] for n in found}
    assert all(n.ticket_id == f"t{n.place}" for n in found)


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
    neighbours = [Neighbour(f"t{i}", 0.5, cosine, i) for i, cosine in enumerate(cosines)]
    moved = [Neighbour(n.ticket_id, 0.5, n.cosine + nearer, n.place) for n in neighbours]
    belief = strength(neighbours, linked, Weights())
    assert 0 <= belief <= 1
    assert strength(neighbours, linked + more, Weights()) >= belief
    assert strength(moved, linked, Weights()) >= belief
    assert strength(neighbours[::-1], linked, Weights()) == pytest.approx(belief)
