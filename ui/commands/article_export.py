"""`svar export-articles`: articles as files, or as drafts in a help centre."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.model import Article
    from kb.settings_help_desks import HelpDesk
    from kb.store import Store

TARGETS = ("files", "zendesk", "freshdesk", "hubspot")
_ALL = 2**31
NOT_ALL = 3
"""Exit code when some articles were not exported."""


@click.command("export-articles")
@home_option
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--to", "target", required=True, type=click.Choice(TARGETS), help="Where they go.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for --to files.")
@click.option("--all", "everything", is_flag=True, help="All articles; only with --to files.")
@click.option("--again", is_flag=True, help="Also what is a draft there already.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(
    place: Place, ids: tuple[str, ...], target: str, out: Path | None, *, everything: bool, again: bool, as_json: bool
) -> None:
    """Write articles to files, or as drafts to a help centre.

    Nothing is ever published there. Files are Markdown: they have front matter and are read back by `svar import`. A
    help centre gets what customers may read: parts for colleagues are left out, variables are filled in, links lead to
    where the articles are.

    Exit code 3 says that some articles were not exported.
    """
    from kb.store import Store
    from ui.commands.output import plain, print_json

    if (target == "files") != (out is not None) or (everything and target != "files") or bool(ids) == everything:
        raise click.UsageError("Name articles by id, or all with --all; --to files needs --out DIR, all others none.")
    settings = place.settings()
    desk = next((each for each in settings.help_desks if each.system == target), None)
    if desk is None and target != "files":
        name = target.upper()
        raise click.ClickException(
            f"{target} is not set up. Set SVAR_{name}_URL, SVAR_{name}_AUTH and SVAR_{name}_PLACE, then try again."
        )
    store = Store.open(settings, must_exist=True)
    try:
        articles = _all(store) if everything else [store.articles.get(each) for each in dict.fromkeys(ids)]
        done = [_to_file(each, out) if out is not None else _to_desk(store, each, desk, again) for each in articles]
    finally:
        store.close()
    failed = [row for row in done if row["error"]]
    if as_json:
        print_json({"to": target, "articles": done})
    for row in done if not as_json else ():
        click.echo(plain(f"{row['id']}: {row['error'] or row['said']}"), err=bool(row["error"]))
    if failed:
        raise click.exceptions.Exit(NOT_ALL)


def _all(store: Store) -> list[Article]:
    return [article for _, article in store.articles.changed_since(0, limit=_ALL) if article.deleted_at is None]


def _to_file(article: Article, folder: Path) -> dict[str, str]:
    from kb.article_file import file_name, file_text

    path = folder / file_name(article)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file_text(article), "utf-8", newline="\n")
    except OSError as error:
        return {"id": article.id, "said": "", "error": f"{path} cannot be written: {error.strerror}"}
    return {"id": article.id, "said": str(path), "error": ""}


def _to_desk(store: Store, article: Article, desk: HelpDesk | None, again: bool) -> dict[str, str]:
    from kb.errors import KBError
    from ui.help_desk_drafts import post_draft

    if desk is None:
        raise ValueError("a help centre must be given")
    number = article.revision.number
    if not again and store.article_exports.was_sent(article.id, number, desk.system):
        return {"id": article.id, "said": f"is a draft in {desk.system} already (--again makes another)", "error": ""}
    try:
        posted = post_draft(store, article, desk)
    except KBError as error:
        return {"id": article.id, "said": "", "error": str(error)}
    if not posted.ok:
        return {"id": article.id, "said": "", "error": f"{desk.system} did not take it: {posted.said}"}
    store.article_exports.note(article.id, number, desk.system)
    return {"id": article.id, "said": f"draft in {desk.system}", "error": ""}
