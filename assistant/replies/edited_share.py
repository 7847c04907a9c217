"""How far a sent reply is from the draft it began as. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+|[^\w\s]")


def edited_share(drafted: str, sent: str) -> float:
    """The share of words that were changed: d(a, b) / max(|a|, |b|) over words and signs.

    d is the edit distance of V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions and
    reversals", Soviet Physics Doklady 10 (1966), 707-710; divided by its largest possible value it lies between 0 and
    1. White space does not count, case does.

    Args:
        drafted: The draft as it was proposed.
        sent: What the customer got.

    Returns:
        0.0 for the same words in the same order, 1.0 for none in common; two empty texts are the same.
    """
    before, after = _WORD.findall(drafted), _WORD.findall(sent)
    longer = max(len(before), len(after))
    return round(distance(before, after) / longer, 4) if longer else 0.0


def distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Fewest insertions, deletions and replacements that make one sequence of the other.

    The bit-parallel form of G. Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic
    programming", J. ACM 46 (1999), 395-415, in the version of H. Hyyrö (2003) for the whole distance: one column of
    the table is one integer, so that a reply of a thousand words takes milliseconds.
    """
    if not a or not b:
        return len(a) + len(b)
    places: dict[str, int] = {}
    for place, word in enumerate(a):
        places[word] = places.get(word, 0) | (1 << place)
    whole, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    rises, falls, cost = whole, 0, len(a)
    for word in b:
        same = places.get(word, 0)
        diagonal = (((same & rises) + rises) ^ rises) | same | falls
        up = falls | ~(diagonal | rises) & whole
        down = rises & diagonal
        cost += bool(up & last) - bool(down & last)
        up = (up << 1) | 1
        down <<= 1
        rises = (down | ~(diagonal | up)) & whole
        falls = up & diagonal & whole
    return cost
