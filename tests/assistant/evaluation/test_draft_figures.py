"""Sums over outcomes: coverage at full and at equal length, who gets a draft and from where."""

from __future__ import annotations

import pytest

from assistant.evaluation.draft_baselines import BASELINES
from assistant.evaluation.draft_cases import QUESTIONS, TICKETS, Case
from assistant.evaluation.draft_coverage import coverage, faithfulness
from assistant.evaluation.draft_outcomes import OURS, DraftOutcome, Overlap
from assistant.evaluation.draft_safety import Audit
from assistant.evaluation.draft_silence import silences
from assistant.model import Draft
from assistant.question import Question

CLEAN = Audit(0, 0, 0)


def outcome(
    number: int, *, text: str = "draft", group: str = TICKETS, locale: str = "sv", quoted: tuple[str, ...] = (), suggested: tuple[str, ...] = (),
    relevant: tuple[str, ...] = (), ours: float = 0.0, theirs: float = 0.0, cut: float = 0.0, known: float = 1.0,
) -> DraftOutcome:  # fmt: skip
    case = Case(f"t{number}", group, locale, Question(), frozenset(relevant), "reply" if ours else "")
    scored = (
        {OURS: Overlap(ours, ours, 100), **{name: Overlap(theirs, theirs, 40) for name in BASELINES}} if ours else {}
    )
    shortened = {name: Overlap(cut, cut, 40) for name in BASELINES} if ours else {}
    return DraftOutcome(case, Draft(locale, bool(text), text), 0.5, suggested, quoted, 1.0, CLEAN, CLEAN, int(bool(text)), 0,
                        scored, shortened, known)  # fmt: skip


def test_the_draft_first_then_each_baseline_then_each_language() -> None:
    found = coverage(
        [outcome(1, ours=0.5, theirs=0.2, cut=0.3), outcome(2, ours=0.3, theirs=0.2, cut=0.1, locale="da"), outcome(3)]
    )
    names = [OURS, *BASELINES]
    assert [(line.locale, line.text, line.tickets) for line in found] == [
        (locale, name, tickets) for locale, tickets in (("", 2), ("da", 1), ("sv", 1)) for name in names
    ]
    ours, first = found[:2]
    assert (ours.words, ours.means, ours.gain, ours.equal_gain) == (100, {"rouge_l": 0.4, "chrf": 0.4}, {}, {})
    assert first.words == 40
    assert first.gain == pytest.approx({"rouge_l": 0.2, "chrf": 0.2})
    assert first.equal_gain == pytest.approx({"rouge_l": 0.0, "chrf": 0.0})
    low, high = first.gain_intervals["rouge_l"]
    assert low == pytest.approx(0.1)
    assert high == pytest.approx(0.3)


def test_beaten_only_at_equal_length_and_beyond_the_interval() -> None:
    longer = coverage([outcome(n, ours=0.5, theirs=0.2, cut=0.1 + 0.02 * n) for n in range(1, 11)])[1]
    assert longer.gain_intervals["chrf"][0] > 0
    assert not longer.is_beaten
    better = coverage([outcome(n, ours=0.5, theirs=0.2, cut=0.2 + 0.02 * n) for n in range(1, 11)])
    assert better[1].is_beaten
    assert not better[0].is_beaten


def test_nothing_to_compare() -> None:
    assert coverage([]) == coverage([outcome(1)]) == []
    assert faithfulness([]).k_precision == 1.0


def test_faithfulness_is_of_drafts_only() -> None:
    found = faithfulness([outcome(1, known=0.5), outcome(2), outcome(3, text="", known=0.0)])
    assert (found.drafts, found.k_precision) == (2, 0.75)


def test_who_gets_a_draft_and_from_where() -> None:
    families = {"hub-sv": "hub", "hub-en": "hub"}
    found = silences(
        [
            outcome(1, relevant=("hub-sv",), quoted=("hub-sv",), suggested=("hub-sv",)),
            outcome(2, relevant=("hub-sv",), quoted=("hub-en", "other")),
            outcome(3, relevant=("hub-sv",), quoted=("other",), suggested=("other", "hub-en")),
            outcome(4, relevant=("hub-sv",), text=""),
            outcome(5, quoted=("other",)),
            outcome(6, group=QUESTIONS, text=""),
        ],
        families,
    )
    tickets, questions = found
    assert (tickets.group, tickets.questions, tickets.drafted, tickets.share, tickets.judged) == (TICKETS, 5, 4, 0.8, 3)
    assert tickets.right == pytest.approx(2 / 3)
    assert tickets.same_language == pytest.approx(1 / 3)
    assert tickets.in_reach == pytest.approx(2 / 3)
    assert (questions.group, questions.share, questions.judged, questions.right) == (QUESTIONS, 0.0, 0, 0.0)
    assert silences([], {}) == []
