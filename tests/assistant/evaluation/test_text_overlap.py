"""Overlap of texts: by hand, against other implementations, and what must hold for every text."""

from __future__ import annotations

import string
from functools import cache

import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.text_overlap import chrf, cut, k_precision, readable, rouge_l_recall, words

TEXTS = st.text(alphabet=string.ascii_letters + " .,!?åäöæø\n", max_size=80)
ASCII = st.text(alphabet="abcd e", max_size=40)

# Printed by rouge-score 0.1.2 (rougeL recall, no stemmer) and sacreBLEU 2.6.0 (CHRF().sentence_score / 100).
PRINTED = [
    ("restart the hub", "restart the hub", 1.0, 1.0),
    ("restart the router", "restart the hub", 0.6667, 0.6801),
    ("hub the restart", "restart the hub", 0.3333, 0.5755),
    ("Take the plug out, wait 30 seconds and put it back.", "Unplug it, wait thirty seconds, plug it back in.", 0.4444, 0.3753),
    ("a", "b", 0.0, 0.0),
    ("hub", "restart the hub and the router", 0.1667, 0.1008),
    ("Refunds take five days. Your bank may need one more day.", "refunds take FIVE days", 1.0, 0.4241),
]  # fmt: skip


@pytest.mark.parametrize(("candidate", "reference", "rouge", "letters"), PRINTED)
def test_what_other_implementations_print(candidate: str, reference: str, rouge: float, letters: float) -> None:
    assert rouge_l_recall(candidate, reference) == pytest.approx(rouge, abs=5e-5)
    assert chrf(candidate, reference) == pytest.approx(letters, abs=5e-5)


def test_by_hand() -> None:
    # Common in order: "wait", "30", "seconds", of six words.
    assert rouge_l_recall("Vänta: wait 30 seconds", "Unplug, wait for 30 more seconds") == 3 / 6
    # One order only: candidate ab, reference abc -> precision 2/2, recall 2/3; order 2: 1/1 and 1/2.
    precision, recall = (1 + 1) / 2, (2 / 3 + 1 / 2) / 2
    assert chrf("ab", "abc") == pytest.approx(5 * precision * recall / (4 * precision + recall))
    assert k_precision("the hub is red", ["The hub", "is the green one"]) == 3 / 4
    assert k_precision("hub hub", ["one hub"]) == 1 / 2


@given(ASCII, ASCII)
def test_rouge_l_is_the_longest_common_subsequence(candidate: str, reference: str) -> None:
    """Written out as the definition says it: drop one word of either, or keep a common one."""
    ours, theirs = candidate.split(), reference.split()

    @cache
    def longest(i: int, j: int) -> int:
        if i == len(ours) or j == len(theirs):
            return 0
        if ours[i] == theirs[j]:
            return 1 + longest(i + 1, j + 1)
        return max(longest(i + 1, j), longest(i, j + 1))

    wanted = longest(0, 0) / len(theirs) if theirs else 0.0
    assert rouge_l_recall(candidate, reference) == pytest.approx(wanted)


@given(TEXTS, TEXTS)
def test_chrf_is_that_of_sacrebleu(candidate: str, reference: str) -> None:
    found = sacrebleu.CHRF().sentence_score(candidate, [reference]).score / 100
    assert chrf(candidate, reference) == pytest.approx(found)


@given(TEXTS, TEXTS)
def test_scores_are_shares(candidate: str, reference: str) -> None:
    for score in (
        rouge_l_recall(candidate, reference),
        chrf(candidate, reference),
        k_precision(candidate, [reference]),
    ):
        assert 0.0 <= score <= 1.0
    if words(reference):
        assert rouge_l_recall(reference, reference) == chrf(reference, reference) == 1.0


@given(TEXTS, TEXTS)
def test_more_text_never_says_less(candidate: str, reference: str) -> None:
    assert rouge_l_recall(f"{candidate} {candidate}", reference) >= rouge_l_recall(candidate, reference)


@given(TEXTS, st.integers(min_value=0, max_value=30))
def test_a_cut_text_is_the_beginning(text: str, count: int) -> None:
    found = cut(text, count)
    assert text.startswith(found)
    assert words(found) == words(text)[:count]


def test_nothing_to_compare() -> None:
    assert rouge_l_recall("hub", "") == rouge_l_recall("", "hub") == chrf("", "hub") == chrf("hub", "") == 0.0
    assert k_precision("", []) == 1.0
    assert k_precision("hub", []) == 0.0
    with pytest.raises(ValueError, match="count is -1"):
        cut("hub", -1)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("1. **Restart** the hub.\n2. Wait.", "Restart the hub. Wait."),
        ("See [the page](https://help.example/a_b) or https://help.example/x now", "See the page or now"),
        ("## Steps\n\n> Do *not* reset.\n> - never", "Steps Do not reset. never"),
        ("| a | `b` |\n\\[x\\]", "a b [x]"),
        ("E-1042 and 2.5 GHz - not 3. May", "E-1042 and 2.5 GHz - not 3. May"),
        ("", ""),
    ],
)  # fmt: skip
def test_readable(markdown: str, expected: str) -> None:
    assert readable(markdown) == expected
