"""`svar gaps`: what customers ask that the knowledge base does not answer, why, and what it costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.gaps.model import GapRun
    from kb.gaps.rows import Row

_SHOWN = 20
_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("gaps")
@home_option
@click.option("--since", metavar="TIME", default=None, help="Only what was asked from this time on (ISO 8601).")
@click.option("--until", metavar="TIME", default=None, help="Only what was asked before this time.")
@click.option("--locale", default="", help="Only questions in this language: sv, nb, nn, da, en.")
@click.option("--product", default="", help="Only questions about this product.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--xlsx", type=_FILE, metavar="FILE", help="Write an Excel workbook.")
@pass_place
def command(
    place: Place, *, since: str | None, until: str | None, locale: str, product: str, as_json: bool, xlsx: Path | None
) -> None:
    """Find what customers ask that has no answer.

    Each gap comes with its cause, its remedy and what it costs. The result is kept: the lead's page shows it, and the
    next run knows the gaps again. Nothing is published.
    """
    from assistant.engine import Engine
    from assistant.gaps.search import look
    from kb import clock
    from kb.gaps.model import RunState, Window
    from kb.gaps.rows import report
    from kb.store import Store
    from ui.commands.output import print_json
    from ui.commands.progress import bar

    window = Window(clock.parse(since, name="--since"), clock.parse(until, name="--until"), locale, product)
    settings = place.settings()
    store = Store.open(settings, must_exist=True)
    try:
        with bar("Looking", "questions") as move:
            engine = Engine.open(store, settings)
            look(engine, settings, window, actor="system", move=lambda _, done, total: move(done, total))
        run = store.gaps.runs.latest(state=RunState.DONE)
        if run is None:
            return
        rows = store.gaps.rows(run)
        if xlsx is not None:
            xlsx.write_bytes(_workbook(run, rows))
            click.echo(f"Wrote {len(rows)} gaps to {xlsx}.", err=as_json)
        if as_json:
            print_json(report(run, rows, store.gaps.runs.changes(run.id)) | {"singles": run.summary["singles"]})
        elif xlsx is None:
            _show(run, rows)
    finally:
        store.close()


def _show(run: GapRun, rows: list[Row]) -> None:
    from ui.commands.output import plain, short, width

    summary: Any = run.summary
    covered = summary["coverage"]
    if not rows:
        click.echo("No gaps: nothing is asked by three people that has no answer.")
    for row in rows[:_SHOWN]:
        click.echo(
            f"{row['count']:>5} asked  {row['cause']:<18} {row['locale']:<3} {short(row['label'], width() - 40)}"
        )
        near = row["nearest"]
        about = f"{row['customers']} customers, {row['minutes']:.0f} minutes each, {row['weekly']:.1f} a week"
        about += f"; {row['share']:.0%} of the work; do: {row['remedy'].replace('_', ' ')}"
        about += f"; nearest: {plain(near['title'])} ({near['confidence']:.2f})" if near else ""
        click.echo(f"             {short(about, width() - 13)}")
    if len(rows) > _SHOWN:
        click.echo(f"and {len(rows) - _SHOWN} more; --json and --xlsx have them all with their tickets.")
    eighty = summary["pareto"]["eighty_work"]
    if eighty:
        click.echo(f"{eighty} of {len(rows)} gaps are 80 % of the work without an answer.")
    click.echo(
        f"{summary['tickets']:,} tickets: {covered['linked']:,} with an article, {covered['suggested']:,} with a"
        f" confident suggestion, {covered['likely']:,} would get one today, {covered['none']:,} uncovered;"
        f" {len(summary['singles']):,} questions stand alone."
    )
    for reason, count in sorted(summary["left_out"].items()):
        click.echo(f"Left out as {reason}: {count:,}.")
    judge = summary.get("judge")
    if judge:
        click.echo(
            f"What would be suggested was looked up in bulk; of {judge['questions']} questions that were also searched"
            f" one by one, {judge['same_side']:.0%} came out the same."
        )


def _workbook(run: GapRun, rows: list[Row]) -> bytes:
    """Gaps, their tickets, and what the columns mean."""
    from assistant.measures.exports import Column, Table
    from assistant.measures.workbook import workbook_of
    from kb import clock

    near: list[Any] = [row["nearest"] or {} for row in rows]
    gaps = [
        (
            row["id"], row["label"], row["cause"], row["remedy"], row["status"], row["locale"],
            ", ".join(f"{name} {count}" for name, count in row["languages"].items()),
            ", ".join(f"{name} {count}" for name, count in row["products"].items()),
            row["count"], row["searches"], row["customers"], row["weekly"], row["minutes"], row["trend"], row["work"],
            row["share"], row["cumulative"], one.get("id", ""), one.get("title", ""),
            one.get("confidence"), ", ".join(row["missing_words"]), row["assignee_id"],
        )
        for row, one in zip(rows, near, strict=True)
    ]  # fmt: skip
    columns = tuple(Column(name, kind) for name, kind, _ in _COLUMNS)
    tickets = [(row["id"], ticket_id) for row in rows for ticket_id in row["tickets"]]
    weeks = [(row["id"], each["week"], each["tickets"]) for row in rows for each in row["per_week"] if each["tickets"]]
    made = clock.to_text(run.finished_at) or ""
    return workbook_of(
        [
            Table("gaps", columns, gaps),
            Table("tickets", (Column("gap_id", "text"), Column("ticket_id", "text")), tickets),
            Table("weeks", (Column("gap_id", "text"), Column("week", "text"), Column("asked", "integer")), weeks),
            Table(
                "definitions",
                (Column("name", "text"), Column("text", "text")),
                [*((name, meaning) for name, _, meaning in _COLUMNS), ("run", f"Run {run.id}, finished {made}.")],
            ),
        ]
    )


_COLUMNS = (
    ("id", "text", "The gap; the same from run to run."),
    ("label", "text", "A sentence of one of its customers, personal data replaced."),
    ("cause", "text", "Why what is there does not answer it."),
    ("remedy", "text", "What to do about it."),
    ("status", "text", "Where the work stands: open, in_work, done or ignored."),
    ("locale", "text", "The language that most of it is in."),
    ("languages", "text", "How many asked in each language."),
    ("products", "text", "How many tickets are about each product."),
    ("asked", "integer", "Tickets, and searches without a hit as often as they were made."),
    ("searches", "integer", "Of these, searches."),
    ("customers", "integer", "Different customers of its tickets."),
    ("weekly", "number", "How many asked a week, over the last four weeks of the window."),
    ("minutes", "number", "Median minutes from arrival to end of its resolved tickets, each at most a working day."),
    ("trend", "number", "(Recent per week + 1) / (all per week + 1), 0.5 to 2; recent is the last four weeks."),
    ("work", "number", "asked x minutes x trend; what gaps are ordered by."),
    ("share", "number", "Share 0 to 1 of all work without an answer, single cases included."),
    ("cumulative", "number", "The same of this gap and all before it."),
    ("nearest_id", "text", "The article nearest to it, the one that the remedy is about if there is one."),
    ("nearest_title", "text", "Its title."),
    ("nearest_confidence", "number", "Calibrated chance 0 to 1 that it helps."),
    ("missing_words", "text", "What customers say and that article does not; for not_found only."),
    ("assignee", "text", "Id of the user who takes care of it."),
)
