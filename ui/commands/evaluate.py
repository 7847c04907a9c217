"""`svar eval`: measures the ranking on a data set, beside plain baselines; with --drafts what is drafted from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from ui.commands.place import Place, pass_place

_FILE = click.Path(dir_okay=False, path_type=Path)
_INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
_BROKEN = 3
"""Exit code: done, but something was found wrong, and reported."""


@click.command("eval")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="Data folder for the measurement; kept, so that the next run is quick.",
)
@click.option(
    "--until", metavar="TIME", help="Only tickets created before this are evidence, e.g. 2020-05-01T00:00:00-08:00."
)
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the newest N linked tickets are evidence.")
@click.option("--learn", "learns", is_flag=True, help="Learn from the evidence first, as a server does every night.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Ask N questions only, spread evenly.")
@click.option("--cross", is_flag=True, help="Ask with answers in another language only, for every pair of languages.")
@click.option("--mixed", is_flag=True, help="Ask a base that has every translated article in one language only.")
@click.option(
    "--distractors",
    type=_INPUT,
    metavar="FILE",
    help="Ask again with articles of FILE added, in the language of the questions.",
)
@click.option(
    "--distractor-count",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="How many of them per language.",
)
@click.option(
    "--out-of-scope",
    type=_INPUT,
    multiple=True,
    metavar="FILE",
    help="Questions that nothing answers; may be given several times.",
)
@click.option("--each", type=_FILE, metavar="FILE", help="Write one JSON line per question and ranking.")
@click.option("--diagram", type=_FILE, metavar="FILE.svg", help="Write the reliability diagram as a picture.")
@click.option("--drafts", is_flag=True, help="Measure draft replies instead: citations, coverage, silence, time.")
@click.option("--gallery", type=_FILE, metavar="FILE.md", help="With --drafts: write twenty drafts drawn by chance.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Draws the gallery.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(
    place: Place, folder: Path, work: Path, until: str | None, last: int | None, limit: int | None,
    distractors: Path | None, distractor_count: int, out_of_scope: tuple[Path, ...], each: Path | None,
    diagram: Path | None, gallery: Path | None, seed: int, *, learns: bool, cross: bool, mixed: bool, drafts: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Measure the ranking on a data set FOLDER.

    Most popular, BM25, dense, RRF and convex are measured beside it, in one run. The folder holds articles*.jsonl(.gz)
    and either queries*.jsonl or tickets*.jsonl(.gz) with labels (dev*.jsonl or labels*.jsonl), in the format that `svar
    import` reads. Brackets hold 95 % bootstrap intervals.

    With --drafts the resolved tickets from --until on are asked (without it the newest third), and every question of
    the folder. Exit code 3 says that a draft broke a promise; each is reported on stderr.
    """
    if drafts:
        if learns or cross or mixed or distractors or diagram:
            raise click.UsageError(
                "--learn, --cross, --mixed, --distractors and --diagram are about the ranking, not --drafts."
            )
        broken = _drafts(
            place, folder, work, until, last=last, limit=limit, out_of_scope=out_of_scope, each=each, gallery=gallery,
            seed=seed, as_json=as_json,
        )  # fmt: skip
        raise SystemExit(_BROKEN if broken else 0)
    if gallery is not None:
        raise click.UsageError("--gallery shows drafts: add --drafts.")
    from contextlib import closing

    from assistant.evaluation.datasets import load_dataset
    from assistant.evaluation.evaluate import write_outcomes
    from assistant.evaluation.measurement import Plan, measure
    from assistant.evaluation.testbed import Testbed
    from kb import clock
    from ui.commands.diagram import reliability_svg
    from ui.commands.evaluate_report import print_report
    from ui.commands.output import print_json

    dataset = load_dataset(folder)
    moment = clock.parse(until, name="--until")
    if dataset.labels and moment is None:
        raise click.UsageError(f"{folder} has labelled tickets: name the moment that evidence ends with --until TIME.")
    plan = Plan(
        limit=limit, cross=cross, mixed=mixed, distractors=distractors, distractor_count=distractor_count,
        out_of_scope=out_of_scope,
    )  # fmt: skip
    bed = Testbed(dataset, replace(place.settings(), home=work), until=moment, last=last, learns=learns,
                  progress=lambda text: click.echo(f"{folder.name}: {text}", err=True))  # fmt: skip
    with closing(bed):
        report, outcomes = measure(bed, plan)
    if each is not None:
        write_outcomes(outcomes, each)
    if diagram is not None:
        diagram.write_text(reliability_svg(report.calibration, title=dataset.name), encoding="utf-8")
    if as_json:
        print_json(report)
    else:
        print_report(report)


def _drafts(
    place: Place, folder: Path, work: Path, until: str | None, *, last: int | None, limit: int | None,
    out_of_scope: tuple[Path, ...], each: Path | None, gallery: Path | None, seed: int, as_json: bool,
) -> bool:  # fmt: skip
    """Measure draft replies; tells whether a promise was broken."""
    from contextlib import closing

    from assistant.evaluation.datasets import load_dataset
    from assistant.evaluation.draft_measurement import DraftPlan, measure_drafts, write_draft_outcomes
    from assistant.evaluation.later_tickets import split_moment
    from assistant.evaluation.testbed import Testbed
    from kb import clock
    from ui.commands.draft_gallery import gallery as page
    from ui.commands.evaluate_drafts import print_draft_report, report_broken
    from ui.commands.output import print_json

    dataset = load_dataset(folder, labelled=False)
    moment: datetime | None = clock.parse(until, name="--until")
    if moment is None and dataset.tickets:
        moment = split_moment(dataset.tickets)
    bed = Testbed(dataset, replace(place.settings(), home=work), until=moment, last=last,
                  progress=lambda text: click.echo(f"{dataset.name}: {text}", err=True))  # fmt: skip
    with closing(bed):
        plan = DraftPlan(until=moment, limit=limit, out_of_scope=out_of_scope)
        report, outcomes = measure_drafts(bed, plan)
    if each is not None:
        write_draft_outcomes(outcomes, each)
    if gallery is not None:
        gallery.write_text(page(outcomes, seed=seed, dataset=dataset.name), encoding="utf-8")
    if as_json:
        print_json(report)
    else:
        print_draft_report(report)
    report_broken(report.broken)
    return bool(report.broken)
