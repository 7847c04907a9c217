"""`svar measures`: the team's figures, printed or written to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.measures.measures import Measures
    from kb.reporting.window import Window

_TABLES = ("tickets", "weeks", "articles", "article_use", "links", "gaps", "misses", "figures", "definitions")
_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


def _window_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which tickets are meant."""
    for option in reversed((
        click.option("--since", default="", metavar="DAY", help="First day, e.g. 2026-07-01."),
        click.option("--until", default="", metavar="DAY", help="The day after the last one."),
        click.option("--locale", default="", metavar="CODE", help="Only tickets in this language."),
        click.option("--product", default="", metavar="NAME", help="Only tickets about this product."),
        click.option("--team", default="", metavar="NAME", help="Only tickets of this team."),
    )):  # fmt: skip
        command = option(command)
    return command


@click.group("measures", invoke_without_command=True)
@home_option
@_window_options
@click.option("--json", "as_json", is_flag=True, help="Print everything that the lead's page shows as one JSON object.")
@click.option("--xlsx", "xlsx", type=_FILE, metavar="FILE", help="Write an Excel workbook.")
@click.option("--csv", "csv_table", nargs=2, metavar="TABLE FILE", help="Write one table as CSV; - prints it.")
@click.option("--parquet", nargs=2, metavar="TABLE FILE", help="Write one table as Parquet.")
@click.option("--separator", default="", metavar="SIGN", help="Between the cells of CSV: , ; | or tab.")
@click.option("--decimal", default="", metavar="SIGN", help="Decimal sign of CSV: . or ,")
@click.option("--bom", is_flag=True, help="Begin CSV with a mark by which Excel sees that it is UTF-8.")
@click.option("--language", default="en", metavar="CODE", help="Of names and definitions in files: sv, nb, nn, da, en.")
@pass_place
@click.pass_context
def command(ctx: click.Context, place: Place, /, **options: Any) -> None:  # noqa: ANN401 - click's own values
    """Show response times, satisfaction, links and more.

    With and without suggestions. Without days these are the last 13 whole weeks. Figures of fewer than 5 people or 5
    tickets are not shown, and no figure is ever about one person. What each one means stands in docs/measures.md.

    Tables for --csv and --parquet: tickets, weeks, articles, article_use, links, gaps, misses, figures, definitions.
    """
    if ctx.invoked_subcommand is not None:
        return
    measures = _opened(place)
    wishes = {name: options[name] for name in ("since", "until", "locale", "product", "team")}
    window = measures.window(**wishes)
    done = _write_files(measures, window, options)
    if options["as_json"]:
        from assistant.measures.dashboard import dashboard
        from ui.commands.output import print_json

        print_json(dashboard(measures, window))
    elif not done:
        _print(measures, window)
    measures.store.close()


@command.command("team")
@home_option
@click.argument("name", default="")
@click.option("--member", "members", multiple=True, metavar="PERSON", help="Name or email address; several times.")
@click.option("--remove", is_flag=True, help="Take the team away.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def team(place: Place, name: str, members: tuple[str, ...], *, remove: bool, as_json: bool) -> None:
    """List the teams of the breakdown, or set who is in one.

    A team's figures are shown from five people on.
    """
    from kb.store import Store

    store = Store.open(place.settings(), must_exist=True)
    if members or remove:
        store.reporting.teams.put(name, () if remove else members)
    sizes = store.reporting.teams.sizes()
    store.close()
    if as_json:
        from ui.commands.output import print_json

        print_json({"teams": [{"name": each, "people": people} for each, people in sizes.items()]})
        return
    for each, people in sizes.items():
        click.echo(f"{each}  {people} people" + ("" if people >= 5 else " (too few: its figures are not shown)"))
    if not sizes:
        click.echo("No teams. Set one: svar measures team NAME --member PERSON --member PERSON …")


def _opened(place: Place) -> Measures:
    from assistant.measures.measures import Measures
    from kb.store import Store
    from ui.commands.progress import bar

    measures = Measures(Store.open(place.settings(), must_exist=True))
    waiting = measures.waiting()
    if waiting:
        with bar("Counting", "tickets") as show:
            measures.catch_up(progress=lambda done: show(done, waiting))
    return measures


def _write_files(measures: Measures, window: Window, options: dict[str, Any]) -> bool:
    from assistant.measures.exports import table_of
    from ui.api.exports import say_in, workbook

    say, done = say_in(options["language"]), False
    if options["xlsx"]:
        options["xlsx"].write_bytes(workbook(measures, window, say))
        click.echo(f"Wrote {options['xlsx']}.")
        done = True
    for form in ("csv_table", "parquet"):
        if not options[form]:
            continue
        name, file = options[form]
        if name not in _TABLES:
            raise click.BadParameter(f"{name!r} is no table; there are: {', '.join(_TABLES)}")
        content = _content(form, table_of(measures, name, window, say), options)
        if file == "-" and form == "csv_table":
            click.echo(content, nl=False)
        else:
            Path(file).write_bytes(content)
            click.echo(f"Wrote {file}.")
        done = True
    return done


def _content(form: str, table: Any, options: dict[str, Any]) -> bytes:  # noqa: ANN401 - a Table, imported late
    if form == "parquet":
        from assistant.measures.parquet import parquet_of

        return parquet_of(table)
    from assistant.measures.csv_text import CsvForm, csv_of

    separator = {"tab": "\t"}.get(options["separator"], options["separator"]) or ","
    return csv_of(table, CsvForm(separator, options["decimal"] or ".", options["bom"])).encode("utf-8")


def _print(measures: Measures, window: Window) -> None:
    from assistant.measures.dashboard import dashboard
    from ui.catalogue import text
    from ui.commands.output import facts

    page = dashboard(measures, window)
    click.echo(f"{window.since} to {window.until} (not included)")
    if page["hidden"]:
        click.echo("Not shown: these tickets are of too few people or too few tickets.")
        return
    rows = [(text("en", f"definition.{name}.name"), shown(each)) for name, each in (page["team"] | page["kcs"]).items()]
    facts(rows)
    value = page["comparison"]["value"]
    if value.shown:
        click.echo(
            f"With a suggestion used, tickets took {value.minutes:.0f} working minutes less ({value.low:.0f} to"
            f" {value.high:.0f}), compared within the same product, language, channel and priority."
        )
    else:
        click.echo(f"Minutes saved: not shown ({value.why.replace('_', ' ')}).")
    for each in page["comparison"]["warnings"][:5]:
        more = "more" if each.difference > 0 else "less"
        click.echo(f"With suggestions there is {more} of {each.field} {each.word or '(none)'}: compare with care.")


def shown(figure: dict[str, Any]) -> str:
    """A figure in words: its value, its interval and of how many.

    Args:
        figure: As `figure_data` gives it.
    """
    value, unit = figure["value"], figure["unit"]
    if value is None or (not figure["enough"] and unit not in {"count", "ratio"}):
        return f"too few to say ({figure['n']})" if figure["n"] else "nothing to count"
    scale, sign = (100.0, " %") if unit == "share" else (1.0, " min" if unit == "minutes" else "")
    places = 1 if unit == "ratio" else 0
    span = ""
    if figure["low"] is not None:
        span = f" ({scale * figure['low']:.{places}f} to {scale * figure['high']:.{places}f})"
    of = "" if unit == "count" else f", of {figure['n']:,}"
    return f"{scale * value:.{places}f}{sign}{span}{of}"
