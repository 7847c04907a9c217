"""Notes of a call as a question: the newest sentences stand first, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.call_notes import LAST_CHARACTERS, latest_first

OLD = "Kunden ringer om sin order från i våras. Hon har inte fått paketet och undrar var det är någonstans. "
NEW = (
    "Nu frågar hon om något annat. Hennes hub blinkar gult sedan i går kväll. Hon har startat om routern två gånger"
    " utan att det hjälpte. Appen visar E-1042 när hon öppnar den hemma, och likadant på jobbet."
)


def test_what_was_said_last_comes_first() -> None:
    found = latest_first(OLD + OLD + NEW)

    assert found.startswith("Nu frågar hon om något annat. Hennes hub blinkar gult")
    assert found.endswith("någonstans.")


@pytest.mark.parametrize("notes", ["", "  ", "Hubben blinkar.", "x" * LAST_CHARACTERS, "y" * 1000])
def test_short_notes_and_a_single_long_sentence_stay(notes: str) -> None:
    assert latest_first(notes) == notes.strip()


@given(st.text(alphabet="abå .\n?", max_size=900))
def test_every_word_is_kept(notes: str) -> None:
    assert sorted(latest_first(notes).split()) == sorted(notes.split())
