"""What is subtracted from questions: the mean of the team's tickets, or of common ones, moved by language."""

from __future__ import annotations

import json

import numpy as np

from indexer.encode import Vectors
from indexer.shelves import COMMON_MEANS, Shelves

_COMMON_WEIGHT = 50
"""With so many tickets of its own, a team's questions count as much as the common ones."""
_LANGUAGE_SHARE = 0.5
"""How much of the difference between a language's common questions and all of them is taken out."""


def question_means(shelves: Shelves, own: Vectors, tickets: int) -> dict[str, Vectors]:
    """The means to subtract from a question by its language, "" for all others; empty if no common ones are noted.

    Args:
        shelves: The index, where the means of common questions are noted.
        own: (d,) mean of the team's tickets.
        tickets: How many there are.
    """
    stored: dict[str, list[float]] = json.loads(shelves.meta(COMMON_MEANS, "{}"))
    if not stored:
        return {}
    common = {locale: np.array(mean, np.float32) for locale, mean in stored.items()}
    middle = np.mean(list(common.values()), axis=0)
    share = tickets / (tickets + _COMMON_WEIGHT)
    mean = (share * own + (1 - share) * middle).astype(np.float32)
    return {"": mean, **{locale: mean + _LANGUAGE_SHARE * (own - middle) for locale, own in common.items()}}
