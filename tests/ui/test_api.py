"""REST v1 on a real database: what comes back, what is written, and how it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.model import EventKind, TicketStatus
from tests.ui.fakes import FakeService

TICKET = "/api/v1/tickets/sv-1084"
HOSTILE = (
    "<script>window.x=1</script> ${7*7} C:\\new\\u0041 \u202eevil\u202c `a` <img src=x onerror=alert(1)> 'q' \"q\""
)


def _reply(agent: TestClient, **changes: Any) -> Any:
    version = agent.get(TICKET).json()["ticket"]["version"]
    body = {"body": "Hej Annika!", "status": "solved", "version": version, "article_ids": [], "public": True} | changes
    return agent.post(f"{TICKET}/reply", json=body)


def test_me_brings_the_catalogue_of_the_users_language(agent: TestClient) -> None:
    me = agent.get("/api/v1/me").json()

    assert (me["locale"], me["role"]) == ("sv", "agent")
    assert me["catalogue"]["status.open"] == "Öppna"
    assert [locale["code"] for locale in me["locales"]] == ["sv", "nb", "nn", "da", "en"]


def test_the_language_is_remembered(agent: TestClient) -> None:
    agent.put("/api/v1/me", json={"locale": "nn"})

    assert agent.get("/api/v1/me").json()["catalogue"]["status.solved"] == "Løyste"
    assert agent.put("/api/v1/me", json={"locale": "fi"}).status_code == 400


def test_the_list_shows_what_is_due_first_with_previews_and_counts(agent: TestClient) -> None:
    page = agent.get("/api/v1/tickets", params={"status": "open", "limit": 8}).json()

    due = [ticket["standing"]["due_at"] for ticket in page["tickets"]]
    assert len(due) == 8
    assert due == sorted(due)
    assert page["more"] is True
    assert page["total"] == 20
    assert all(ticket["preview"] and "messages" not in ticket for ticket in page["tickets"])


def test_the_list_filters_and_pages(agent: TestClient) -> None:
    swedish = agent.get("/api/v1/tickets", params={"status": "open", "locale": "sv"}).json()["tickets"]
    by_name = agent.get("/api/v1/tickets", params={"q": "annika"}).json()["tickets"]
    second = agent.get("/api/v1/tickets", params={"limit": 5, "offset": 5}).json()["tickets"]
    first = agent.get("/api/v1/tickets", params={"limit": 10}).json()["tickets"]

    assert {ticket["locale"] for ticket in swedish} == {"sv"}
    assert all("annika" in (ticket["subject"] + ticket["customer"]["name"]).casefold() for ticket in by_name)
    assert [t["id"] for t in second] == [t["id"] for t in first[5:]]


def test_one_ticket_comes_with_all_that_belongs_to_it(agent: TestClient) -> None:
    whole = agent.get(TICKET).json()

    assert whole["ticket"]["customer"]["name"] == "Annika Lövsten"
    assert whole["ticket"]["messages"][0]["at"].endswith("Z")
    assert [ticket["id"] for ticket in whole["earlier"]] == ["sv-1001"]
    assert whole["reply_draft"] == ""
    closed = agent.get("/api/v1/tickets/sv-1001").json()
    assert closed["links"][0]["title"] == "Hubben har inget internet (E-1042)"


def test_a_customers_letter_is_never_rendered(agent: TestClient) -> None:
    messages = agent.get("/api/v1/tickets/sv-1001").json()["ticket"]["messages"]

    assert messages[0]["parts"][0]["html"] == ""
    assert "<ol>" in messages[1]["parts"][0]["html"]
    assert "<br>" in messages[1]["parts"][0]["html"]


def test_a_reply_is_stored_linked_and_logged(agent: TestClient, service: FakeService) -> None:
    answer = _reply(agent, article_ids=["hub-offline-sv", "nowhere"])

    ticket = service.store.tickets.get("sv-1084")
    assert answer.json()["ticket"]["status"] == "solved"
    assert ticket.status is TicketStatus.SOLVED
    assert (ticket.messages[-1].body, ticket.messages[-1].name) == ("Hej Annika!", "Agent Nord")
    assert [link.article_id for link in service.store.tickets.links(["sv-1084"])] == ["hub-offline-sv"]
    # The article was linked; of its text nothing stands in the reply.
    linked, sent = service.store.events.list(ticket_id="sv-1084")
    assert (linked.kind, linked.article_id, linked.detail["kind"]) == (EventKind.LINKED, "hub-offline-sv", "resolution")
    assert (sent.kind, sent.article_id, sent.detail["message"]) == (EventKind.SENT, "", len(ticket.messages) - 1)


def test_a_note_stays_inside(agent: TestClient, service: FakeService) -> None:
    _reply(agent, public=False, status="open", body="{{order.number}} saknas, ring kunden")

    assert service.store.tickets.get("sv-1084").messages[-1].public is False


def test_who_read_an_older_version_is_told_and_nothing_is_written(agent: TestClient, service: FakeService) -> None:
    version = agent.get(TICKET).json()["ticket"]["version"]
    _reply(agent)

    answer = _reply(agent, version=version, body="Min text")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert "din text är kvar" in answer.json()["error"]["hint"]
    assert service.store.tickets.get("sv-1084").messages[-1].body == "Hej Annika!"


@pytest.mark.parametrize("body", ["Order {{order.number}}", "Hej {{ ticket.customer.first_name }}", "Hej [name]"])
def test_a_reply_with_an_open_field_is_not_sent(agent: TestClient, body: str) -> None:
    answer = _reply(agent, body=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "placeholders")


def test_an_empty_reply_is_not_sent(agent: TestClient) -> None:
    assert _reply(agent, body=" \n ").json()["error"]["code"] == "empty_message"


def test_what_is_typed_survives_and_is_each_users_own(agent: TestClient, service: FakeService) -> None:
    agent.put(f"{TICKET}/draft", json={"body": HOSTILE})

    assert agent.get(TICKET).json()["reply_draft"] == HOSTILE
    lead = next(user for user in service.store.users.list() if user.role == "lead")
    assert service.store.reply_drafts.get("sv-1084", lead.id) == ""
    agent.put(f"{TICKET}/draft", json={"body": ""})
    assert agent.get(TICKET).json()["reply_draft"] == ""


def test_sending_forgets_what_was_typed(agent: TestClient) -> None:
    agent.put(f"{TICKET}/draft", json={"body": "Hej"})
    _reply(agent)

    assert agent.get(TICKET).json()["reply_draft"] == ""


def test_suggestions_for_a_ticket(agent: TestClient, service: FakeService) -> None:
    found = agent.post("/api/v1/suggest", json={"ticket_id": "sv-1084"}).json()

    top = found["articles"][0]
    assert top["id"] == "hub-offline-sv"
    assert top["passage"]["html"].startswith("<")
    assert top["evidence"]["tickets"] > 0
    assert all("filled" in canned for canned in found["canned"])
    assert service.calls[-1].customer_name == "Annika Lövsten"


def test_a_miss_is_logged_once_and_not_while_somebody_types(agent: TestClient, service: FakeService) -> None:
    unheard = {"text": "xyzzy plugh", "ticket_id": "sv-1084"}
    for asked in ({**unheard, "typing": True}, unheard, unheard, {"ticket_id": "sv-1084"}):
        assert agent.post("/api/v1/suggest", json=asked).status_code == 200

    [miss] = [event for event in service.store.events.list() if event.kind is EventKind.MISSED]
    assert (miss.ticket_id, miss.detail["query"], miss.detail["locale"]) == ("sv-1084", "xyzzy plugh", "sv")
    assert service.store.users.get(miss.user_id).email == "agent@firma.example"


def test_the_confidence_in_words(agent: TestClient) -> None:
    good = agent.post("/api/v1/suggest", json={"ticket_id": "sv-1084"}).json()
    bad = agent.post("/api/v1/suggest", json={"text": "xyzzy plugh"}).json()

    assert good["least_in_ten"] == bad["least_in_ten"] == 5
    assert good["in_ten"] >= 5
    assert (bad["in_ten"], bad["confident"]) == (0, False)


def test_typed_words_win_but_the_ticket_gives_the_language(agent: TestClient, service: FakeService) -> None:
    agent.post("/api/v1/suggest", json={"ticket_id": "da-3085", "text": "retur"})
    agent.post("/api/v1/suggest", json={"text": "retur", "locale": "nb-NO", "product": "Shop"})

    assert (service.calls[0].body, service.calls[0].locale, service.calls[0].ticket_id) == ("retur", "da", "da-3085")
    assert (service.calls[1].locale, service.calls[1].product, service.calls[1].ticket_id) == ("nb", "Shop", "")


def test_a_draft_cites_every_sentence_and_speaks_of_its_doubts(agent: TestClient) -> None:
    draft = agent.post("/api/v1/draft", json={"ticket_id": "sv-1084"}).json()
    doubtful = agent.post("/api/v1/draft", json={"text": "xyzzy"}).json()

    assert draft["confident"] is True
    assert {sentence["source"]["kind"] for sentence in draft["sentences"]} == {"article", "template"}
    assert doubtful["text"] == ""
    assert doubtful["remarks"] == ["Inget utkast: förslagen är för osäkra."]
    assert [asked["text"] for asked in doubtful["questions"]] == ["Vilken färg har ringen?", "Är det ett gästnät?"]
    assert doubtful["escalation"]["source"]["kind"] == "template"
    assert (draft["questions"], draft["escalation"]) == ([], None)


def test_a_draft_is_written_in_the_style_that_is_wanted(agent: TestClient, service: FakeService) -> None:
    for wanted in ({}, {"style": "short"}, {"style": "steps"}, {"style": "canned"}, {"style": "call"}):
        assert agent.post("/api/v1/draft", json={"ticket_id": "sv-1084", **wanted}).status_code == 200
    refused = agent.post("/api/v1/draft", json={"ticket_id": "sv-1084", "style": "poem"})

    assert service.styles == ["standard", "short", "steps", "canned", "call"]
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid")


def test_search_finds_phrases_word_for_word_and_nothing_for_nothing(agent: TestClient) -> None:
    found = agent.get("/api/v1/search", params={"q": '"UDP 123"', "locale": "sv"}).json()["articles"]

    assert found
    assert agent.get("/api/v1/search", params={"q": "  "}).json()["articles"] == []


def test_an_article_to_read_with_its_other_languages(agent: TestClient) -> None:
    old = agent.get("/api/v1/articles/return-item-da").json()
    master = agent.get("/api/v1/articles/return-item-sv").json()

    assert old["outdated"] is True
    assert master["outdated"] is False
    assert "<h2>" in master["html"]
    assert {other["locale"] for other in master["translations"]} == {"nb", "da", "en"}


def test_canned_replies_are_filled_for_the_ticket(agent: TestClient) -> None:
    listed = agent.get("/api/v1/canned", params={"locale": "sv", "q": "retur"}).json()["canned"]
    one = agent.get("/api/v1/canned/return-label-sv", params={"ticket_id": "sv-1084"}).json()["canned"]

    assert "return-label-sv" in {canned["id"] for canned in listed}
    assert "Hej Annika!" in one["filled"]
    assert one["missing"] == ["order.number"]


def test_events_are_the_users_own_and_checked(agent: TestClient, service: FakeService) -> None:
    deed = {"kind": "inserted", "ticket_id": "sv-1084", "article_id": "hub-offline-sv", "rank": 1, "confidence": 0.9}
    answer = agent.post("/api/v1/events", json={"events": [deed, {"kind": "searched", "detail": {"q": "x"}}]})

    assert answer.status_code == 201
    [event] = service.store.events.list(ticket_id="sv-1084")
    assert (event.kind, event.rank) == (EventKind.INSERTED, 1)
    assert service.store.users.get(event.user_id).email == "agent@firma.example"


@pytest.mark.parametrize(
    "bad", [{"kind": "hacked"}, {"kind": "shown", "confidence": 2}, {"kind": "shown", "rank": -1}, {}]
)
def test_events_that_make_no_sense_are_refused(agent: TestClient, bad: dict[str, Any]) -> None:
    assert agent.post("/api/v1/events", json={"events": [bad]}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/tickets/nowhere", 404, "not_found"),
        ("GET", "/api/v1/tickets/%00", 404, "not_found"),
        ("GET", "/api/v1/articles/nowhere", 404, "not_found"),
        ("GET", "/api/v1/articles/hub-offline-sv?revision=99", 404, "not_found"),
        ("GET", "/api/v1/articles/hub-offline-sv?revision=x", 400, "invalid"),
        ("GET", "/api/v1/canned/nowhere", 404, "not_found"),
        ("GET", "/api/v1/canned?ticket_id=nowhere", 404, "not_found"),
        ("GET", "/api/v1/tickets?status=eaten", 400, "invalid"),
        ("GET", "/api/v1/tickets?limit=100000", 400, "invalid"),
        ("GET", "/api/v1/nothing", 404, "no_such_path"),
        ("DELETE", "/api/v1/tickets/sv-1084", 405, "no_such_path"),
        ("PUT", "/api/v1/tickets/nowhere/draft", 404, "not_found"),
        ("POST", "/api/v1/suggest", 400, "nothing_asked"),
        ("POST", "/api/v1/draft", 400, "nothing_asked"),
    ],
)
def test_every_refusal_has_one_form(agent: TestClient, method: str, path: str, status: int, code: str) -> None:
    answer = agent.request(method, path, json={"body": ""} if method in {"PUT", "POST"} else None)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]
    assert "\n" not in answer.json()["error"]["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'"x"', b"\xff\xfe", b'{"text": 5}', b"null", b"{" * 5000])
def test_bad_json_is_refused_in_one_sentence(agent: TestClient, content: bytes) -> None:
    answer = agent.post("/api/v1/suggest", content=content, headers={"content-type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in {"invalid", "nothing_asked"}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("field", ["text", "subject", "product"])
def test_hostile_words_are_only_words(agent: TestClient, field: str) -> None:
    answer = agent.post("/api/v1/suggest", json={"text": "hubb", field: HOSTILE})

    assert answer.status_code == 200


def test_a_reply_with_hostile_text_comes_back_inert(agent: TestClient) -> None:
    messages = _reply(agent, body=HOSTILE).json()["ticket"]["messages"]

    assert messages[-1]["body"] == HOSTILE
    assert "<script" not in messages[-1]["parts"][0]["html"]
    assert "<img" not in messages[-1]["parts"][0]["html"]
