"""When a draft is written and when not, and whether it is from the right article. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from assistant.evaluation.draft_outcomes import DraftOutcome
from assistant.evaluation.metrics import bootstrap_interval

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Silence:
    """The questions of one group."""

    group: str
    questions: int
    drafted: int
    share: float
    """Of the questions, those that got a draft."""
    interval: Interval
    judged: int
    """Drafts to questions whose right articles are stored."""
    right: float
    """Of those, the share that quotes a right article, or a translation of one; 0 for none."""
    right_interval: Interval
    same_language: float
    """Of those, the share that quotes a right article itself."""
    in_reach: float
    """Of those, the share with a right article, or a translation of one, among those that were shown."""


def silences(outcomes: Sequence[DraftOutcome], families: Mapping[str, str]) -> list[Silence]:
    """One entry per group, in the order in which groups first appear.

    Args:
        outcomes: What came of every question.
        families: What all translations of an article share, by article id; an article that is not there is alone.
    """
    groups = dict.fromkeys(outcome.case.group for outcome in outcomes)
    return [_silence([o for o in outcomes if o.case.group == group], group, families) for group in groups]


def is_right(outcome: DraftOutcome, families: Mapping[str, str]) -> bool:
    """Whether a draft quotes one of the articles that answer, or a translation of one."""
    return _among(outcome.quoted, outcome, families)


def _among(articles: Sequence[str], outcome: DraftOutcome, families: Mapping[str, str]) -> bool:
    wanted = {families.get(each, each) for each in outcome.case.relevant}
    return any(families.get(each, each) in wanted for each in articles)


def _silence(own: Sequence[DraftOutcome], group: str, families: Mapping[str, str]) -> Silence:
    drafted = [float(outcome.drafted) for outcome in own]
    judged = [outcome for outcome in own if outcome.drafted and outcome.case.relevant]
    right = [float(is_right(outcome, families)) for outcome in judged]
    return Silence(
        group=group,
        questions=len(own),
        drafted=int(sum(drafted)),
        share=mean(drafted),
        interval=bootstrap_interval(drafted),
        judged=len(judged),
        right=mean(right) if right else 0.0,
        right_interval=bootstrap_interval(right),
        same_language=mean(not o.case.relevant.isdisjoint(o.quoted) for o in judged) if judged else 0.0,
        in_reach=mean(_among(o.suggested, o, families) for o in judged) if judged else 0.0,
    )
