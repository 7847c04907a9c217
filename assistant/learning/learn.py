"""Learns weights and calibration from what a team's agents did, and keeps what is better on the newest of it.

Links and articles used in answers say what was right. Where an agent dismissed what was shown and used nothing, the
list was of no use: that is a label for the calibration, and says nothing about an order.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from assistant.confidence import Calibration
from assistant.engine import Engine
from assistant.evaluation.reliability import calibration_error
from assistant.learning.calibration import LEAST_A_SIDE, best_pull, chances_of, fit, log_losses, rows_of
from assistant.learning.examples import BLOCKS, FITTED, Judged, Rehearsal, blocks, newest_examples, remembering
from assistant.learning.feedback import REFUSED, USED, feedback_of
from assistant.learning.parameters import calibration_stored, weights_stored
from assistant.learning.term_weights import PULLS
from assistant.learning.term_weights import fit as fit_terms
from assistant.learning.verdict import Verdict, judge, line
from assistant.ranking import TERMS
from assistant.weights import Weights
from indexer.build import Progress
from indexer.encode import Encoder
from indexer.encoders import bulk_encoder
from kb import clock
from kb.errors import KBError
from kb.model import Learned, LearnedKind
from kb.settings import Settings
from kb.store import Store

log = logging.getLogger(__name__)

LEAST_GAIN = 0.002
"""What gains less is noise, and what is shipped was measured on more questions than one team has."""


@dataclass(slots=True)
class _Meter:
    """Counts steps for whoever watches."""

    total: int
    progress: Progress | None
    done: int = field(default=0)

    def move(self, steps: int) -> None:
        self.done = min(self.total, self.done + steps)
        if self.progress is not None:
            self.progress(self.done, self.total)


def learn(
    store: Store,
    settings: Settings,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    encoder: Encoder | None = None,
) -> tuple[Learned, ...]:
    """Learn from the newest linked tickets, and adopt what is better beyond doubt on the newest fifth of them.

    First the weights, then the calibration with the weights that are in force from then on. Every attempt is a line of
    the log and, unless it is a dry run, a row of the store. Engines take in what was adopted when they refresh.

    Args:
        store: The links; the index must be up to date with them.
        settings: The data folder and the model.
        dry_run: Write nothing.
        progress: Told how many steps are done, and how many there may be at most.
        encoder: Use this one; by default the quickest for the number of questions.

    Returns:
        Weights and calibration, adopted or refused; their id is 0 after a dry run.

    Raises:
        KBError: There are too few linked tickets, there is no index, or another process is learning.
    """
    with _only_one(settings.home):
        # One of its own: its encoder, classifier and weights are changed while others ask.
        engine = Engine.open(store, settings)
        linked = {ticket.id: ticket for ticket in store.tickets.linked_since(0)}
        examples = newest_examples(engine, linked, feedback_of(store.events.deeds(USED | REFUSED)))
        parts = blocks(examples)
        meter = _Meter(3 * len(examples), progress)

        def make(texts: int) -> Encoder:
            return encoder or bulk_encoder(engine.model, settings, texts=texts)

        old_weights, old_calibration = engine.weights, engine.calibration
        remembering(engine, make, examples, meter.move)
        rehearsals = [Rehearsal(engine, part, linked, meter.move) for part in parts]
        facts = {"links": store.tickets.count_links(), "examples": len(examples)}
        attempt = _Attempt(store, engine.model, dry_run, facts)
        weights, new_weights = _learn_weights(rehearsals, old_weights, attempt)
        judged = [rehearsal.judged(new_weights) for rehearsal in rehearsals]
        calibration = _learn_calibration(judged, old_calibration, attempt)
        meter.move(meter.total)
    return weights, calibration


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Where an attempt is written down, and what is the same for all of one run."""

    store: Store
    model: str
    dry_run: bool
    facts: Mapping[str, object]

    def close(
        self, kind: LearnedKind, parameters: Mapping[str, object], figures: Mapping[str, object], *, adopted: bool
    ) -> Learned:
        """Log the outcome and write it down."""
        made = Learned(kind, self.model, adopted, parameters, {**figures, **self.facts}, clock.now())
        log.info("learned%s %s", " (dry run)" if self.dry_run else "", line(made))
        if self.dry_run:
            return made
        return replace(made, id=self.store.learned.note(made))


