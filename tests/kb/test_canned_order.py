"""Which canned reply is meant by what is typed after ";"."""

from __future__ import annotations

import pytest

from indexer.build import _of_canned
from kb.canned_order import find_canned
from tests.fakes import a_canned

REPLIES = [
    a_canned("a", "Starta om hubben.", title="Omstart", shortcut="start", locale="sv", uses=3),
    a_canned("b", "Vi skickar en fraktsedel.", title="Retur av vara", shortcut="retur", locale="sv", folder="Butik"),
    a_canned("c", "Vi sender en label.", title="Retur", shortcut="retur", locale="da"),
    a_canned("d", "Min egen returtext.", title="Min", shortcut="retur", locale="sv", owner_id="u"),
    a_canned("e", "Pengar tillbaka vid retur.", title="Återbetalning", locale="sv", uses=9),
    a_canned("f", "Your return label.", title="Return", shortcut="return", locale="en"),
]


@pytest.mark.parametrize(
    ("typed", "locale", "expected"),
    [
        ("retur", "sv", "d b e c f"),
        ("retur", "da", "c d b f e"),
        ("RET", "sv", "d b e c f"),
        ("start", "sv", "a"),
        ("retur vara", "sv", "b"),
        ("butik", "sv", "b"),
        ("pengar retur", "sv", "e"),
        ("engar", "sv", ""),
        ("nothing", "sv", ""),
        ("", "sv", "d e a b c f"),
        ("", "", "d e a c b f"),
    ],
)
def test_table(typed: str, locale: str, expected: str) -> None:
    assert " ".join(each.id for each in find_canned(REPLIES, typed, locale=locale)) == expected


def test_what_is_somebodys_own_or_removed_is_never_indexed() -> None:
    assert len(_of_canned(REPLIES[0])) == 1
    assert _of_canned(REPLIES[3]) == []
    assert _of_canned(a_canned("x", "")) == []
