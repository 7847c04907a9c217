"""Learning from the links: when it begins, when it is done again, and that nothing can stop the index from serving."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import indexing, lesson
from assistant.engine import Engine
from assistant.indexing import KIND, TAUGHT_FILE, bring_up_to_date, load_taught
from assistant.question import Question
from assistant.taught import Taught
from indexer.build import take_in
from indexer.folders import current_folder, require_folder
from indexer.model import Query, Shelf
from indexer.shelves import TAUGHT, Shelves
from indexer.tidy import in_turn
from indexer.words import stems
from kb.errors import StorageDamaged
from kb.model import Ticket, TicketStatus
from kb.store import Store
from tests.assistant.worlds import ENCODER, World, ticket_at
from tests.conftest import ROOT, environment
from tests.fakes import a_ticket, an_article, put

TOPICS = {
    "light": ("my hub shines yellow", "Hold the button on the back of the hub until it shines white again."),
    "money": ("where is my refund", "Your bank shows the money after five days, we have sent it today."),
    "battery": ("thermostat shows nothing", "Open the lid of the thermostat and change both of its batteries."),
}


def a_pair(number: int, name: str, *, answer: str | None = None, status: TicketStatus = TicketStatus.SOLVED) -> Ticket:
    """A question about one of the topics, and the answer to it."""
    topic = list(TOPICS)[number % 3]
    asked, answered = TOPICS[topic]
    turns = (("customer", f"{asked} {name}{number}"), ("agent", answered if answer is None else answer))
    return a_ticket(f"{name}{number}", *turns, status=status)


def add(world: World, count: int, *, linked: bool = True, name: str = "t", answer: str | None = None) -> None:
    """Tickets on three topics in turn."""
    for number in range(count):
        links = [list(TOPICS)[number % 3]] if linked else []
        world.put(a_pair(number, name, answer=answer), links=links, index=False)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path / "home", monkeypatch)
    made.put(*(an_article(article_id, "Nothing in common.") for article_id in TOPICS), index=False)
    return made


def shelves_of(world: World) -> Shelves:
    return Shelves(require_folder(world.settings.home))


def taught(world: World) -> str:
    return shelves_of(world).meta(TAUGHT)


def heaviest(world: World) -> dict[str, str]:
    """The article that each unlinked ticket stands for most."""
    found: dict[str, tuple[float, str]] = {}
    for ticket_id, article_id, weight in shelves_of(world).implied_links():
        found[ticket_id] = max(found.get(ticket_id, (0.0, "")), (weight, article_id))
    return {ticket_id: article_id for ticket_id, (_, article_id) in found.items()}


# ---- when it begins


def test_below_fifty_links_nothing_is_learned(world: World) -> None:
    add(world, 49)
    add(world, 6, linked=False, name="u")
    world.index()
    assert taught(world) == ""
    assert shelves_of(world).implied_links() == []
    assert not (require_folder(world.settings.home) / TAUGHT_FILE).exists()
    assert load_taught(require_folder(world.settings.home)).classifier.articles == ()
    engine = Engine.open(world.store, world.settings)
    assert engine.taught.classifier.articles == ()


def test_from_fifty_links_on_answers_and_questions_teach(world: World) -> None:
    add(world, 49)
    add(world, 6, linked=False, name="u")
    world.index()
    engine = Engine.open(world.store, world.settings)
    knew = engine.taught.classifier.articles
    world.put(a_pair(49, "t"), links=["money"])
    assert taught(world).startswith("50 56 ")
    assert heaviest(world) == {f"u{i}": list(TOPICS)[i % 3] for i in range(6)}
    found = load_taught(require_folder(world.settings.home)).classifier
    assert found.articles == ("battery", "light", "money")
    for article_id, (asked, _) in TOPICS.items():
        scores = found.scores(ENCODER.queries([f"Subject of x {asked} x"])[0], stems(asked, "en"), "")
        assert max(scores, key=lambda key: scores[key]) == article_id
    engine.refresh()
    assert (knew, engine.taught.classifier.articles) == ((), found.articles), "a running server takes it in"
    assert engine.links.links.implied.sum() > 0


def test_what_was_learned_is_seen_in_the_order(world: World) -> None:
    add(world, 60)
    world.index()
    engine = Engine.open(world.store, world.settings)
    engine.weights = replace(engine.weights, likeness=(-2.0, 0.3), classified=1000.0)
    asked = engine.ask(Question(body="my hub shines yellow", locale="en"))
    found = engine.articles(asked, Query(asked.text, asked.locale))
    assert max(found.scores, key=lambda key: found.scores[key]) == "light"
    world.store.articles.archive("light", actor="u")
    world.index()
    engine.refresh()
    found = engine.articles(asked, Query(asked.text, asked.locale))
    assert "light" not in found.scores, "what was archived was learned, and is not shown"


# ---- when it is done again


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many links there were whenever all was learned anew."""
    done: list[int] = []
    teach = indexing.teach

    def noting(linked: dict[str, object], store: Store, shelves: Shelves) -> None:
        done.append(len(linked))
        teach(linked, store, shelves)  # type: ignore[arg-type]

    monkeypatch.setattr(indexing, "teach", noting)
    return done


