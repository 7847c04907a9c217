"""`svar import`: articles, tickets, canned replies, customers and their answers from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.importers.report import ImportReport

FORMATS = ("markdown", "jsonl", "csv", "xlsx")
REJECTED = 3
"""Exit code when rows were rejected."""


@click.command("import")
@home_option
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--format", "kind", type=click.Choice(FORMATS), help="What the files are; without it their names tell.")
@click.option("--source", default="files", metavar="NAME", show_default=True,
              help="Name of the source for rows that do not say it themselves.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(place: Place, paths: tuple[Path, ...], kind: str | None, source: str, *, as_json: bool) -> None:
    """Take in articles, tickets, customers and more from files.

    Also canned replies and survey answers, and whole folders. Reads Markdown with YAML front matter, JSON Lines (also
    .gz), CSV and XLSX; its fields tell what a row is. Importing again changes only what changed. A broken row stops
    nothing else: it is reported on stderr as PATH:LINE: reason.

    Exit code 3 says that rows were rejected; everything else was stored.
    """
    from kb.importers.run import import_paths
    from kb.store import Store
    from ui.commands.progress import bar

    store = Store.open(place.settings())
    done = 0
    with bar("Importing", "rows") as move:

        def progress(count: int) -> None:
            nonlocal done
            done += count
            move(done, 0)

        report = import_paths(store, paths, format=kind, source=source, progress=progress)
    store.close()
    tell(report, as_json=as_json)
    if report.rejected:
        raise click.exceptions.Exit(REJECTED)


def tell(report: ImportReport, *, as_json: bool) -> None:
    """Print the counts, and each rejected row on stderr."""
    from ui.commands.output import plain, print_json, table

    rejected = [(plain(str(row.path)), row.line, plain(row.reason)) for row in report.rejected]
    for path, line, reason in rejected:
        click.echo(f"{path}:{line}: {reason}", err=True)
    for one in report.unused:
        names = ", ".join(plain(name)[:60] for name in one.columns)
        click.echo(f"{plain(str(one.path))}: columns that were not understood and left out: {names}", err=True)
    if as_json:
        print_json({
            "articles": report.article, "tickets": report.ticket, "canned_replies": report.canned,
            "customers": report.customer, "satisfaction": report.satisfaction,
            "unused_columns": {plain(str(one.path)): [plain(name) for name in one.columns] for one in report.unused},
            "rejected": [{"path": path, "line": line, "reason": reason} for path, line, reason in rejected],
            "skipped": [str(path) for path in report.skipped], "links_resolved": report.links_resolved,
        })  # fmt: skip
        return
    counted = {"articles": report.article, "tickets": report.ticket, "canned replies": report.canned,
               "customers": report.customer, "answers of customers": report.satisfaction}  # fmt: skip
    table(
        ("", "new", "changed", "unchanged"),
        [(noun, c.new, c.changed, c.unchanged) for noun, c in counted.items() if c.total] or [("nothing", 0, 0, 0)],
    )
    if report.links_resolved:
        click.echo(f"{report.links_resolved:,} ticket links found their article.")
    if report.skipped:
        click.echo(f"{len(report.skipped):,} files of other kinds were skipped, e.g. {plain(str(report.skipped[0]))}.")
    if rejected:
        click.echo(f"{len(rejected):,} rows were rejected; the reasons are above.", err=True)
    if any(c.new or c.changed for c in counted.values()):
        click.echo("Next: `svar index`.")
