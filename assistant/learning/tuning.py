"""The search for better weights: one after another, as long as each change pays. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.learning.parameters import CHOICES
from assistant.weights import Weights

ROUNDS = 2
LEAST_GAIN = 0.002
"""A change that gains less is noise, and what is shipped was measured on more questions than one team has."""


def search(
    start: Weights,
    score: Callable[[Weights], float],
    *,
    choices: Mapping[str, Sequence[float]] = CHOICES,
    rounds: int = ROUNDS,
    least_gain: float = LEAST_GAIN,
) -> Weights:
    """Coordinate search: try every value of one weight, keep the best if it pays, go on with the next weight.

    Args:
        start: Where to begin.
        score: What is to be as high as possible; called about once per value and round.
        choices: Values to try by the name of the weight, in the order in which the weights are tried.
        rounds: How many times to go over all weights; a round that changes nothing is the last.
        least_gain: A change must gain so much.

    Returns:
        The best that was found; `start` itself if no change paid. Of equal values the first one is taken.
    """
    best, reached = start, score(start)
    for _ in range(rounds):
        before = best
        for name, values in choices.items():
            tried = [replace(best, **{name: value}) for value in values if value != getattr(best, name)]  # type: ignore[arg-type]
            scores = [score(each) for each in tried]
            if scores and max(scores) >= reached + least_gain:
                best, reached = tried[scores.index(max(scores))], max(scores)
        if best == before:
            break
    return best


def most_steps(choices: Mapping[str, Sequence[float]] = CHOICES, *, rounds: int = ROUNDS) -> int:
    """How many times `search` asks for a score at most."""
    return 1 + rounds * sum(map(len, choices.values()))
