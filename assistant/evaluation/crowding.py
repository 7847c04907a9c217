"""What distractors cost: the same questions before and after pages of their own language were added. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from assistant.evaluation.evaluate import Outcome
from assistant.evaluation.metrics import bootstrap_interval


@dataclass(frozen=True, slots=True)
class Loss:
    """hit@5 of the same questions before and after."""

    ranking: str
    locale: str
    """Language of questions and distractors; empty: all languages together."""
    group: str
    """Where the answers are: "all" in the whole base; "own" or "other" language in a mixed one."""
    questions: int
    before: float
    after: float
    loss: float
    """before - after; negative if the added pages helped."""
    interval: tuple[float, float]
    """95 % bootstrap interval of the loss, question by question."""


def losses(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Loss]:
    """Compare outcomes question by question.

    Args:
        before: Without distractors.
        after: With distractors in the language of the question; only what was asked both times counts.

    Returns:
        Per group and ranking one entry for all languages together and one per language, by group, language and the
        order of the rankings.
    """
    earlier = {_key(outcome): outcome.values["hit@5"] for outcome in before}
    both = [outcome for outcome in after if _key(outcome) in earlier]
    found: list[Loss] = []
    for group in sorted({outcome.group for outcome in both}):
        own = [outcome for outcome in both if outcome.group == group]
        for locale in ["", *sorted({outcome.locale for outcome in own})]:
            for ranking in dict.fromkeys(outcome.ranking for outcome in own):
                chosen = [o for o in own if o.ranking == ranking and (not locale or o.locale == locale)]
                found.append(_loss(chosen, earlier, locale))
    return found


def _loss(after: Sequence[Outcome], earlier: dict[tuple[str, str, str], float], locale: str) -> Loss:
    pairs = [(earlier[_key(outcome)], outcome.values["hit@5"]) for outcome in after]
    return Loss(
        ranking=after[0].ranking,
        locale=locale,
        group=after[0].group or "all",
        questions=len(pairs),
        before=mean(first for first, _ in pairs),
        after=mean(second for _, second in pairs),
        loss=mean(first - second for first, second in pairs),
        interval=bootstrap_interval([first - second for first, second in pairs]),
    )


def _key(outcome: Outcome) -> tuple[str, str, str]:
    return outcome.id, outcome.group, outcome.ranking
