"""What the log keeps of a question for which nothing good was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.misses import MAX_CHARACTERS, fingerprint, miss_of
from assistant.model import Suggestion
from assistant.question import Question
from assistant.service import Service
from kb import clock
from kb.errors import DatabaseBusy
from kb.model import Event, EventKind
from tests.assistant.worlds import World, ticket_at
from tests.fakes import DAY, an_article

NOTHING = Suggestion(query="x", locale="sv", confident=False, confidence=0.31)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path / "home", monkeypatch)
    world.put(an_article("a1", "The hub shines yellow."), ticket_at(0, "t1", "the hub shines yellow"))
    return world


def missed(service: Service) -> list[Event]:
    return [event for event in service.store.events.list() if event.kind is EventKind.MISSED]


def test_what_was_asked_without_personal_data() -> None:
    question = Question(
        "Hjälp",
        "Det tutar. Ring Bengt på 070-174 06 05 eller Elin.",
        product="Hub",
        ticket_id="t1",
        customer_name="Bengt Ek",
    )
    miss = miss_of(question, NOTHING, at=DAY, user_id="u1", people=["Elin Sand"])
    assert (miss.kind, miss.at, miss.user_id, miss.ticket_id) == (EventKind.MISSED, DAY, "u1", "t1")
    assert (miss.article_id, miss.revision, miss.confidence) == ("", 0, 0.31)
    assert miss.detail["query"] == "Hjälp\nDet tutar. Ring [name] på [phone] eller [name]."
    assert (miss.detail["locale"], miss.detail["product"]) == ("sv", "Hub")


@pytest.mark.parametrize("before", range(MAX_CHARACTERS - 30, MAX_CHARACTERS + 5, 3))
def test_nothing_is_cut_before_it_is_redacted(before: int) -> None:
    miss = miss_of(Question(body="x" * before + " bengt.ronnsjo@post.example"), NOTHING, at=DAY)
    assert "bengt" not in str(miss.detail["query"])
    assert len(str(miss.detail["query"])) <= MAX_CHARACTERS


def test_the_same_words_have_the_same_fingerprint() -> None:
    assert fingerprint("Hubben  TUTAR\n") == fingerprint("hubben tutar")
    assert fingerprint("hubben tutar") != fingerprint("hubben tutar inte")


def test_a_miss_is_logged_with_the_nearest_article(world: World) -> None:
    service = world.service(min_confidence=1.0)
    question = Question(body="the hub shines yellow", locale="en")
    assert service.log_miss(question, service.suggest(question), user_id="u1")
    [miss] = missed(service)
    assert (miss.article_id, miss.revision, miss.ticket_id, miss.user_id) == ("a1", 1, "", "u1")


def test_once_a_day_for_the_same_words_of_the_same_ticket(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    service = world.service()
    now = [DAY]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def log(body: str = "it beeps", ticket_id: str = "t1") -> bool:
        return service.log_miss(Question(body=body, ticket_id=ticket_id), NOTHING)

    assert [log(), log(), log("it beeps louder"), log(ticket_id=""), log(ticket_id="")] == [
        True,
        False,
        True,
        True,
        False,
    ]
    now[0] = DAY + timedelta(hours=23)
    assert not log()
    now[0] = DAY + timedelta(hours=25)
    assert log()
    assert len(missed(service)) == 4


def test_what_is_good_or_empty_is_no_miss(world: World) -> None:
    service = world.service()
    good = Suggestion(query="x", locale="sv", confident=True, confidence=0.9)
    assert not service.log_miss(Question(body="it beeps"), good)
    assert not service.log_miss(Question(), NOTHING)
    assert missed(service) == []


def test_the_names_in_a_ticket_stay_out(world: World) -> None:
    made = ticket_at(1, "t2", "it beeps")
    world.put(replace(made, messages=(made.messages[0], replace(made.messages[1], name="Elin Sand"))))
    service = world.service()
    service.log_miss(
        Question(body="Elin told Bengt that it would stop", ticket_id="t2", customer_name="Bengt Ek"), NOTHING
    )
    [miss] = missed(service)
    assert miss.detail["query"] == "[name] told [name] that it would stop"


def test_a_database_that_is_busy_costs_nobody_the_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    service = world.service()

    def busy(*_: object, **__: object) -> bool:
        raise DatabaseBusy("svar.db")

    monkeypatch.setattr(service.store.events, "append_once", busy)
    assert not service.log_miss(Question(body="it beeps"), NOTHING)


def test_suggesting_many_logs_nothing(world: World) -> None:
    service = world.service(min_confidence=1.0)
    service.suggest_many([Question(body="it beeps"), Question(body="the hub shines yellow")])
    assert missed(service) == []
