"""`svar eval`: measures the ranking on a data set, beside plain baselines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.place import Place, pass_place

if TYPE_CHECKING:
    from assistant.evaluate import Line


@click.command("eval")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR",
              help="Data folder for the measurement; kept, so that the next run is quick.")  # fmt: skip
@click.option(
    "--until", metavar="TIME", help="Only tickets created before this are evidence, e.g. 2020-05-01T00:00:00-08:00."
)
@click.option("--each", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write one JSON line per question and ranking.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(place: Place, folder: Path, work: Path, until: str | None, each: Path | None, *, as_json: bool) -> None:
    """Measure the ranking on a data set FOLDER, beside most popular, BM25, dense, RRF and convex, in one run.

    The folder holds articles*.jsonl(.gz) and either queries*.jsonl or tickets*.jsonl(.gz) with labels (dev*.jsonl or
    labels*.jsonl), in the format that `svar import` reads. Brackets hold 95 % bootstrap intervals.
    """
    from dataclasses import replace

    from assistant.datasets import load_dataset
    from assistant.engine import Engine
    from assistant.evaluate import labelled_tickets, prepare, run, table, write_outcomes
    from kb import clock
    from ui.commands.output import print_json

    dataset = load_dataset(folder)
    moment = clock.parse(until, name="--until")
    if dataset.labels and moment is None:
        raise click.UsageError(f"{folder} has labelled tickets: name the moment that evidence ends with --until TIME.")
    settings = replace(place.settings(), home=work)
    store = prepare(
        dataset, settings, until=moment, progress=lambda text: click.echo(f"{folder.name}: {text}", err=True)
    )
    labelled = [*dataset.queries, *(labelled_tickets(dataset, settings) if dataset.labels else [])]
    outcomes = run(Engine.open(store, settings), labelled)
    lines = table(outcomes)
    if each is not None:
        write_outcomes(outcomes, each)
    if as_json:
        print_json({"dataset": dataset.name, "questions": len(labelled), "lines": lines})
    else:
        _print(lines)


def _print(lines: list[Line]) -> None:
    shown = None
    for line in lines:
        if line.locale != shown:
            shown = line.locale
            click.echo(f"\n{line.locale or 'all'}, {line.questions} questions")
        cells = [
            f"{name} {value:.3f} [{line.intervals[name][0]:.3f}, {line.intervals[name][1]:.3f}]"
            for name, value in line.means.items()
        ]
        click.echo(f"  {line.ranking:<8} " + "   ".join(cells))
    if lines:
        click.echo(f"\none question: median {lines[0].median_ms:.0f} ms, p95 {lines[0].p95_ms:.0f} ms")
