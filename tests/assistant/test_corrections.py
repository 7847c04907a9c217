"""Searching beside the hits: corrections in the question's language, states, named articles, answers, what is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.question import Question
from assistant.service import Service
from kb.model import Audience, Confidence, EventKind
from tests.assistant.worlds import World
from tests.fakes import a_ticket, an_article

BODY_SV = "Håll in knappen för att återställa hubben.\n\n1. Öppna appen.\n2. Tryck på Återställ.\n"
BODY_DA = "Hold på knap nummer to for at nulstille hubben."


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    found = World(tmp_path, monkeypatch)
    found.put(
        an_article("sv", BODY_SV, locale="sv", title="Återställ hubben"),
        an_article("da", BODY_DA, locale="da", title="Nulstil hubben"),
        an_article("wip", "Hubben och knappen, ett utkast.", locale="sv", confidence=Confidence.WIP),
        an_article("own", "Hubben och knappen, bara mitt.", locale="sv", audience=Audience.AUTHOR),
        a_ticket("t1", ("customer", "Hur återställer jag hubben?"), ("agent", "Håll in knappen."), locale="sv"),
    )
    return found


@pytest.fixture
def service(world: World) -> Service:
    return world.service()


@pytest.mark.parametrize(
    ("typed", "locale", "meant"),
    [
        ("aterstalla hubben", "sv", "återställa hubben"),
        ("håll in knapen för att starta", "sv", "håll in knappen för att starta"),
        ("hold på knap nummer to", "da", ""),
        ("återställa", "sv", ""),
        ('"knapen"', "sv", ""),
        ("e-1042 xylofon", "sv", ""),
        ("", "sv", ""),
    ],
)
def test_words_are_put_right_by_what_articles_of_that_language_say(
    service: Service, typed: str, locale: str, meant: str
) -> None:
    assert service.correct(typed, locale=locale) == meant


def test_a_new_word_of_an_article_is_known_at_once(world: World, service: Service) -> None:
    assert service.correct("batteriet", locale="sv") == ""
    world.put(an_article("new", "Byt batteriet.", locale="sv"))

    assert service.correct("bateriet", locale="sv") == "batteriet"


def test_states_are_a_filter(service: Service) -> None:
    assert {hit.id for hit in service.search("hubben knappen")} == {"sv", "da", "wip"}
    assert {hit.id for hit in service.search("hubben knappen", states=["wip"])} == {"wip"}


def test_named_articles_come_in_the_order_asked_for_without_what_is_hidden(service: Service) -> None:
    found = service.named(Question(body="knappen"), ["wip", "own", "gone", "sv"])

    assert [hit.id for hit in found] == ["wip", "sv"]
    assert found[1].passage.text in BODY_SV
    assert service.named(Question(body="x"), []) == ()


def test_a_hit_says_how_many_steps_its_section_has(service: Service) -> None:
    steps = {hit.id: hit.passage.steps for hit in service.search("hubben knappen")}

    assert steps == {"sv": 2, "da": 0, "wip": 0}


def test_the_answer_is_of_the_best_hit(service: Service) -> None:
    hits = service.search("hur återställer jag hubben", locale="sv")

    found = service.answer("hur återställer jag hubben", hits)

    assert found is not None
    assert found.article_id == hits[0].id
    assert service.answer("", hits) is None
    assert service.answer("hubben", []) is None


def test_a_wanted_article_is_logged_once_without_personal_data(world: World, service: Service) -> None:
    question = Question(body="Varför piper min lampa? Ring 070-174 06 77", locale="sv", ticket_id="t1")
    found = service.suggest(question)

    assert service.log_wanted(question, found, user_id="u1")
    assert not service.log_wanted(question, found, user_id="u2")
    (event,) = [event for event in world.store.events.list() if event.kind is EventKind.WANTED]
    assert (event.ticket_id, event.user_id) == ("t1", "u1")
    assert "070" not in str(event.detail["query"])
    assert "piper" in str(event.detail["query"])
    assert not service.log_wanted(Question(), found, user_id="u1")
