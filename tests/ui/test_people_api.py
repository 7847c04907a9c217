"""Presence, mentions and passing on through the real application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kb import clock
from kb.model import EventKind, Role
from kb.settings import Settings
from kb.settings_outgoing import MailServer, Outgoing
from tests.ui.conftest import HERE
from tests.ui.fakes import FakeService
from ui.app import build_app

TICKET = "sv-1084"
SignedIn = Callable[[Role], TestClient]
MAIL = MailServer(host="127.0.0.1", port=9, implicit_tls=False)


def beat(client: TestClient, doing: str = "viewing", ticket: str = TICKET, page: str = "p1") -> Any:
    answer = client.post(f"/api/v1/presence/{ticket}", json={"doing": doing, "page": page})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_two_people_in_one_ticket(signed_in: SignedIn) -> None:
    anna, bo = signed_in(Role.AGENT), signed_in(Role.LEAD)
    assert beat(anna) == {
        "others": [],
        "writer": None,
        "taken_by": "",
        "passed_on": [],
        "deliveries": [],
        "mentions": 0,
    }
    beat(anna, "typing")

    seen = beat(bo, "typing")

    assert [(each["name"], each["doing"]) for each in seen["others"]] == [("Agent Nord", "typing")]
    rows = bo.get("/api/v1/tickets?limit=200").json()["tickets"]
    assert {row["id"]: [each["doing"] for each in row["others"]] for row in rows if row["others"]} == {
        TICKET: ["typing"]
    }
    assert seen["writer"]["name"] == "Agent Nord"
    assert bo.post(f"/api/v1/presence/{TICKET}/take-over", json={"page": "p1"}).json()["writer"] is None
    lost = beat(anna, "typing")
    assert (lost["writer"]["name"], lost["taken_by"]) == ("Lead Nord", "Lead Nord")
    assert bo.delete(f"/api/v1/presence/{TICKET}?page=p1").json() == {"left": True}
    assert beat(anna)["others"] == []


def test_a_lock_loses_no_text(signed_in: SignedIn, service: FakeService) -> None:
    """Both type, one takes over and sends: the other's words are still there, and sending them needs a look first."""
    anna, bo = signed_in(Role.AGENT), signed_in(Role.LEAD)
    for client, words in ((anna, "Annas svar"), (bo, "Bos svar")):
        beat(client, "typing")
        saved = client.put(f"/api/v1/tickets/{TICKET}/draft", json={"body": words, "tab": "t"})
        assert saved.status_code == 200, saved.text
    version = anna.get(f"/api/v1/tickets/{TICKET}").json()["ticket"]["version"]
    bo.post(f"/api/v1/presence/{TICKET}/take-over", json={"page": "p1"})
    reply = {"body": "Bos svar", "status": "pending", "version": version}
    assert bo.post(f"/api/v1/tickets/{TICKET}/reply", json=reply).status_code == 200

    answer = anna.post(f"/api/v1/tickets/{TICKET}/reply", json=reply | {"body": "Annas svar"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert anna.get(f"/api/v1/tickets/{TICKET}").json()["reply_draft"] == "Annas svar"
    bodies = [message.body for message in service.store.tickets.get(TICKET).messages]
    assert (bodies.count("Bos svar"), bodies.count("Annas svar")) == (1, 0)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/presence/nowhere", {"doing": "viewing"}, 404),
        (f"/api/v1/presence/{TICKET}", {"doing": "sleeping"}, 400),
        (f"/api/v1/presence/{TICKET}", {"page": "x" * 41}, 400),
        (f"/api/v1/presence/{TICKET}", {"page": "<script>"}, 400),
        ("/api/v1/presence/nowhere/take-over", {}, 404),
    ],
)
def test_refused_signs_of_life(agent: TestClient, path: str, body: dict[str, str], status: int) -> None:
    assert agent.post(path, json=body).status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/api/v1/presence/{TICKET}"), ("DELETE", f"/api/v1/presence/{TICKET}"), ("GET", "/api/v1/mentions"),
        ("POST", "/api/v1/mentions/read"), ("GET", "/api/v1/teams"), ("POST", f"/api/v1/tickets/{TICKET}/pass-on"),
        ("POST", f"/api/v1/tickets/{TICKET}/pass-on/preview"), ("POST", "/api/v1/outbox/1/retry"),
    ],
)  # fmt: skip
def test_nobody_comes_in_without_signing_in(anonymous: TestClient, method: str, path: str) -> None:
    assert anonymous.request(method, path, json={}).status_code == 401


