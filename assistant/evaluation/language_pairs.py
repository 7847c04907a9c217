"""How well an answer in another language is found: pairs of languages, compared question by question. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.evaluate import OURS, Outcome
from assistant.evaluation.metrics import Sample, bootstrap, bootstrap_interval

LEAST_QUESTIONS = 30
"""A pair of languages with fewer is shown and counts neither as the worst nor in the mean."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Questions in one language with answers in another only, beside the same questions with answers in their own."""

    ranking: str
    asked: str
    answered: str
    questions: int
    other: float
    """hit@5 with answers in the other language only."""
    other_interval: tuple[float, float]
    own: float
    """hit@5 of the same questions with answers in their own language only."""
    own_interval: tuple[float, float]
    share: float
    """other / own; 0 where own is 0."""
    share_interval: tuple[float, float]
    counts: bool
    """Whether there are enough questions for the worst and the mean."""


@dataclass(frozen=True, slots=True)
class AcrossLanguages:
    """All pairs of one ranking."""

    ranking: str
    pairs: tuple[Pair, ...]
    """By question language, then answer language."""
    worst: float | None
    """Lowest share among the pairs that count; None if none does."""
    mean: float | None


def across_languages(outcomes: Sequence[Outcome], *, least: int = LEAST_QUESTIONS) -> list[AcrossLanguages]:
    """Compare the outcomes of `experiments.across`.

    Args:
        outcomes: Their groups are "da>nb", and "da>da" for the same questions in their own language.
        least: How many questions a pair needs to count.

    Returns:
        One entry per ranking, in the order of the outcomes.
    """
    return [_of_ranking(name, outcomes, least) for name in dict.fromkeys(o.ranking for o in outcomes)]


def ours(found: Sequence[AcrossLanguages]) -> AcrossLanguages | None:
    """The entry of our own ranking; None if there is none."""
    return next((entry for entry in found if entry.ranking == OURS), None)


def _of_ranking(ranking: str, outcomes: Sequence[Outcome], least: int) -> AcrossLanguages:
    hits: dict[str, dict[str, float]] = {}
    for outcome in outcomes:
        if outcome.ranking == ranking:
            hits.setdefault(outcome.group, {})[outcome.id] = outcome.values["hit@5"]
    pairs = tuple(_pair(ranking, group, hits, least) for group in sorted(hits) if len(set(group.split(">"))) == 2)
    shares = [pair.share for pair in pairs if pair.counts]
    return AcrossLanguages(
        ranking=ranking,
        pairs=pairs,
        worst=min(shares) if shares else None,
        mean=sum(shares) / len(shares) if shares else None,
    )


def _pair(ranking: str, group: str, hits: dict[str, dict[str, float]], least: int) -> Pair:
    asked, answered = group.split(">")
    other, own = hits[group], hits[f"{asked}>{asked}"]
    rows: Sample = np.array([(other[question], own[question]) for question in sorted(other)], np.float64)
    return Pair(
        ranking=ranking,
        asked=asked,
        answered=answered,
        questions=len(rows),
        other=float(rows[:, 0].mean()),
        other_interval=bootstrap_interval(rows[:, 0].tolist()),
        own=float(rows[:, 1].mean()),
        own_interval=bootstrap_interval(rows[:, 1].tolist()),
        share=_share(rows),
        share_interval=bootstrap(_share, rows),
        counts=len(rows) >= least,
    )


def _share(rows: Sample) -> float:
    own = float(rows[:, 1].sum())
    return float(rows[:, 0].sum()) / own if own else 0.0
