"""The report of `svar eval --drafts` as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ui.commands.output import day, plain, short, table

if TYPE_CHECKING:
    from assistant.evaluation.draft_coverage import CoverageLine
    from assistant.evaluation.draft_measurement import BrokenPromise, DraftReport, Promises
    from assistant.evaluation.draft_silence import Silence

_FAULT_LENGTH = 160
_FEWEST = 5
"""A language with fewer tickets is not printed: its interval says nothing. The JSON has it."""
_NAMES = {"rouge_l": "ROUGE-L recall", "chrf": "chrF"}
Interval = tuple[float, float]


def print_draft_report(report: DraftReport) -> None:
    """Print every part of a report that there is."""
    if report.until is not None:
        click.echo(f"asked: resolved tickets from {day(report.until)} on; evidence: everything before")
    _promises(report.promises)
    _silence(report.silence)
    _coverage(report.coverage)
    faithful, composing = report.faithfulness, report.composing
    if faithful.drafts:
        click.echo(
            f"\nK-precision of {faithful.drafts} drafts against what was shown:"
            f" {_with(faithful.k_precision, faithful.interval)}"
        )
    if composing.drafts:
        click.echo(
            f"\ncomposing {composing.drafts} drafts: median {composing.median_ms:.1f} ms, p95 {composing.p95_ms:.1f} ms"
        )


def report_broken(broken: Sequence[BrokenPromise]) -> None:
    """Name every broken promise on stderr, one per line."""
    for each in broken:
        click.echo(f"{plain(each.id)}: not {each.promise}: {short(each.detail, _FAULT_LENGTH)}", err=True)


def _promises(found: Promises) -> None:
    click.echo(
        f"\n{found.drafts} drafts, and {found.sown_drafts} with made-up people sown into every ticket"
        f" ({found.sown_from_tickets} of them quote a ticket): {found.facts} factual sentences"
    )
    click.echo(f"  citation precision {found.precision:.3f}   recall {found.recall:.3f}")
    click.echo(f"  unsupported numbers, names and addresses {found.unsupported}")
    click.echo(f"  other customers' identifiers {found.identifiers}")


def _silence(found: Sequence[Silence]) -> None:
    if not found:
        return
    click.echo("\nwho gets a draft, and from the right article or a translation of it")
    table(
        ["", "questions", "drafted", "judged", "right", "in its language", "shown"],
        [
            [each.group, each.questions, _with(each.share, each.interval), each.judged,
             _with(each.right, each.right_interval) if each.judged else "–",
             f"{each.same_language:.3f}" if each.judged else "–", f"{each.in_reach:.3f}" if each.judged else "–"]
            for each in found
        ],
    )  # fmt: skip


def _coverage(lines: Sequence[CoverageLine]) -> None:
    for locale in dict.fromkeys(line.locale for line in lines if line.tickets >= _FEWEST or not line.locale):
        own = [line for line in lines if line.locale == locale]
        click.echo(f"\nagainst the first helpful reply, {locale or 'all'}, {own[0].tickets} tickets")
        table(
            ["", "words", *(_NAMES[measure] for measure in own[0].means)],
            [[line.text, f"{line.words:.0f}", *(_with(v, line.intervals[m]) for m, v in line.means.items())]
             for line in own],
        )  # fmt: skip
        others = [line for line in own if line.gain]
        click.echo("the draft is ahead of")
        table(
            ["", *(_NAMES[m] for m in others[0].gain), *(f"{_NAMES[m]}, equal length" for m in others[0].equal_gain)],
            [
                [line.text, *(_ahead(v, line.gain_intervals[m]) for m, v in line.gain.items()),
                 *(_ahead(v, line.equal_gain_intervals[m]) for m, v in line.equal_gain.items())]
                for line in others
            ],
        )  # fmt: skip


def _ahead(value: float, interval: Interval) -> str:
    return f"{value:+.3f} [{interval[0]:+.3f}, {interval[1]:+.3f}]"


def _with(value: float, interval: Interval) -> str:
    return f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]"