def note(client: TestClient, service: FakeService, body: str) -> None:
    ticket = service.store.tickets.get(TICKET)
    sent = {"body": body, "status": ticket.status.value, "version": ticket.version, "public": False}
    answer = client.post(f"/api/v1/tickets/{TICKET}/reply", json=sent)
    assert answer.status_code == 200, answer.text


def test_a_mention_is_counted_listed_and_read(signed_in: SignedIn, service: FakeService) -> None:
    anna, bo = signed_in(Role.AGENT), signed_in(Role.LEAD)
    note(anna, service, "@Lead Nord, vet du? <img src=x onerror=alert(1)>")

    found = bo.get("/api/v1/mentions").json()

    assert found["unread"] == beat(bo)["mentions"] == 1
    (one,) = found["mentions"]
    assert (one["ticket_id"], one["by_name"], one["read"]) == (TICKET, "Agent Nord", False)
    assert one["excerpt"] == "@Lead Nord, vet du? <img src=x onerror=alert(1)>"
    assert bo.post("/api/v1/mentions/read", json={"ticket_id": TICKET}).json() == {"read": 1, "unread": 0}
    assert bo.get("/api/v1/mentions").json()["mentions"][0]["read"]
    assert anna.get("/api/v1/mentions").json() == {"mentions": [], "unread": 0}


@pytest.fixture
def posting(service: FakeService) -> Callable[[Outgoing], TestClient]:
    """An agent's browser at a server with certain settings."""

    def browser(outgoing: Outgoing) -> TestClient:
        settings = Settings(home=service.settings.home, outgoing=outgoing)
        app: FastAPI = build_app(service, demo=False, settings=settings, shell=False, follow=False)
        user = next(user for user in service.store.users.list() if user.role is Role.AGENT)
        client = TestClient(app, base_url=HERE, client=("127.0.0.1", 40000), follow_redirects=False)
        client.cookies.set("svar_session", service.store.users.open_session(user.id))
        return client

    return browser


WITH_MAIL = Outgoing(mail_server=MAIL, mail_from="support@firma.example", mail_domains=("partner.example",))


def preview(client: TestClient, **to: object) -> Any:
    answer = client.post(f"/api/v1/tickets/{TICKET}/pass-on/preview", json=to)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pass_on(client: TestClient, seen: dict[str, Any], **to: object) -> Any:
    wish = {"seen": seen["seen"], "version": seen["version"], **to}
    return client.post(f"/api/v1/tickets/{TICKET}/pass-on", json=wish)


def test_teams_are_offered_with_their_way_and_no_secret(
    posting: Callable[[Outgoing], TestClient], service: FakeService
) -> None:
    service.store.teams.put("Alfa", email="a@firma.example")
    service.store.teams.put("Beta", webhook="https://b.example/hook/with-a-key?k=1", outside=True)
    service.store.teams.put("Gamma")

    found = posting(Outgoing()).get("/api/v1/teams")

    ways = [(team["name"], team["way"], team["address"], team["outside"]) for team in found.json()["teams"]]
    assert ways == [
        ("Alfa", "off", "a@firma.example", False), ("Beta", "webhook", "b.example", True), ("Gamma", "inside", "", False),
    ]  # fmt: skip
    assert "with-a-key" not in found.text
    assert service.store.teams.list()[1].secret not in found.text
    assert found.json()["mail"] is False
    assert posting(WITH_MAIL).get("/api/v1/teams").json()["teams"][0]["way"] == "mail"


