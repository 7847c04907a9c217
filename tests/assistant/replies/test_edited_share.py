"""The edited share against the plain table of Levenshtein, and by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.replies.edited_share import distance, edited_share

WORDS = st.lists(st.sampled_from("abcd"), max_size=14)


def by_the_table(a: list[str], b: list[str]) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            new.append(min(new[-1] + 1, row[j] + 1, row[j - 1] + (x != y)))
        row = new
    return row[-1]


@given(WORDS, WORDS)
def test_it_is_the_edit_distance(a: list[str], b: list[str]) -> None:
    assert distance(a, b) == by_the_table(a, b)


@given(WORDS, WORDS)
def test_both_ways_are_as_long_and_within_bounds(a: list[str], b: list[str]) -> None:
    share = edited_share(" ".join(a), " ".join(b))
    assert share == edited_share(" ".join(b), " ".join(a))
    assert 0.0 <= share <= 1.0
    assert (share == 0.0) == (a == b)


@pytest.mark.parametrize(
    ("drafted", "sent", "share"),
    [
        ("", "", 0.0),
        ("", "Hej", 1.0),
        ("Hej", "", 1.0),
        ("Hej på dig", "Hej på dig", 0.0),
        ("Hej  på\ndig", "Hej på dig", 0.0),
        ("Hej på dig", "Hej på er", 1 / 3),
        ("Hej på dig", "Hej på dig igen", 1 / 4),
        ("Hej.", "Hej!", 1 / 2),
        ("Hej", "hej", 1.0),
        ("Prova att starta om hubben", "Starta om den", 4 / 5),
    ],
)
def test_by_hand(drafted: str, sent: str, share: float) -> None:
    assert edited_share(drafted, sent) == pytest.approx(share, abs=1e-4)
