"""What distractors cost, worked by hand."""

from __future__ import annotations

import pytest

from assistant.evaluation.crowding import losses
from assistant.evaluation.evaluate import MEASURES, Outcome


def outcome(question: str, locale: str, hit: float, *, group: str = "", ranking: str = "svar") -> Outcome:
    return Outcome(question, locale, ranking, (), dict.fromkeys(MEASURES, hit), 0.0, group=group)


def test_by_hand() -> None:
    before = [outcome("1", "da", 1), outcome("2", "da", 1), outcome("3", "sv", 0), outcome("never again", "sv", 1)]
    after = [outcome("1", "da", 0), outcome("2", "da", 1), outcome("3", "sv", 1)]
    found = losses(before, after)
    assert [(f.locale, f.group, f.questions) for f in found] == [("", "all", 3), ("da", "all", 2), ("sv", "all", 1)]
    assert [(f.before, f.after, f.loss) for f in found] == [
        pytest.approx(x) for x in ((2 / 3, 2 / 3, 0), (1, 0.5, 0.5), (0, 1, -1))
    ]
    assert all(f.interval[0] <= f.loss <= f.interval[1] for f in found)


def test_groups_and_rankings_are_kept_apart() -> None:
    before = [
        outcome("1", "da", 1, group="own"),
        outcome("2", "da", 1, group="other"),
        outcome("1", "da", 1, group="own", ranking="BM25"),
    ]
    after = [
        outcome("1", "da", 1, group="own"),
        outcome("2", "da", 0, group="other"),
        outcome("1", "da", 0, group="own", ranking="BM25"),
    ]
    found = {(f.group, f.ranking, f.locale): f.loss for f in losses(before, after)}
    assert found == {
        ("other", "svar", ""): 1, ("other", "svar", "da"): 1, ("own", "svar", ""): 0, ("own", "svar", "da"): 0,
        ("own", "BM25", ""): 1, ("own", "BM25", "da"): 1,
    }  # fmt: skip


def test_nothing_in_common() -> None:
    assert losses([outcome("1", "da", 1)], [outcome("2", "da", 1)]) == []
    assert losses([], []) == []
