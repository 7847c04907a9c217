"""Writing, reviewing and publishing an article through the real application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb import clock
from kb.model import EventKind, Role
from tests.ui.fakes import FakeService

SignedIn = Callable[[Role], TestClient]
DRAFTS = "/api/v1/article-drafts"
TICKET = "sv-1084"
TEXT = {"title": "Byt batteri i larmet", "body": "1. Öppna luckan.\n2. Byt batteriet.", "locale": "sv"}


def begin(client: TestClient, **fields: Any) -> dict[str, Any]:
    answer = client.post(DRAFTS, json=TEXT | fields)
    assert answer.status_code == 201, answer.text
    draft: dict[str, Any] = answer.json()["draft"]
    return draft


def move(client: TestClient, draft: dict[str, Any], name: str, **more: Any) -> Any:
    """Do a move on the version that was read; returns the whole answer."""
    return client.post(f"{DRAFTS}/{draft['id']}/moves", json={"move": name, "version": draft["version"], **more})


def test_from_a_ticket_through_review_to_everybody(signed_in: SignedIn, service: FakeService) -> None:
    anna, bo = signed_in(Role.CONTRIBUTOR), signed_in(Role.PUBLISHER)
    wanted = {"audience": "public", "confidence": "validated", "questions": ["Hur byter jag batteri?"]}
    draft = begin(anna, from_tickets=[TICKET], **wanted)
    seen = anna.get(f"{DRAFTS}/{draft['id']}").json()
    assert (seen["article"], seen["draft"]["state"], seen["draft"]["base_revision"]) == (None, "editing", 0)
    assert seen["allowed"] == ["save", "comment", "request_review", "take_note", "discard"], (
        "no publishing to the public"
    )
    assert "<ol>" in seen["html"]
    assert (refused := move(anna, draft, "publish")).status_code == 403
    assert refused.json()["error"] == {
        "code": "role_needed",
        "message": "Det här kräver rollen Redaktör.",
        "hint": "Be om granskning eller fråga någon som har den.",
    }

    draft = move(anna, draft, "request_review", note="Stämmer steg 2?").json()["draft"]
    said = bo.post(f"{DRAFTS}/{draft['id']}/comments", json={"body": "Vilket batteri?", "quote": "batteriet"})
    assert said.json()["comment"]["name"] == "Publisher Nord"
    assert move(bo, draft, "send_back").json()["error"]["code"] == "reason_missing"
    draft = move(bo, draft, "send_back", reason="Säg vilket batteri.").json()["draft"]
    assert (draft["state"], draft["sent_back"]) == ("editing", "Säg vilket batteri.")

    saved = anna.put(f"{DRAFTS}/{draft['id']}", json={"version": draft["version"], "body": "Byt till CR2032."})
    draft = move(anna, saved.json()["draft"], "request_review").json()["draft"]
    comment = said.json()["comment"]["id"]
    assert anna.patch(f"{DRAFTS}/{draft['id']}/comments/{comment}", json={"resolved": True}).status_code == 200
    draft = move(bo, draft, "approve").json()["draft"]
    done = move(anna, draft, "publish", note="Ny").json()

    assert (done["draft"], done["article"]["title"]) == (None, "Byt batteri i larmet")
    assert (done["article"]["audience"], done["article"]["verification"]) == ("public", "verified")
    assert done["article"]["verified_by"] == bo_id(service), "who approved it vouches for it"
    assert service.store.articles.get(draft["id"]).revision.questions == ("Hur byter jag batteri?",)
    links = [(each.article_id, each.kind) for each in service.store.tickets.links([TICKET])]
    assert (draft["id"], "resolution") in links
    event = next(e for e in service.store.events.list(ticket_id=TICKET) if e.article_id == draft["id"])
    assert (event.kind, event.detail["kind"]) == (EventKind.LINKED, "resolution")
    assert anna.get(f"{DRAFTS}/{draft['id']}").status_code == 404
    history = anna.get(f"/api/v1/articles/{draft['id']}/history").json()
    assert [each["verb"] for each in history["log"]] == [
        "publish", "approve", "resolve", "request_review", "send_back", "comment", "request_review", "create",
    ]  # fmt: skip
    assert history["log"][4]["detail"]["reason"] == "Säg vilket batteri."
    assert [(each["number"], each["note"], each["name"]) for each in history["revisions"]] == [
        (1, "Ny", "Contributor Nord")
    ]


def bo_id(service: FakeService) -> str:
    return next(user.id for user in service.store.users.list() if user.role is Role.PUBLISHER)


def test_two_writers_and_nothing_is_overwritten(signed_in: SignedIn) -> None:
    anna, bo = signed_in(Role.CONTRIBUTOR), signed_in(Role.PUBLISHER)
    draft = begin(anna)
    place = f"{DRAFTS}/{draft['id']}"
    assert anna.post(f"{place}/editing", json={"page": "p1"}).json()["editors"] == []
    assert [e["name"] for e in bo.post(f"{place}/editing", json={"page": "p1"}).json()["editors"]] == [
        "Contributor Nord"
    ]
    assert bo.put(place, json={"version": 1, "title": "Bos rubrik"}).json()["draft"]["version"] == 2
    assert anna.post(f"{place}/editing", json={"page": "p1"}).json()["version"] == 2, "she is told at once"

    lost = anna.put(place, json={"version": 1, "title": "Annas rubrik"})

    assert lost.status_code == 409
    assert (lost.json()["error"]["code"], lost.json()["draft"]["title"]) == ("draft_changed", "Bos rubrik")
    assert anna.get(place).json()["draft"]["title"] == "Bos rubrik"
    assert move(anna, draft, "request_review").status_code == 409
    assert anna.put(place, json={"version": 2, "title": "Annas rubrik"}).json()["draft"]["version"] == 3
    assert bo.post(f"{place}/editing", json={"page": "p1", "leave": True}).json()["editors"] == []
    assert anna.get(place).json()["editors"] == []


def test_a_second_draft_of_an_article_is_the_first_one(signed_in: SignedIn, service: FakeService) -> None:
    anna = signed_in(Role.CONTRIBUTOR)
    article = service.store.articles.changed_since(0, limit=1)[0][1]
    first = anna.post(DRAFTS, json={"article_id": article.id})
    second = anna.post(DRAFTS, json={"article_id": article.id, "from_tickets": [TICKET]})
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["draft"]["from_tickets"] == [TICKET]
    assert second.json()["draft"]["title"] == article.title
    listed = anna.get(f"{DRAFTS}?mine=true").json()
    assert [(row["id"], row["edited_by_name"]) for row in listed["drafts"]] == [(article.id, "Contributor Nord")]
    assert "body" not in listed["drafts"][0]
    assert listed["counts"]["editing"] == 1


def test_published_at_a_time(signed_in: SignedIn, service: FakeService) -> None:
    bo = signed_in(Role.PUBLISHER)
    draft = begin(bo, audience="public", confidence="validated")
    for wrong in (None, "2020-01-01T00:00:00Z"):
        assert move(bo, draft, "schedule", at=wrong).json()["error"]["code"] == "bad_publish_time"
    assert move(bo, draft, "schedule", at="2030-01-01T08:00:00").status_code == 400, "which time zone?"
    at = clock.now() + timedelta(hours=1)
    waits = move(bo, draft, "schedule", at=at.isoformat()).json()["draft"]
    assert waits["state"] == "scheduled"
    assert (
        bo.put(f"{DRAFTS}/{draft['id']}", json={"version": 2, "title": "X"}).json()["error"]["code"] == "move_refused"
    )
    assert service.store.timed_publishing.publish_due() == []
    assert service.store.timed_publishing.publish_due(at) == [draft["id"]]
    assert service.store.timed_publishing.publish_due(at) == [], "never twice"


@pytest.mark.parametrize("role", [Role.AGENT])
def test_readers_do_not_see_drafts(signed_in: SignedIn, role: Role) -> None:
    reader = signed_in(role)
    draft = begin(signed_in(Role.CONTRIBUTOR))
    for answer in (
        reader.get(DRAFTS), reader.get(f"{DRAFTS}/{draft['id']}"), reader.post(DRAFTS, json=TEXT),
        reader.put(f"{DRAFTS}/{draft['id']}", json={"version": 1}), move(reader, draft, "publish"),
        reader.post(f"{DRAFTS}/{draft['id']}/editing", json={}), reader.get("/api/v1/articles"),
        reader.post("/api/v1/articles/bulk", json={"ids": ["x"], "move": "verify"}),
    ):  # fmt: skip
        assert answer.status_code == 403
