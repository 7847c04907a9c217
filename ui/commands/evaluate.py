"""`svar eval`: measures the ranking on a data set, beside plain baselines."""

from __future__ import annotations

from pathlib import Path

import click

from ui.commands.place import Place, pass_place

_FILE = click.Path(dir_okay=False, path_type=Path)
_INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)


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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(
    place: Place, folder: Path, work: Path, until: str | None, last: int | None, limit: int | None,
    distractors: Path | None, distractor_count: int, out_of_scope: tuple[Path, ...], each: Path | None,
    diagram: Path | None, *, cross: bool, mixed: bool, as_json: bool,
) -> None:  # fmt: skip
    """Measure the ranking on a data set FOLDER, beside most popular, BM25, dense, RRF and convex, in one run.

    The folder holds articles*.jsonl(.gz) and either queries*.jsonl or tickets*.jsonl(.gz) with labels (dev*.jsonl or
    labels*.jsonl), in the format that `svar import` reads. Brackets hold 95 % bootstrap intervals.
    """
    from contextlib import closing
    from dataclasses import replace

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
    bed = Testbed(dataset, replace(place.settings(), home=work), until=moment, last=last,
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
