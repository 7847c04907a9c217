"""What an agent types during a call, as a question: what was said last weighs most. Pure."""

from __future__ import annotations

from assistant.drafts.sentences import split
from kb.locales import UNDETERMINED

LAST_CHARACTERS = 240
"""So much of the newest sentences stands first: little less than what of a question is encoded."""


def latest_first(notes: str) -> str:
    """The notes with their newest whole sentences in front, which keep their order, as do the rest behind them.

    Meaning is taken from the beginning of a question and words from all of it, so what is being spoken of now decides,
    and what was said before still counts.

    Args:
        notes: What was typed, oldest first; up to LAST_CHARACTERS they stay as they are.
    """
    notes = notes.strip()
    if len(notes) <= LAST_CHARACTERS:
        return notes
    spans = split(notes, UNDETERMINED)
    first = len(spans) - 1
    while first > 0 and len(notes) - spans[first - 1].start <= LAST_CHARACTERS:
        first -= 1
    if first <= 0:
        return notes
    at = spans[first].start
    return f"{notes[at:].strip()}\n{notes[:at].strip()}"
