"""One search for all who ask the same at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from assistant.question import Question
from tests.ui.fakes import FakeService
from ui.api import recent
from ui.api.recent import Recent

ASKED = Question(body="hubben blinkar gult")


def test_the_draft_builds_on_the_suggestions_that_are_shown(agent: TestClient, service: FakeService) -> None:
    suggested = agent.post("/api/v1/suggest", json={"ticket_id": "sv-1084"}).json()
    drafted = agent.post("/api/v1/draft", json={"ticket_id": "sv-1084"}).json()

    assert len(service.calls) == 1
    cited = {part["source"]["id"] for part in drafted["sentences"] if part["source"]["kind"] == "article"}
    assert cited <= {hit["id"] for hit in suggested["articles"]}


def test_who_asks_the_same_at_once_waits_for_one_search(service: FakeService) -> None:
    service.slow_s = 0.2
    shared = Recent(service)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(shared.suggest, [ASKED] * 8))

    assert len(service.calls) == 1
    assert all(one is found[0] for one in found)


def test_another_question_is_another_search(service: FakeService) -> None:
    shared = Recent(service)

    assert shared.suggest(ASKED) is not shared.suggest(Question(body="hubben", ticket_id="sv-1084"))
    assert len(service.calls) == 2


def test_a_moment_later_it_is_searched_anew(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "FRESH_S", 0.0)
    shared = Recent(service)

    assert shared.suggest(ASKED) is not shared.suggest(ASKED)


def test_a_failure_is_told_and_not_kept(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Recent(service)
    with monkeypatch.context() as broken:
        broken.setattr(FakeService, "suggest", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            shared.suggest(ASKED)

    assert shared.suggest(ASKED).articles


def test_memory_has_a_limit(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "_MOST", 3)
    shared = Recent(service)
    for n in range(10):
        shared.suggest(Question(body=f"hubben {n}"))

    assert len(shared._asked) == 3
