"""How far agents' replies to the same question agree. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence


def agreements(replies: Sequence[Collection[str]], tickets: Sequence[str]) -> list[float]:
    """How much of what each reply says other tickets' replies say, too, relative to the one that they agree with most.

    The consensus of several answers is a better guess than any of them (minimum Bayes risk: Kumar & Byrne 2004,
    "Minimum Bayes-Risk Decoding for Statistical Machine Translation"). Likeness is the share of stems in both, each
    counted by its rarity among the replies, so that what all replies say decides nothing.

    Args:
        replies: The stems of each.
        tickets: The ticket of each; a ticket does not speak for itself.

    Returns:
        0..1 for each; all 0 where fewer than three tickets have a reply: two cannot outvote each other.
    """
    if len(set(tickets)) < 3:
        return [0.0] * len(replies)
    counted = Counter(stem for reply in replies for stem in set(reply))
    rarity = {stem: math.log(len(replies) / count) for stem, count in counted.items()}
    found = []
    for reply, ticket in zip(replies, tickets, strict=True):
        own = set(reply)
        shares = [
            _share(own, set(other), rarity)
            for other, whose in zip(replies, tickets, strict=True)
            if whose != ticket
        ]  # fmt: skip
        found.append(sum(shares) / max(1, len(shares)))
    best = max(found, default=0.0)
    return [each / best if best else 0.0 for each in found]


def _share(one: set[str], other: set[str], rarity: dict[str, float]) -> float:
    # In a fixed order, so that the sum is the same in every process.
    both = math.fsum(rarity[stem] for stem in one & other)
    either = math.fsum(rarity[stem] for stem in one | other)
    return both / either if either else 0.0
