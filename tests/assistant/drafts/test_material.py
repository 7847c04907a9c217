"""What a draft is written from: fetched once per question, never from the ticket itself or from later ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.question import Question, question_of
from tests.assistant.worlds import World, ticket_at
from tests.fakes import an_article

BURST = Question(
    body="My hub shines yellow, why is there no internet on the hub? And how many days does a refund take?", locale="en"
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two subjects with two tickets each."""
    made = World(tmp_path / "home", monkeypatch)
    made.put(
        an_article("light", "The hub shines yellow when it has no internet."),
        an_article("money", "A refund takes days."),
        index=False,
    )
    for number, text in enumerate(["hub shines yellow", "refund please", "no internet on hub", "refund takes days"]):
        made.put(ticket_at(number, f"t{number}", text), links=["light"] if "hub" in text else ["money"], index=False)
    made.index()
    return made


def test_every_question_of_a_burst_is_searched_by_itself(world: World) -> None:
    service = world.service(min_confidence=0.0)
    found = service.gather(BURST, service.suggest(BURST))
    assert [each.text for each in found.further] == [
        "My hub shines yellow, why is there no internet on the hub?",
        "And how many days does a refund take?",
    ]
    assert [each.sources.articles[0].article.id for each in found.further] == ["light", "money"]
    draft = service.write(found)
    assert {s.source.id for s in draft.sentences if s.source.kind.value == "article"} == {"light", "money"}
    assert service.draft(BURST) == draft


def test_one_question_is_searched_once(world: World) -> None:
    service = world.service(min_confidence=0.0)
    question = Question(body="my hub shines yellow", locale="en")
    assert service.gather(question, service.suggest(question)).further == ()


def test_precedents_are_other_and_earlier_tickets(world: World) -> None:
    service = world.service(min_confidence=0.0)
    question = question_of(world.store.tickets.get("t2"))
    found = service.gather(question, service.suggest(question))
    ids = [each.ticket.id for each in found.sources.precedents]
    assert "t0" in ids
    assert not {"t2", "t3"} & set(ids)


def test_of_what_is_not_to_be_trusted_only_similar_tickets_are_fetched(world: World) -> None:
    service = world.service(min_confidence=1.0)
    found = service.gather(BURST, service.suggest(BURST))
    assert (found.confident, found.further, found.sources.articles, found.sources.canned) == (False, (), (), ())
    assert {p.ticket.id for p in found.sources.precedents} <= {"t1", "t2"}


def test_one_question_that_is_to_be_trusted_is_answered_though_the_burst_is_not(world: World) -> None:
    service = world.service(min_confidence=0.0)
    doubted = replace(service.suggest(BURST), confident=False)
    found = service.gather(BURST, doubted)
    assert found.confident
    assert len(found.further) == 2
    alone = Question(body="my hub shines yellow", locale="en")
    assert not service.gather(alone, replace(service.suggest(alone), confident=False)).confident
