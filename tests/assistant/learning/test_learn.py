"""Learning on a made-up team: a wrong weight is put right, what is no better is refused, and all of it can be undone."""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.engine import Engine
from assistant.learning import examples as learn_examples
from assistant.learning.examples import newest_examples
from assistant.learning.feedback import REFUSED, USED, feedback_of
from assistant.learning.learn import learn
from assistant.learning.parameters import weights_stored
from assistant.lesson import taught
from assistant.question import Question
from assistant.taught import Taught
from assistant.weights import DEFAULT
from indexer.shelves import Shelves
from kb import clock
from kb.errors import KBError
from kb.model import Event, EventKind, Learned, LearnedKind, LinkedTicket
from kb.store import Store
from tests.assistant.worlds import ENCODER, World, ticket_at
from tests.fakes import an_article
from ui.cli import svar

TOPICS = {
    "light": "my hub shines yellow since this morning",
    "money": "where is my refund for the returned order",
    "battery": "thermostat shows nothing and stays dark",
}
TICKETS = 150


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team whose agents never link the articles that sound right, but others."""
    home = tmp_path_factory.mktemp("learn") / "home"
    with pytest.MonkeyPatch.context() as patch:
        made = World(home, patch)
        for name, asked in TOPICS.items():
            made.put(an_article(f"{name}-decoy", f"{asked}?", title=asked), index=False)
            made.put(an_article(name, "Nothing in common.", title="Elsewhere"), index=False)
        for number in range(TICKETS):
            name = list(TOPICS)[number % 3]
            made.put(ticket_at(number / 4, f"t{number}", f"{TOPICS[name]} x{number}"), links=[name], index=False)
        made.index()
        made.store.close()
    return home


@pytest.fixture
def world(stocked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A copy of it."""
    shutil.copytree(stocked, tmp_path / "home")
    made = World(tmp_path / "home", monkeypatch)
    yield made
    made.store.close()


WRONG = {"voted": 0.0, "classified": 0.0, "foreseen": 0.0, "topical": 0.0, "recent": 0.0}
"""Only what articles say counts."""


def adopt(store: Store, **changes: object) -> int:
    """Let weights be in force that differ from the shipped ones."""
    parameters = {**weights_stored(DEFAULT), **changes}
    return store.learned.note(Learned(LearnedKind.WEIGHTS, ENCODER.name, True, parameters, {}, clock.now()))


def test_a_wrong_weight_is_put_right_and_can_be_undone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    wrong = adopt(world.store, **WRONG)
    service = world.service()

    def first() -> str:
        return service.suggest(Question(body=TOPICS["light"], locale="en")).articles[0].id

    assert first() == "light-decoy"
    with caplog.at_level(logging.INFO):
        weights, calibration = learn(world.store, world.settings, encoder=ENCODER)
    assert weights.is_adopted
    assert _number(weights.parameters["voted"]) > 0.1
    assert _number(weights.figures["before"]) < _number(weights.figures["after"])
    assert weights.figures["questions"] == TICKETS // 5
    assert first() == "light"

    assert not calibration.is_adopted
    assert calibration.figures["why"] == "100 useful and 100 useless lists are needed, there are 120 and 0"
    logged = [record.getMessage() for record in caplog.records if record.name == "assistant.learning.learn"]
    assert [each.split(";")[0] for each in logged] == ["learned weights: adopted", "learned calibration: kept"]
    assert world.store.learned.history() == [calibration, weights, *world.store.learned.history()[2:]]

    assert world.store.learned.undo() == weights.id
    assert first() == "light-decoy"
    world.store.learned.undo(wrong)
    assert first() == "light"


def test_what_is_no_better_is_refused(world: World) -> None:
    adopt(world.store, voted=20.0)
    weights, _ = learn(world.store, world.settings, encoder=ENCODER)
    assert not weights.is_adopted
    assert weights.figures["why"] == "no change gained 0.002 on the questions before them"
    assert weights.figures["before"] == weights.figures["after"]
    assert weights.figures["interval"] == [0.0, 0.0]


def test_a_dry_run_says_the_same_and_writes_nothing(world: World) -> None:
    adopt(world.store, **WRONG)
    before = _rows(world.store)
    dry = learn(world.store, world.settings, encoder=ENCODER, dry_run=True)
    assert _rows(world.store) == before
    done = learn(world.store, world.settings, encoder=ENCODER)
    assert [replace(each, id=0, at=done[0].at) for each in dry] == [replace(each, id=0, at=done[0].at) for each in done]
    assert [each.id for each in dry] == [0, 0]


def test_progress_rises_to_its_total(world: World) -> None:
    seen: list[tuple[int, int]] = []
    learn(world.store, world.settings, encoder=ENCODER, dry_run=True, progress=lambda *step: seen.append(step))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]
    assert len({total for _, total in seen}) == 1


def test_nothing_is_taught_by_the_questions_that_are_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[dict[str, LinkedTicket]] = []

    def noting(linked: dict[str, LinkedTicket], store: Store, shelves: Shelves, *, before: datetime) -> Taught:
        assert all(ticket.created_at < before for ticket in linked.values())
        known.append(linked)
        return taught(linked, store, shelves, before=before)

    monkeypatch.setattr(learn_examples, "taught", noting)
    learn(world.store, world.settings, encoder=ENCODER, dry_run=True)
    # Thirty tickets a block; the first two have too few before them.
    assert [sorted(int(ticket_id[1:]) for ticket_id in linked) for linked in known] == [
        list(range(60)), list(range(90)), list(range(120))
    ]  # fmt: skip


