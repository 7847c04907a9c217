"""How easily a text is read: LIX, made for Swedish and used in all of Scandinavia. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kb.markdown import blocks, plain

FEWEST_WORDS = 30
"""A shorter text has no level: one long word more or less would change it."""
_LONG = 6
"""Words of more letters are long."""
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_END = re.compile(r"[.!?:…]+(?=\s|\Z|[\"'”’»)])")
_MARK = re.compile(r"[ ]*(?:\d{1,9}[.)]|-)[ ]")
_READ = frozenset({"paragraph", "list", "quote", "internal"})
_SCALES = {"da": (25.0, 35.0, 45.0, 55.0)}
_SCALE = (30.0, 40.0, 50.0, 60.0)


class Level(StrEnum):
    """From what a child reads to what experts write."""

    VERY_EASY = "very_easy"
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    VERY_HARD = "very_hard"
    TOO_SHORT = "too_short"


@dataclass(frozen=True, slots=True)
class Reading:
    """How hard a text is."""

    lix: float
    """0 for a text without words."""
    level: Level
    words: int
    sentences: int
    long_words: int
    goal: float
    """Help texts should stay below this: what a newspaper asks of its readers."""


def reading_level(markdown: str, locale: str) -> Reading:
    """LIX of what stands in paragraphs, lists and quotes; headings, tables and code are not read like sentences.

    LIX = words / sentences + 100 * long words / words, where a sentence ends at a full stop, colon, question or
    exclamation mark, and at the end of a paragraph or of an item of a list; a long word has more than six letters.

    Args:
        markdown: Any text.
        locale: Its language: Danish has a scale of its own.

    Source: C. H. Björnsson, Läsbarhet, Liber, Stockholm 1968, with the levels 30, 40, 50 and 60 for Swedish, which are
    used for Norwegian too; J. Anderson, "Lix and Rix", Journal of Reading 26 (1983), takes the same formula to English.
    In Danish the levels are 25, 35, 45 and 55 (G. Jakobsen, Dansk Lix 70, 1971).
    """
    lines = [
        line
        for block in blocks(markdown)
        if block.kind in _READ
        for line in plain(markdown[block.start : block.end]).split("\n")
        if _WORD.search(line)
    ]
    said = [word for line in lines for word in _WORD.findall(line)]
    sentences = sum(_sentences(line) for line in lines)
    long_words = sum(len(word) > _LONG for word in said)
    lix = round(len(said) / sentences + 100 * long_words / len(said), 1) if said else 0.0
    scale = _SCALES.get(locale, _SCALE)
    level = Level.TOO_SHORT if len(said) < FEWEST_WORDS else list(Level)[sum(lix >= limit for limit in scale)]
    return Reading(lix, level, len(said), sentences, long_words, scale[2])


def _sentences(line: str) -> int:
    line = _MARK.sub("", line)
    ends = [match.end() for match in _END.finditer(line)]
    # What follows the last full stop is a sentence too, if it has words; a mark behind a number alone ends none.
    rest = line[ends[-1] :] if ends else line
    return len(ends) + bool(_WORD.search(rest)) if ends else 1