def test_little_more_teaches_nothing_and_much_more_all(world: World, fits: list[int]) -> None:
    add(world, 60)
    world.index()
    assert fits == [60]
    before = taught(world)
    for number in range(60, 63):
        world.put(a_pair(number, "t"), links=["light"])
    world.put(a_pair(0, "u", answer="See there."))
    world.index()
    assert fits == [60]
    assert taught(world) == before
    world.put(a_pair(63, "t"), links=["light"])
    assert fits == [60, 64]
    assert taught(world) != before


def test_more_answers_alone_teach_too(world: World, fits: list[int]) -> None:
    add(world, 60)
    world.index()
    add(world, 3, linked=False, name="u")
    world.index()
    assert heaviest(world) == {}
    world.put(a_pair(3, "u"))
    assert fits == [60, 60]
    assert heaviest(world) == {f"u{i}": list(TOPICS)[i % 3] for i in range(4)}


def test_links_that_go_teach_only_when_they_are_many(world: World, fits: list[int]) -> None:
    """A ticket that is opened again must not cost the server a minute."""
    add(world, 63)
    world.index()
    world.put(a_pair(0, "t"), links=[])
    world.put(a_pair(1, "t", status=TicketStatus.OPEN), links=["money"])
    assert fits == [63]
    for number in range(2, 5):
        world.put(a_pair(number, "t"), links=[])
    assert fits == [63, 59]


def test_tickets_without_answers_teach_once(world: World, fits: list[int]) -> None:
    add(world, 55, answer="See there.")
    world.index()
    world.put(an_article("other"))
    world.index()
    assert fits == [55]
    assert taught(world).startswith("55 0 ")


def test_links_of_open_tickets_alone(world: World) -> None:
    """Enough links and nothing to learn from: suggestions go on without."""
    for number in range(50):
        world.put(a_pair(number, "t", status=TicketStatus.OPEN), links=["light"], index=False)
    world.index()
    engine = Engine.open(world.store, world.settings)
    assert engine.taught.classifier.articles == ()
    assert (require_folder(world.settings.home) / TAUGHT_FILE).exists()
    asked = engine.ask(Question(body="my hub shines yellow", locale="en"))
    assert engine.articles(asked, Query(asked.text, asked.locale)).votes == {}


def test_an_older_kind_is_taught_again_and_nothing_encoded(world: World, fits: list[int]) -> None:
    add(world, 60)
    world.index()
    now = taught(world)
    assert now.endswith(f" {KIND}")
    (require_folder(world.settings.home) / TAUGHT_FILE).unlink()
    for older in (now.rsplit(" ", 1)[0], f"{now.rsplit(' ', 1)[0]} {KIND - 1}"):
        with shelves_of(world).write() as writer:
            writer.set_meta(TAUGHT, older)
        assert bring_up_to_date(world.store, world.settings, encoder=ENCODER).encoded == 0
        assert taught(world).endswith(f" {KIND}")
    assert fits == [60, 60, 60]
    assert Engine.open(world.store, world.settings).taught.classifier.articles
    world.index()
    assert fits == [60, 60, 60]


def test_an_empty_folder(world: World) -> None:
    put(world.store)
    built = bring_up_to_date(world.store, world.settings, encoder=ENCODER)
    assert built.nouns == 3
    assert taught(world) == ""


def test_the_newest_tickets_and_the_most_linked_articles_are_learned_from(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesson, "_MOST_TICKETS", 20)
    monkeypatch.setattr(lesson, "_MOST_ARTICLES", 1)
    for number in range(50):
        days, article_id = (number, "light") if number < 30 else (100 + number, "money" if number % 2 else "battery")
        world.put(ticket_at(days, f"t{number}", f"question {number}"), links=[article_id], index=False)
    world.put(ticket_at(200, "last", "question"), links=["money", "light"], index=False)
    world.index()
    assert load_taught(require_folder(world.settings.home)).classifier.articles == ("money",)


