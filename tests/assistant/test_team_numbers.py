"""Numbers that only the team's own patterns know: nothing that is shown or logged holds another customer's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.question import Question
from assistant.service import Service
from kb.model import EventKind
from kb.settings import Settings
from tests.assistant.worlds import World
from tests.fakes import a_ticket, an_article

NUMBER = "Q12K9"
"""Looks like the name of a model, so nothing but the pattern keeps it back."""
PATTERN = r"Q\d\dK\d"
QUESTION = Question(body="my hub shines red", locale="en")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """One ticket that names the number in its subject, in a question of the agent and in the reply that solved it."""
    made = World(tmp_path / "home", monkeypatch)
    turns = (
        ("customer", "my hub shines red"),
        ("agent", f"Does {NUMBER} stand on the box of yours?"),
        ("customer", "yes"),
        ("agent", f"Press the button of {NUMBER} for ten whole seconds and wait until it shines green."),
    )
    made.put(
        a_ticket("t1", *turns, subject=f"hub {NUMBER} shines red"), an_article("a1", "The hub shines."), index=False
    )
    for number in range(2, 5):
        made.put(a_ticket(f"t{number}", ("customer", f"refund {number}"), ("agent", "Done.")), index=False)
    made.index()
    return made


def service_of(world: World, **patterns: str) -> Service:
    """A service of a team that sets patterns."""
    env = {name: value for name, value in patterns.items() if value}
    known = Settings.from_env({**env, "SVAR_HOME": str(world.settings.home)})
    return Service.open(
        replace(world.settings, order_pattern=known.order_pattern, customer_pattern=known.customer_pattern)
    )


@pytest.mark.parametrize("setting", ["", "SVAR_ORDER_PATTERN", "SVAR_CUSTOMER_PATTERN"])
def test_no_suggestion_and_no_draft_holds_them(world: World, setting: str) -> None:
    service = service_of(world, **({setting: PATTERN} if setting else {}))
    found = replace(service.suggest(QUESTION), confident=False)
    [hit] = [each for each in found.tickets if each.id == "t1"]
    silent = service.draft(QUESTION, suggestion=found)
    sure = service.draft(QUESTION, suggestion=replace(found, confident=True))
    shown = {
        "subject": hit.subject,
        "resolution": hit.resolution,
        "questions": " ".join(each.text for each in silent.questions),
    }
    assert [name for name, text in shown.items() if NUMBER in text] == ([] if setting else list(shown))
    assert not setting or NUMBER not in sure.text


@pytest.mark.parametrize("setting", ["", "SVAR_ORDER_PATTERN"])
def test_the_log_of_misses_does_not_hold_them(world: World, setting: str) -> None:
    service = service_of(world, **({setting: PATTERN} if setting else {}))
    asked = Question(body=f"where is {NUMBER} now", locale="en")
    assert service.log_miss(asked, replace(service.suggest(asked), confident=False))
    [event] = [each for each in service.store.events.list() if each.kind is EventKind.MISSED]
    assert (NUMBER in str(event.detail["query"])) is not bool(setting)
