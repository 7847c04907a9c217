"""`svar upkeep`: what keeps articles true: the verification queue, signals, pairs, unused articles, translations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.settings import Settings
    from kb.store import Store

_QUEUE = ("all", "due", "overdue", "unverified", "never", "proposed")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_limit = click.option(
    "-n", "limit", default=50, type=click.IntRange(1, 1000), show_default=True, help="At most so many."
)


@click.group("upkeep")
@home_option
def command() -> None:
    """Show which articles somebody should look at, and why. All but undo, search and settings only list."""


@command.command("verification")
@home_option
@click.option("--state", type=click.Choice(_QUEUE), default="all", show_default=True, help="Which articles.")
@click.option("--locale", default="", metavar="CODE", help="Only those in this language.")
@click.option("--product", default="", metavar="NAME", help="Only those about this product.")
@_limit
@_as_json
@pass_place
def verification(place: Place, state: str, locale: str, product: str, limit: int, *, as_json: bool) -> None:
    """List articles to verify, the most harmful first. Harm is use in the last 30 days times doubt."""
    from kb.knowledge.upkeep_queue import QueueFilter
    from ui.upkeep_rows import names_of, queue_rows

    with _store(place) as store:
        page = store.upkeep.page(QueueFilter(state=state, locale=locale, product=product), limit=limit)
        rows = queue_rows(page.articles, names_of(store))
    if as_json:
        _print_json({"articles": rows, "total": page.total, "counts": dict(page.counts)})
        return
    if not rows:
        click.echo("Nothing to verify.")
    for row in rows:
        why = row["unverified_reason"] or (row["verify_due_at"] or "")[:10]
        _line(row["verification"], row["title"], row["id"], why)
        click.echo(f"    damage {row['damage']:g} = {row['uses']['total']} uses x doubt {row['doubt']:g}")


@command.command("signals")
@home_option
@click.option("--state", type=click.Choice(("open", "undone", "all")), default="open", show_default=True, help="Which.")
@click.option("--article", "article_id", default="", metavar="ID", help="Only those of one article.")
@click.option("--undo", type=int, metavar="ID", help="Take this signal back: the article is what the others say.")
@_limit
@_as_json
@pass_place
def signals(place: Place, state: str, article_id: str, undo: int | None, limit: int, *, as_json: bool) -> None:
    """List what took trust in articles down, or up. The newest comes first."""
    from ui.upkeep_rows import names_of, signal_rows

    with _store(place) as store:
        if undo is not None:
            found = [store.trust_signals.undo(undo, actor="system")]
        else:
            found = store.trust_signals.list(article_id=article_id, state=state, limit=limit)
        standing = store.trust_signals.standing_of([each.article_id for each in found])
        open_ids = [each.id for group in standing.values() for each in group]
        rows = signal_rows(store, found, names_of(store), open_ids)
    if as_json:
        _print_json({"signals": rows})
        return
    if not rows:
        click.echo("No signals." if state == "all" else f"No {state} signals.")
    for row in rows:
        undone = f", undone {row['undone_at'][:10]}" if row["undone_at"] else ""
        where = f", ticket {row['ticket_id']}" if row["ticket_id"] else ""
        click.echo(f"{row['id']:>5}  {row['kind']:<14} {row['at'][:10]}{where}{undone}")
        _line("", row["title"], row["article_id"], "")


@command.command("pairs")
@home_option
@click.option("--kind", type=click.Choice(("duplicate", "contradiction")), help="Only these.")
@click.option(
    "--state", type=click.Choice(("open", "resolved", "not_a_pair")), default="open", show_default=True, help="Which."
)
@click.option("--search", is_flag=True, help="Look through the whole base first; only texts that changed are read.")
@click.option("--run", "run_id", type=int, default=0, hidden=True)
@_limit
@_as_json
@pass_place
def pairs(
    place: Place, kind: str | None, state: str, run_id: int, limit: int, *, search: bool, as_json: bool
) -> None:  # fmt: skip
    """List articles that say the same or contradict each other. `svar article merge` makes one of two."""
    from kb.knowledge.article_pair import PairKind, PairState
    from ui.upkeep_rows import names_of, pair_rows
    from ui.wire import to_json

    with _store(place) as store:
        if search:
            _search(store, place.settings(), run_id)
        wanted = PairKind(kind) if kind else None
        found = store.article_pairs.list(kind=wanted, state=PairState(state), limit=limit)
        searched = store.article_pairs.searched_at()
        told = {
            "pairs": pair_rows(store, found, names_of(store)),
            "counts": store.article_pairs.counts(PairState(state)), "searched_at": to_json(searched),
        }  # fmt: skip
    if as_json:
        _print_json(told)
        return
    if not told["pairs"]:
        click.echo("No pairs." if searched else "Nobody has looked for pairs yet; add --search.")
    for row in told["pairs"]:
        click.echo(f"{row['id']:>5}  {row['kind']:<13} {row['score']:.2f}")
        for side in ("a", "b"):
            _line("", row[side]["title"], row[side]["id"], f"{row[side]['uses']} uses")
        _places(row["places"])


def _search(store: Store, settings: Settings, run_id: int) -> None:
    from assistant.upkeep.search_pairs import search_pairs
    from kb.errors import KBError
    from ui.commands.progress import bar

    run = store.pair_runs.latest() if run_id else None
    if run_id and (run is None or run.id != run_id or run.state != "running"):
        raise KBError(f"There is no run {run_id} that waits to be done.", hint="Leave --run out.")
    with bar("Comparing", "pairs") as move:
        search_pairs(store, settings, run=run, progress=move)


@command.command("unused")
@home_option
@_as_json
@pass_place
def unused(place: Place, *, as_json: bool) -> None:
    """List articles unverified for six months and not used. A week after notice they are proposed for archive.

    Nothing is archived by this; `svar article archive` does it.
    """
    from ui.upkeep_rows import names_of, unused_counts, unused_rows

    with _store(place) as store:
        found = store.unused.list()
        rows = unused_rows(store, found, names_of(store))
    if as_json:
        _print_json({"articles": rows, "counts": unused_counts(found)})
        return
    if not rows:
        click.echo("No unused articles.")
    for row in rows:
        _line(row["state"], row["title"], row["id"], f"unverified since {row['unverified_since'][:10]}")


@command.command("translations")
@home_option
@click.option("--outdated", is_flag=True, help="Only families with a translation that its original has left behind.")
@click.option("--missing", default="", metavar="CODE", help="Only families that this language lacks.")
@_as_json
@pass_place
def translations(place: Place, missing: str, *, outdated: bool, as_json: bool) -> None:
    """List the languages of articles. Outdated and missing translations are marked."""
    from kb.knowledge.translations import TranslationState, coverage_of, states_of
    from ui.upkeep_rows import family_rows, locales_of

    with _store(place) as store:
        families = store.translations.families()
    locales = locales_of(families)
    found = [
        each
        for each in families
        if (not outdated or TranslationState.OUTDATED in states_of(each).values())
        and (not missing or missing not in states_of(each))
    ]
    if as_json:
        rows = family_rows(found, locales, {})
        _print_json({"locales": locales, "families": rows, "coverage": coverage_of(families, locales)})
        return
    for family in found:
        states = states_of(family)
        _line("", family.title, family.id, ", ".join(f"{locale} {states.get(locale, 'missing')}" for locale in locales))
    if not found:
        click.echo("No such articles.")


@command.command("settings")
@home_option
@click.option(
    "--only-verified", type=click.Choice(("on", "off")), help="Suggest, search and quote only what is verified."
)
@click.option("--verify-every", type=int, metavar="DAYS", help="How long a verification lasts; 0: for ever.")
@_as_json
@pass_place
def settings(place: Place, only_verified: str | None, verify_every: int | None, *, as_json: bool) -> None:
    """Show the team's rules of verification, or change them."""
    with _store(place) as store:
        rules = store.team_rules.get()
        if only_verified is not None or verify_every is not None:
            wanted = None if only_verified is None else only_verified == "on"
            rules = store.team_rules.change(actor="system", only_verified=wanted, verify_every_days=verify_every)
    if as_json:
        _print_json({"only_verified": rules.only_verified, "verify_every_days": rules.verify_every_days})
        return
    lasts = f"{rules.verify_every_days} days" if rules.verify_every_days else "for ever"
    click.echo(f"A verification lasts {lasts}.")
    click.echo("Only verified articles are suggested." if rules.only_verified else "Unverified articles rank lower.")


@contextmanager
def _store(place: Place) -> Iterator[Store]:
    from kb.store import Store

    store = Store.open(place.settings(), must_exist=True)
    try:
        yield store
    finally:
        store.close()


def _print_json(told: dict[str, Any]) -> None:
    from ui.commands.output import print_json

    print_json(told)


def _line(state: str, title: str, article_id: str, more: str) -> None:
    from ui.commands.output import short

    lead = f"{state:<11}" if state else "    "
    click.echo(f"{lead}{short(title, 60)}  [{article_id}]" + (f"  {short(more, 60)}" if more else ""))


def _places(places: list[dict[str, Any]]) -> None:
    from ui.commands.output import short

    for each in places[:3]:
        click.echo(f"      {each['why']}: “{short(each['a']['quote'], 60)}” / “{short(each['b']['quote'], 60)}”")
