"""A search from beginning to end, on small data folders that are really stored and indexed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.engine import Engine
from assistant.gaps.model import Cause, Coverage, Gap
from assistant.gaps.search import Found, find_gaps, keep, look
from kb import clock
from kb.desk.dismissals import Reason
from kb.errors import Conflict
from kb.event import Event, EventKind
from kb.gaps.model import ChangeKind, GapStatus, RunState, Window
from kb.model import Article, Audience, Customer, Role, Ticket
from tests.assistant.worlds import ENCODER, World, ticket_at
from tests.fakes import DAY, an_article

TOPICS = {
    "invoice": "invoice billing wrong amount charged twice",
    "heating": "radiator stays cold heating valve stuck",
    "parcel": "parcel delivery late courier tracking number",
}
EXTRA = ("please", "today", "again", "thanks", "since yesterday", "at home", "urgent", "for my mother")


def tickets_about(topic: str, count: int = 8, **more: object) -> list[Ticket]:
    """Tickets that say the same with a few other words each."""
    return [
        ticket_at(
            i, f"{topic}-{i}", f"{TOPICS[topic]} {EXTRA[i % len(EXTRA)]}", subject=f"{TOPICS[topic]}?",
            customer=Customer(f"c{i}", "Frida Lundqvist", f"frida{i}@mail.example"), **more,
        )
        for i in range(count)
    ]  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("assistant.gaps.corpus.bulk_encoder", lambda *_, **__: ENCODER)
    return World(tmp_path, monkeypatch)


def found_in(world: World, window: Window | None = None) -> Found:
    engine = Engine.open(world.store, world.settings)
    return look(engine, world.settings, window or Window(), actor="system", move=lambda *_: None)


def about_heating(found: Found) -> Gap:
    """The one gap about heating; other topics stand beside it, since what all tickets share says nothing."""
    [gap] = [gap for gap in found.gaps if any("heating" in ticket for ticket in gap.tickets)]
    return gap


def of_topic(found: Found, topic: str) -> list[frozenset[str]]:
    return [frozenset(gap.tickets) for gap in found.gaps if any(t.startswith(topic) for t in gap.tickets)]


def test_what_has_no_article_is_found_and_nothing_is_lost(world: World) -> None:
    everything = [*tickets_about("invoice"), *tickets_about("heating"), *tickets_about("parcel")]
    lonely = ticket_at(3, "lonely", "zebra crossing painted purple")
    world.put(*everything, lonely, ticket_at(1, "spam", "buy now", tags=("spam",)))
    found = found_in(world)
    for topic in TOPICS:
        [own] = of_topic(found, topic)
        assert own - {"lonely"} == frozenset(t.id for t in everything if t.id.startswith(topic))
    assert {gap.cause for gap in found.gaps} == {Cause.NO_ARTICLE}
    singles = found.summary["singles"]
    assert isinstance(singles, list)
    somewhere = [ticket for gap in found.gaps for ticket in gap.tickets] + singles
    assert sorted(somewhere) == sorted([*(ticket.id for ticket in everything), "lonely"])
    assert found.summary["left_out"] == {"spam": 1}
    assert found.summary["tickets"] == 25
    assert all("Frida" not in gap.label and len(gap.examples) == 5 for gap in found.gaps)


def test_the_same_data_gives_the_same_gaps_in_whatever_order_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.gaps.corpus.bulk_encoder", lambda *_, **__: ENCODER)
    nouns: list[Article | Ticket] = [
        *tickets_about("invoice"),
        *tickets_about("heating"),
        an_article("a1", "Zebra crossings are striped."),
    ]
    rows: list[Sequence[object]] = []
    for name, order in (("one", nouns), ("two", nouns[::-1]), ("three", nouns[8:] + nouns[:8])):
        world = World(tmp_path / name, monkeypatch)
        world.put(*order)
        rows.append([(gap.id, gap.label, gap.tickets, gap.examples, gap.work) for gap in found_in(world).gaps])
        rows.append([(gap.id, gap.label, gap.tickets, gap.examples, gap.work) for gap in found_in(world).gaps])
    assert all(each == rows[0] for each in rows)
    assert len(rows[0]) == 2


def test_an_article_closes_its_gap_in_the_next_run(world: World) -> None:
    world.put(*tickets_about("invoice"), *tickets_about("heating"))
    first = found_in(world)
    [invoices] = [gap for gap in first.gaps if gap.tickets[0].startswith("invoice")]
    article = an_article("a1", "Wrong amount", title="Invoice billing wrong amount charged twice")
    world.put(article, *tickets_about("invoice"), links=("a1",))
    second = found_in(world)
    assert of_topic(second, "invoice") == []
    assert [gap.id for gap in second.gaps] == [gap.id for gap in first.gaps if gap.id != invoices.id]
    assert (invoices.id, ChangeKind.GONE) in {(each.gap_id, each.kind) for each in second.changes}
    assert world.store.gaps.get(invoices.id).shipped_article_id == "a1"
    closures = second.summary["closures"]
    assert isinstance(closures, dict)
    assert closures[invoices.id]["verdict"] == "too_few"


def test_searches_without_a_hit_are_demand_too(world: World) -> None:
    world.put(*tickets_about("heating", 4), *tickets_about("parcel"))
    detail = {"question": "f1", "query": "radiator cold heating valve stuck", "locale": "en", "product": ""}
    world.store.events.append([Event(EventKind.MISSED, DAY + timedelta(days=i), detail=detail) for i in range(3)])
    gap = about_heating(found_in(world))
    assert (gap.asked, len(gap.tickets), gap.searches) == (7, 4, ("radiator cold heating valve stuck",))


def was_shown(ticket: Ticket) -> Event:
    """Article a1 first in a confident list."""
    return Event(EventKind.SHOWN, ticket.created_at, "", ticket.id, "a1", 1, 1, 0.9)


def test_dismissed_suggestions_make_a_gap_about_their_article(world: World) -> None:
    article = an_article("a1", "Radiator stays cold: heating valve stuck.", title="Cold radiator")
    world.put(article, *tickets_about("heating"), *tickets_about("parcel"))
    agent = world.store.users.create(name="A", email="a@b.example", role=Role.AGENT, locale="en", password="x" * 12)
    for ticket in tickets_about("heating"):
        world.store.events.append([was_shown(ticket)])
        world.store.dismissals.put(ticket.id, "a1", Reason.TOO_LONG, actor=agent.id)
    gap = about_heating(found_in(world))
    assert (gap.cause, gap.article_id) == (Cause.DISMISSED, "a1")
    assert (gap.near[0].shown, gap.near[0].dismissed) == (8, {"too_long": 8})


def test_what_was_shown_with_confidence_is_covered(world: World) -> None:
    world.put(an_article("a1", "Radiator stays cold."), *tickets_about("heating"))
    for ticket in tickets_about("heating"):
        world.store.events.append([was_shown(ticket)])
    found = found_in(world)
    assert found.gaps == ()
    assert found.summary["coverage"] == {state: 8 if state is Coverage.SUGGESTED else 0 for state in Coverage}


def test_an_article_that_was_found_by_hand_is_not_found(world: World) -> None:
    article = an_article("a1", "How to bleed it.", title="Bleeding")
    world.put(article, *tickets_about("heating"), *tickets_about("parcel"))
    for ticket in tickets_about("heating"):
        missed = Event(
            EventKind.MISSED, ticket.created_at, ticket_id=ticket.id, detail={"question": ticket.id, "query": "x"}
        )
        world.store.events.append([missed])
    late = [replace(ticket, created_at=ticket.created_at + timedelta(seconds=1)) for ticket in tickets_about("heating")]
    world.put(*late, links=("a1",))
    gap = about_heating(found_in(world))
    assert (gap.cause, gap.article_id) == (Cause.NOT_FOUND, "a1")
    assert "radiator" in gap.missing_words, "as customers write it"


def test_an_article_for_its_author_alone_is_hidden(world: World) -> None:
    text = f"{TOPICS['heating']} please today again thanks"
    world.put(
        an_article("a1", text, title=TOPICS["heating"], audience=Audience.AUTHOR),
        an_article("a2", "Zebra crossings are striped.", title="Zebra"), *tickets_about("heating"),
        *tickets_about("parcel"),
    )  # fmt: skip
    gap = about_heating(found_in(world))
    assert (gap.cause, gap.article_id) == (Cause.HIDDEN_BY_AUDIENCE, "a1")


def test_an_ignored_gap_returns_when_twice_as_many_ask(world: World) -> None:
    world.put(*tickets_about("heating", 4), *tickets_about("parcel"))
    gap = about_heating(found_in(world))
    gaps = world.store.gaps
    gaps.ignore(gap.id, "the supplier mends it", clock.now() + timedelta(days=30), actor="u1")
    assert found_in(world).changes == ()
    assert gaps.get(gap.id).status is GapStatus.IGNORED
    more = [
        replace(ticket, id=f"more-{ticket.id}", source_id=f"more-{ticket.id}") for ticket in tickets_about("heating", 4)
    ]
    world.put(*more)
    assert (gap.id, ChangeKind.RETURNED) in {(each.gap_id, each.kind) for each in found_in(world).changes}
    assert gaps.get(gap.id).status is GapStatus.OPEN


def test_before_and_after_an_article_came_out(world: World) -> None:
    """Thirty ask before the day and get nothing; thirty ask after it and are linked the article."""
    day = DAY + timedelta(days=40)
    article = an_article("a1", "Bleed it.", title="Radiator stays cold")
    world.put(article, an_article("a2", "x", title="Parcel delivery"), *tickets_about("heating", 30))
    world.put(*tickets_about("parcel", 30), links=("a2",))
    gap = about_heating(found_in(world))
    world.store.gaps.ship(gap.id, "a1", day, actor="u1")
    later = [
        replace(
            ticket, id=f"after-{ticket.id}", source_id=f"after-{ticket.id}",
            created_at=ticket.created_at + timedelta(days=45), closed_at=ticket.created_at + timedelta(days=45, hours=1),
            messages=tuple(replace(m, at=m.at + timedelta(days=45)) for m in ticket.messages),
        )
        for ticket in tickets_about("heating", 30)
    ]  # fmt: skip
    world.put(*later, links=("a1",))
    closures = found_in(world).summary["closures"]
    assert isinstance(closures, dict)
    before, after = closures[gap.id]["before"]["covered"], closures[gap.id]["after"]["covered"]
    assert closures[gap.id]["verdict"] == "closed"
    assert (before["value"], after["value"]) == (0.0, 1.0)
    assert min(before["n"], after["n"]) >= 20


def test_one_run_at_a_time_and_a_failed_one_says_why(world: World) -> None:
    world.put(*tickets_about("heating", 4))
    runs = world.store.gaps.runs
    run_id = runs.begin(Window(), actor="u1")
    with pytest.raises(Conflict, match="already"):
        found_in(world)
    runs.fail(run_id, "the disk is full")
    assert (runs.get(run_id).state, runs.get(run_id).error) == (RunState.FAILED, "the disk is full")
    found_in(world)
    assert runs.latest(state=RunState.DONE) is not None


def test_a_window_of_another_week_knows_the_gap_again(world: World) -> None:
    early, late = tickets_about("heating", 5), tickets_about("heating", 5)
    moved = [
        replace(t, id=f"late-{t.id}", source_id=f"late-{t.id}", created_at=t.created_at + timedelta(days=60))
        for t in late
    ]
    world.put(*early, *moved, *tickets_about("parcel"))
    engine = Engine.open(world.store, world.settings)
    parts = []
    for window in (Window(until=DAY + timedelta(days=30)), Window(since=DAY + timedelta(days=30))):
        found = find_gaps(engine, world.settings, window, move=lambda *_: None, now=DAY)
        keep(world.store, world.store.gaps.runs.begin(window, actor="u1"), found)
        parts.append({gap.id for gap in found.gaps if any("heating" in ticket for ticket in gap.tickets)})
    assert parts[0] == parts[1] != set()
