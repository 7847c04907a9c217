"""How much a text agrees with what others were told."""

from __future__ import annotations

import pytest

from assistant.drafts.consensus import Consensus, pairs


def test_pairs_are_neighbouring_words_without_addresses() -> None:
    assert pairs("Vänta EN minut: https://help.example/a-b sedan") == {
        ("vänta", "en"),
        ("en", "minut"),
        ("minut", "sedan"),
    }
    assert pairs("ett två tre", 2) == {("ett", "två")}
    assert pairs("") == pairs("ett") == frozenset()


def test_nobody_agrees_with_himself() -> None:
    told = Consensus([(0.6, ["dra ur kabeln"]), (0.4, ["dra ur batteriet", "vänta en minut"])])
    assert told.agreement(pairs("dra ur kabeln"), without=0) == pytest.approx(0.4 / 4)
    assert told.agreement(pairs("dra ur kabeln"), without=1) == pytest.approx(0.6)
    assert told.agreement(pairs("helt annat här"), without=0) == 0.0
    assert told.agreement(frozenset(), without=0) == 0.0


def test_a_long_answer_need_not_be_said_whole() -> None:
    answer = " ".join(f"ord{number}" for number in range(200))
    told = Consensus([(0.5, [answer]), (0.5, [])])
    assert told.agreement(pairs(answer, 61), without=1) == pytest.approx(0.5)