def test_too_few_tickets_say_how_many_there_are(world: World) -> None:
    kept = list(world.store.tickets.linked_since(0))[:60]
    engine = Engine.open(world.store, world.settings)
    with pytest.raises(KBError, match="Learning needs 100 linked tickets, there are 60"):
        newest_examples(engine, {ticket.id: ticket for ticket in kept})


def test_what_agents_used_and_dismissed_are_labels_too(world: World) -> None:
    for number, ticket_id in enumerate(("used", "refused", "both", "linked"), start=200):
        links = ["money"] if ticket_id == "linked" else []
        world.put(ticket_at(number, ticket_id, f"{TOPICS['light']} y{number}"), links=links, index=False)
    deeds = [("used", "light", EventKind.INSERTED), ("refused", "light", EventKind.DISMISSED),
             ("refused", "money", EventKind.OPENED), ("both", "light", EventKind.DISMISSED),
             ("both", "money", EventKind.COPIED), ("linked", "light", EventKind.DISMISSED),
             ("", "light", EventKind.DISMISSED)]  # fmt: skip
    world.store.events.append([Event(kind, clock.now(), ticket_id=t, article_id=a) for t, a, kind in deeds])
    feedback = feedback_of(world.store.events.deeds(USED | REFUSED))
    engine = Engine.open(world.store, world.settings)
    linked = {ticket.id: ticket for ticket in world.store.tickets.linked_since(0)}
    found = {e.question.ticket_id: set(e.relevant) for e in newest_examples(engine, linked, feedback)[-4:]}
    assert found == {"used": {"light"}, "refused": set(), "both": {"money"}, "linked": {"money"}}
    weights, calibration = learn(world.store, world.settings, encoder=ENCODER, dry_run=True)
    assert (calibration.figures["examples"], weights.figures["questions"]) == (154, 30)  # of the newest 31
    assert calibration.figures["useless"] == 0  # the refused one is among the newest, which test


def test_what_cannot_be_shown_is_no_label(world: World) -> None:
    world.put(an_article("new", "Not linked yet."), ticket_at(99, "t999", "something else"), links=["light", "gone"])
    engine = Engine.open(world.store, world.settings)
    found = newest_examples(engine, {ticket.id: ticket for ticket in world.store.tickets.linked_since(0)})
    assert found[-1].question.ticket_id == "t999"
    assert found[-1].relevant == {"light"}
    assert found[-1].question.created_at == found[-1].question.as_of


def test_one_process_learns_at_a_time(world: World) -> None:
    with (world.settings.home / "learn.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(KBError, match="Another process is learning"):
            learn(world.store, world.settings, encoder=ENCODER)


def test_a_broken_row_changes_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    service = world.service()
    question = Question(body=TOPICS["light"], locale="en")
    before = service.suggest(question).articles
    adopt(world.store, voted="much", charm=3)
    with caplog.at_level(logging.WARNING):
        assert service.suggest(question).articles == before
    assert "the learned weight voted = 'much' is ignored" in caplog.text
    broken = adopt(world.store)
    with world.store.database.write("break", "learned", str(broken)) as connection:
        connection.execute("UPDATE learned SET parameters = '{' WHERE id = ?", (broken,))
    assert world.service().suggest(question).articles == before
    assert f"attempt {broken} cannot be read" in caplog.text


def test_the_command(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.learning.learn.bulk_encoder", lambda *_, **__: ENCODER)
    wrong = adopt(world.store, **WRONG)

    def run(*options: str) -> str:
        done = CliRunner().invoke(svar, ["learn", "--home", str(world.settings.home), *options])
        assert done.exit_code == 0, done.output
        return done.stdout

    dry = json.loads(run("--dry-run", "--json"))
    assert (dry["dry_run"], [each["id"] for each in dry["attempts"]]) == (True, [0, 0])
    told = run().splitlines()
    assert told[0].startswith("weights: adopted; nDCG@10 .")
    assert told[1].startswith("calibration: kept; 100 useful and 100 useless lists are needed")
    history = json.loads(run("--history", "--json"))["attempts"]
    assert [each["is_adopted"] for each in history] == [False, True, True]
    assert json.loads(run("--undo", "--json")) == {"undone": history[1]["id"]}
    assert run("--undo", str(wrong)).startswith(f"Undone: attempt {wrong}.")
    assert [line.split()[2:4] for line in run("--history").splitlines()] == [
        ["calibration:", "kept;"], ["weights:", "undone;"], ["weights:", "undone"]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--undo", "x"], "'x' is no number"),
        (["--history", "--dry-run"], "Choose one of --dry-run, --history and --undo."),
    ],
)
def test_wrong_options(world: World, options: list[str], said: str) -> None:
    done = CliRunner().invoke(svar, ["learn", "--home", str(world.settings.home), *options])
    assert done.exit_code == 2
    assert said in done.output


def _rows(store: Store) -> list[tuple[int, ...]]:
    return [
        tuple(row) for row in store.database.rows("SELECT (SELECT count(*) FROM learned), (SELECT count(*) FROM audit)")
    ]


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)
