"""One measurement of drafts: who is asked, everything that comes out, and whether a promise was broken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

from assistant.engine import Engine
from assistant.evaluation.datasets import load_questions, sample
from assistant.evaluation.draft_cases import Case, out_of_scope_cases, question_cases, ticket_cases
from assistant.evaluation.draft_coverage import CoverageLine, Faithfulness, coverage, faithfulness
from assistant.evaluation.draft_outcomes import DraftOutcome, DraftRun
from assistant.evaluation.draft_safety import Promise
from assistant.evaluation.draft_silence import Silence, is_right, silences
from assistant.evaluation.evaluate import catalogue
from assistant.evaluation.later_tickets import later_tickets
from assistant.evaluation.testbed import Testbed
from kb.store import Store

_ASIDE = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPlan:
    """What is asked."""

    until: datetime | None = None
    """Tickets from this moment on are asked; needed where there are tickets."""
    limit: int | None = None
    """At most so many tickets, those with a helpful reply before others since only they can be compared, and so many
    questions of every file, spread evenly; None: all."""
    out_of_scope: tuple[Path, ...] = ()
    """Questions that nothing answers."""


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """A fault, and where it was found."""

    id: str
    """Of the ticket or question."""
    promise: Promise
    detail: str


@dataclass(frozen=True, slots=True)
class Promises:
    """What was looked through: drafts from the evidence as it is, and from evidence with made-up people sown in."""

    drafts: int
    sown_drafts: int
    """Two a question: as the product runs, and with nothing but tickets to quote."""
    sown_from_tickets: int
    """Of those, how many quote a ticket: only they could have leaked."""
    facts: int
    precision: float
    """Of the facts that name a source, the share that stands there character for character; 1 for none."""
    recall: float
    """Of all facts, the share that is so quoted; 1 for none."""
    unsupported: int
    """Numbers, names and addresses that neither source nor question has."""
    identifiers: int
    """Other customers' identifiers, real and made up."""


@dataclass(frozen=True, slots=True)
class Composing:
    """From the suggestions to the draft, without further searches, over the questions that got one."""

    drafts: int
    median_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class DraftReport:
    """Everything that one measurement of drafts found."""

    dataset: str
    until: datetime | None
    promises: Promises
    broken: tuple[BrokenPromise, ...]
    """Empty, or the measurement failed."""
    coverage: tuple[CoverageLine, ...]
    faithfulness: Faithfulness
    silence: tuple[Silence, ...]
    composing: Composing


def measure_drafts(bed: Testbed, plan: DraftPlan) -> tuple[DraftReport, list[DraftOutcome]]:
    """Ask the product for a draft to every question, and look at what it wrote.

    Args:
        bed: The data set, with the evidence ending where the plan says.
        plan: What is asked.

    Returns:
        The report, and every single outcome.

    Raises:
        KBError: A file is missing or broken, or a data folder holds another measurement.
    """
    asked_nothing = {file: load_questions(file) for file in plan.out_of_scope}
    engine = bed.whole()
    cases = _cases(bed, engine, plan)
    for file, questions in asked_nothing.items():
        cases += out_of_scope_cases(file, sample(questions, plan.limit))
    run = DraftRun(engine, bed.settings)
    outcomes: list[DraftOutcome] = []
    try:
        for group in dict.fromkeys(case.group for case in cases):
            own = [case for case in cases if case.group == group]
            bed.progress(f"drafting {len(own)} replies, {group}")
            outcomes += run.outcomes(own)
    finally:
        run.close()
    families = _families(engine.store, bed.dataset.parallel, outcomes)
    report = DraftReport(
        dataset=bed.dataset.name,
        until=plan.until,
        promises=promises(outcomes),
        broken=tuple(BrokenPromise(o.case.id, f.promise, f.detail) for o in outcomes for f in o.faults),
        coverage=tuple(coverage(outcomes)),
        faithfulness=faithfulness(outcomes),
        silence=tuple(silences(outcomes, families)),
        composing=composing(outcomes),
    )
    return report, outcomes


