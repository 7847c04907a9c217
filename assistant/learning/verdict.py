"""Whether something new is better than what is in force, on questions that neither was fitted to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.metrics import bootstrap_interval
from kb.model import Learned


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two figures of the same questions and the interval of what was gained."""

    before: float
    """Mean of what is in force."""
    after: float
    """Mean of what is new."""
    interval: tuple[float, float]
    """95 % of the gain, positive where the new one is better; (0, 0) without questions."""
    questions: int

    @property
    def is_better(self) -> bool:
        """The new one is better beyond doubt: the whole interval lies above 0."""
        return self.interval[0] > 0


def judge(before: Sequence[float], after: Sequence[float], *, lower_is_better: bool = False) -> Verdict:
    """Compare two figures of the same questions.

    Args:
        before: One figure per question of what is in force.
        after: The same questions in the same order, of what is new.
        lower_is_better: The figure is a loss.

    Raises:
        ValueError: There are not as many of one as of the other.

    Source: paired percentile bootstrap; Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    """
    sign = -1.0 if lower_is_better else 1.0
    gains = [sign * (new - old) for old, new in zip(before, after, strict=True)]
    return Verdict(
        before=float(np.mean(before)) if len(before) else 0.0,
        after=float(np.mean(after)) if len(after) else 0.0,
        interval=bootstrap_interval(gains),
        questions=len(gains),
    )


def line(learned: Learned) -> str:
    """One attempt in a line of text; what was refused says why.

    Such as "weights: kept; nDCG@10 .471 -> .474, interval [-.002, +.008] of 187 newest questions".

    Args:
        learned: Its figures are read by name; those that are missing are left out.
    """
    figures = learned.figures
    outcome = "adopted" if learned.is_adopted else "kept"
    text = f"{learned.kind.value}: {outcome if learned.undone_at is None else 'undone'}"
    if "before" in figures:
        low, high = (_short(end, sign=True) for end in _pair(figures.get("interval")))
        moved = f"{_short(figures['before'])} -> {_short(figures.get('after'))}"
        count = figures.get("questions")
        text += f"; {figures.get('measure', '')} {moved}, interval [{low}, {high}] of {count} newest questions"
    if "error_before" in figures:
        text += f", calibration error {_short(figures['error_before'])} -> {_short(figures.get('error_after'))}"
    changed = figures.get("changed")
    if isinstance(changed, Mapping) and changed:
        text += "; " + ", ".join(f"{name} {_pair(pair)[0]:g} -> {_pair(pair)[1]:g}" for name, pair in changed.items())
    why = figures.get("why")
    return f"{text}; {why}" if why else text


def _pair(value: object) -> tuple[float, float]:
    if isinstance(value, Sequence) and len(value) == 2:
        return float(value[0]), float(value[1])
    return 0.0, 0.0


def _short(value: object, *, sign: bool = False) -> str:
    """.471 for 0.4712, and with its sign +.008."""
    number = float(value) if isinstance(value, int | float) else 0.0
    text = f"{number:{'+' if sign else ''}.3f}"
    return text.replace("0.", ".", 1) if abs(number) < 1 else text
