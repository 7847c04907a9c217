"""`svar team`: whom agents can pass tickets on to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.desk.teams import Team
    from kb.store import Store


@click.group("team")
def command() -> None:
    """Set the teams that agents can pass tickets on to.

    A team with a webhook gets a post, one with an e-mail address gets mail, one with neither finds the ticket in Svar.
    """


@command.command("list")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def list_(place: Place, *, as_json: bool) -> None:
    """Show all teams; secrets are not shown."""
    with _store(place) as store:
        _show(store.teams.list(), as_json=as_json)


@command.command("add")
@home_option
@click.argument("name")
@click.option("--email", default="", metavar="ADDRESS", help="Where mail to the team goes.")
@click.option("--webhook", default="", metavar="URL", help="Where posts to the team go; begins with https://.")
@click.option("--outside", is_flag=True, help="Not your own people: personal details are taken out of what it gets.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def add(place: Place, name: str, email: str, webhook: str, *, outside: bool, as_json: bool) -> None:
    """Add a team, or change the one of this name.

    A new webhook gets a secret, which is shown this once: the receiver checks with it who sends.
    """
    with _store(place) as store:
        team, is_new = store.teams.put(name, email=email, webhook=webhook, outside=outside)
        _show([team], as_json=as_json, secret=team.secret if is_new else "")


@command.command("remove")
@home_option
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def remove(place: Place, name: str, *, as_json: bool) -> None:
    """Take a team away; what still waits for it is given up."""
    with _store(place) as store:
        _show([store.teams.remove(name)], as_json=as_json)


@contextmanager
def _store(place: Place) -> Iterator[Store]:
    from kb.store import Store

    store = Store.open(place.settings(), must_exist=True)
    try:
        yield store
    finally:
        store.close()


def _show(teams: Sequence[Team], *, as_json: bool, secret: str = "") -> None:
    from ui.commands.output import plain, print_json

    if as_json:
        rows = [
            {"id": t.id, "name": t.name, "email": t.email, "webhook": t.webhook, "outside": t.outside} for t in teams
        ]
        print_json({"teams": rows} | ({"secret": secret} if secret else {}))
        return
    if not teams:
        click.echo("There are no teams yet; add one with `svar team add NAME`.")
    for team in teams:
        ways = [team.email, team.webhook] if team.leaves else ["in Svar only"]
        outside = " (outside)" if team.outside else ""
        click.echo(f"{plain(team.name)}{outside}: {', '.join(filter(None, ways))}")
    if secret:
        click.echo(f"Secret of the webhook, shown this once: {secret}")
