"""Captions that were left behind by an import."""

from __future__ import annotations

import pytest

from assistant.drafts.answer_parts import Piece
from assistant.drafts.captions import without_captions


def left(body: str) -> list[str]:
    return [body[piece.start : piece.end] for piece in without_captions(body, [Piece(0, len(body))])]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1. Click it.\n\n   Protection panel\n2. Wait.", ["1. Click it.", "2. Wait."]),
        ("1. Click it.\n\n   Protection panel\n\n   It opens.", ["1. Click it.", "It opens."]),
        ("1. Click it.\n\n   Protection panel", ["1. Click it."]),
        ("1. Click it.\n\n   Then wait.\n2. Go.", ["1. Click it.\n\n   Then wait.\n2. Go."]),
        ("1. Click\n\n   the big button\n2. Go.", ["1. Click\n\n   the big button\n2. Go."]),
        ("Click it.\n\nProtection panel", ["Click it.\n\nProtection panel"]),
        ("1. Click it.\n\n   - one thing\n2. Go.", ["1. Click it.\n\n   - one thing\n2. Go."]),
        ("1. Click it.\n\n   a b c d e f g\n2. Go.", ["1. Click it.\n\n   a b c d e f g\n2. Go."]),
        ("", []),
    ],
)
def test_a_caption_is_left_out(body: str, expected: list[str]) -> None:
    assert left(body) == expected


def test_headings_stay_and_a_marker_stays_with_the_first_part() -> None:
    body = "Protection panel\n\nClick it.\n\n   Protection panel\n\n   It opens."
    heading, item = Piece(0, 16, heading=True), Piece(18, len(body), marker="2. ")
    first, second, third = without_captions(body, [heading, item])
    assert first == heading
    assert (second.marker, third.marker) == ("2. ", "")
