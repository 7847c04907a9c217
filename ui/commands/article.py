"""`svar article`: writing, reviewing, publishing and keeping articles from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ui.commands.article_moves import MOVES
from ui.commands.article_options import as_option, fields_of, json_option, reason_option, text_options
from ui.commands.article_work import show_article, show_articles, show_draft, show_drafts, show_history, work
from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from datetime import datetime

_STATES = ("published", "archived", "merged", "deleted", "all")
_VERIFICATION = ("verified", "due", "overdue", "unverified", "never")


@click.group("article")
def command() -> None:
    """Write, review, publish and keep articles.

    What is published stays as it is while its next revision is a draft. A draft has the id of its article. Without --as
    a command acts for the administrator of this machine; with it, it may do what that colleague may.
    """


@command.command("new")
@home_option
@text_options
@click.option("--ticket", "tickets", multiple=True, metavar="ID", help="Made from this ticket; may be repeated.")
@as_option
@json_option
@pass_place
def new(place: Place, /, email: str, tickets: tuple[str, ...], *, as_json: bool, **fields: str | None) -> None:
    """Begin the draft of a new article. Its text is read from --file or standard input."""
    with work(place, email) as at:
        draft = at.store.article_drafts.create(at.user, text=fields_of(fields, None, read=True), from_tickets=tickets)
        show_draft(draft, as_json=as_json)


@command.command("edit")
@home_option
@click.argument("article_id", metavar="ID")
@text_options
@as_option
@json_option
@pass_place
def edit(place: Place, /, article_id: str, email: str, *, as_json: bool, **fields: str | None) -> None:
    """Change the draft of an article, or begin one. What is not named stays as it is. `--file -` reads the text."""
    with work(place, email) as at:
        drafts = at.store.article_drafts
        draft = drafts.find(article_id) or drafts.create(at.user, article_id=article_id)
        draft = drafts.save(article_id, at.user, draft.version, fields_of(fields, draft.text))
        show_draft(draft, as_json=as_json)


@command.command("show")
@home_option
@click.argument("article_id", metavar="ID")
@json_option
@pass_place
def show(place: Place, article_id: str, *, as_json: bool) -> None:
    """Show the draft of an article, or else what is published."""
    with work(place) as at:
        draft = at.store.article_drafts.find(article_id)
        if draft is not None:
            show_draft(draft, as_json=as_json, body=True)
        else:
            show_article(at.store.articles.final(article_id), as_json=as_json, body=True)


@command.command("list")
@home_option
@click.option("--drafts", is_flag=True, help="Drafts instead of published articles.")
@click.option("--state", type=click.Choice(_STATES), default="published", show_default=True, help="Which articles.")
@click.option("--verification", type=click.Choice(_VERIFICATION), help="Only these, e.g. overdue.")
@click.option("--locale", default="", metavar="LANG", help="Only this language.")
@click.option("--product", default="", help="Only this product.")
@click.option("--owner", default="", metavar="EMAIL", help="Only this colleague's; - for those without owner.")
@click.option("--text", default="", help="Only those with these words.")
@click.option("-n", "limit", default=50, type=click.IntRange(1, 1000), show_default=True, help="How many at most.")
@json_option
@pass_place
def list_(place: Place, /, *, drafts: bool, limit: int, as_json: bool, **chosen: str | None) -> None:
    """List articles, or drafts. What was changed last comes first."""
    with work(place) as at:
        if drafts:
            show_drafts(at, limit=limit, as_json=as_json)
        else:
            show_articles(at, limit=limit, as_json=as_json, **chosen)


@command.command("history")
@home_option
@click.argument("article_id", metavar="ID")
@json_option
@pass_place
def history(place: Place, article_id: str, *, as_json: bool) -> None:
    """Show the revisions of an article. Also who did what to it and its drafts."""
    with work(place) as at:
        show_history(at, article_id, as_json=as_json)


@command.command("review")
@home_option
@click.argument("article_id", metavar="ID")
@click.option("--reviewer", default="", metavar="EMAIL", help="Who is asked; default: any publisher.")
@click.option("--note", default="", help="A word to the reviewer.")
@as_option
@json_option
@pass_place
def review(place: Place, article_id: str, reviewer: str, note: str, email: str, *, as_json: bool) -> None:
    """Ask for a review of a draft."""
    with work(place, email) as at:
        reviewer_id = at.colleague(reviewer).id if reviewer else ""
        show_draft(at.draft_move(article_id, "request_review", note=note, reviewer_id=reviewer_id), as_json=as_json)


def _simple(name: str, move: str, text: str) -> None:
    @command.command(name, help=text)
    @home_option
    @click.argument("article_id", metavar="ID")
    @as_option
    @json_option
    @pass_place
    def run(place: Place, article_id: str, email: str, *, as_json: bool) -> None:
        with work(place, email) as at:
            show_draft(at.draft_move(article_id, move), as_json=as_json, gone=f"{article_id}: {move} done")


_simple("withdraw", "withdraw", "Take a draft back from review.")
_simple("approve", "approve", "Approve a draft that is in review.")
_simple("unschedule", "unschedule", "Do not publish a draft at its time after all.")
_simple("take-note", "take_note", "Say that you have seen what changed meanwhile. By others, or at the source.")
_simple("discard", "discard", "Throw a draft away; what is published stays.")


@command.command("send-back")
@home_option
@click.argument("article_id", metavar="ID")
@reason_option(required=True)
@as_option
@json_option
@pass_place
def send_back(place: Place, article_id: str, reason: str, email: str, *, as_json: bool) -> None:
    """Send a draft back to its writer."""
    with work(place, email) as at:
        show_draft(at.draft_move(article_id, "send_back", reason=reason), as_json=as_json)


@command.command("publish")
@home_option
@click.argument("article_id", metavar="ID", required=False)
@click.option("--due", is_flag=True, help="All drafts whose time has come, instead of one.")
@click.option("--note", default="", help="Why; kept with the revision.")
@as_option
@json_option
@pass_place
def publish(place: Place, article_id: str | None, note: str, email: str, *, due: bool, as_json: bool) -> None:
    """Publish a draft. A running server's search has it within a second, `svar index` takes it in otherwise."""
    if due == bool(article_id):
        raise click.UsageError("Name one ID, or --due.")
    with work(place, email) as at:
        if article_id:
            at.draft_move(article_id, "publish", note=note)
            show_article(at.store.articles.get(article_id), as_json=as_json)
        else:
            ids = at.store.timed_publishing.publish_due()
            at.tell({"published": ids}, [f"published {each}" for each in ids] or ["Nothing is due."], as_json=as_json)


@command.command("schedule")
@home_option
@click.argument("article_id", metavar="ID")
@click.argument("moment", metavar="TIME", type=str)
@as_option
@json_option
@pass_place
def schedule(place: Place, article_id: str, moment: str, email: str, *, as_json: bool) -> None:
    """Publish a draft later. TIME is like 2026-12-01T07:00:00+01:00; without a zone it is UTC."""
    from kb import clock

    with work(place, email) as at:
        when: datetime | None = clock.parse(moment, name="TIME")
        show_draft(at.draft_move(article_id, "schedule", at=when), as_json=as_json)


for each in MOVES:
    command.add_command(each)
