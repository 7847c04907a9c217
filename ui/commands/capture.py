"""`svar capture`: what closed tickets ask that the knowledge base does not answer yet, with a draft article each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.knowledge.candidate import Candidate
    from kb.settings import Settings

_SHOWN = 20


@click.command("capture")
@home_option
@click.option("--since", metavar="TIME", default=None, help="Only tickets that came in from this time on (ISO 8601).")
@click.option("--until", metavar="TIME", default=None, help="Only tickets that came in before this time.")
@click.option("--locale", default="", help="Only tickets in this language: sv, nb, nn, da, en.")
@click.option("--product", default="", help="Only tickets about this product.")
@click.option(
    "--least", default=3, show_default=True, type=click.IntRange(1, 1000), help="Fewest tickets of a candidate."
)
@click.option("--keep", is_flag=True, help="Keep what is found for the knowledge page, as the server does at night.")
@click.option("--run", "run_id", type=int, default=0, hidden=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(
    place: Place,
    *,
    since: str | None,
    until: str | None,
    locale: str,
    product: str,
    least: int,
    keep: bool,
    run_id: int,
    as_json: bool,
) -> None:
    """Propose articles from closed tickets that have none.

    Tickets are grouped by what they ask. Nothing is published, and without --keep nothing is stored.
    """
    from assistant.capture.capture import Window, capture
    from assistant.capture.memory import Memory
    from assistant.service import Service
    from kb import clock
    from ui.commands.output import print_json
    from ui.commands.progress import bar

    if keep:
        if since or until or locale or product:
            raise click.UsageError("--keep looks at all tickets; leave --since, --until, --locale and --product out.")
        _keep(place.settings(), run_id, as_json=as_json)
        return
    window = Window(
        since=clock.parse(since, name="--since"),
        until=clock.parse(until, name="--until"),
        locale=locale,
        product=product,
    )
    service = Service.open(place.settings())
    try:
        with bar("Reading", "groups") as move:
            memory = Memory(service.store.candidate_memory.read())
            found = capture(service, window, least=least, memory=memory, progress=move)
    finally:
        service.store.close()
    if as_json:
        print_json({"since": window.since, "until": window.until, "candidates": [_row(each) for each in found]})
        return
    _show(found)


def _keep(settings: Settings, run_id: int, *, as_json: bool) -> None:
    from assistant.capture.run import keep_candidates
    from assistant.service import Service
    from kb.errors import KBError
    from kb.store import Store
    from ui.commands.output import print_json
    from ui.commands.progress import bar

    store = Store.open(settings, must_exist=True)
    runs = store.candidate_runs
    run = runs.latest() if run_id else runs.begin()
    if run is None or run.state != "running" or run_id not in {0, run.id}:
        raise KBError(f"There is no run {run_id} that waits to be done.", hint="Leave --run out.")
    try:
        service = Service.open(settings)
    except KBError as error:
        runs.fail(run.id, error.message)
        raise
    finally:
        store.close()
    try:
        with bar("Reading", "groups") as move:
            counts = keep_candidates(service, run, progress=move)
    finally:
        service.store.close()
    if as_json:
        print_json(counts)
        return
    click.echo(f"Kept: {counts['new']} new candidates, {counts['back']} came back, {counts['gone']} are gone.")


def _row(each: Candidate) -> dict[str, object]:
    return {
        "id": each.id,
        "proposal": each.proposal,
        "title": each.title,
        "locale": each.locale,
        "product": each.product,
        "tickets": each.tickets,
        "customers": each.customers,
        "minutes": each.minutes,
        "first_at": each.first_at,
        "last_at": each.last_at,
        "per_week": [{"week": week, "tickets": count} for week, count in each.per_week],
        "nearest": each.nearest,
        "reject_reason": each.rejected,
        "draft": each.sketch.markdown,
        "lines": each.sketch.lines,
        "questions": each.sketch.questions,
        "missing": each.sketch.missing,
    }


def _show(found: list[Candidate]) -> None:
    from ui.commands.output import day, plain, short, width

    good = [each for each in found if each.rejected is None]
    if not good:
        click.echo("Nothing to capture: every closed ticket has an article, or none of them may become one.")
    for each in good[:_SHOWN]:
        title = short(each.title, width() - 34)
        click.echo(f"{len(each.tickets):>5} tickets  {each.proposal.value:<13} {each.locale}  {title}")
        about = f"{each.customers} customers, {each.minutes} minutes, newest {day(each.last_at)}"
        near = f"; nearest: {plain(each.nearest[0].title)} ({each.nearest[0].confidence:.2f})" if each.nearest else ""
        click.echo(f"               {short(about + near, width() - 15)}")
    if len(good) > _SHOWN:
        click.echo(f"and {len(good) - _SHOWN} more; --json has them all with their drafts.")
    rejected = [each for each in found if each.rejected is not None]
    for reason in sorted({each.rejected for each in rejected if each.rejected}):
        those = [each for each in rejected if each.rejected is reason]
        count = sum(len(each.tickets) for each in those)
        click.echo(f"Left out as {reason.value.replace('_', ' ')}: {len(those)} groups, {count} tickets.")