def test_what_was_looked_at_is_what_goes(posting: Callable[[Outgoing], TestClient], service: FakeService) -> None:
    client = posting(WITH_MAIL)
    team, _ = service.store.teams.put("Nät", email="nat@firma.example")
    day = service.store.escalations.next_business_day()
    to = {"team": team.id, "comment": "Kan ni titta?\n@Lead Nord", "follow_up": day.isoformat()}
    seen = preview(client, **to)

    answer = pass_on(client, seen, **to)

    assert answer.status_code == 200, answer.text
    assert answer.json()["way"] == "mail"
    post = service.store.outbox.claim()
    assert post is not None
    assert (post.target, post.payload["subject"], post.payload["text"]) == (
        "nat@firma.example", seen["subject"], seen["text"],
    )  # fmt: skip
    ticket = service.store.tickets.get(TICKET)
    assert seen["text"].startswith("Kan ni titta?\n@Lead Nord\n\nÄrende: sv-1084")
    assert ticket.customer is not None
    assert ticket.customer.name in seen["text"]
    assert "Hubben har inget internet" in seen["text"]
    assert (ticket.status, ticket.follow_up_at) == ("pending", service.store.escalations.opening_of(day))
    assert "passed-on" in ticket.tags
    words = ticket.messages[-1].body
    assert words == f"Lämnat vidare till Nät via e-post. Uppföljning {day.isoformat()}.\n\nKan ni titta?\n@Lead Nord"
    assert service.store.mentions.unread(next(u.id for u in service.store.users.list() if u.role is Role.LEAD)) == 1
    assert [event.kind for event in service.store.events.list(ticket_id=TICKET)] == [EventKind.PASSED_ON]
    (shown,) = beat(client)["passed_on"]
    assert (shown["name"], shown["delivery"]["state"]) == ("Nät", "waiting")


def test_people_outside_get_it_redacted_and_notes_only_if_ticked(
    posting: Callable[[Outgoing], TestClient], service: FakeService
) -> None:
    client = posting(WITH_MAIL)
    note(client, service, "HEMLIGT om Annika Lövsten")
    ticket = service.store.tickets.get(TICKET)
    assert ticket.customer is not None

    without = preview(client, email="x@partner.example")
    with_notes = preview(client, email="x@partner.example", notes=True)

    assert (without["private"], without["redacted"], without["outside"]) == (1, True, True)
    for found in (without, with_notes):
        assert ticket.customer.name not in found["text"]
        assert ticket.customer.name.split()[0] not in found["text"]
    assert "HEMLIGT" not in without["text"]
    assert "HEMLIGT om [name]" in with_notes["text"]
    # Who looked at one and sends the other is asked to look again.
    answer = pass_on(client, without, email="x@partner.example", notes=True)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "preview_changed")
    assert service.store.outbox.claim() is None


def test_a_webhook_gets_the_parts_and_the_text(posting: Callable[[Outgoing], TestClient], service: FakeService) -> None:
    client = posting(Outgoing())
    team, _ = service.store.teams.put("Beta", webhook="https://b.example/hook")
    seen = preview(client, team=team.id)
    assert pass_on(client, seen, team=team.id, status="open").status_code == 200
    post = service.store.outbox.claim()
    assert post is not None
    assert post.target == team.id
    assert set(post.payload) == {
        "kind", "to", "by", "ticket", "comment", "summary", "text", "follow_up", "redacted", "at",
    }  # fmt: skip
    assert post.payload["text"] == seen["text"]
    assert service.store.tickets.get(TICKET).status == "open"


