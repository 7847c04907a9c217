"""How much a text agrees with what colleagues answered to similar tickets. Pure.

Of several answers the one that most others come closest to is the safest: it minimizes the expected loss, however the
right answer turns out.

Source: Kumar and Byrne, "Minimum Bayes-Risk Decoding for Statistical Machine Translation", 2004,
aclanthology.org/N04-1022; here the loss counts pairs of words that the text does not have, and the chance of an answer
is the weight of its ticket.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

READ_WORDS = 50
"""Of a text: what stands first is read, and agents' own replies have hardly more."""
_ENOUGH = 60
"""Pairs of words. Who says so much of a reply has said what matters of it, however long the reply is."""
_URL = re.compile(r"<?\bhttps?://[^\s<>]+>?")
_WORD = re.compile(r"\w+")

Pair = tuple[str, str]


class Consensus:
    """What customers with similar tickets were told, pair of words by pair of words.

    Args:
        told: Per customer what that counts, and all that he was told.
    """

    def __init__(self, told: Iterable[tuple[float, Iterable[str]]]) -> None:
        self._told: list[frozenset[Pair]] = []
        self._values: list[float] = []
        self._all: defaultdict[Pair, float] = defaultdict(float)
        for weight, texts in told:
            said = frozenset[Pair]().union(*(pairs(text) for text in texts))
            value = weight / min(max(1, len(said)), _ENOUGH)
            self._told.append(said)
            self._values.append(value)
            for pair in said:
                self._all[pair] += value

    def agreement(self, said: frozenset[Pair], *, without: int) -> float:
        """The share of the others' answers that a text says, each by its weight; 0 and more.

        Args:
            said: The pairs of the text.
            without: Number of the customer who was told it: nobody agrees with himself.
        """
        own = self._values[without] * len(said & self._told[without])
        return sum(self._all.get(pair, 0.0) for pair in said) - own


def pairs(text: str, most: int | None = None) -> frozenset[Pair]:
    """Neighbouring words of a text, folded, addresses passed over.

    Args:
        text: Markdown.
        most: So many words from the beginning; None: all.
    """
    return frozenset(pairwise(_WORD.findall(_URL.sub(" ", text).casefold())[:most]))
