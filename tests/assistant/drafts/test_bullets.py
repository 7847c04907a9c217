"""An answer as bullets: whole sentences, at most two together, the urgent ones first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.answer_parts import Piece
from assistant.drafts.bullets import SENTENCES, Rank, bullets_of, chosen
from tests.assistant.drafts.test_compose_demo import BODIES


def texts(body: str, *pieces: Piece) -> list[tuple[str, str]]:
    """Rank and sentences of each bullet."""
    found = bullets_of(body, pieces or (Piece(0, len(body)),), "sv")
    return [(each.rank.name, " | ".join(body[s.start : s.end] for s in each.spans)) for each in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("Ett. Två. Tre.", [("TEXT", "Ett. | Två."), ("TEXT", "Tre.")]),
        ("Ett.\n\nTvå.", [("TEXT", "Ett."), ("TEXT", "Två.")]),
        ("Gör så här:\n\n1. Ett.\n2. Två. Tre. Fyr.", [("STEP", "Ett."), ("STEP", "Två. | Tre."), ("STEP", "Fyr.")]),
        ("Ha detta till hands:\n\n- Kod.\n- Kvitto.", [("TEXT", "Ha detta till hands:"), ("TEXT", "Kod."), ("TEXT", "Kvitto.")]),
        ("> Rör inte kabeln.", [("WARNING", "Rör inte kabeln.")]),
        ("**Varning:** det är 230 V.", [("WARNING", "**Varning:** det är 230 V.")]),
        ("1. Ett.\n   - Inre.\n2. Två.", [("STEP", "Ett. | Inre."), ("STEP", "Två.")]),
        ("---\n\n***", []),
    ],
)  # fmt: skip
def test_bullets(body: str, expected: list[tuple[str, str]]) -> None:
    assert texts(body) == expected


def test_headings_are_not_said_and_items_with_a_mark_of_their_own_are_steps() -> None:
    assert texts("Rubrik Ett.", Piece(0, 6, heading=True), Piece(7, 11, marker="2. ")) == [("STEP", "Ett.")]


@pytest.mark.parametrize(
    ("ranks", "most", "expected"),
    [
        ("", 7, ()),
        ("ttt", 2, (0, 1)),
        ("tsw", 7, (2, 0, 1)),
        ("tsts", 3, (0, 1, 3)),
        ("tsss", 3, (1, 2, 3)),
        ("ssss", 3, (0, 1, 2)),
        ("sww", 1, (1,)),
    ],
)
def test_which_are_said(ranks: str, most: int, expected: tuple[int, ...]) -> None:
    named = {"t": Rank.TEXT, "s": Rank.STEP, "w": Rank.WARNING}
    assert chosen([named[each] for each in ranks], most) == expected


@given(ranks=st.lists(st.sampled_from(Rank), max_size=20), most=st.integers(1, 9))
def test_never_too_many_warnings_first_and_steps_in_order(ranks: list[Rank], most: int) -> None:
    said = chosen(ranks, most)
    assert len(said) == min(most, len(ranks))
    assert len(set(said)) == len(said)
    kinds = [ranks[n] is not Rank.WARNING for n in said]
    assert kinds == sorted(kinds)
    steps = [n for n in said if ranks[n] is Rank.STEP]
    assert steps == [n for n, rank in enumerate(ranks) if rank is Rank.STEP][: len(steps)]


@given(body=BODIES)
def test_sentences_stand_in_the_text_in_order(body: str) -> None:
    at = 0
    for bullet in bullets_of(body, [Piece(0, len(body))], "sv"):
        assert 1 <= len(bullet.spans) <= SENTENCES
        for span in bullet.spans:
            assert at <= span.start < span.end <= len(body)
            at = span.end
