"""Answers in another language beside answers in one's own, worked by hand."""

from __future__ import annotations

import pytest

from assistant.evaluation.evaluate import MEASURES, Outcome
from assistant.evaluation.language_pairs import across_languages, ours


def hits(group: str, values: dict[str, float], ranking: str = "svar") -> list[Outcome]:
    locale = group.split(">", maxsplit=1)[0]
    return [
        Outcome(key, locale, ranking, (), dict.fromkeys(MEASURES, value), 0.0, group=group)
        for key, value in values.items()
    ]


def test_a_pair_compares_the_same_questions() -> None:
    outcomes = [
        *hits("da>da", {"q1": 1, "q2": 1, "q3": 0, "only own": 1}), *hits("da>sv", {"q1": 1, "q2": 0, "q3": 0}),
    ]  # fmt: skip
    (found,) = across_languages(outcomes, least=3)
    (pair,) = found.pairs
    assert (pair.asked, pair.answered, pair.questions, pair.counts) == ("da", "sv", 3, True)
    assert (pair.other, pair.own, pair.share) == pytest.approx((1 / 3, 2 / 3, 1 / 2))
    assert (found.worst, found.mean) == (0.5, 0.5)
    assert pair.share_interval[0] <= 0.5 <= pair.share_interval[1]


def test_worst_and_mean_are_over_pairs_with_enough_questions() -> None:
    many = {f"q{n}": 1.0 for n in range(10)}
    outcomes = [
        *hits("da>da", many), *hits("da>sv", many), *hits("da>nb", {key: float(key != "q0") for key in many}),
        *hits("da>nn", {"q0": 0.0}),
    ]  # fmt: skip
    (found,) = across_languages(outcomes, least=10)
    assert [(pair.answered, pair.counts, pair.share) for pair in found.pairs] == [
        ("nb", True, 0.9),
        ("nn", False, 0),
        ("sv", True, 1),
    ]
    assert found.worst == pytest.approx(0.9)
    assert found.mean == pytest.approx(0.95)
    (few,) = across_languages(outcomes, least=11)
    assert (few.worst, few.mean) == (None, None)


def test_never_found_has_no_share() -> None:
    (found,) = across_languages([*hits("da>da", {"q": 0}), *hits("da>sv", {"q": 1})], least=1)
    assert found.pairs[0].share == 0


def test_every_ranking_by_itself() -> None:
    outcomes = [
        *hits("da>da", {"q": 1}, "BM25"),
        *hits("da>sv", {"q": 0}, "BM25"),
        *hits("da>da", {"q": 1}),
        *hits("da>sv", {"q": 1}),
    ]
    found = across_languages(outcomes, least=1)
    assert [(entry.ranking, entry.worst) for entry in found] == [("BM25", 0), ("svar", 1)]
    entry = ours(found)
    assert entry is not None
    assert entry.ranking == "svar"
    assert across_languages([]) == []
    assert ours([]) is None