def promises(outcomes: Sequence[DraftOutcome]) -> Promises:
    """Count what was looked through."""
    looked = [audit for outcome in outcomes for audit in (outcome.audit, outcome.sown)]
    facts, cited = sum(a.facts for a in looked), sum(a.cited for a in looked)
    exact = sum(a.exact for a in looked)
    faults = [fault.promise for outcome in outcomes for fault in outcome.faults]
    return Promises(
        drafts=sum(outcome.drafted for outcome in outcomes),
        sown_drafts=sum(outcome.sown_drafts for outcome in outcomes),
        sown_from_tickets=sum(outcome.sown_from_tickets for outcome in outcomes),
        facts=facts,
        precision=exact / cited if cited else 1.0,
        recall=exact / facts if facts else 1.0,
        unsupported=faults.count(Promise.SUPPORTED),
        identifiers=faults.count(Promise.PRIVATE),
    )


def composing(outcomes: Sequence[DraftOutcome]) -> Composing:
    """Times of the questions that got a draft; zeros for none."""
    times = sorted(outcome.took_ms for outcome in outcomes if outcome.drafted)
    if not times:
        return Composing(0, 0.0, 0.0)
    slow = quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    return Composing(len(times), median(times), slow)


def write_draft_outcomes(outcomes: Sequence[DraftOutcome], target: Path) -> None:
    """One JSON line per question, with the draft, the reply and the scores, so that losses can be read one by one."""
    with target.open("w", encoding="utf-8") as out:
        for outcome in outcomes:
            out.write(json.dumps(_row(outcome), ensure_ascii=False) + "\n")


def _cases(bed: Testbed, engine: Engine, plan: DraftPlan) -> list[Case]:
    cases: list[Case] = []
    dataset = bed.dataset
    if dataset.tickets and plan.until is not None:
        later = later_tickets(dataset.tickets, plan.until, bed.settings.home / _ASIDE)
        asked = ticket_cases(later, engine.store)
        helped = sample([case for case in asked if case.reply], plan.limit)
        left = None if plan.limit is None else plan.limit - len(helped)
        cases += helped + sample([case for case in asked if not case.reply], left)
    if dataset.queries:
        cases += question_cases(sample(dataset.queries, plan.limit), catalogue(engine.store))
    return cases


def _families(store: Store, parallel: Sequence[Mapping[str, str]], outcomes: Sequence[DraftOutcome]) -> dict[str, str]:
    """What all translations of an article share, by article id: by the store's own links, or by the data set's."""
    ids = {each for outcome in outcomes for each in (*outcome.suggested, *outcome.quoted, *outcome.case.relevant)}
    found = {kin.id: kin.family for kin in store.articles.families(sorted(ids))}
    for row in parallel:
        together = sorted(row.values())
        found.update((each, found.get(together[0], together[0])) for each in together)
    return found


def _row(outcome: DraftOutcome) -> dict[str, object]:
    case, draft = outcome.case, outcome.draft
    return {
        "id": case.id,
        "group": case.group,
        "locale": case.locale,
        "question": case.question.text,
        "confidence": outcome.confidence,
        "draft": draft.text,
        "notes": draft.notes,
        "sentences": [
            {"text": s.text, "kind": s.source.kind.value, "id": s.source.id, "revision": s.source.revision,
             "start": s.source.start, "end": s.source.end}
            for s in draft.sentences
        ],
        "reply": case.reply,
        "expected": sorted(case.relevant),
        "suggested": outcome.suggested,
        "quoted": outcome.quoted,
        "right": is_right(outcome, {}) if case.relevant and draft.text else None,
        "scores": {
            name: {"rouge_l": round(o.rouge_l, 4), "chrf": round(o.chrf, 4), "words": o.words}
            for name, o in outcome.overlaps.items()
        },
        "k_precision": round(outcome.k_precision, 4),
        "took_ms": round(outcome.took_ms, 1),
        "faults": [{"promise": fault.promise.value, "detail": fault.detail} for fault in outcome.faults],
    }  # fmt: skip
