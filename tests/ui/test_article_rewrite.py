"""POST /api/v1/article-drafts/{id}/rewrite: the proposal, the refusals, and that nothing is stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.testclient import TestClient

from kb.model import EventKind, Role
from kb.settings import LanguageModel
from tests.assistant.rewriting.openai_server import Asked, FakeModel, openai_server
from tests.ui.conftest import HERE
from tests.ui.fakes import FakeService
from ui.app import build_app

DRAFTS = "/api/v1/article-drafts"
TICKET = "sv-1084"
BODY = "## Lösning\n\n1. Håll in knappen i tio sekunder tills lampan lyser vitt.\n2. Vänta sedan tills hubben har startat om.\n"
NEW = "Håll knappen intryckt i 10 sekunder tills lampan lyser vitt."


@pytest.fixture(scope="module")
def fake_model() -> Iterator[FakeModel]:
    with openai_server() as model:
        yield model


@pytest.fixture
def writer(service: FakeService, fake_model: FakeModel) -> TestClient:
    """A contributor's browser on a server with a language model."""
    fake_model.forget()
    model = LanguageModel(url=fake_model.url, model="small", timeout_s=5)
    service.settings = replace(service.settings, language_model=model)
    app = build_app(service, demo=False, settings=service.settings, shell=False, follow=False)
    user = next(user for user in service.store.users.list() if user.role is Role.CONTRIBUTOR)
    client = TestClient(app, base_url=HERE, client=("127.0.0.1", 40000))
    client.cookies.set("svar_session", service.store.users.open_session(user.id))
    return client


def begin(client: TestClient, body: str = BODY) -> dict[str, Any]:
    wish = {"title": "Starta om hubben", "body": body, "locale": "sv", "from_tickets": [TICKET]}
    draft: dict[str, Any] = client.post(DRAFTS, json=wish).json()["draft"]
    return draft


def first_sentence(asked: Asked) -> list[str]:
    return [f"1: {NEW}\n", "2: Köp sedan en ny hubb för 990 kr."]


def test_a_proposal_with_what_was_left_out_and_nothing_stored(
    writer: TestClient, fake_model: FakeModel, service: FakeService
) -> None:
    draft = begin(writer)
    fake_model.behaviour.answer = first_sentence
    found = writer.post(f"{DRAFTS}/{draft['id']}/rewrite", json={"version": 1}).json()
    assert found["body"] == BODY.replace("Håll in knappen i tio sekunder tills lampan lyser vitt.", NEW)
    assert (found["kept"], found["unchanged"]) == (1, False)
    assert found["left_out"] == [{"text": "Köp sedan en ny hubb för 990 kr.", "reason": "number"}]
    assert [block["kind"] for block in found["blocks"]].count("changed") == 1
    assert found["added"] > 0
    stored = service.store.article_drafts.get(draft["id"])
    assert (stored.text.body, stored.version) == (BODY, 1)
    assert service.store.events.list(limit=1)[0].kind is EventKind.REWRITTEN
    assert "Annika" not in str(fake_model.behaviour.asked[0].body)


def test_what_a_model_leaves_as_it_is_is_no_change(writer: TestClient) -> None:
    draft = begin(writer)
    found = writer.post(f"{DRAFTS}/{draft['id']}/rewrite", json={"version": 1}).json()
    assert (found["body"], found["unchanged"], found["kept"], found["left_out"]) == (draft["body"], True, 0, [])


@pytest.mark.parametrize(
    ("status", "version", "body", "answer", "code"),
    [
        (200, 7, BODY, 409, "draft_changed"),
        (200, 0, BODY, 400, "invalid"),
        (500, 1, BODY, 502, "model_server_error"),
        (429, 1, BODY, 503, "model_rate_limited"),
        (200, 1, "Håll in knappen i tio sekunder.\n\n" * 1000, 400, "article_too_long"),
    ],
)
def test_refusals(
    writer: TestClient, fake_model: FakeModel, status: int, version: int, body: str, answer: int, code: str
) -> None:
    draft = begin(writer, body)
    fake_model.behaviour.status = status
    refused = writer.post(f"{DRAFTS}/{draft['id']}/rewrite", json={"version": version})
    assert (refused.status_code, refused.json()["error"]["code"]) == (answer, code)


def test_without_a_model_or_a_writer_there_is_none(signed_in: Callable[[Role], TestClient]) -> None:
    draft = begin(signed_in(Role.CONTRIBUTOR))
    place, wish = f"{DRAFTS}/{draft['id']}/rewrite", {"version": 1}
    refused = signed_in(Role.CONTRIBUTOR).post(place, json=wish)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "model_off")
    assert signed_in(Role.AGENT).post(place, json=wish).status_code == 403


def test_a_browser_that_goes_away_ends_the_request_to_the_model(
    writer: TestClient, fake_model: FakeModel, service: FakeService
) -> None:
    draft = begin(writer)
    fake_model.behaviour.answer = lambda _: ["1: Håll", *[" in"] * 400]
    fake_model.behaviour.gap_s = 0.02
    app = build_app(service, demo=False, settings=service.settings, shell=False, follow=False)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        cookie = {"svar_session": str(writer.cookies["svar_session"])}
        place = f"http://127.0.0.1:{port}{DRAFTS}/{draft['id']}/rewrite"
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(place, json={"version": 1}, cookies=cookie, timeout=1.5)
        assert fake_model.behaviour.hung_up.wait(2), "the request to the model went on"
    finally:
        server.should_exit = True
        thread.join(10)
