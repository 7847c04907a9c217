"""`svar learn`: learns how much each part of the ranking counts from the team's own links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.model import Learned
    from kb.store import Store

_NEWEST = "newest"
_SHOWN = 20


@click.command("learn")
@home_option
@click.option("--dry-run", is_flag=True, help="Say what would be adopted; write nothing.")
@click.option("--history", is_flag=True, help=f"Show the last {_SHOWN} attempts instead.")
@click.option(
    "--undo",
    is_flag=False,
    flag_value=_NEWEST,
    default=None,
    metavar="[ID]",
    help="Take back what was adopted instead: this attempt, or the newest.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(place: Place, *, dry_run: bool, history: bool, undo: str | None, as_json: bool) -> None:
    """Learn from what agents linked.

    It is adopted only if it is better on the newest linked tickets beyond doubt. What is adopted is in force at once,
    also in a running server, and can be undone.
    """
    from kb.store import Store

    if sum([dry_run, history, undo is not None]) > 1:
        raise click.UsageError("Choose one of --dry-run, --history and --undo.")
    settings = place.settings()
    store = Store.open(settings, must_exist=True)
    try:
        if history:
            _show(store.learned.history(limit=_SHOWN), as_json=as_json, empty="Nothing was learned yet.")
        elif undo is not None:
            _undo(store, undo, as_json=as_json)
        else:
            from assistant.learning.learn import learn
            from ui.commands.progress import bar

            with bar("Learning", "steps") as move:
                found = learn(store, settings, dry_run=dry_run, progress=move)
            _show(found, as_json=as_json, dry_run=dry_run)
    finally:
        store.close()


def _undo(store: Store, wanted: str, *, as_json: bool) -> None:
    from ui.commands.output import print_json

    if wanted != _NEWEST and not wanted.isdecimal():
        raise click.BadParameter(f"{wanted!r} is no number; allowed: an id that --history shows.", param_hint="--undo")
    undone = store.learned.undo(None if wanted == _NEWEST else int(wanted))
    if as_json:
        print_json({"undone": undone})
    else:
        click.echo(f"Undone: attempt {undone}. What was in force before it is in force again.")


def _show(found: Sequence[Learned], *, as_json: bool, empty: str = "", dry_run: bool = False) -> None:
    from assistant.learning.verdict import line
    from ui.commands.output import day, print_json

    if as_json:
        print_json({"dry_run": dry_run, "attempts": found})
        return
    for each in found:
        named = f"{each.id:>4}  {day(each.at)}  " if empty else ""
        click.echo(named + line(each))
    if dry_run:
        click.echo("This was a dry run: nothing was changed.")
    elif not found:
        click.echo(empty)