def test_nobody_waits_for_the_lesson(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published while all is learned anew, which may take minutes, is found meanwhile."""
    add(world, 60)
    found: list[set[str]] = []
    world.put(an_article("first"))
    teach = indexing.teach

    def publishing(linked: dict[str, object], store: Store, shelves: Shelves) -> None:
        world.put(an_article("urgent"), index=False)
        take_in(world.store, world.settings, encoder=ENCODER)
        reader = Engine.open(world.store, world.settings).readers[Shelf.ARTICLE]
        found.append({noun for noun in ("urgent", "first") if reader.place_of(noun) is not None})
        teach(linked, store, shelves)  # type: ignore[arg-type]

    monkeypatch.setattr(indexing, "teach", publishing)
    add(world, 10, name="more")
    world.index()
    assert found == [{"urgent", "first"}]
    assert taught(world).startswith("70 ")


def test_two_processes_learn_once(world: World, fits: list[int]) -> None:
    """The second waits for the first, and then finds nothing to do."""
    add(world, 60)
    world.index()
    add(world, 10, name="more")
    with in_turn(world.settings.home, "teach"):
        threads = [threading.Thread(target=world.index) for _ in range(2)]
        threads[0].start()
        until = time.monotonic() + 20
        while shelves_of(world).count_solutions() < 70 and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)
        threads[1].start()
        time.sleep(0.3)
        assert fits == [60]
    for thread in threads:
        thread.join(20)
    assert fits == [60, 70]


# ---- killed, damaged, made anew

KILLED = """
import os, pathlib, signal, sys
from assistant import implied, indexing
from indexer.shelf_writer import Writer
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder

home, where = pathlib.Path(sys.argv[1]), sys.argv[2]

def deadly(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

if where == "answers":
    implied.imply = deadly
elif where == "write":
    Writer.set_implied_links = deadly
elif where == "fit":
    indexing.teach = deadly
elif where == "note":
    set_meta = Writer.set_meta
    Writer.set_meta = lambda self, key, value: deadly() if key == indexing.TAUGHT else set_meta(self, key, value)
settings = Settings(home=home, model="fake", query_prompt="", passage_prompt="")
indexing.bring_up_to_date(Store.open(settings), settings, encoder=HashEncoder(dimension=64))
"""


@pytest.mark.parametrize("where", ["answers", "write", "fit", "note"])
def test_killed_while_it_is_taught(world: World, where: str) -> None:
    add(world, 49)
    world.index()
    before = current_folder(world.settings.home)
    world.put(a_pair(49, "t"), links=["money"], index=False)
    world.put(a_pair(0, "u"), index=False)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(world.settings.home), where], cwd=ROOT, env=environment(), timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert current_folder(world.settings.home) == before
    assert taught(world) == ""
    engine = Engine.open(world.store, world.settings)
    asked = engine.ask(Question(body="my hub shines yellow", locale="en"))
    assert len(engine.similar(asked)) == 51
    assert set(engine.articles(asked, Query(asked.text, asked.locale)).scores) == set(TOPICS)
    world.index()
    assert taught(world).startswith("50 51 ")
    assert heaviest(world) == {"u0": "light"}
    engine.refresh()
    assert engine.taught.classifier.articles
    assert "u0" in engine.links.links.tickets


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"no archive"),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-100]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_told_and_ignored(world: World, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    add(world, 60)
    world.index()
    path = require_folder(world.settings.home) / TAUGHT_FILE
    DAMAGES[damage](path)
    with pytest.raises(StorageDamaged):
        Taught.load(path)
    with caplog.at_level(logging.WARNING):
        engine = Engine.open(world.store, world.settings)
    assert engine.taught.classifier.articles == ()
    assert [f"{TAUGHT_FILE} cannot be read" in record.getMessage() for record in caplog.records] == [True]
    asked = engine.ask(Question(body="my hub shines yellow", locale="en"))
    assert set(engine.articles(asked, Query(asked.text, asked.locale)).scores) == set(TOPICS)
    bring_up_to_date(world.store, world.settings, encoder=ENCODER, full=True)
    assert Engine.open(world.store, world.settings).taught.classifier.articles


def test_the_old_index_serves_while_a_full_one_is_taught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add(world, 60)
    world.index()
    first = require_folder(world.settings.home)
    service = world.service()
    seen: list[tuple[bool, bool, Path | None, int]] = []
    teach = indexing.teach

    def looking(linked: dict[str, object], store: Store, shelves: Shelves) -> None:
        found = service.suggest(Question(body="my hub shines yellow", locale="en"))
        at_work = shelves.path.parent
        seen.append((at_work == first, first.exists(), current_folder(world.settings.home), len(found.articles)))
        teach(linked, store, shelves)  # type: ignore[arg-type]

    monkeypatch.setattr(indexing, "teach", looking)
    built = bring_up_to_date(world.store, world.settings, encoder=ENCODER, full=True)
    assert seen == [(False, True, first, 3)]
    assert current_folder(world.settings.home) == built.folder != first
    assert (built.folder / TAUGHT_FILE).exists()
