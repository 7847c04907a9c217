"""How much of what agents really answered the drafts say, beside what could have been pasted instead. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from assistant.evaluation.draft_baselines import BASELINES
from assistant.evaluation.draft_outcomes import OURS, DraftOutcome
from assistant.evaluation.metrics import bootstrap_interval

MEASURES = ("rouge_l", "chrf")
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One text against the agents' replies, over the tickets of one language or of all."""

    text: str
    """"draft", or a baseline."""
    locale: str
    """Language of the tickets; empty: all."""
    tickets: int
    words: float
    """Mean length."""
    means: dict[str, float]
    """By measure."""
    intervals: dict[str, Interval]
    gain: dict[str, float]
    """The draft's score minus this text's, ticket by ticket; empty for the draft itself."""
    gain_intervals: dict[str, Interval]
    equal_gain: dict[str, float]
    """The same where the draft is cut to the length of this text, so that nothing is won by length."""
    equal_gain_intervals: dict[str, Interval]

    @property
    def is_beaten(self) -> bool:
        """Whether the draft is better in every measure at equal length, by more than chance."""
        return bool(self.equal_gain_intervals) and all(low > 0 for low, _ in self.equal_gain_intervals.values())


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """How much of the drafts' words the shown sources have."""

    drafts: int
    k_precision: float
    interval: Interval


def coverage(outcomes: Sequence[DraftOutcome]) -> list[CoverageLine]:
    """Compare every draft that has a reply to be compared with.

    Args:
        outcomes: Any; those without draft or reply are passed over.

    Returns:
        Per text one line over all tickets, the draft first, then the same per language where there are several;
        nothing if nothing can be compared.
    """
    compared = [outcome for outcome in outcomes if outcome.overlaps]
    locales = sorted({outcome.case.locale for outcome in compared})
    parts = ["", *(locales if len(locales) > 1 else [])]
    return [
        _line([o for o in compared if not locale or o.case.locale == locale], text, locale)
        for locale in (parts if compared else [])
        for text in (OURS, *BASELINES)
    ]


def faithfulness(outcomes: Sequence[DraftOutcome]) -> Faithfulness:
    """K-precision over all drafts, courtesy excluded; 1.0 for no drafts."""
    shares = [outcome.k_precision for outcome in outcomes if outcome.drafted]
    return Faithfulness(len(shares), mean(shares) if shares else 1.0, bootstrap_interval(shares))


def _line(outcomes: Sequence[DraftOutcome], text: str, locale: str) -> CoverageLine:
    columns = {measure: [getattr(o.overlaps[text], measure) for o in outcomes] for measure in MEASURES}
    compared = MEASURES if text != OURS else ()
    gains = {m: [getattr(o.overlaps[OURS], m) - getattr(o.overlaps[text], m) for o in outcomes] for m in compared}
    equal = {m: [getattr(o.shortened[text], m) - getattr(o.overlaps[text], m) for o in outcomes] for m in compared}
    return CoverageLine(
        text=text,
        locale=locale,
        tickets=len(outcomes),
        words=mean(o.overlaps[text].words for o in outcomes),
        means={measure: mean(values) for measure, values in columns.items()},
        intervals={measure: bootstrap_interval(values) for measure, values in columns.items()},
        gain={measure: mean(values) for measure, values in gains.items()},
        gain_intervals={measure: bootstrap_interval(values) for measure, values in gains.items()},
        equal_gain={measure: mean(values) for measure, values in equal.items()},
        equal_gain_intervals={measure: bootstrap_interval(values) for measure, values in equal.items()},
    )
