"""`svar search`: articles by words and meaning."""

from __future__ import annotations

import click

from ui.commands.place import Place, home_option, pass_place


@click.command("search")
@home_option
@click.argument("text", nargs=-1, required=True)
@click.option("--locale", default="", metavar="LANG", help="Only articles in this language, e.g. sv.")
@click.option("--product", default="", help="Only articles about this product, or about none.")
@click.option("-n", "limit", default=10, type=click.IntRange(1, 200), show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(place: Place, text: tuple[str, ...], locale: str, product: str, limit: int, *, as_json: bool) -> None:
    """Find articles by words and meaning.

    What stands in "double quotes" must be in the article word for word; put single quotes around them, since the shell
    takes double ones away: svar search '"E-1042" hub'.
    """
    from assistant.service import Service
    from kb.locales import normalise_locale
    from ui.commands.asking import readable
    from ui.commands.cards import article_card
    from ui.commands.output import print_json

    words = readable(" ".join(text))
    if not words.strip():
        raise click.UsageError("TEXT is empty; name at least one word.")
    wanted = normalise_locale(locale) if locale else ""
    hits = Service.open(place.settings()).search(words, locale=wanted, product=product, limit=limit)
    if as_json:
        print_json({"query": words, "articles": hits})
        return
    if not hits:
        click.echo("Nothing found. Try fewer or other words, or leave out --locale and the quotes.")
    for rank, hit in enumerate(hits, start=1):
        article_card(rank, hit)
