"""`svar digest`: the week in a few lines, on the screen or by mail, once or every week."""

from __future__ import annotations

from dataclasses import replace

import click

from ui.commands.place import Place, home_option, pass_place

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@click.command("digest")
@home_option
@click.option("--to", "to", multiple=True, metavar="ADDRESS", help="Who gets it; several times.")
@click.option("--send", is_flag=True, help="Send it now to --to, or to whom the plan names; at most once a week each.")
@click.option("--plan", "planned", is_flag=True, help="Send it to --to every week from now on.")
@click.option("--weekday", type=click.Choice(_DAYS), help="With --plan: on which day.")
@click.option("--hour", type=click.IntRange(0, 23), help="With --plan: at which hour of the team's time zone.")
@click.option("--webhook", default=None, metavar="URL", help="With --plan: post it there too; empty takes it away.")
@click.option("--stop", is_flag=True, help="Send it to nobody any more.")
@click.option("--language", default="", metavar="CODE", help="For receivers who are no users: sv, nb, nn, da or en.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(
    place: Place, to: tuple[str, ...], weekday: str | None, hour: int | None, webhook: str | None, language: str,
    *, send: bool, planned: bool, stop: bool, as_json: bool,
) -> None:  # fmt: skip
    """Print or send the weekly digest.

    The last whole week: tickets, links, coverage, the largest gaps, what closed, what is to be verified. With --send it
    is handed in for sending; a running server sends it within seconds.
    """
    from assistant.measures.digest import digest_of
    from assistant.measures.measures import Measures
    from kb import clock
    from kb.reporting.digest_plan import DigestPlan
    from kb.store import Store
    from ui.digest import digest_text, notices_for

    if planned and not to and not webhook:
        raise click.UsageError("--plan needs somebody to send to: name them with --to, or a --webhook.")
    store = Store.open(place.settings(), must_exist=True)
    measures = Measures(store)
    measures.catch_up()
    plan = store.reporting.digests.get()
    if stop:
        plan = store.reporting.digests.set(DigestPlan())
    elif planned:
        plan = store.reporting.digests.set(
            DigestPlan(to, plan.webhook if webhook is None else webhook, weekday or plan.weekday,
                       plan.hour if hour is None else hour, language or plan.locale)
        )  # fmt: skip
    digest = digest_of(measures, now=clock.now())
    queued = 0
    if send:
        receivers = replace(plan, to=to or plan.to, webhook="" if to else plan.webhook)
        if language:
            receivers = replace(receivers, locale=language)
        if not receivers.active:
            raise click.UsageError("Nobody to send to: name them with --to, or set a plan with --plan.")
        if receivers.to and not place.settings().outgoing.can_mail:
            click.echo("Mail is not set up (SVAR_SMTP_URL); it waits until it is.", err=True)
        queued = store.reporting.digests.queue(digest.week, notices_for(measures, receivers, digest), planned=False)
    subject, body = digest_text(digest, language or plan.locale)
    store.close()
    _tell(subject, body, digest.week, plan, queued=queued, send=send, as_json=as_json)


def _tell(subject: str, body: str, week: str, plan: object, *, queued: int, send: bool, as_json: bool) -> None:
    from dataclasses import asdict

    from ui.commands.output import lines_of, print_json

    if as_json:
        told = {"week": week, "subject": subject, "text": body, "plan": asdict(plan), "queued": queued}  # type: ignore[call-overload]
        print_json(told)
        return
    for line in lines_of(f"{subject}\n\n{body}".rstrip()):
        click.echo(line)
    if send:
        click.echo(
            f"Handed in for {queued} receivers." if queued else "Nothing handed in: all have this week's already."
        )
