"""Grouping: topics without an article come out whole, whatever the order, and who asks what is answered joins it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.demand.asked import Demand
from assistant.demand.communities import communities, graph_of
from assistant.demand.grain import Grain, b_cubed, learned
from assistant.demand.groups import Group, group, mixings
from assistant.demand.metric import within_class
from assistant.demand.space import Space
from tests.assistant.demand.worlds import demand

LINKED = {f"old{i:02d}": (20, True) for i in range(12)}


def rows_of(found: Demand, *, linked: bool) -> np.ndarray:
    return np.array([i for i, label in enumerate(found.labels) if bool(label) is linked], np.int64)


def grouped(found: Demand, *, least: int = 3) -> list[Group]:
    linked = rows_of(found, linked=True)
    grain = learned(found)
    space = Space.learned(found, linked, grain.answer_weight)
    return group(found, rows_of(found, linked=False), linked, space, grain, least=least)


def topics_of(found: Demand, each: Group) -> Counter[str]:
    return Counter(found.ids[row].split("-")[0] for row in each.rows)


@pytest.mark.parametrize("answers", [False, True])
def test_new_topics_come_out_pure(answers: bool) -> None:
    found = demand(LINKED | {f"new{i}": (25, False) for i in range(4)}, answers=answers)
    groups = grouped(found)
    pure = [topics_of(found, each).most_common(1)[0] for each in groups if len(topics_of(found, each)) == 1]
    assert {topic for topic, _ in pure} == {"new0", "new1", "new2", "new3"}
    assert sum(count for _, count in pure) >= 0.9 * 100
    assert all(each.family == "" for each in groups)


def test_who_asks_what_an_article_answers_joins_it() -> None:
    again = demand(LINKED)
    labels = tuple(
        "" if ticket_id.endswith("00") else label for ticket_id, label in zip(again.ids, again.labels, strict=True)
    )
    found = replace(again, labels=labels)
    groups = grouped(found, least=1)
    told = {found.ids[row].split("-")[0]: each.family for each in groups for row in each.rows if each.family}
    assert told
    assert all(family == f"about-{topic}" for topic, family in told.items())


def test_the_order_of_tickets_does_not_matter() -> None:
    found = demand(LINKED | {"new": (25, False)})
    order = np.random.default_rng(1).permutation(len(found))
    # What reads an index sorts by id; this is what sorting undoes.
    back = np.argsort([found.ids[i] for i in order])
    again = replace(found, questions=found.questions[order][back])
    assert grouped(again) == grouped(found)


def test_small_groups_are_left_out_and_sizes_fall() -> None:
    found = demand(LINKED | {"new": (25, False), "rare": (2, False)})
    groups = grouped(found, least=3)
    sizes = [len(each.rows) for each in groups]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= 3


@pytest.mark.parametrize("empty", [demand({}), demand({"new": (1, False)}), demand({"old": (3, True)})])
def test_nothing_or_hardly_anything(empty: Demand) -> None:
    assert grouped(empty) == []


def test_mixing_tells_one_crowd_from_two() -> None:
    found = demand({"one": (40, True), "two": (40, True), "new": (30, False)})
    labels = tuple("" if i % 2 and label == "about-one" else label for i, label in enumerate(found.labels))
    found = replace(found, labels=labels)
    linked = rows_of(found, linked=True)
    alone = Group(tuple(i for i, ticket in enumerate(found.ids) if ticket.startswith("new")))
    again = Group(
        tuple(
            i for i, (t, label) in enumerate(zip(found.ids, labels, strict=True)) if t.startswith("one") and not label
        )
    )
    none, some = mixings(found, [alone, again], linked, Space())
    assert all(each.density < 0.1 for each in none)
    assert some[0].family == "about-one"
    assert some[0].density > 0.5
    assert (some[0].tickets, 0 < some[0].share < 1) == (20, True)


def test_the_metric_lets_noise_count_less() -> None:
    found = demand(LINKED, spread=0.8)
    matrix = within_class(found.questions, found.labels)
    assert matrix is not None
    assert np.allclose(matrix, matrix.T, atol=1e-4)
    strength = np.linalg.norm(matrix, axis=0)
    assert strength[56:].mean() < strength[:56].mean()
    assert within_class(found.questions[:2], ["a", "a"]) is None
    assert within_class(found.questions[:5], [""] * 5) is None


def test_the_grain_is_learned_only_where_there_is_enough() -> None:
    assert learned(demand({"old": (10, True), "new": (30, False)})) == Grain()
    enough = learned(demand(LINKED))
    assert enough.agreement > 0.8


def test_b_cubed_by_hand() -> None:
    # Two groups {a a b} and {b}: precision (2/3 + 2/3 + 1/3 + 1) / 4, recall (1 + 1 + 1/2 + 1/2) / 4.
    precision, recall = (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, 3 / 4
    expected = 1.25 * precision * recall / (0.25 * precision + recall)
    assert b_cubed([0, 0, 0, 1], ["a", "a", "b", "b"]) == pytest.approx(expected)
    assert b_cubed([], []) == 0.0
    assert b_cubed([0, 0, 1], ["a", "a", "b"]) == 1.0


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), n=st.integers(0, 60), size=st.sampled_from([5.0, 40.0, 1000.0]))
def test_every_vector_is_in_one_group_and_the_same_again(seed: int, n: int, size: float) -> None:
    vectors = np.random.default_rng(seed).standard_normal((n, 8)).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    graph = graph_of(vectors)
    assert (abs(graph - graph.T)).nnz == 0
    first, second = communities(graph, size), communities(graph, size)
    assert first.shape == (n,)
    assert first.tolist() == second.tolist()
    assert sorted(set(first.tolist())) == list(range(len(set(first.tolist()))))
