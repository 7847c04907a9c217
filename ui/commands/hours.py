"""`svar hours`: when the team works, and how soon it wants to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.desk.hours import Hours
    from kb.store import Store


@click.group("hours")
def command() -> None:
    """Set the team's working hours, holidays and targets.

    Due times are worked out from them. Time counts while a ticket is open and the team works; it stands still while a
    ticket waits for the customer.
    """


@command.command("show")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def show(place: Place, *, as_json: bool) -> None:
    """Show what is set, or the defaults."""
    with _store(place) as store:
        _print(store.hours.get(), as_json=as_json)


@command.command("set")
@home_option
@click.option("--zone", metavar="ZONE", help="Time zone, e.g. Europe/Oslo.")
@click.option("--country", metavar="CODE", help="Whose public holidays are closed: SE, NO, DK or none.")
@click.option("--open", "days", multiple=True, metavar="DAYS=TIMES",
              help="E.g. mon-fri=8:00-17:00, sat=closed, sun=24h; may be repeated.")  # fmt: skip
@click.option("--day", "special", multiple=True, metavar="DATE=TIMES",
              help="A day of your own, e.g. 2026-06-19=closed; DATE=usual takes it back; may be repeated.")  # fmt: skip
@click.option("--target", "targets", multiple=True, metavar="PRIORITY=FIRST/SOLUTION",
              help="Working time, e.g. urgent=30m/4h; may be repeated.")  # fmt: skip
@click.option("--reset", is_flag=True, help="Begin from the defaults.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def set_(
    place: Place,
    zone: str | None,
    country: str | None,
    days: Sequence[str],
    special: Sequence[str],
    targets: Sequence[str],
    *,
    reset: bool,
    as_json: bool,
) -> None:
    """Change some of it. All due times are worked out anew at once, also in a running server."""
    data: dict[str, object] = {"zone": zone, "country": country} if country is not None else {"zone": zone}
    data = {name: value for name, value in data.items() if value is not None}
    if days:
        data["week"] = {day: times for pair in days for day, times in _week(pair)}
    if special:
        data["days"] = dict(_pair(pair, "--day") for pair in special)
    if targets:
        data["targets"] = dict(_target(pair) for pair in targets)
    if not data and not reset:
        raise click.UsageError("Say what to set: --zone, --country, --open, --day, --target or --reset.")
    with _store(place) as store:
        _print(store.hours.set(data, afresh=reset), as_json=as_json)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise click.UsageError(f"{option} {text!r} has no '='; see svar hours set --help.")
    return name.strip(), value.strip()


def _week(text: str) -> Iterator[tuple[str, str]]:
    """The days that "mon-fri" or "sat" means, each with its times."""
    from kb.desk.hours import WEEKDAYS

    name, times = _pair(text, "--open")
    first, _, last = (part.strip().lower() for part in name.partition("-"))
    last = last or first
    if first not in WEEKDAYS or last not in WEEKDAYS or WEEKDAYS.index(first) > WEEKDAYS.index(last):
        raise click.UsageError(f"--open {name!r} is no weekday; allowed: {', '.join(WEEKDAYS)}, or a range as mon-fri.")
    for day in WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1]:
        yield day, times


def _target(text: str) -> tuple[str, dict[str, str]]:
    priority, times = _pair(text, "--target")
    first, sign, solution = times.partition("/")
    if not sign:
        raise click.UsageError(f"--target {text!r} names one time; name two, as urgent=30m/4h.")
    return priority.lower(), {"first_reply": first, "solution": solution}


@contextmanager
def _store(place: Place) -> Iterator[Store]:
    from kb.store import Store

    store = Store.open(place.settings(), must_exist=True)
    try:
        yield store
    finally:
        store.close()


def _print(hours: Hours, *, as_json: bool) -> None:
    from kb.desk.hours import WEEKDAYS, duration_text, hours_to_data, spans_text
    from ui.commands.output import facts, print_json

    if as_json:
        print_json(hours_to_data(hours))
        return
    rows = [("Time zone", hours.zone), ("Holidays", hours.country or "none")]
    rows += [(day.title(), spans_text(spans)) for day, spans in zip(WEEKDAYS, hours.week, strict=True)]
    rows += [(day.isoformat(), spans_text(spans)) for day, spans in hours.special]
    rows += [
        (priority.title(), f"first reply {duration_text(target.first_reply)}, solved {duration_text(target.solution)}")
        for priority, target in hours.targets
    ]
    facts(rows)
