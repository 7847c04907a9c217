"""What an agent solves is evidence for the next ticket a moment later, without anybody running a command."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.service import Service
from kb.model import Author, Message, Ticket, TicketStatus
from kb.settings import Settings
from tests.fakes import DAY, put
from tests.ui.conftest import HERE
from ui.app import build_app

WORDS = "Skærmen på gangens Panel viser kun en lilla streg efter tordenvejret i nat"


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    """An agent's browser on the real engine over the small index; the application's life runs."""
    service = Service.open(Settings(home=home))
    ticket = Ticket(
        id="purple-1", source="test", source_id="purple-1", subject="Lilla streg", status=TicketStatus.OPEN,
        locale="da", created_at=DAY, messages=(Message(0, Author.CUSTOMER, True, DAY, WORDS),),
    )  # fmt: skip
    put(service.store, ticket)
    app = build_app(service, demo=True, settings=service.settings, shell=False)
    with TestClient(app, base_url=HERE, client=("127.0.0.1", 40000)) as browser:
        browser.post("/login", data={"role": "agent"}, follow_redirects=False)
        yield browser
    service.store.close()


def _similar(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.post("/api/v1/suggest", json={"text": WORDS}).json()["tickets"]
    return found


@pytest.mark.slow
def test_a_solved_ticket_is_found_a_moment_later(client: TestClient) -> None:
    assert "purple-1" not in {hit["id"] for hit in _similar(client)}
    version = client.get("/api/v1/tickets/purple-1").json()["ticket"]["version"]
    reply = {"body": "Sluk for sikringen i ti sekunder.", "status": "solved", "version": version}

    assert client.post("/api/v1/tickets/purple-1/reply", json=reply).status_code == 200

    until = time.monotonic() + 5
    while time.monotonic() < until and "purple-1" not in {hit["id"] for hit in _similar(client)}:
        time.sleep(0.2)
    [hit] = [hit for hit in _similar(client) if hit["id"] == "purple-1"]
    assert hit["resolution"] == "Sluk for sikringen i ti sekunder."
