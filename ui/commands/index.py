"""`svar index`: brings the index up to date."""

from __future__ import annotations

import click

from ui.commands.place import Place, home_option, pass_place


@click.command("index")
@home_option
@click.option("--full", is_flag=True, help="Make the index anew; the old one serves until the new one is done.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(place: Place, *, full: bool, as_json: bool) -> None:
    """Index what was imported or changed.

    Only what changed is worked on. It may be stopped at any moment and run again; it then goes on where it was.
    """
    from assistant.indexing import bring_up_to_date
    from kb.store import Store
    from ui.commands.output import print_json
    from ui.commands.progress import bar

    settings = place.settings()
    store = Store.open(settings, must_exist=True)
    with bar("Indexing", "texts") as move:
        built = bring_up_to_date(store, settings, full=full, progress=move)
    store.close()
    if as_json:
        print_json({
            "folder": str(built.folder), "nouns": built.nouns, "passages": built.passages, "encoded": built.encoded,
            "seconds": round(built.seconds, 2),
        })  # fmt: skip
    elif built.nouns == 0:
        click.echo(f"Up to date: nothing changed since the last run ({built.folder.name}).")
    else:
        click.echo(
            f"Indexed {built.nouns:,} articles, tickets and canned replies as {built.passages:,} passages in"
            f" {built.seconds:.1f} s ({built.encoded:,} texts were new to the model; {built.folder.name})."
        )
