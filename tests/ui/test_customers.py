"""REST v1: the customer of a ticket, what they said afterwards, and messages in parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.importers.run import import_paths
from kb.model import EventKind
from tests.ui.fakes import FakeService

QUOTE = "On 3 Nov 2026 at 10:12, Fyrvik <a@b.example> wrote:\n> one\n> two\n> three\n"
BODY = f"Still yellow 🟡.\n\n{QUOTE}\nSent from my iPhone"


@pytest.fixture
def imported(service: FakeService, tmp_path: Path) -> FakeService:
    """Åsa's ticket, a dozen earlier ones, and what two systems know of her."""
    customer = {"name": "Åsa Ek", "email": "asa.ek@kund.example", "plan": "Plus"}
    first = {
        "id": "cu-1", "subject": "Gul igen", "status": "open", "created_at": "2026-11-20", "locale": "sv",
        "customer": customer, "article_links": ["https://help.fyrvik.example/sv/hub-offline"],
        "messages": [
            {"author": "customer", "body": BODY, "attachments": [{"name": "a.png", "url": "https://x.example/a"}]},
            {"author": "agent", "body": f"**Hej!**\n\n{QUOTE}"},
        ],
    }  # fmt: skip
    rows = [first] + [
        {"id": f"cu-e{n}", "subject": f"Förr {n}", "status": "solved", "created_at": f"2026-{n:02d}-01", "locale": "sv",
         "product": "Termo", "customer": customer, "messages": [{"author": "customer", "body": "q"}]}
        for n in range(1, 11)
    ]  # fmt: skip
    files = [tmp_path / name for name in ("t.jsonl", "crm.csv", "billing.csv")]
    files[0].write_text("\n".join(map(json.dumps, rows)))
    files[1].write_text("id,email,company,products,updated_at\n17,asa.ek@kund.example,Ek AB,Hub,2020-01-01\n")
    files[2].write_text("id,email,pays\n5,asa.ek@kund.example,30 dagar\n")
    import_paths(service.store, files)
    return service


def test_messages_come_in_parts(imported: FakeService, agent: TestClient) -> None:
    customers, ours = agent.get("/api/v1/tickets/cu-1").json()["ticket"]["messages"]
    units = customers["body"].encode("utf-16-le")

    def text(part: dict[str, Any]) -> str:
        return bytes(units[2 * part["start"] : 2 * part["end"]]).decode("utf-16-le")

    assert [(part["kind"], text(part).strip()) for part in customers["parts"]] == [
        ("text", "Still yellow 🟡."),
        ("quote", QUOTE.strip()),
        ("signature", "Sent from my iPhone"),
    ]
    assert customers["attachments"] == [{"name": "a.png", "type": "", "size": 0, "url": "https://x.example/a"}]
    assert [part["kind"] for part in ours["parts"]] == ["text", "quote"]
    assert "<strong>Hej!</strong>" in ours["parts"][0]["html"]
    assert "<blockquote>" in ours["parts"][1]["html"]


def test_the_customer_as_all_systems_know_them(imported: FakeService, agent: TestClient) -> None:
    found = agent.get("/api/v1/tickets/cu-1/customer").json()

    assert (found["customer"]["name"], found["company"], found["products"]) == ("Åsa Ek", "Ek AB", ["Hub"])
    assert (found["asked_about"], found["languages"], found["first_seen"][:10]) == (["Termo"], ["sv"], "2026-01-01")
    assert [(one["source"], one["fields"], one["stale"]) for one in found["systems"]] == [
        ("files", {"plan": "Plus"}, False),
        ("billing", {"pays": "30 dagar"}, False),
        ("crm", {}, True),
    ]
    assert found["satisfaction"] == []


def test_earlier_tickets_come_page_by_page(imported: FakeService, agent: TestClient) -> None:
    path = "/api/v1/tickets/cu-1/customer"
    first = agent.get(path, params={"limit": 4}).json()
    rest = agent.get(path, params={"limit": 100, "offset": 4}).json()

    assert first["earlier_total"] == 10
    assert [one["id"] for one in first["earlier"] + rest["earlier"]] == [f"cu-e{n}" for n in range(10, 0, -1)]
    assert agent.get("/api/v1/tickets/cu-1").json()["earlier_total"] == 10
    assert agent.get(path, params={"limit": 0}).status_code == 400


def test_nobody_and_nothing(imported: FakeService, agent: TestClient, anonymous: TestClient, tmp_path: Path) -> None:
    file = tmp_path / "n.jsonl"
    file.write_text('{"id": "cu-n", "subject": "x", "created_at": "2026-11-20", "messages": []}')
    import_paths(imported.store, [file])

    assert agent.get("/api/v1/tickets/cu-n/customer").json()["customer"] is None
    assert agent.get("/api/v1/tickets/cu-x/customer").status_code == 404
    assert anonymous.get("/api/v1/tickets/cu-1/customer").status_code == 401
    assert anonymous.post("/api/v1/tickets/cu-1/satisfaction", json={"worked": True}).status_code == 401


def test_what_the_customer_said_reaches_links_and_log(imported: FakeService, agent: TestClient) -> None:
    path = "/api/v1/tickets/cu-1/satisfaction"
    answer = agent.post(path, json={"worked": False, "score": 2, "comment": " Nej "})

    assert answer.status_code == 201
    assert [link["outcome"] for link in answer.json()["links"]] == ["unsolved"]
    (said,) = agent.get(path).json()["satisfaction"]
    assert (said["worked"], said["score"], said["scale"], said["comment"], said["recorded_by_name"]) == (
        False, 2, 5, "Nej", "Agent Nord",
    )  # fmt: skip
    assert agent.get("/api/v1/tickets/cu-e1/customer").json()["satisfaction"][0]["ticket_id"] == "cu-1"
    (event,) = [one for one in imported.store.events.list(ticket_id="cu-1") if one.kind is EventKind.RATED]
    assert (event.detail["worked"], event.user_id != "") == (False, True)


@pytest.mark.parametrize(
    ("said", "status"),
    [({}, 400), ({"comment": "  "}, 400), ({"score": 6, "scale": 5}, 400), ({"score": 0}, 400), ({"comment": "x" * 4001}, 400)],
)  # fmt: skip
def test_an_answer_must_say_something(
    imported: FakeService, agent: TestClient, said: dict[str, Any], status: int
) -> None:
    assert agent.post("/api/v1/tickets/cu-1/satisfaction", json=said).status_code == status
    assert imported.store.satisfaction.of_ticket("cu-1") == []


def test_the_page_cannot_log_an_answer_by_itself(imported: FakeService, agent: TestClient) -> None:
    deed = {"kind": "rated", "ticket_id": "cu-1", "detail": {"worked": True}}

    assert agent.post("/api/v1/events", json={"events": [deed]}).status_code == 400


def test_who_does_not_want_to_be_asked_is_not(agent: TestClient) -> None:
    assert agent.get("/api/v1/me").json()["after_contact"] is True
    assert agent.put("/api/v1/me", json={"after_contact": False}).json() == {"locale": "sv", "after_contact": False}
    assert agent.get("/api/v1/me").json()["after_contact"] is False


def test_a_slip_is_taken_back(imported: FakeService, agent: TestClient) -> None:
    path = "/api/v1/tickets/cu-1/satisfaction"
    said = agent.post(path, json={"worked": False}).json()["satisfaction"]["source_id"]

    assert [link["outcome"] for link in agent.delete(f"{path}/{said}").json()["links"]] == [""]
    assert agent.get(path).json()["satisfaction"] == []
    assert agent.delete(f"{path}/{said}").status_code == 404
