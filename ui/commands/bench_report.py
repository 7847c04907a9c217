"""The report of `svar bench` as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ui.commands.output import facts, plain, table

if TYPE_CHECKING:
    from assistant.speed.figure import Figure
    from ui.commands.bench import Report

_HEADS = {
    "encoding": "Encoding",
    "suggest": "Suggestions in one process",
    "server": "In the running server, over REST",
    "publishing": "From a change by another process to the running server",
    "command": "Command line",
}


def print_report(report: Report) -> None:
    """Print the machine, what was searched, and a table per part."""
    machine = report.machine
    nouns = ("articles", "tickets", "canned_replies")
    facts([
        ("processor", f"{plain(machine.processor)} ({' '.join(machine.instructions)})"),
        ("cores", f"{machine.cores}, load {machine.load:.1f} before measuring"),
        ("memory", f"{machine.memory_mb:,} MB" if machine.memory_mb else ""),
        ("system", f"{machine.system}, Python {machine.python}"),
        ("versions", ", ".join(f"{name} {number}" for name, number in machine.versions.items())),
        ("model", plain(report.model)),
        ("data", plain(report.data)),
        ("stored", ", ".join(f"{report.stored[noun]:,} {noun.replace('_', ' ')}" for noun in nouns)),
        ("questions", f"{report.questions:,}"),
    ])  # fmt: skip
    for part in dict.fromkeys(figure.part for figure in report.figures):
        click.echo(f"\n{_HEADS.get(part, part)}")
        table(["", "median", "p95", "worst", "of"], [_row(figure) for figure in report.figures if figure.part == part])
    if report.synthetic:
        click.echo("\nTexts and vectors are synthetic: times are like those of a help desk, hits are not.")


def _row(figure: Figure) -> list[str]:
    single = figure.count == 1
    cells = [_number(figure.median), "" if single else _number(figure.p95), "" if single else _number(figure.worst)]
    return [f"  {figure.name} ({figure.unit})", *cells, str(figure.count)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
