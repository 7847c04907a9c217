"""`svar show`: what is stored under an id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.model import Article, CannedReply, Ticket
    from kb.store import Store


@click.command("show")
@home_option
@click.argument("noun", type=click.Choice(["article", "ticket", "canned"]))
@click.argument("noun_id", metavar="ID")
@click.option("--revision", type=click.IntRange(1), help="An earlier revision of an article.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(place: Place, noun: str, noun_id: str, revision: int | None, *, as_json: bool) -> None:
    """Show an article, ticket or canned reply as it is stored.

    The body is the text that offsets of suggestions and drafts point into: characters, the first is 0, the end is one
    past the last. For a ticket a source's revision is the number of the message.
    """
    from kb.store import Store

    if revision is not None and noun != "article":
        raise click.UsageError("Only articles have revisions to choose from; leave --revision out.")
    store = Store.open(place.settings(), must_exist=True)
    shown = {"article": _article, "ticket": _ticket, "canned": _canned}[noun](store, noun_id, revision)
    store.close()
    if as_json:
        from ui.commands.output import print_json

        print_json(shown)
    else:
        _print(shown)


def _article(store: Store, noun_id: str, revision: int | None) -> dict[str, Any]:
    article: Article = store.articles.get(noun_id, revision)
    text = article.revision
    return {
        "id": article.id, "revision": text.number, "title": text.title, "locale": article.locale, "url": article.url,
        "state": article.confidence, "audience": article.audience, "product": article.product, "tags": text.tags,
        "summary": text.summary, "translation_of": article.translation_of, "verified_at": article.verified_at,
        "updated_at": article.updated_at, "created_at": text.created_at, "source": article.source,
        "source_id": article.source_id, "body": text.body,
    }  # fmt: skip


def _ticket(store: Store, noun_id: str, _: int | None) -> dict[str, Any]:
    from dataclasses import fields

    ticket: Ticket = store.tickets.get(noun_id)
    return {
        **{field.name: getattr(ticket, field.name) for field in fields(ticket)},
        "article_ids": [link.article_id for link in store.tickets.links([ticket.id])],
    }


def _canned(store: Store, noun_id: str, _: int | None) -> dict[str, Any]:
    from dataclasses import fields

    canned: CannedReply = store.canned.get(noun_id)
    return {field.name: getattr(canned, field.name) for field in fields(canned)}


def _print(shown: dict[str, Any]) -> None:
    from ui.commands.output import facts, lines_of, plain
    from ui.wire import to_json

    wire = to_json(shown)
    messages = wire.pop("messages", None)
    body = wire.pop("body", "")
    customer = wire.pop("customer", None)
    if customer is not None:
        wire["customer"] = customer["name"] or customer["id"]
    facts((name, plain(_value(value))) for name, value in wire.items())
    if messages is None:
        click.echo("\n" + "\n".join(lines_of(body)))
        return
    for message in messages:
        kind = "" if message["public"] else " (private note)"
        click.echo(f"\n[{message['number']}] {message['author']} {plain(message['name'])}{kind} {message['at']}")
        click.echo("\n".join(lines_of(message["body"])))


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
