"""The report of `svar eval` as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ui.commands.output import plain, table

if TYPE_CHECKING:
    from assistant.evaluation.abstention import Abstention
    from assistant.evaluation.crowding import Loss
    from assistant.evaluation.language_pairs import AcrossLanguages
    from assistant.evaluation.measurement import Labels, Report
    from assistant.evaluation.reliability import Reliability
    from assistant.evaluation.summary import Line

_BAR = 30
_NAMED = 5
_GROUPS = {"own": "answer in the question's language", "other": "answer only in another language"}
_BASES = {"all": "whole base", "own": "mixed base, own language", "other": "mixed base, other language"}
Interval = tuple[float, float]


def print_report(report: Report) -> None:
    """Print every part of a report that there is."""
    _labels(report.labels)
    _lines(report.lines)
    if report.lines and report.lines[0].median_ms is not None and report.lines[0].p95_ms is not None:
        click.echo(f"\none question: median {report.lines[0].median_ms:.0f} ms, p95 {report.lines[0].p95_ms:.0f} ms")
    _calibration(report.calibration)
    for told in report.out_of_scope:
        _out_of_scope(told)
    _cross(report.cross)
    _mixed(report.mixed)
    _crowd_out(report.crowd_out, report)


def _labels(labels: Labels) -> None:
    for count, what, names in (
        (len(labels.missing_tickets), "labelled tickets are missing and were not asked", labels.missing_tickets),
        (len(labels.missing_articles), "labelled articles are missing and count as not found", labels.missing_articles),
    ):
        if count:
            more = ", …" if count > _NAMED else ""
            click.echo(f"{count} {what}: {plain(', '.join(names[:_NAMED]))}{more}")
    if labels.unanswerable:
        click.echo(f"{labels.unanswerable} questions have no labelled article that exists")


def _lines(lines: Sequence[Line]) -> None:
    shown = None
    for line in lines:
        if line.locale != shown:
            shown = line.locale
            click.echo(f"\n{line.locale or 'all'}, {line.questions} questions")
        cells = [f"{name} {_with(value, line.intervals[name])}" for name, value in line.means.items()]
        click.echo(f"  {line.ranking:<8} " + "   ".join(cells))


def _calibration(found: Reliability) -> None:
    if not found.questions:
        return
    click.echo(
        f"\nshown chance: calibration error {_with(found.error, found.interval)},"
        f" shown {found.shown:.3f}, useful {found.useful:.3f}"
    )
    for each in found.bins:
        if each.questions:
            bar = "█" * round(each.useful * _BAR)
            place = min(_BAR - 1, int(each.shown * _BAR))
            # The mark stands where the bar should end.
            cells = f"{bar:<{_BAR}}"
            marked = cells[:place] + "│" + cells[place + 1 :]
            click.echo(
                f"  {each.low:.1f}–{each.high:.1f} {each.questions:>5}  shown {each.shown:.3f}"
                f"  useful {_with(each.useful, each.interval)}  {marked}"
            )


def _out_of_scope(told: Abstention) -> None:
    click.echo(f"\n{told.answerable} answerable questions against {told.unanswerable} of {plain(told.name)}")
    click.echo(f"  AUROC {_with(told.auroc, told.auroc_interval)}")
    click.echo(
        f"  false suggestions {_with(told.false_suggestions, told.false_suggestions_interval)}"
        f" where 95 % of the answerable ones are shown (from {told.threshold:.3f})"
    )
    answerable = _with(told.shown_answerable, told.shown_answerable_interval)
    unanswerable = _with(told.shown_unanswerable, told.shown_unanswerable_interval)
    click.echo(f"  shown at {told.min_confidence:g}: answerable {answerable}, unanswerable {unanswerable}")


def _cross(found: Sequence[AcrossLanguages]) -> None:
    for entry in found:
        if entry.ranking != "svar":
            continue
        click.echo("\nhit@5 with answers in another language only, beside the same questions in their own")
        table(
            ["asked > answered", "questions", "other", "own", "share"],
            [
                [f"{pair.asked} > {pair.answered}{'' if pair.counts else ' (few)'}", pair.questions,
                 _with(pair.other, pair.other_interval), _with(pair.own, pair.own_interval),
                 _with(pair.share, pair.share_interval)]
                for pair in entry.pairs
            ],
        )  # fmt: skip
    for entry in found:
        if entry.worst is not None and entry.mean is not None:
            click.echo(f"  {entry.ranking:<8} share: worst {entry.worst:.3f}, mean {entry.mean:.3f}")


def _mixed(lines: Sequence[Line]) -> None:
    shown = None
    for line in lines:
        if (line.group, line.locale) != shown:
            shown = (line.group, line.locale)
            of = f", asked in {line.locale}" if line.locale else ""
            click.echo(f"\nmixed base, {_GROUPS.get(line.group, line.group)}{of}: {line.questions} questions")
        click.echo(f"  {line.ranking:<8} hit@5 {_with(line.means['hit@5'], line.intervals['hit@5'])}")


def _crowd_out(losses: Sequence[Loss], report: Report) -> None:
    if not losses:
        return
    counts = ", ".join(f"{count} {locale}" for locale, count in report.distractors.items())
    click.echo(f"\nhit@5 with distractors in the language of the question ({counts})")
    table(
        ["", "questions", "before", "after", "lost"],
        [
            [f"{_BASES.get(loss.group, loss.group)}, {loss.locale or 'all'}", loss.questions, f"{loss.before:.3f}",
             f"{loss.after:.3f}", _with(loss.loss, loss.interval)]
            for loss in losses
            if loss.ranking == "svar"
        ],
    )  # fmt: skip


def _with(value: float, interval: Interval) -> str:
    return f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]"
