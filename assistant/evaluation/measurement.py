"""One measurement: a data set, the variants of it that were asked for, and everything that comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.engine import Engine
from assistant.evaluation.abstention import Abstention, abstention
from assistant.evaluation.crowding import Loss, losses
from assistant.evaluation.datasets import Labelled, load_questions, rows, sample, write_rows
from assistant.evaluation.evaluate import OURS, TIMED, Outcome, catalogue, run
from assistant.evaluation.experiments import Item, across, distractors, existing, left_out, mixed
from assistant.evaluation.language_pairs import AcrossLanguages, across_languages
from assistant.evaluation.reliability import Reliability, reliability
from assistant.evaluation.summary import Line, by_group, table
from assistant.evaluation.testbed import Testbed
from kb.errors import KBError


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured beside the data set itself."""

    limit: int | None = None
    """At most so many questions of every file, spread evenly; None: all."""
    cross: bool = False
    """Ask across languages."""
    mixed: bool = False
    """Ask a base in which every translated article exists in one language only."""
    distractors: Path | None = None
    """Articles that are added in the language of the questions."""
    distractor_count: int = 1000
    """So many per language."""
    out_of_scope: tuple[Path, ...] = ()
    """Questions that nothing answers."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What became of the labels."""

    questions: int
    """How many were asked."""
    missing_tickets: tuple[str, ...]
    """Labelled tickets that the ticket files do not have; they could not be asked."""
    missing_articles: tuple[str, ...]
    """Labelled articles that the article files do not have; they count as not found."""
    unanswerable: int
    """Questions of which no labelled article exists."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one measurement found."""

    dataset: str
    questions: int
    lines: tuple[Line, ...]
    labels: Labels
    calibration: Reliability
    min_confidence: float
    out_of_scope: tuple[Abstention, ...] = ()
    cross: tuple[AcrossLanguages, ...] = ()
    mixed: tuple[Line, ...] = ()
    """Groups "own" and "other": in which language the answer was kept, seen from the question."""
    crowd_out: tuple[Loss, ...] = ()
    distractors: Mapping[str, int] = field(default_factory=dict)
    """How many were added, by language."""


@dataclass(frozen=True, slots=True)
class _Base:
    """A base that distractors may be added to."""

    name: str
    questions: Sequence[Labelled]
    before: Sequence[Outcome]
    """What came of the questions without distractors."""
    gone: frozenset[str]
    """Articles of the data set that it does without."""


def measure(bed: Testbed, plan: Plan) -> tuple[Report, list[Outcome]]:
    """Measure a data set as planned.

    Args:
        bed: The data set and its folders.
        plan: What else is measured.

    Returns:
        The report, and every single outcome.

    Raises:
        KBError: A file is missing or broken, the data set has no translations where they are needed, or a data folder
            holds another measurement.
    """
    out_of_scope = {file: sample(load_questions(file), plan.limit) for file in plan.out_of_scope}
    engine = bed.whole()
    known = catalogue(engine.store)
    labelled, labels = _questions(bed, plan, known)
    items = existing(bed.dataset.parallel, known)
    if (plan.cross or plan.mixed) and not items:
        raise KBError(
            f"{bed.dataset.name} has no article in several languages.",
            hint="--cross and --mixed need parallel*.jsonl: rows with an article id per language.",
        )
    outcomes = _ask(bed, engine, labelled, "")
    ours = [outcome for outcome in outcomes if outcome.ranking == OURS]
    told, unanswered = _out_of_scope(bed, engine, out_of_scope, ours)
    crossed = _ask(bed, engine, across(labelled, items), "cross") if plan.cross else []
    bases = [_Base("crowded", labelled, outcomes, frozenset())]
    if plan.mixed:
        bases.append(_mixed(bed, labelled, items))
    mixing = bases[1].before if plan.mixed else []
    crowd = _crowded(bed, plan.distractors, plan.distractor_count, bases) if plan.distractors else ([], {}, [])
    report = Report(
        dataset=bed.dataset.name,
        questions=len(labelled),
        lines=tuple(table(outcomes)),
        labels=labels,
        calibration=reliability([o.confidence for o in ours], [o.useful for o in ours]),
        min_confidence=bed.settings.min_confidence,
        out_of_scope=tuple(told),
        cross=tuple(across_languages(crossed)),
        mixed=tuple(by_group(mixing)),
        crowd_out=tuple(crowd[0]),
        distractors=crowd[1],
    )
    return report, [*outcomes, *unanswered, *crossed, *mixing, *crowd[2]]


def _ask(bed: Testbed, engine: Engine, questions: Sequence[Labelled], experiment: str) -> list[Outcome]:
    """Ask, and say so; only the questions to the whole data set are timed."""
    bed.progress(f"asking {len(questions)} questions{', ' + experiment if experiment else ''}")
    return run(engine, questions, memory=bed.memory, experiment=experiment, timed=0 if experiment else TIMED)


def _questions(bed: Testbed, plan: Plan, known: Mapping[str, object]) -> tuple[list[Labelled], Labels]:
    dataset = bed.dataset
    tickets = bed.labelled_tickets() if dataset.labels else []
    every = [*dataset.queries, *tickets]
    missing = sorted(set(dataset.labels) - {ticket.id for ticket in tickets})
    chosen = sample(every, plan.limit)
    wanted = frozenset().union(*(item.relevant for item in every))
    return chosen, Labels(
        questions=len(chosen),
        missing_tickets=tuple(missing),
        missing_articles=tuple(sorted(wanted.difference(known))),
        unanswerable=sum(item.relevant.isdisjoint(known) for item in chosen),
    )


def _out_of_scope(
    bed: Testbed, engine: Engine, files: Mapping[Path, Sequence[Labelled]], ours: Sequence[Outcome]
) -> tuple[list[Abstention], list[Outcome]]:
    answerable = [outcome.confidence for outcome in ours if outcome.answerable]
    told: list[Abstention] = []
    outcomes: list[Outcome] = []
    for file, questions in files.items():
        name = file.name.split(".")[0]
        asked = _ask(bed, engine, questions, f"out of scope {name}")
        shown = [outcome.confidence for outcome in asked if outcome.ranking == OURS]
        told.append(abstention(name, answerable, shown, min_confidence=bed.settings.min_confidence))
        outcomes += asked
    return told, outcomes


def _mixed(bed: Testbed, labelled: Sequence[Labelled], items: Sequence[Item]) -> _Base:
    gone, asked = left_out(items), mixed(labelled, items)
    before = _ask(bed, bed.without(gone, "mixed"), asked, "mixed")
    return _Base("mixed-crowded", asked, before, gone)


def _crowded(
    bed: Testbed, pages: Path, count: int, bases: Sequence[_Base]
) -> tuple[list[Loss], dict[str, int], list[Outcome]]:
    """Ask every base again with distractors in the language of the questions."""
    found: list[Loss] = []
    added: dict[str, int] = {}
    outcomes: list[Outcome] = []
    for base in bases:
        after: list[Outcome] = []
        for locale in sorted({question.locale for question in base.questions}):
            file = bed.settings.home / f"distractors-{locale}.jsonl"
            added[locale] = write_rows(distractors(rows(pages, "id"), bed.article_rows(), locale, count), file)
            if added[locale]:
                engine = bed.without(base.gone, f"{base.name}-{locale}-{count}", more=file)
                chosen = [question for question in base.questions if question.locale == locale]
                after += _ask(bed, engine, chosen, f"{base.name} {locale}")
        found += losses(base.before, after)
        outcomes += after
    return found, added, outcomes
