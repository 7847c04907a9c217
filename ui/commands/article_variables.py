"""`svar variables`: what stands for {{support_phone}} in every article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.store import Store


@click.group("variables")
def command() -> None:
    """Set the variables of articles, such as a phone number.

    An article names one as {{support_phone}}; agents and customers see its value. One that is not set is marked for
    agents, and a reply with it is not sent.
    """


@command.command("list")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def list_(place: Place, *, as_json: bool) -> None:
    """Show all variables by name."""
    with _store(place) as store:
        _show(store, as_json=as_json)


@command.command("set")
@home_option
@click.argument("name")
@click.argument("value")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def set_(place: Place, name: str, value: str, *, as_json: bool) -> None:
    """Give a variable a value; every article shows it from then on."""
    with _store(place) as store:
        store.article_variables.put(name, value)
        _show(store, as_json=as_json)


@command.command("remove")
@home_option
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def remove(place: Place, name: str, *, as_json: bool) -> None:
    """Take a variable away; where it is used it shows as unknown."""
    with _store(place) as store:
        store.article_variables.remove(name)
        _show(store, as_json=as_json)


@contextmanager
def _store(place: Place) -> Iterator[Store]:
    from kb.store import Store

    store = Store.open(place.settings(), must_exist=True)
    try:
        yield store
    finally:
        store.close()


def _show(store: Store, *, as_json: bool) -> None:
    from ui.commands.output import facts, plain, print_json

    values = store.article_variables.values()
    if as_json:
        print_json({"variables": [{"name": name, "value": value} for name, value in values.items()]})
        return
    if not values:
        click.echo("There are no variables yet; set one with `svar variables set NAME VALUE`.")
    facts((name, plain(value)) for name, value in values.items())
