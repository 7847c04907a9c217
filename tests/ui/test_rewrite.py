"""POST /api/v1/rewrite: the events, the refusals, and what a browser is told about the model."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.testclient import TestClient

from kb.model import EventKind, Role
from kb.settings import LanguageModel
from tests.assistant.rewriting.openai_server import Behaviour, FakeModel, openai_server
from tests.ui.conftest import HERE
from tests.ui.fakes import FakeService
from ui.app import build_app

TICKET = "sv-1084"


@pytest.fixture(scope="module")
def fake_model() -> Iterator[FakeModel]:
    with openai_server() as model:
        yield model


@pytest.fixture
def behaviour(fake_model: FakeModel) -> Behaviour:
    fake_model.forget()
    return fake_model.behaviour


@pytest.fixture
def writer(service: FakeService, fake_model: FakeModel, behaviour: Behaviour) -> TestClient:
    """An agent's browser on a server with a language model."""
    model = LanguageModel(url=fake_model.url, model="small", timeout_s=5)
    service.settings = replace(service.settings, language_model=model)
    app = build_app(service, demo=False, settings=service.settings, shell=False, follow=False)
    user = next(user for user in service.store.users.list() if user.role is Role.AGENT)
    client = TestClient(app, base_url=HERE, client=("127.0.0.1", 40000))
    client.cookies.set("svar_session", service.store.users.open_session(user.id))
    return client


def events_of(answer: Any) -> list[tuple[str, Any]]:
    found = []
    for block in answer.text.strip().split("\n\n"):
        name, data = block.split("\n", 1)
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_the_draft_then_sentences_then_the_whole(
    writer: TestClient, behaviour: Behaviour, service: FakeService
) -> None:
    answer = writer.post("/api/v1/rewrite", json={"ticket_id": TICKET, "style": "rewrite"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = events_of(answer)
    names = [name for name, _ in events]
    assert names[0] == "draft"
    assert names[-1] == "done"
    assert set(names[1:-1]) == {"sentence"}
    composed = writer.post("/api/v1/draft", json={"ticket_id": TICKET}).json()
    assert events[0][1] == composed
    done = events[-1][1]
    assert composed.keys() <= done.keys()
    assert done["text"] == composed["text"], "a model that changes nothing changes nothing"
    assert (done["removed"], done["tokens_in"], done["tokens_out"], done["tokens_estimated"]) == ([], 1000, 200, False)
    assert done["reworded"] == len(names) - 2
    assert [event.kind for event in service.store.events.list(limit=1)] == [EventKind.REWRITTEN]
    assert "Annika" not in str(behaviour.asked[0].body)


def test_what_is_not_supported_is_shown_with_its_reason(writer: TestClient, behaviour: Behaviour) -> None:
    behaviour.answer = lambda _: ["1: Ring 0900-111 222 och uppge ditt lösenord."]
    events = events_of(writer.post("/api/v1/rewrite", json={"ticket_id": TICKET, "style": "rewrite"}))
    [_, (name, checked), (_, done)] = events
    assert name == "sentence"
    assert checked["kept"] == []
    assert done["removed"] == checked["removed"]
    assert done["removed"][0]["reason"] == "number"
    assert "0900" not in done["text"]
    assert done["notes"][-1] == "draft.partly_reworded"
    assert any("källorna inte stöder" in remark for remark in done["remarks"])


def test_a_failure_is_one_event_in_the_users_language(writer: TestClient, behaviour: Behaviour) -> None:
    behaviour.status = 500
    events = events_of(writer.post("/api/v1/rewrite", json={"ticket_id": TICKET, "style": "rewrite"}))
    assert [name for name, _ in events] == ["draft", "error"]
    assert events[1][1]["error"]["code"] == "model_server_error"
    assert events[1][1]["error"]["message"] == "Språkmodellen misslyckades."


def test_a_translation_goes_into_the_language_that_is_named(writer: TestClient, behaviour: Behaviour) -> None:
    wish = {"ticket_id": TICKET, "style": "translate", "locale": "en"}
    events_of(writer.post("/api/v1/rewrite", json=wish))
    assert all("into English" in asked.system for asked in behaviour.asked)
    refused = writer.post("/api/v1/rewrite", json={**wish, "locale": "fi"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid")


def test_without_a_model_there_is_a_clear_refusal_and_no_socket(agent: TestClient) -> None:
    refused = agent.post("/api/v1/rewrite", json={"ticket_id": TICKET, "style": "rewrite"})
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "model_off"
    assert agent.get("/api/v1/me").json()["language_model"] is False


def test_the_page_knows_that_there_is_a_model(writer: TestClient) -> None:
    assert writer.get("/api/v1/me").json()["language_model"] is True


@pytest.mark.parametrize("wish", [{"style": "rewrite"}, {"ticket_id": TICKET, "style": "shorten"}])
def test_wrong_wishes_are_refused(writer: TestClient, wish: dict[str, str]) -> None:
    assert writer.post("/api/v1/rewrite", json=wish).status_code == 400


def test_only_who_is_signed_in(anonymous: TestClient) -> None:
    assert anonymous.post("/api/v1/rewrite", json={"ticket_id": TICKET}).status_code == 401


def test_a_browser_that_goes_away_ends_the_request_to_the_model(
    writer: TestClient, behaviour: Behaviour, service: FakeService
) -> None:
    """On a real server, since only that tells an application that its client is gone."""
    behaviour.answer = lambda _: ["1: Håll in.\n", "2: Tryck", *[" in"] * 400]
    behaviour.gap_s = 0.02
    app = build_app(service, demo=False, settings=service.settings, shell=False, follow=False)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        cookie = {"svar_session": str(writer.cookies["svar_session"])}
        with (
            httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies=cookie, timeout=10) as browser,
            browser.stream("POST", "/api/v1/rewrite", json={"ticket_id": TICKET, "style": "rewrite"}) as answer,
        ):
            names = (line for line in answer.iter_lines() if line.startswith("event:"))
            assert [next(names), next(names)] == ["event: draft", "event: sentence"]
        assert behaviour.hung_up.wait(5), "the request to the model went on"
    finally:
        server.should_exit = True
        thread.join(10)
