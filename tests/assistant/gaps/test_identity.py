"""Gaps keep their names; what became of them is told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.gaps.identity import Fresh, Known, identify
from kb.gaps.model import ChangeKind

UP, ACROSS = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
NEW, SPLIT, MERGED, GONE = ChangeKind.NEW, ChangeKind.SPLIT, ChangeKind.MERGED, ChangeKind.GONE


def fresh(tickets: str, centre: np.ndarray = UP) -> Fresh:
    return Fresh(tickets[0], frozenset(tickets), centre)


def known(gap_id: str, tickets: str, centre: np.ndarray = UP, radius: float = 0.9) -> Known:
    return Known(gap_id, frozenset(tickets), centre, radius)


def told(
    groups: Sequence[Fresh], gaps: Sequence[Known], seen: str
) -> tuple[list[str], set[tuple[str, ChangeKind, str]]]:
    ids, changes = identify(groups, gaps, list(seen))
    return ids, {(each.gap_id, each.kind, each.other_id) for each in changes}


def test_the_same_tickets_are_the_same_gap() -> None:
    assert told([fresh("abcd"), fresh("xyz")], [known("one", "abc"), known("two", "wxyz")], "abcdwxyz") == (
        ["one", "two"], set(),
    )  # fmt: skip


def test_new_gaps_are_named_after_who_speaks_for_them() -> None:
    ids, changes = told([fresh("abc"), fresh("xyz")], [], "abcxyz")
    assert len(set(ids)) == 2
    assert changes == {(ids[0], NEW, ""), (ids[1], NEW, "")}
    assert told([fresh("xyz"), fresh("abc")], [], "abcxyz")[0] == ids[::-1]


def test_a_split_is_told() -> None:
    ids, changes = told([fresh("abcd"), fresh("ef")], [known("one", "abcdef")], "abcdef")
    assert ids[0] == "one"
    assert changes == {(ids[1], NEW, ""), (ids[1], SPLIT, "one")}


def test_a_merge_is_told() -> None:
    assert told([fresh("abcdef")], [known("one", "abcd"), known("two", "ef")], "abcdef") == (
        ["one"], {("one", MERGED, "two")},
    )  # fmt: skip


def test_what_was_looked_at_and_is_none_any_more_is_gone() -> None:
    assert told([], [known("one", "abc"), known("two", "xyz")], "abc") == ([], {("one", GONE, "")})


def test_next_week_other_tickets_ask_the_same() -> None:
    gaps = [known("one", "abc", UP), known("two", "xyz", ACROSS)]
    ids, changes = told([fresh("def", ACROSS), fresh("ghi", -UP)], gaps, "defghi")
    assert ids[0] == "two"
    assert changes == {(ids[1], NEW, "")}


def test_a_gap_whose_tickets_were_looked_at_is_not_matched_by_what_it_asks() -> None:
    ids, _ = told([fresh("def", UP)], [known("one", "abc", UP)], "abcdef")
    assert ids != ["one"]


@given(st.permutations(["abcd", "ef", "ghijk", "lm", "n"]), st.permutations(["abc", "defg", "hijkl", "mn"]))
def test_the_order_does_not_matter(groups: list[str], gaps: list[str]) -> None:
    found = [fresh(tickets) for tickets in groups]
    before = [known(f"gap-{tickets}", tickets) for tickets in gaps]
    ids, changes = told(found, before, "abcdefghijklmn")
    assert len(set(ids)) == len(ids), "no two groups are one gap"
    straight, same = told(
        [fresh(t) for t in sorted(groups)], [known(f"gap-{t}", t) for t in sorted(gaps)], "abcdefghijklmn"
    )
    assert dict(zip(groups, ids, strict=True)) == dict(zip(sorted(groups), straight, strict=True))
    assert changes == same
