"""Replies over REST: what is warned of, what may be overridden, what is written down, and texts of several tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.replies.reply_language import FEWEST_WORDS
from kb.event import EventKind
from kb.model import Role
from tests.ui.fakes import FakeService
from ui.api.events import POSTABLE

TICKET = "/api/v1/tickets/sv-1084"
INSIDE = "goodwill-replacement-sv"
DANISH = (
    "Hej Annika! Du kan genstarte hubben ved at holde knappen nede i ti sekunder. Bagefter plejer lampen at lyse grønt"
    " igen i løbet af nogle minutter. Skriv gerne til os, hvis det ikke virker, så hjælper vi dig videre."
)


@pytest.fixture
def secret(service: FakeService) -> str:
    body = service.store.articles.get(INSIDE).revision.body
    return next(line for line in body.split("\n") if len(line.split()) > 12).split(". ")[0] + "."


def send(client: TestClient, body: str, **more: Any) -> Any:
    version = client.get(TICKET).json()["ticket"]["version"]
    return client.post(f"{TICKET}/reply", json={"body": body, "status": "pending", "version": version} | more)


def kinds(service: FakeService) -> list[EventKind]:
    return [event.kind for event in service.store.events.list(ticket_id="sv-1084")]


@pytest.mark.parametrize("told", [True, False])
def test_internal_text_is_not_sent_without_a_word(
    agent: TestClient, service: FakeService, secret: str, told: bool
) -> None:
    # Whether the page says where the text comes from or not: who copies by hand is warned as well.
    origins = [{"kind": "article", "id": INSIDE, "revision": 1}] if told else []
    count = len(service.store.tickets.get("sv-1084").messages)

    refused = send(agent, f"Hej Annika!\n\n{secret} Hälsningar", origins=origins)

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "internal_text")
    [leak] = refused.json()["check"]["internal"]
    assert (leak["quote"], leak["source"]["id"], leak["source"]["audience"]) == (secret, INSIDE, "internal")
    assert len(service.store.tickets.get("sv-1084").messages) == count
    assert EventKind.SENT not in kinds(service)


def test_an_override_is_logged_with_the_words(agent: TestClient, service: FakeService, secret: str) -> None:
    answer = send(agent, f"Hej!\n\n{secret}", overridden=[secret])

    assert answer.status_code == 200
    [event] = [each for each in service.store.events.list() if each.kind is EventKind.OVERRIDDEN]
    assert (event.article_id, event.detail["quote"], event.detail["audience"]) == (INSIDE, secret, "internal")
    [row] = service.store.database.rows("SELECT detail FROM audit WHERE verb = 'reply' AND noun_id = 'sv-1084'")
    assert secret in row["detail"].encode().decode("unicode_escape") or secret in row["detail"]


def test_an_override_covers_what_was_read_and_nothing_else(agent: TestClient, secret: str) -> None:
    assert send(agent, f"{secret}\n\nHej", overridden=["Något annat."]).status_code == 409


def test_a_note_may_say_everything(agent: TestClient, secret: str) -> None:
    assert send(agent, secret, public=False).status_code == 200


def test_another_language_is_remarked_on_once(agent: TestClient, service: FakeService) -> None:
    refused = send(agent, DANISH)

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "other_language")
    assert refused.json()["check"] == {"internal": [], "language": {"reply": "da", "customer": "sv"}}
    assert send(agent, DANISH, foreign_ok=True).status_code == 200
    assert EventKind.OVERRIDDEN not in kinds(service)


def test_a_short_text_is_never_remarked_on(agent: TestClient) -> None:
    assert send(agent, " ".join(DANISH.split()[: FEWEST_WORDS - 1])).status_code == 200


def test_what_is_sent_is_written_down_with_how_much_was_changed(agent: TestClient, service: FakeService) -> None:
    article = service.store.articles.get("hub-offline-sv")
    step = next(line for line in article.revision.body.split("\n") if len(line.split()) > 6)
    body = f"Hej Annika! {step}"
    links = [{"article_id": article.id, "kind": "resolution"}, {"article_id": "hub-reset-sv", "kind": "reference"}]
    links = [link for link in links if link["article_id"] in service.store.articles.get_many([link["article_id"]])]

    answer = send(agent, body, links=links, status="solved", drafted=step, tab="a")

    assert answer.status_code == 200
    events = service.store.events.list(ticket_id="sv-1084")
    [sent] = [event for event in events if event.kind is EventKind.SENT]
    assert (sent.article_id, sent.detail["kind"], sent.detail["characters"]) == (article.id, "resolution", len(body))
    assert 0.0 < float(str(sent.detail["edited_share"])) < 0.5
    assert {e.article_id: e.detail["kind"] for e in events if e.kind is EventKind.LINKED} == {
        link["article_id"]: link["kind"] for link in links
    }
    assert len({event.detail["message"] for event in events if event.kind in {EventKind.SENT, EventKind.LINKED}}) == 1


def test_a_canned_reply_counts_when_it_is_sent_and_still_there(agent: TestClient, service: FakeService) -> None:
    canned = service.store.canned.get("return-label-sv")
    origins = [{"kind": "canned", "id": canned.id, "revision": 1}]
    filled = canned.body.replace("{{order.number}}", "FV-204518")
    for field in ("ticket.customer.first_name", "agent.name"):
        filled = filled.replace("{{" + field + "}}", "Annika")

    assert send(agent, filled, origins=origins).status_code == 200
    assert service.store.canned.get(canned.id).uses == 1
    assert send(agent, "Hej, något helt annat.", origins=origins).status_code == 200
    assert service.store.canned.get(canned.id).uses == 1


def test_copying_is_looked_at_like_sending(agent: TestClient, service: FakeService, secret: str) -> None:
    assert (
        agent.post(f"{TICKET}/copied", json={"body": "Hej {{order.number}}"}).json()["error"]["code"] == "placeholders"
    )
    assert agent.post(f"{TICKET}/copied", json={"body": secret}).status_code == 409
    assert kinds(service) == []
    assert agent.post(f"{TICKET}/copied", json={"body": secret, "overridden": [secret]}).status_code == 201
    assert sorted(kinds(service)) == [EventKind.COPIED, EventKind.OVERRIDDEN]


def test_two_tabs_have_a_text_each_and_hear_of_each_other(agent: TestClient) -> None:
    def save(body: str, tab: str, **more: Any) -> Any:
        return agent.put(f"{TICKET}/draft", json={"body": body, "tab": tab} | more).json()

    first = save("ett", "a")
    second = save("två", "b")
    assert [other["body"] for other in second["others"]] == ["ett"]
    again = save("ett, mer", "a", base=first["version"])
    assert [other["body"] for other in again["others"]] == ["två"]
    assert save("ett, mer", "a", base=again["version"], seen=second["version"])["others"] == []
    there = agent.get(f"{TICKET}/drafts", params={"tab": "b"}).json()["others"]
    assert [other["body"] for other in there] == ["ett, mer"]


def test_a_note_that_is_being_written_comes_back_as_a_note(agent: TestClient) -> None:
    agent.put(f"{TICKET}/draft", json={"body": "Ring honom inte", "public": False, "tab": "a"})
    whole = agent.get(TICKET).json()
    assert (whole["reply_draft"], whole["reply_public"]) == ("Ring honom inte", False)


def test_what_is_too_long_to_send_is_still_kept(agent: TestClient) -> None:
    body = "å" * 150_000
    assert agent.put(f"{TICKET}/draft", json={"body": body}).json()["saved"] is True
    assert agent.get(TICKET).json()["reply_draft"] == body


@pytest.mark.parametrize("kind", list(EventKind))
def test_a_page_may_only_say_what_a_page_can_know(agent: TestClient, service: FakeService, kind: EventKind) -> None:
    answer = agent.post("/api/v1/events", json={"events": [{"kind": "shown"}, {"kind": kind.value}]})
    assert answer.status_code == (201 if kind in POSTABLE else 400)
    assert len(service.store.events.list()) == (2 if kind in POSTABLE else 0)


def test_what_the_page_may_say_is_not_acceptance(agent: TestClient, service: FakeService) -> None:
    deeds = [{"kind": kind.value, "ticket_id": "sv-1084", "article_id": "hub-offline-sv"} for kind in POSTABLE]
    agent.post("/api/v1/events", json={"events": deeds})
    assert service.store.events.funnel().sent == 0


def test_the_link_rate_moves_by_one(agent: TestClient, service: FakeService) -> None:
    before = service.store.events.funnel().sent
    send(agent, "Hej!", links=[{"article_id": "hub-offline-sv"}])
    assert service.store.events.funnel().sent == before + 1


# Canned replies that people keep.

TEXT = {
    "title": "Omstart",
    "body": "Hej {{ticket.customer.first_name}}, starta om.",
    "locale": "sv",
    "shortcut": "kallstart",
}
SignedIn = Callable[[Role], TestClient]


def test_who_may_keep_what(signed_in: SignedIn, service: FakeService) -> None:
    agent, contributor = signed_in(Role.AGENT), signed_in(Role.CONTRIBUTOR)

    assert agent.post("/api/v1/canned", json=TEXT).json()["error"]["code"] == "share_role"
    own = agent.post("/api/v1/canned", json=TEXT | {"personal": True}).json()["canned"]
    shared = contributor.post("/api/v1/canned", json=TEXT).json()["canned"]

    assert (own["personal"], own["changeable"], shared["personal"]) == (True, True, False)
    assert contributor.get(f"/api/v1/canned/{own['id']}").status_code == 404
    assert contributor.delete(f"/api/v1/canned/{own['id']}").status_code == 404
    assert agent.delete(f"/api/v1/canned/{shared['id']}").json()["error"]["code"] == "share_role"
    mine = {each["id"] for each in agent.get("/api/v1/canned", params={"q": "kallstart"}).json()["canned"]}
    assert mine == {own["id"], shared["id"]}
    theirs = {each["id"] for each in contributor.get("/api/v1/canned", params={"q": "kallstart"}).json()["canned"]}
    assert theirs == {shared["id"]}
    assert service.store.canned.get_many([own["id"]]) == {}


def test_a_change_is_a_revision_and_an_audit_row(signed_in: SignedIn, service: FakeService) -> None:
    client = signed_in(Role.CONTRIBUTOR)
    made = client.post("/api/v1/canned", json=TEXT | {"folder": "Hubb"}).json()["canned"]
    path = f"/api/v1/canned/{made['id']}"

    changed = client.put(path, json=TEXT | {"body": "Starta om.", "revision": 1}).json()["canned"]
    stale = client.put(path, json=TEXT | {"revision": 1})
    client.delete(path)

    assert (made["folder"], changed["revision"], changed["body"], changed["folder"]) == ("Hubb", 2, "Starta om.", "")
    assert stale.json()["error"]["code"] == "canned_changed"
    assert client.get(path).status_code == 404
    assert [each.body for each in service.store.canned.history(made["id"])] == ["", "Starta om.", TEXT["body"]]
    rows = service.store.database.rows("SELECT verb FROM audit WHERE noun = 'canned_reply' ORDER BY id")
    assert [row["verb"] for row in rows] == ["create", "change", "remove"]


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"body": "Hej {{customer.name}}"}, "unknown_field", "{{customer.name}}"),
        ({"body": "Hej {{ticket.id}} {{order number}}"}, "unknown_field", "{{order number}}"),
        ({"title": "{{agent.nam}}"}, "unknown_field", "{{ticket.customer.first_name}}"),
        ({"body": "  "}, "invalid", "body"),
        ({"title": ""}, "invalid", "title"),
        ({"shortcut": "två ord"}, "invalid", "två ord"),
        ({"locale": "klingon-xx"}, "invalid", "klingon"),
        ({"locale": ""}, "invalid", "language"),
        ({"body": "x" * 20_001}, "invalid", "20001"),
    ],
)
def test_what_cannot_be_used_is_named(signed_in: SignedIn, change: dict[str, str], code: str, says: str) -> None:
    answer = signed_in(Role.CONTRIBUTOR).post("/api/v1/canned", json=TEXT | change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert says in answer.json()["error"]["message"]


def test_a_shortcut_belongs_to_one(signed_in: SignedIn) -> None:
    client = signed_in(Role.CONTRIBUTOR)
    client.post("/api/v1/canned", json=TEXT)
    taken = client.post("/api/v1/canned", json=TEXT | {"title": "Annat", "shortcut": ";KALLSTART"})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "shortcut_taken")
    assert "Omstart" in taken.json()["error"]["message"]
    assert client.post("/api/v1/canned", json=TEXT | {"locale": "da"}).status_code == 201
    assert client.post("/api/v1/canned", json=TEXT | {"personal": True}).status_code == 201


def test_what_was_imported_is_changed_at_its_source(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMIN)
    answer = client.put("/api/v1/canned/return-label-sv", json=TEXT | {"revision": 1})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "canned_imported")
    assert "demo" in answer.json()["error"]["message"]


def test_the_customers_language_comes_first_and_the_filled_values_are_told(agent: TestClient) -> None:
    rows = agent.get("/api/v1/canned", params={"ticket_id": "sv-1084", "q": "retur"}).json()["canned"]
    locales = [row["locale"] for row in rows]
    assert locales[0] == "sv"
    assert locales == sorted(locales, key=lambda locale: locale != "sv")
    one = next(row for row in rows if row["id"] == "return-label-sv")
    assert "Annika" in {one["filled"][start:end] for start, end in one["values"]}
    assert one["missing"] == ["order.number"]
