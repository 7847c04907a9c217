"""`svar template`: the courtesy texts of draft replies, as the team words them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from assistant.drafts.wording import Wording
    from kb.store import Store


@click.group("template")
def command() -> None:
    """Show or change the courtesy texts of draft replies.

    Greeting, thanks, links, closing. A text is named by its language and key, e.g. sv greeting.informal. SVAR_TONE
    chooses between formal and informal.
    """


@command.command("list")
@home_option
@click.option("--locale", default="", metavar="LANG", help="Only this language, e.g. sv.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def list_(place: Place, locale: str, *, as_json: bool) -> None:
    """Show all texts; a star marks those that the team words itself."""
    from assistant.drafts.wording import wordings

    with _store(place) as store:
        _show(wordings(store, locale), as_json=as_json)


@command.command("set")
@home_option
@click.argument("locale", metavar="LANG")
@click.argument("key")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def set_(place: Place, locale: str, key: str, text: str, *, as_json: bool) -> None:
    """Word a text; used from the next draft on, also in a running server."""
    from assistant.drafts.wording import reword

    with _store(place) as store:
        _show([reword(store, locale, key, text)], as_json=as_json)


@command.command("reset")
@home_option
@click.argument("locale", metavar="LANG")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def reset(place: Place, locale: str, key: str, *, as_json: bool) -> None:
    """Go back to the shipped text."""
    from assistant.drafts.wording import restore

    with _store(place) as store:
        _show([restore(store, locale, key)], as_json=as_json)


@contextmanager
def _store(place: Place) -> Iterator[Store]:
    from kb.store import Store

    store = Store.open(place.settings(), must_exist=True)
    try:
        yield store
    finally:
        store.close()


def _show(found: Sequence[Wording], *, as_json: bool) -> None:
    from ui.commands.output import print_json, short, width

    if as_json:
        print_json(
            {
                "templates": [
                    {"locale": w.locale, "key": w.key, "text": w.text, "shipped": w.shipped, "fields": w.fields}
                    for w in found
                ]
            }
        )
        return
    for each in found:
        head = f"{'*' if each.is_own else ' '} {each.locale} {each.key:<26} "
        click.echo(head + short(each.text, max(20, width() - len(head))))
