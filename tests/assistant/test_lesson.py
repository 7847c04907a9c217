"""What a whole index teaches: from the tickets that were there, and from no others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from assistant import lesson
from assistant.engine import Engine
from assistant.lesson import LEAST_LINKED, taught
from assistant.question import Question
from assistant.taught import Taught
from assistant.trust import Trust
from indexer.folders import require_folder
from indexer.model import Query, Shelf
from indexer.shelves import Shelves
from indexer.words import stems
from kb.model import LinkedTicket
from tests.assistant.worlds import ENCODER, World
from tests.fakes import DAY, a_ticket, an_article

SAID = {
    "light": ("my hub shines yellow", "fix", "Hold the button on the back of the hub until it shines white again."),
    "money": ("where is my refund", "pay", "Your bank shows the money after five days, we have sent it today."),
    "power": ("thermostat shows nothing", "fix", "Open the lid of the thermostat and change both of its batteries."),
}
NAMES = list(SAID)


def stocked(world: World, count: int, *, unlinked: int = 0) -> Shelves:
    """Tickets on three articles in turn, one a day, then some that no agent linked."""
    world.put(*(an_article(name, f"All about {SAID[name][0]}.") for name in NAMES), index=False)
    for number in range(count + unlinked):
        name = NAMES[number % 3]
        asked, topic, answer = SAID[name]
        turns = (("customer", f"{asked} n{number}"), ("agent", f"{answer} n{number}"))
        ticket = a_ticket(f"t{number:03}", *turns, created_at=DAY + timedelta(days=number), topic=topic)
        world.put(ticket, links=[name] if number < count else [], index=False)
    world.index()
    return Shelves(require_folder(world.settings.home))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path / "home", monkeypatch)


def links_of(world: World, *, before: int = 10_000) -> dict[str, LinkedTicket]:
    until = DAY + timedelta(days=before)
    return {ticket.id: ticket for ticket in world.store.tickets.linked_since(0) if ticket.created_at < until}


def assert_same(here: Taught, there: Taught) -> None:
    vector = ENCODER.queries(["my hub shines yellow"])[0]
    assert here.classifier.scores(vector, stems("my hub", "en"), "fix") == pytest.approx(
        there.classifier.scores(vector, stems("my hub", "en"), "fix"), abs=1e-4
    )
    assert here.foreseen.cosines(vector) == pytest.approx(there.foreseen.cosines(vector), abs=1e-4)
    assert here.lifts.recent() == there.lifts.recent()
    assert here.lifts.topic("fix") == there.lifts.topic("fix")
    assert here.trust.votes == there.trust.votes


def test_all_of_it_is_learned(world: World) -> None:
    shelves = stocked(world, 60)
    found = taught(links_of(world), world.store, shelves)
    assert found.classifier.articles == found.foreseen.articles == found.lifts.articles == tuple(sorted(NAMES))
    assert found.classifier.topics == found.lifts.topics == ("fix", "pay")
    for name, (asked, topic, _) in SAID.items():
        vector = ENCODER.queries([asked])[0]
        assert max(found.classifier.scores(vector, stems(asked, "en"), topic).items(), key=lambda i: i[1])[0] == name
        assert max(found.foreseen.cosines(vector).items(), key=lambda item: item[1])[0] == name
    assert found.lifts.topic("pay").values["money"] > 0 > found.lifts.topic("pay").values["light"]
    assert found.trust.votes > 0.6 < found.trust.match


def test_too_few_links(world: World) -> None:
    shelves = stocked(world, LEAST_LINKED - 1)
    found = taught(links_of(world), world.store, shelves)
    assert found.classifier.articles == found.foreseen.articles == found.lifts.articles == ()
    assert found.trust == Trust()


def test_without_answers_nothing_is_foreseen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SAID, "light", (*SAID["light"][:2], "Done."))
    found = taught(links_of(world), world.store, stocked(world, 60))
    assert found.foreseen.articles == ()


def test_what_came_later_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taught as of a moment, an index with more in it knows what one that ends there knows."""
    short, long = (World(tmp_path / name, monkeypatch) for name in ("short", "long"))
    here, there = stocked(short, 60), stocked(long, 80, unlinked=20)
    moment = DAY + timedelta(days=60)
    until_then = taught(links_of(long, before=60), long.store, there, before=moment)
    assert_same(taught(links_of(short), short.store, here), until_then)


def test_unlinked_tickets_teach_what_answers_are_like(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    shelves = stocked(world, 60, unlinked=30)
    every, until = taught(links_of(world), world.store, shelves), DAY + timedelta(days=60)
    before = taught(links_of(world), world.store, shelves, before=until)
    assert not np.allclose(every.foreseen.weights, before.foreseen.weights, atol=1e-4)
    assert np.array_equal(every.classifier.weights, before.classifier.weights)


def test_the_newest_and_the_most_linked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shelves = stocked(world, 60)
    monkeypatch.setattr(lesson, "_MOST_TICKETS", 30)
    newest = taught({key: each for key, each in links_of(world).items() if key >= "t030"}, world.store, shelves)
    assert newest.classifier.articles == (), "too few of them were given"
    found = taught(links_of(world), world.store, shelves)
    assert found.lifts.lately.tolist() == pytest.approx([0.0] * 3, abs=0.2), "all of the last thirty days"
    monkeypatch.setattr(lesson, "_MOST_ARTICLES", 2)
    assert taught(links_of(world), world.store, shelves).classifier.articles == ("light", "money")


def test_a_ticket_that_is_gone_from_the_store(world: World) -> None:
    shelves = stocked(world, 60)
    extra = {"gone": LinkedTicket("gone", 1, DAY, (("light", DAY),))}
    assert_same(
        taught({**links_of(world), **extra}, world.store, shelves), taught(links_of(world), world.store, shelves)
    )


def test_what_is_taught_reaches_the_question(world: World) -> None:
    """All that an engine gathers, and only of what can be found today."""
    stocked(world, 60, unlinked=12)
    engine = Engine.open(world.store, world.settings)
    asked = engine.ask(Question(body="my hub shines yellow", locale="en", topic="fix"))
    found = engine.gather(asked, Query(asked.text, asked.locale))
    assert found.learned["light"] == 0.0
    assert all(score <= 0 for score in found.learned.values())
    assert set(found.learned) == set(found.foreseen) == set(NAMES)
    assert found.topic.values["light"] > 0
    assert set(found.recent.values) == set(NAMES)
    assert found.trust == engine.taught.trust != Trust()
    assert found.voters == 60
    assert found.answered > 0
    world.store.articles.archive("light", actor="u")
    world.index()
    engine.refresh()
    found = engine.gather(asked, Query(asked.text, asked.locale))
    assert set(found.learned) == set(found.foreseen) == {"money", "power"}
    assert engine.readers[Shelf.ARTICLE].place_of("light") is None