@pytest.mark.parametrize(
    ("outgoing", "to", "code"),
    [
        (WITH_MAIL, {}, "pass_on_to_whom"),
        (WITH_MAIL, {"team": "x", "email": "x@partner.example"}, "pass_on_to_whom"),
        (WITH_MAIL, {"team": "x"}, "not_found"),
        (WITH_MAIL, {"email": "nobody"}, "bad_address"),
        (WITH_MAIL, {"email": "x@partner.example\nBcc: y@z.example"}, "bad_address"),
        (WITH_MAIL, {"email": "x@elsewhere.example"}, "address_not_allowed"),
        (WITH_MAIL, {"email": "https://169.254.169.254/"}, "bad_address"),
        (WITH_MAIL, {"email": "x@partner.example", "comment": "x" * 10_001}, "invalid"),
        (WITH_MAIL, {"email": "x@partner.example", "follow_up": "soon"}, "invalid"),
    ],
)
def test_refused_destinations(
    posting: Callable[[Outgoing], TestClient], outgoing: Outgoing, to: dict[str, str], code: str
) -> None:
    answer = posting(outgoing).post(f"/api/v1/tickets/{TICKET}/pass-on/preview", json=to)
    assert answer.status_code in {400, 404}
    assert answer.json()["error"]["code"] == code


def test_without_mail_nothing_is_promised(posting: Callable[[Outgoing], TestClient], service: FakeService) -> None:
    client = posting(Outgoing())
    seen = preview(client, email="x@partner.example")
    answer = pass_on(client, seen, email="x@partner.example")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "mail_off")
    assert service.store.escalations.of(TICKET) == []


@pytest.mark.parametrize(("days", "code"), [(-1, "invalid"), (400, "invalid")])
def test_refused_dates(posting: Callable[[Outgoing], TestClient], service: FakeService, days: int, code: str) -> None:
    client = posting(Outgoing())
    team, _ = service.store.teams.put("Gamma")
    to = {"team": team.id, "follow_up": (clock.now() + timedelta(days=days)).date().isoformat()}
    answer = pass_on(client, preview(client, **to), **to)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_what_was_given_up_is_tried_again(posting: Callable[[Outgoing], TestClient], service: FakeService) -> None:
    client = posting(WITH_MAIL)
    to = {"email": "x@partner.example"}
    pass_on(client, preview(client, **to), **to)
    post = service.store.outbox.claim()
    assert post is not None
    service.store.outbox.failed(post, "SMTP 550 no such user", final=True)
    delivery = beat(client)["passed_on"][0]["delivery"]
    assert (delivery["state"], delivery["error"]) == ("failed", "SMTP 550 no such user")

    assert client.post(f"/api/v1/outbox/{delivery['id']}/retry").json() == {"waiting": True}

    assert beat(client)["passed_on"][0]["delivery"]["state"] == "waiting"
    assert client.post(f"/api/v1/outbox/{delivery['id']}/retry").status_code == 409
    assert client.post("/api/v1/outbox/999/retry").status_code == 404


def test_a_public_reply_waits_for_the_help_desk(
    posting: Callable[[Outgoing], TestClient], service: FakeService
) -> None:
    client = posting(Outgoing(reply_webhook="https://desk.example/in", reply_secret="0123456789abcdef"))
    ticket = service.store.tickets.get(TICKET)
    reply = {"body": "Hej Annika, prova kabeln i hubben igen.", "status": "pending", "version": ticket.version}
    answer = client.post(f"/api/v1/tickets/{TICKET}/reply", json=reply)
    assert answer.status_code == 200, answer.text
    post = service.store.outbox.claim()
    assert post is not None
    assert post.payload["ticket"] == {
        "id": TICKET, "source": ticket.source, "source_id": ticket.source_id, "status": "pending",
    }  # fmt: skip
    at = service.store.tickets.get(TICKET).messages[-1].at
    delivery = service.store.outbox.deliveries(TICKET)[at]
    assert delivery.state == "waiting"
    assert [each["id"] for each in beat(client)["deliveries"]] == [delivery.id]