def _learn_weights(rehearsals: Sequence[Rehearsal], old: Weights, attempt: _Attempt) -> tuple[Learned, Weights]:
    """What became of the attempt, and the weights that are in force after it."""
    asked = [rehearsal.ballotted(old) for rehearsal in rehearsals[:-1]]
    fitted = [question for block in asked[:FITTED] for question in block]
    tried = {pull: fit_terms(fitted, old, pull=pull) for pull in PULLS}
    gains = {pull: float(np.mean(_ndcg(rehearsals[FITTED], each))) for pull, each in tried.items()}
    best = max(gains, key=lambda pull: gains[pull])
    before, why = float(np.mean(_ndcg(rehearsals[FITTED], old))), ""
    new = fit_terms([*fitted, *asked[FITTED]], old, pull=best)
    if gains[best] < before + LEAST_GAIN:
        new, why = old, f"no change gained {LEAST_GAIN} on the questions before them"
    verdict = judge(_ndcg(rehearsals[-1], old), _ndcg(rehearsals[-1], new))
    if not why and not verdict.is_better:
        why = "not better beyond doubt"
    then, now = weights_stored(old), weights_stored(new)
    changed = {name: [then[name], now[name]] for name in TERMS if then[name] != now[name]}
    figures = {"measure": "nDCG@10", **_figures(verdict), "changed": changed, "pull": best, "why": why}
    learned = attempt.close(LearnedKind.WEIGHTS, now, figures, adopted=verdict.is_better)
    return learned, new if verdict.is_better else old


def _ndcg(rehearsal: Rehearsal, weights: Weights) -> list[float]:
    """Of the questions that have a relevant article, in their order."""
    judged = zip(rehearsal.judged(weights), rehearsal.examples, strict=True)
    return [each.ndcg for each, example in judged if example.relevant]


def _learn_calibration(judged: Sequence[Sequence[Judged]], old: Calibration, attempt: _Attempt) -> Learned:
    """What became of the attempt."""
    fitted = [each for block in judged[:FITTED] for each in block]
    tuned, tested = list(judged[FITTED]), list(judged[BLOCKS - 1])
    known = fitted + tuned
    useful = sum(each.useful for each in known)
    sides = {"useful": useful, "useless": len(known) - useful}
    if min(sides.values()) < LEAST_A_SIDE:
        there = f"there are {useful} and {sides['useless']}"
        why = f"{LEAST_A_SIDE} useful and {LEAST_A_SIDE} useless lists are needed, {there}"
        return attempt.close(LearnedKind.CALIBRATION, calibration_stored(old), {**sides, "why": why}, adopted=False)
    pull = best_pull(_rows(fitted), _labels(fitted), _rows(tuned), _labels(tuned), old)
    new = fit(_rows(known), _labels(known), old, pull=pull)
    rows, labels = _rows(tested), _labels(tested)
    chances = chances_of(rows, old), chances_of(rows, new)
    losses = [log_losses(each, labels).tolist() for each in chances]
    errors = [calibration_error(np.column_stack([each, labels])) for each in chances]
    verdict = judge(losses[0], losses[1], lower_is_better=True)
    figures = {
        "measure": "log loss", **_figures(verdict), "error_before": errors[0], "error_after": errors[1], "pull": pull,
        **sides, "why": "" if verdict.is_better else "not better beyond doubt",
    }  # fmt: skip
    return attempt.close(LearnedKind.CALIBRATION, calibration_stored(new), figures, adopted=verdict.is_better)


def _figures(verdict: Verdict) -> dict[str, object]:
    return {
        "before": verdict.before, "after": verdict.after, "interval": list(verdict.interval),
        "questions": verdict.questions,
    }  # fmt: skip


def _rows(judged: Sequence[Judged]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return rows_of([each.features for each in judged])


def _labels(judged: Sequence[Judged]) -> list[bool]:
    return [each.useful for each in judged]


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Hold the folder's learning lock; it goes with the process, so a killed run leaves nothing behind."""
    with (home / "learn.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise KBError(f"Another process is learning in {home}.", hint="Wait until it is done.") from error
        yield
