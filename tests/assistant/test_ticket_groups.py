"""Near-identical tickets are shown once, behind the best of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ticket_groups import MAX_OTHERS, SAME_PROBLEM, SAME_PRODUCT, Solved, TicketGroup, group
from indexer.encode import Vectors
from tests.fakes import DAY


def solved(ticket_id: str, cosine: float = 0.5, **changes: object) -> Solved:
    made = Solved(ticket_id, cosine, "sv", "Hub", f"subject {ticket_id}", f"text {ticket_id}", True, DAY)
    return replace(made, **changes)  # type: ignore[arg-type]


def leaning(*cosines: float) -> Vectors:
    """(n, 2) unit vectors, each with that cosine to the first axis."""
    return np.array([[c, np.sqrt(1 - c * c)] for c in cosines], np.float32)


def apart(count: int) -> Vectors:
    """(n, n) vectors that have nothing to do with each other."""
    return np.eye(count, dtype=np.float32)


def ids(groups: tuple[TicketGroup, ...]) -> list[list[str]]:
    return [[each.best.id, *each.others] for each in groups]


def test_nothing_gives_nothing() -> None:
    assert group([], np.zeros((0, 4), np.float32), limit=5) == ()


def test_the_same_problem_is_shown_once_with_a_count() -> None:
    tickets = [solved("a", 0.6), solved("b", 0.5), solved("c", 0.4)]
    [first, second] = group(tickets, leaning(1, SAME_PROBLEM + 0.01, -1), limit=5)
    assert (first.best.id, first.count, first.others, first.cosine) == ("a", 2, ("b",), 0.6)
    assert (second.best.id, second.count, second.others) == ("c", 1, ())


def test_below_the_threshold_they_stay_apart() -> None:
    assert len(group([solved("a"), solved("b")], leaning(1, SAME_PROBLEM - 0.01), limit=5)) == 2


@pytest.mark.parametrize("other", [{"locale": "da"}, {"product": "Shop"}])
def test_another_language_or_product_is_another_problem(other: dict[str, object]) -> None:
    assert len(group([solved("a"), solved("b", 0.5, **other)], leaning(1, 1), limit=5)) == 2
    assert len(group([solved("a"), solved("b", product="")], leaning(1, 1), limit=5)) == 1


def test_no_chain_of_small_steps() -> None:
    """b is like a, c is like b, but c is not like a."""
    turned = np.array([[np.cos(x), np.sin(x)] for x in (0, 0.6, 1.2)], np.float32)
    tickets = [solved("a", 0.9), solved("b", 0.8), solved("c", 0.7)]
    assert ids(group(tickets, turned, limit=5)) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("subject", "text", "count"),
    [
        ("HUBBEN BLINKAR ", "Den blinkar gult sedan i morse och startar inte om", 1),
        ("Hubben blinkar", "Något helt annat står här om en faktura", 2),
        ("Annat ämne", "Den blinkar gult sedan i morse och startar inte", 2),
        ("", "Den blinkar gult sedan i morse och startar inte", 2),
    ],
)
def test_one_subject_and_nearly_the_same_words(subject: str, text: str, count: int) -> None:
    first = solved("a", subject="Hubben blinkar", text="Den blinkar gult sedan i morse och startar inte")
    assert len(group([first, solved("b", subject=subject, text=text)], apart(2), limit=5)) == count


BETTER = {
    "solved": ({}, {"is_solved": False, "closed_at": DAY + timedelta(days=9)}),
    "of the question's product": ({"product": "Hub"}, {"product": "", "closed_at": DAY + timedelta(days=9)}),
    "newer": ({"closed_at": DAY + timedelta(days=1)}, {}),
    "closed at all": ({}, {"closed_at": None}),
}


@pytest.mark.parametrize(("better", "worse"), BETTER.values(), ids=BETTER.keys())
def test_who_is_shown(better: dict[str, object], worse: dict[str, object]) -> None:
    near, far = solved("near", 0.9, **worse), solved("far", 0.5, **better)
    [only] = group([near, far], leaning(1, 1), product="Hub", limit=5)
    assert (only.best.id, only.others, only.cosine) == ("far", ("near",), 0.9)


def test_the_nearest_of_equals_is_shown() -> None:
    assert ids(group([solved("b", 0.5), solved("a", 0.6)], leaning(1, 1), limit=5)) == [["a", "b"]]


def test_the_same_product_is_first_among_near_equals_and_hides_nobody() -> None:
    others = solved("other", 0.5, product="Shop")
    near, far = solved("near", 0.5 - SAME_PRODUCT / 2), solved("far", 0.5 - 2 * SAME_PRODUCT)
    assert ids(group([others, near, far], apart(3), product="Hub", limit=5)) == [["near"], ["other"], ["far"]]
    assert ids(group([others, near, far], apart(3), limit=5)) == [["other"], ["near"], ["far"]]


def test_others_are_counted_beyond_those_that_are_named() -> None:
    many = [solved(f"t{n:02}", 0.9 - n / 100) for n in range(MAX_OTHERS + 10)]
    [only] = group(many, np.ones((len(many), 1), np.float32), limit=5)
    assert (only.count, len(only.others)) == (MAX_OTHERS + 10, MAX_OTHERS)
    assert only.others[0] == "t01"


def test_the_limit_counts_problems_not_tickets() -> None:
    tickets = [solved("a", 0.9), solved("b", 0.8), solved("c", 0.7), solved("d", 0.6)]
    axes = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    assert ids(group(tickets, axes, limit=2)) == [["a", "b"], ["c"]]


@given(st.lists(st.tuples(st.floats(-1, 1, width=32), st.floats(0, 1), st.booleans()), max_size=12), st.randoms())
def test_every_ticket_stands_in_one_group_whatever_the_order(
    rows: list[tuple[float, float, bool]], random: object
) -> None:
    tickets = [solved(f"t{n:02}", cosine, is_solved=good) for n, (_, cosine, good) in enumerate(rows)]
    vectors = leaning(*(lean for lean, _, _ in rows)) if rows else apart(0)
    groups = group(tickets, vectors, limit=99)
    assert sorted(each for members in ids(groups) for each in members) == [ticket.id for ticket in tickets]
    order = list(range(len(tickets)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert group([tickets[n] for n in order], vectors[order], limit=99) == groups


@given(
    st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(["a b c", "a b d", "q"]), st.floats(0, 1)), max_size=12),
    st.integers(1, 4),
)
def test_fewer_groups_are_the_first_of_many(made: list[tuple[str, str, float]], limit: int) -> None:
    """Whoever is not shown is not compared with anybody, and changes nothing."""
    tickets = [solved(f"t{n:02}", cosine, subject=subject, text=text) for n, (subject, text, cosine) in enumerate(made)]
    vectors = leaning(*(cosine for _, _, cosine in made)) if made else np.zeros((0, 2), np.float32)
    assert group(tickets, vectors, limit=limit) == group(tickets, vectors, limit=99)[:limit]
