"""The commands of `svar article` that work on published articles, one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ui.commands.article_options import AUDIENCE, CONFIDENCE, GOVERNANCE, as_option, json_option, reason_option
from ui.commands.article_work import Work, show_article, work
from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.knowledge.move import ArticleWish


def _many(name: str, move: str, text: str, *, reason: bool = False) -> click.Command:
    """A command that does the same with every ID."""

    @click.command(name, help=text)
    @home_option
    @click.argument("ids", metavar="ID...", nargs=-1, required=True)
    @reason_option(required=reason)
    @as_option
    @json_option
    @pass_place
    def run(place: Place, ids: tuple[str, ...], reason: str, email: str, *, as_json: bool) -> None:
        with work(place, email) as at:
            _do(at, ids, move, {"reason": reason}, as_json=as_json)

    command: click.Command = run
    return command


@click.command("roll-back")
@home_option
@click.argument("article_id", metavar="ID")
@click.argument("revision", type=click.IntRange(1))
@reason_option(required=False)
@as_option
@json_option
@pass_place
def roll_back(place: Place, article_id: str, revision: int, reason: str, email: str, *, as_json: bool) -> None:
    """Publish an earlier REVISION again, as the next revision."""
    with work(place, email) as at:
        _do(at, [article_id], "roll_back", {"revision": revision, "reason": reason}, as_json=as_json)


@click.command("merge")
@home_option
@click.argument("article_id", metavar="ID")
@click.argument("into", metavar="INTO")
@reason_option(required=False)
@as_option
@json_option
@pass_place
def merge(place: Place, article_id: str, into: str, reason: str, email: str, *, as_json: bool) -> None:
    """Let the article INTO take the place of ID. Old addresses and tickets' links lead there."""
    with work(place, email) as at:
        _do(at, [article_id], "merge", {"into": into, "reason": reason}, as_json=as_json)


@click.command("owner")
@home_option
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--to", "owner", required=True, metavar="EMAIL", help="Who answers for them; - for nobody.")
@as_option
@json_option
@pass_place
def owner(place: Place, ids: tuple[str, ...], owner: str, email: str, *, as_json: bool) -> None:
    """Say who answers for articles."""
    with work(place, email) as at:
        owner_id = "" if owner == "-" else at.colleague(owner).id
        _do(at, ids, "set_owner", {"owner_id": owner_id}, as_json=as_json)


def _set(field: str, allowed: Sequence[str], text: str) -> click.Command:
    """A command that sets one of few values."""

    @click.command(field, help=text)
    @home_option
    @click.argument("value", type=click.Choice(allowed))
    @click.argument("ids", metavar="ID...", nargs=-1, required=True)
    @as_option
    @json_option
    @pass_place
    def run(place: Place, value: str, ids: tuple[str, ...], email: str, *, as_json: bool) -> None:
        with work(place, email) as at:
            _do(at, ids, f"set_{field}", {field: value}, as_json=as_json)

    command: click.Command = run
    return command


@click.command("interval")
@home_option
@click.argument("days", metavar="DAYS")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@as_option
@json_option
@pass_place
def interval(place: Place, days: str, ids: tuple[str, ...], email: str, *, as_json: bool) -> None:
    """Say how many DAYS a verification of articles lasts. 0: for good; "team": as long as the team says."""
    if days != "team" and not days.isdigit():
        raise click.UsageError(f'DAYS is {days!r}; allowed: a whole number from 0, or "team".')
    with work(place, email) as at:
        _do(at, ids, "set_verify_every", {"days": None if days == "team" else int(days)}, as_json=as_json)


def _do(at: Work, ids: Sequence[str], move: str, fields: dict[str, Any], *, as_json: bool) -> None:
    """Do a move with every article; with one, its refusal ends the command, with many it is told and they go on."""
    from kb.knowledge.move import ArticleMove
    from ui.commands.output import print_json

    wanted, wish = ArticleMove(move), _wish(fields)
    if len(ids) == 1:
        show_article(at.store.article_moves.move(ids[0], wanted, at.user, wish), as_json=as_json)
        return
    done, refused = at.store.article_moves.move_many(ids, wanted, at.user, wish)
    told = [{"id": each.id, "message": str(each.error)} for each in refused]
    if as_json:
        print_json({"done": done, "refused": told})
    else:
        lines = [f"{each}: {move} done" for each in done] + [f"{each['id']}: {each['message']}" for each in told]
        click.echo("\n".join(lines))
    if refused:
        raise click.exceptions.Exit(3)


def _wish(fields: dict[str, Any]) -> ArticleWish:
    from kb.knowledge.move import ArticleWish
    from kb.model import Audience, Confidence, Governance

    kinds = {"audience": Audience, "confidence": Confidence, "governance": Governance}
    values: dict[str, Any] = dict(fields)
    for name in kinds.keys() & fields.keys():
        values[name] = kinds[name](fields[name])
    return ArticleWish(**values)


MOVES: tuple[click.Command, ...] = (
    _many("verify", "verify", "Vouch for articles. They become validated, and stay verified for their interval."),
    _many("unverify", "unverify", "Put articles in doubt. They stay so until somebody verifies them.", reason=True),
    roll_back,
    _many("archive", "archive", "Take articles out of every search; `restore` brings them back."),
    _many("restore", "restore", "Bring back what was archived, or undo a merge."),
    merge,
    _many("delete", "delete", "Erase the texts of articles for good. Only their titles stay, for links.", reason=True),
    owner,
    _set("audience", AUDIENCE, "Say who may read articles."),
    _set("confidence", CONFIDENCE, "Say how far articles are trusted. Validated is also a verification."),
    _set("governance", GOVERNANCE, "Say who may change articles. With compliance_based only publishers may."),
    interval,
    _many("undo", "undo", "Take the last move of articles back. They are to the second what they were before."),
)
"""Each a command of `svar article`, in the order in which they are listed."""
