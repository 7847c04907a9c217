"""How well questions that nothing answers are told from those that something does, by the shown chance. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.metrics import auroc, bootstrap, bootstrap_interval, share_reaching, threshold_keeping

COVERAGE = 0.95
"""False suggestions are counted where so many of the answerable questions still get a list."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """Answerable questions of a data set against the unanswerable ones of one file."""

    name: str
    answerable: int
    """How many questions have an answer in the knowledge base, found or not."""
    unanswerable: int
    auroc: float
    auroc_interval: tuple[float, float]
    threshold: float
    """The chance that COVERAGE of the answerable questions reach."""
    false_suggestions: float
    """Share of the unanswerable ones that reach it too."""
    false_suggestions_interval: tuple[float, float]
    min_confidence: float
    """The product's own threshold, as it is set."""
    shown_answerable: float
    """Share of the answerable ones that are shown as good at that threshold."""
    shown_answerable_interval: tuple[float, float]
    shown_unanswerable: float
    shown_unanswerable_interval: tuple[float, float]


def abstention(
    name: str, answerable: Sequence[float], unanswerable: Sequence[float], *, min_confidence: float
) -> Abstention:
    """Compare the chances that were shown for both.

    Args:
        name: What the unanswerable ones are called.
        answerable: Shown chances, 0..1; may be empty, then nothing can be told apart.
        unanswerable: The same for questions that nothing answers.
        min_confidence: From this chance on the product shows its list as good.
    """
    yes, no = np.array(answerable, np.float64), np.array(unanswerable, np.float64)
    threshold = threshold_keeping(yes, COVERAGE)
    return Abstention(
        name=name,
        answerable=len(yes),
        unanswerable=len(no),
        auroc=auroc(yes, no),
        auroc_interval=bootstrap(auroc, yes, no),
        threshold=max(0.0, threshold),
        false_suggestions=share_reaching(no, threshold),
        # The threshold is drawn anew too: it is as uncertain as the answerable questions make it.
        false_suggestions_interval=bootstrap(lambda y, n: share_reaching(n, threshold_keeping(y, COVERAGE)), yes, no),
        min_confidence=min_confidence,
        shown_answerable=share_reaching(yes, min_confidence),
        shown_answerable_interval=bootstrap_interval((yes >= min_confidence).tolist()),
        shown_unanswerable=share_reaching(no, min_confidence),
        shown_unanswerable_interval=bootstrap_interval((no >= min_confidence).tolist()),
    )
