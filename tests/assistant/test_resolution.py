"""The part of a reply that answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.resolution import MAX_CHARACTERS, best_part, resolution_of
from indexer.words import query_stems
from kb.model import Customer
from tests.fakes import a_ticket

WANTED = frozenset(query_stems("hubben blinkar gult", "sv"))
FILLER = "Vi tackar för tålamodet och önskar en fin dag med många vackra stunder. "
ANSWER = "När hubben blinkar gult saknar den nät. Dra ut kabeln och vänta i tio sekunder."


def test_a_short_reply_is_shown_as_it_is() -> None:
    assert (
        best_part("Hej!\n\n1. Dra ut kabeln.\n2. Vänta.", WANTED, locale="sv") == "Hej!\n\n1. Dra ut kabeln.\n2. Vänta."
    )
    assert best_part("", WANTED, locale="sv") == ""


@pytest.mark.parametrize("before", [0, 1, 9, 30])
def test_the_part_that_speaks_of_the_question_in_whole_sentences(before: int) -> None:
    reply = FILLER * before + ANSWER + " " + FILLER * 30
    part = best_part(reply.strip(), WANTED, locale="sv")
    assert "blinkar gult" in part
    assert len(part) <= MAX_CHARACTERS
    assert part.endswith((".", "!"))
    assert part[0].isupper()
    assert part in reply


def test_steps_count_beside_words() -> None:
    steps = "\n".join(f"{n}. Tryck på knappen nummer {n}." for n in range(1, 7))
    reply = f"Hubben alltså.\n\n{FILLER * 12}\n\n{steps}"
    assert steps in best_part(reply, frozenset(query_stems("hubben", "sv")), locale="sv")


def test_one_endless_sentence_is_cut_after_a_word() -> None:
    part = best_part("ordet " * 500, WANTED, locale="sv")
    assert part.endswith("ordet")
    assert MAX_CHARACTERS - 6 <= len(part) <= MAX_CHARACTERS


@given(st.text(max_size=900), st.integers(1, 60))
def test_any_text_gives_a_part_of_it(text: str, limit: int) -> None:
    part = best_part(text, WANTED, locale="sv", limit=limit)
    assert len(part) <= limit
    assert part in text


def test_a_courtesy_at_the_end_is_not_what_solved_it() -> None:
    ticket = a_ticket(
        "t1", ("customer", "Varför?"), ("agent", ANSWER), ("customer", "Tack!"), ("agent", "Ha en fin dag!")
    )
    assert resolution_of(ticket, WANTED) == ANSWER


def test_a_short_reply_alone_is_better_than_none() -> None:
    assert resolution_of(a_ticket("t1", ("customer", "Varför?"), ("agent", "Starta om.")), WANTED) == "Starta om."
    assert resolution_of(a_ticket("t1", ("customer", "Varför?")), WANTED) == ""


@pytest.mark.parametrize("before", range(5880, 6020, 7))
def test_identifiers_go_before_anything_is_cut(before: int) -> None:
    reply = (
        ("x" * 9 + " ") * (before // 10)
        + "x" * (before % 10)
        + " blinkar gult bengt.ronnsjo@post.example 070-174 06 05."
    )
    ticket = a_ticket("t1", ("customer", "Varför?"), ("agent", reply))
    found = resolution_of(replace(ticket, customer=Customer("c1", "Bengt Rönnsjö", "")), WANTED)
    assert not [part for part in ("bengt", "ronnsjo", "070") if part in found]
    assert len(found) <= MAX_CHARACTERS
