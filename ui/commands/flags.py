"""`svar flags`: the paragraphs that agents flagged as wrong or outdated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.desk.flags import Flag
    from kb.store import Store

_STATES = ("open", "done", "rejected", "all")


@click.command("flags")
@home_option
@click.option("--state", type=click.Choice(_STATES), default="open", show_default=True, help="Which flags to list.")
@click.option("--article", "article_id", default="", metavar="ID", help="Only those of one article.")
@click.option("-n", "limit", default=50, type=click.IntRange(1, 1000), show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(place: Place, state: str, article_id: str, limit: int, *, as_json: bool) -> None:
    """List flagged paragraphs, newest first.

    Each one says which words of which article are meant, why, and which ticket it came up in. A paragraph that a later
    revision no longer has is listed as gone.
    """
    from kb.desk.flags import FlagState
    from kb.store import Store

    store = Store.open(place.settings(), must_exist=True)
    wanted = None if state == "all" else FlagState(state)
    rows = [_row(store, flag) for flag in store.flags.list(state=wanted, article_id=article_id, limit=limit)]
    counts = store.flags.counts()
    store.close()
    if as_json:
        from ui.commands.output import print_json

        print_json({"flags": rows, "counts": counts})
    else:
        _print(rows, state)


def _row(store: Store, flag: Flag) -> dict[str, Any]:
    from kb.desk.flags import where_now
    from ui.wire import to_json

    article = store.articles.get_many([flag.article_id]).get(flag.article_id)
    users = {user.id: user.name for user in store.users.list()}
    place = where_now(flag, article.revision.body, article.revision.number) if article else None
    wire: dict[str, Any] = to_json(flag)
    return wire | {
        "title": article.title if article else "",
        "by": users.get(flag.user_id, ""),
        "current_revision": article.revision.number if article else 0,
        "place": to_json(place) if place else None,
        "lost": place is None,
    }


def _print(rows: list[dict[str, Any]], state: str) -> None:
    from ui.commands.output import short

    if not rows:
        click.echo("No flags." if state == "all" else f"No {state} flags.")
    for row in rows:
        lost = " (gone from the current revision)" if row["lost"] else ""
        where = f", ticket {row['ticket_id']}" if row["ticket_id"] else ""
        click.echo(f"{row['id']}  {row['reason']}  {short(row['title'], 60)}  [{row['article_id']}]{lost}")
        click.echo(f"    “{short(row['quote'], 90)}”")
        if row["note"]:
            click.echo(f"    {short(row['note'], 90)}")
        click.echo(f"    {row['state']}, {row['by'] or 'unknown'}, {row['at'][:10]}{where}")
