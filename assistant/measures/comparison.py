"""With and without the assistant: what differs, how sure that is, and whether the two can be compared at all. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from assistant.measures.definitions import DEFINITIONS, Definition, figures_of
from assistant.measures.figure import INTERVAL, SEED, Z95, Figure, Values, means_drawn, medians_drawn
from assistant.measures.frame import Frame, Mask

MIX = ("product", "locale", "channel", "priority")
WORTH_A_WARNING = 0.1
"""Standardised mean difference above which two groups are not alike in a field (Austin 2009, below)."""
LEAST = 30
"""Fewest tickets on either side; with fewer the mean of long-tailed durations says nothing."""
LEAST_IN_STRATUM = 5


@dataclass(frozen=True, slots=True)
class Warned:
    """One way in which the two groups differ."""

    field: str
    word: str
    """The product, language, channel or priority."""
    difference: float
    """Standardised: positive where there is more of it with the assistant."""


@dataclass(frozen=True, slots=True)
class Difference:
    """With less without."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Value:
    """How much shorter tickets were; nothing is claimed that was not measured."""

    shown: bool
    why: str
    """"measured", "too_few", "no_difference" or "not_comparable"."""
    minutes: float | None
    """Working minutes by which a ticket took less from arrival to resolution, at the same mix of tickets."""
    low: float | None
    high: float | None
    tickets: int
    """Tickets that were compared, with the assistant."""
    total: float | None
    """minutes times tickets."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups of tickets side by side."""

    with_it: dict[str, Figure]
    without: dict[str, Figure]
    differences: dict[str, Difference]
    warnings: tuple[Warned, ...]
    value: Value


def compare(frame: Frame, mask: Mask) -> Comparison:
    """Compare tickets in which something that Svar suggested was used with the others.

    Agents choose for which tickets they use it, so a difference is no proof of an effect; the warnings say where the
    two groups are not alike.

    Args:
        frame: All tickets.
        mask: Which are meant.
    """
    frame, mask = frame.taken(mask), np.ones(int(np.count_nonzero(mask)), dtype=bool)
    used = frame.numbers["assisted"] > 0
    one, other = mask & used, mask & ~used
    left, right = figures_of(frame, one, kind="team"), figures_of(frame, other, kind="team")
    for figures in (left, right):
        figures.pop("assisted")
    differences = {
        each.name: _difference(each, frame, one, other) for each in DEFINITIONS if each.name in left and each.better
    }
    return Comparison(left, right, differences, unlike(frame, one, other), value_of(frame, one, other))


def unlike(frame: Frame, one: Mask, other: Mask) -> tuple[Warned, ...]:
    """Words of the mix whose share differs by more than WORTH_A_WARNING, the largest first; none of an empty group.

    Args:
        frame: All tickets.
        one: A group.
        other: Another.

    Source: Austin, Statistics in Medicine 28 (2009), 3083-3107: (p1 - p2) / sqrt((p1 q1 + p2 q2) / 2).
    """
    found = []
    n, m = int(np.count_nonzero(one)), int(np.count_nonzero(other))
    for field in MIX if n and m else ():
        words = frame.words[field]
        shares = [np.bincount(words.codes[group], minlength=len(words.names)) for group in (one, other)]
        for code, word in enumerate(words.names):
            p, q = shares[0][code] / n, shares[1][code] / m
            spread = math.sqrt((p * (1 - p) + q * (1 - q)) / 2)
            difference = (p - q) / spread if spread else math.copysign(math.inf, p - q) if p != q else 0.0
            if abs(difference) > WORTH_A_WARNING:
                found.append(Warned(field, word, float(max(-9.99, min(9.99, difference)))))
    return tuple(sorted(found, key=lambda each: (-abs(each.difference), each.field, each.word)))


def value_of(frame: Frame, one: Mask, other: Mask) -> Value:
    """By how many working minutes tickets were shorter, compared within the same product, language, channel, priority.

    Each stratum with enough tickets on both sides counts as much as it has tickets with the assistant; the interval is
    that of the weighted mean of differences of means (Cochran 1977, 5.4: the strata are independent).

    Args:
        frame: All tickets.
        one: With the assistant.
        other: Without.
    """
    minutes = frame.numbers["resolution_work_s"] / 60.0
    known = ~np.isnan(minutes)
    one, other = one & known, other & known
    if min(np.count_nonzero(one), np.count_nonzero(other)) < LEAST:
        return Value(False, "too_few", None, None, None, int(np.count_nonzero(one)), None)
    strata = _strata(frame)
    near = one | other
    parts = _parts(minutes[near], strata[near], one[near], other[near])
    n = int(sum(size for _, _, size in parts))
    # What has no counterpart cannot be compared; if that is most of it, nothing is said.
    if n < LEAST or n < np.count_nonzero(one) / 2:
        return Value(False, "not_comparable", None, None, None, n, None)
    saved = sum(difference * size for difference, _, size in parts) / n
    half = Z95 * math.sqrt(sum(variance * size * size for _, variance, size in parts)) / n
    low, high = saved - half, saved + half
    if low <= 0 <= high:
        return Value(False, "no_difference", saved, low, high, n, None)
    return Value(True, "measured", saved, low, high, n, saved * n)


def _strata(frame: Frame) -> Values:
    code = np.zeros(len(frame), np.int64)
    for field in MIX:
        words = frame.words[field]
        code = code * max(1, len(words.names)) + words.codes
    return code.astype(np.float64)


def _parts(minutes: Values, strata: Values, one: Mask, other: Mask) -> list[tuple[float, float, int]]:
    """(without less with, variance of that, tickets with) of each stratum that has enough on both sides."""
    found = []
    for stratum in np.unique(strata[one]):
        inside = strata == stratum
        left, right = minutes[inside & one], minutes[inside & other]
        if min(len(left), len(right)) >= LEAST_IN_STRATUM:
            variance = left.var(ddof=1) / len(left) + right.var(ddof=1) / len(right)
            found.append((float(right.mean() - left.mean()), float(variance), len(left)))
    return found


def _difference(definition: Definition, frame: Frame, one: Mask, other: Mask) -> Difference:
    left, right = (_sample(definition, frame, group) for group in (one, other))
    if min(len(left), len(right)) < LEAST:
        return Difference(None, None, None)
    middle, draw = (np.median, medians_drawn) if definition.unit == "minutes" else (np.mean, means_drawn)
    rng = np.random.default_rng(SEED)
    low, high = np.percentile(draw(left, rng) - draw(right, rng), INTERVAL)
    return Difference(float(middle(left) - middle(right)), float(low), float(high))


def _sample(definition: Definition, frame: Frame, group: Mask) -> Values:
    """What a figure is the mean or the median of."""
    of = definition.of(frame, group)
    if definition.part is not None:
        counted: Values = definition.part(frame, of)[of].astype(np.float64)
        return counted
    values = frame.number(definition.column, of)
    if definition.unit == "nps":
        answers: Values = 100.0 * ((values >= 9).astype(float) - (values <= 6).astype(float))
        return answers
    return values / 60.0
