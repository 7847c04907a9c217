"""`svar canned`: the canned replies that everybody has, and those of one colleague."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.model import CannedReply, User
    from kb.store import Store


@click.group("canned")
def command() -> None:
    """See, add and remove canned replies.

    What another system brought is changed there, and comes with the next import.
    """


@command.command("list")
@home_option
@click.option("--locale", default="", metavar="LANG", help="Only this language, e.g. sv.")
@click.option("--owner", default="", metavar="EMAIL", help="With those that only this colleague has.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("words", nargs=-1)
@pass_place
def list_(place: Place, words: tuple[str, ...], locale: str, owner: str, *, as_json: bool) -> None:
    """Show canned replies, all or those with some WORDS. In columns: language, shortcut, how often sent, title."""
    from kb.canned_order import find_canned
    from kb.locales import normalise_locale

    with _store(place) as store:
        user_id = _user(store, owner).id if owner else ""
        wanted = normalise_locale(locale) if locale else ""
        _show(find_canned(store.canned.list(wanted, user_id=user_id), " ".join(words)), as_json=as_json)


@command.command("add")
@home_option
@click.argument("title")
@click.argument("text")
@click.option("--locale", required=True, metavar="LANG", help="Its language, e.g. sv.")
@click.option("--shortcut", default="", help="What is typed after ; in the reply.")
@click.option("--folder", default="", help="Where it is filed.")
@click.option("--owner", default="", metavar="EMAIL", help="Only for this colleague; default: for everybody.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def add(
    place: Place, title: str, text: str, locale: str, shortcut: str, folder: str, owner: str, *, as_json: bool
) -> None:
    """Add a canned reply. TEXT may have merge fields such as {{ticket.customer.first_name}}."""
    from assistant.drafts.merge_fields import check_fields
    from kb.canned_text import CannedText

    check_fields(title)
    check_fields(text)
    with _store(place) as store:
        user = _user(store, owner)
        wish = CannedText(title=title, body=text, locale=locale, shortcut=shortcut, folder=folder)
        _show([store.canned.create(wish, user, personal=bool(owner))], as_json=as_json)


@command.command("remove")
@home_option
@click.argument("canned_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def remove(place: Place, canned_id: str, *, as_json: bool) -> None:
    """Remove a canned reply that was written here. Its revisions stay in the database."""
    with _store(place) as store:
        found = store.canned.get(canned_id)
        store.canned.remove(canned_id, _user(store, user_id=found.owner_id))
        _show([found], as_json=as_json)


@contextmanager
def _store(place: Place) -> Iterator[Store]:
    from kb.store import Store

    store = Store.open(place.settings(), must_exist=True)
    try:
        yield store
    finally:
        store.close()


def _user(store: Store, email: str = "", *, user_id: str = "") -> User:
    """The colleague with an e-mail address or id; whoever has the command line where neither is given."""
    from kb.errors import KBError
    from kb.model import Role, User

    if not email and not user_id:
        return User(id="system", name="svar", email="", role=Role.ADMIN)
    for user in store.users.list():
        if user.id == user_id or (email and user.email == email.strip().casefold()):
            return user
    raise KBError(f"There is no colleague with the email {email}.")


def _show(found: Sequence[CannedReply], *, as_json: bool) -> None:
    from ui.commands.output import print_json, short, width

    if as_json:
        print_json({"canned": [_row(canned) for canned in found]})
        return
    for canned in found:
        shortcut = f";{canned.shortcut}" if canned.shortcut else "-"
        mine = "personal " if canned.owner_id else ""
        head = f"{canned.id:<24} {canned.locale} {shortcut:<14} {canned.uses:>5}  "
        click.echo(head + mine + short(canned.title, max(20, width() - len(head) - len(mine))))


def _row(canned: CannedReply) -> dict[str, Any]:
    return {
        "id": canned.id, "source": canned.source, "title": canned.title, "body": canned.body,
        "locale": canned.locale, "shortcut": canned.shortcut, "folder": canned.folder, "product": canned.product,
        "tags": list(canned.tags), "revision": canned.revision, "uses": canned.uses,
        "personal": bool(canned.owner_id),
    }  # fmt: skip
