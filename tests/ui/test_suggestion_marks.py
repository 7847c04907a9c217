"""REST around suggestions: pins, what is set aside, links, flags, evidence, steps, comparing, asking, recent searches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.model import Audience, EventKind, Role
from tests.ui.fakes import FakeService

TICKET = "sv-1084"
AT = f"/api/v1/tickets/{TICKET}"


def suggested(agent: TestClient, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = agent.post("/api/v1/suggest", json={"ticket_id": TICKET} | asked).json()
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in found["articles"]]


def error_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_what_is_pinned_comes_first_for_everybody(
    agent: TestClient, signed_in: Callable[[Role], TestClient]
) -> None:  # fmt: skip
    before = ids(suggested(agent))
    assert agent.put(f"{AT}/pins/{before[3]}").json()["pins"][0]["by"] == "Agent Nord"

    found = suggested(signed_in(Role.LEAD))
    assert ids(found) == [before[3], *before[:3], before[4]]
    assert [pin["article_id"] for pin in found["pins"]] == [before[3]]

    agent.delete(f"{AT}/pins/{before[3]}")
    assert ids(suggested(agent)) == before


def test_a_pinned_article_that_was_not_found_is_shown_too(agent: TestClient, service: FakeService) -> None:
    shown = ids(suggested(agent))
    other = next(a.id for a in service.known.articles if a.id not in shown and a.audience is Audience.PUBLIC)
    agent.put(f"{AT}/pins/{other}")

    found = suggested(agent)

    assert ids(found) == [other, *shown]
    assert ids(suggested(agent, text="hubben är offline", typing=True))[:1] != [other], "what is typed is asked of all"


def test_what_is_set_aside_stays_away_until_it_is_taken_back(agent: TestClient, service: FakeService) -> None:
    before = ids(suggested(agent))
    why = {"reason": "too_long", "revision": 1, "rank": 1, "confidence": 0.5}
    assert agent.put(f"{AT}/dismissals/{before[0]}", json=why).json()["set_aside"][0]["article_id"] == before[0]

    found = suggested(agent)
    assert before[0] not in ids(found)
    assert ids(found)[:4] == before[1:]
    assert len(ids(found)) == 5, "the next one moves up"
    assert [(one["article_id"], one["reason"], one["by"]) for one in found["set_aside"]] == [
        (before[0], "too_long", "Agent Nord")
    ]
    assert before[0] not in ids(suggested(agent, text="hubben", typing=True)), "nor while one types for the ticket"
    assert before[0] not in str(agent.post("/api/v1/draft", json={"ticket_id": TICKET}).json()["sentences"])

    assert agent.delete(f"{AT}/dismissals/{before[0]}").json()["taken_back"] is True
    assert ids(suggested(agent)) == before
    kinds = [event.kind for event in service.store.events.list(ticket_id=TICKET)]
    assert (kinds.count(EventKind.DISMISSED), kinds.count(EventKind.RESTORED)) == (1, 1)


def test_only_known_reasons_are_taken(agent: TestClient) -> None:
    one = ids(suggested(agent))[0]

    assert error_of(agent.put(f"{AT}/dismissals/{one}", json={"reason": "boring"})) == (400, "invalid")
    assert error_of(agent.put(f"{AT}/dismissals/nope", json={"reason": "outdated"})) == (404, "not_found")
    assert error_of(agent.put("/api/v1/tickets/nope/pins/nope")) == (404, "not_found")


def test_links_of_both_kinds_are_kept_apart(agent: TestClient, service: FakeService) -> None:
    one, two, *_ = ids(suggested(agent))
    agent.post(f"{AT}/links", json={"article_id": one, "kind": "reference"})
    links = agent.post(f"{AT}/links", json={"article_id": two, "kind": "resolution"}).json()["links"]

    assert {(link["article_id"], link["kind"]) for link in links} == {(one, "reference"), (two, "resolution")}
    assert agent.get(AT).json()["links"] == links
    linked = [e for e in service.store.events.list(ticket_id=TICKET) if e.kind is EventKind.LINKED]
    assert {(e.article_id, e.detail["kind"]) for e in linked} == {(one, "reference"), (two, "resolution")}

    left = agent.delete(f"{AT}/links/{one}").json()["links"]
    assert [link["article_id"] for link in left] == [two]
    assert error_of(agent.post(f"{AT}/links", json={"article_id": one, "kind": "best"})) == (400, "invalid")


def test_a_paragraph_is_flagged_by_its_words_and_closed_by_a_contributor(
    agent: TestClient, signed_in: Callable[[Role], TestClient], service: FakeService
) -> None:
    article = service.store.articles.get(ids(suggested(agent))[0])
    line = next(each for each in article.revision.body.split("\n\n") if each and each[0].isalpha())
    wish = {"article_id": article.id, "revision": article.revision.number, "reason": "outdated", "ticket_id": TICKET}
    flag = agent.post("/api/v1/flags", json=wish | {"text": line, "note": " ny knapp "}).json()["flag"]

    assert article.revision.body[flag["start"] : flag["end"]] == flag["quote"]
    assert (flag["note"], flag["by"], flag["state"], flag["lost"]) == ("ny knapp", "Agent Nord", "open", False)
    assert suggested(agent)["flags"] == {article.id: 1}
    assert [one["id"] for one in agent.get(f"/api/v1/articles/{article.id}").json()["flags"]] == [flag["id"]]

    by_lead = signed_in(Role.LEAD).put(f"/api/v1/flags/{flag['id']}", json={"state": "done", "answer": "tack"})
    assert (by_lead.json()["flag"]["state"], by_lead.json()["flag"]["closed_by_name"]) == ("done", "Lead Nord")
    assert agent.get("/api/v1/flags", params={"state": "open"}).json()["flags"] == []
    assert agent.get("/api/v1/flags").json()["counts"] == {"open": 0, "done": 1, "rejected": 0}
    assert error_of(agent.put(f"/api/v1/flags/{flag['id']}", json={"state": "open"})) == (403, "forbidden")
    assert agent.put(f"/api/v1/flags/{flag['id']}", json={"state": "rejected"}).status_code == 200, "one's own"


def test_flags_are_refused_where_they_point_at_nothing(agent: TestClient) -> None:
    one = ids(suggested(agent))[0]
    wish = {"article_id": one, "revision": 1, "reason": "wrong", "text": "Det här står ingenstans i artikeln."}

    assert error_of(agent.post("/api/v1/flags", json=wish)) == (409, "no_such_paragraph")
    assert error_of(agent.post("/api/v1/flags", json=wish | {"revision": 99})) == (404, "not_found")
    assert error_of(agent.post("/api/v1/flags", json=wish | {"reason": "ugly"})) == (400, "invalid")
    assert error_of(agent.post("/api/v1/flags", json=wish | {"ticket_id": "nope"})) == (404, "not_found")
    assert error_of(agent.put("/api/v1/flags/77", json={"state": "done"})) == (404, "not_found")


def test_the_tickets_that_spoke_for_an_article_are_listed_with_subject_and_date(agent: TestClient) -> None:
    hit = next(hit for hit in suggested(agent)["articles"] if hit["evidence"]["ticket_ids"])
    named = hit["evidence"]["ticket_ids"]

    rows = agent.get("/api/v1/evidence", params={"ids": ",".join([*named, "nope"])}).json()["tickets"]

    assert [row["id"] for row in rows] == named
    assert all(row["subject"] and row["created_at"].endswith("Z") for row in rows)
    assert agent.get("/api/v1/evidence", params={"ids": ""}).json() == {"tickets": []}
    assert error_of(agent.get("/api/v1/evidence", params={"ids": ",".join("x" * 21)})) == (400, "invalid")


def test_steps_are_the_whole_procedure_of_the_section(agent: TestClient, service: FakeService) -> None:
    article = next(a for a in service.known.articles if "\n1. " in a.revision.body and "\n3. " in a.revision.body)
    at = article.revision.body.index("\n1. ") + 1

    found = agent.get(f"/api/v1/articles/{article.id}/steps", params={"start": at, "end": at + 3}).json()

    assert found["text"].startswith("1. ")
    assert found["count"] >= 3
    assert found["text"] in article.revision.body
    assert article.revision.body[found["place"]["start"] : found["place"]["end"]] == found["text"]


def test_two_articles_lie_side_by_side(agent: TestClient) -> None:
    one, two, *_ = ids(suggested(agent))

    found = agent.get(f"/api/v1/articles/{one}/compare", params={"other": two}).json()

    assert (found["one"]["id"], found["other"]["id"]) == (one, two)
    assert "body" not in found["one"]["revision"]
    assert any(row["one"] and row["one"]["html"] for row in found["rows"])
    marks = [mark for row in found["rows"] for side in (row["one"], row["other"]) if side for mark in side["marks"]]
    assert found["differences"] == len(marks)
    assert error_of(agent.get(f"/api/v1/articles/{one}/compare", params={"other": "x"})) == (404, "not_found")


def test_asking_brings_the_answering_sentence_and_what_was_meant(agent: TestClient) -> None:
    found = agent.post("/api/v1/ask", json={"text": "varför blinkar hubbben gult", "ticket_id": TICKET}).json()
    hits = agent.post("/api/v1/suggest", json={"text": "varför blinkar hubbben gult", "ticket_id": TICKET}).json()

    assert found["did_you_mean"] == "varför blinkar hubben gult"
    assert found["answer"]["article_id"] == hits["articles"][0]["id"]
    assert found["answer"]["text"]
    assert agent.post("/api/v1/ask", json={"text": ""}).status_code == 400


def test_search_keeps_its_fields_and_gains_filters_and_answers(agent: TestClient) -> None:
    plain = agent.get("/api/v1/search", params={"q": "hubben"}).json()
    choices = agent.get("/api/v1/search/choices").json()
    internal = agent.get("/api/v1/search", params={"q": "hubben garanti", "audience": "internal"}).json()
    answered = agent.get("/api/v1/search", params={"q": "hubben", "answer": True, "state": "validated"}).json()

    assert {"query", "articles", "did_you_mean", "elsewhere", "flags"} == plain.keys()
    assert {"sv", "nb", "da", "en"} <= set(choices["locales"])
    assert "Hub" in choices["products"]
    assert {hit["audience"] for hit in internal["articles"]} <= {"internal"}
    assert answered["answer"]["article_id"] == answered["articles"][0]["id"]
    assert error_of(agent.get("/api/v1/search", params={"q": "x", "state": "archived"})) == (400, "invalid")
    assert error_of(agent.get("/api/v1/search", params={"q": "x", "audience": "author"})) == (400, "invalid")


def test_few_hits_tell_of_other_languages(agent: TestClient, service: FakeService) -> None:
    swedish = next(article for article in service.known.articles if article.locale == "sv")
    phrase = " ".join(swedish.revision.body.split()[:4])
    found = agent.get("/api/v1/search", params={"q": f'"{phrase}"', "locale": "da"}).json()

    assert found["articles"] == []
    assert found["elsewhere"]["sv"] >= 1
    assert agent.get("/api/v1/search", params={"q": f'"{phrase}"'}).json()["elsewhere"] == {}


def test_recent_searches_are_ones_own_and_erasable(
    agent: TestClient, signed_in: Callable[[Role], TestClient]
) -> None:  # fmt: skip
    for q in ("hub", "retur"):
        agent.post("/api/v1/searches", json={"q": q})

    assert [one["words"] for one in agent.get("/api/v1/searches").json()["searches"]] == ["retur", "hub"]
    assert signed_in(Role.LEAD).get("/api/v1/searches").json() == {"searches": []}
    assert [o["words"] for o in agent.delete("/api/v1/searches", params={"q": "hub"}).json()["searches"]] == ["retur"]
    assert agent.delete("/api/v1/searches").json() == {"searches": []}


def test_notes_of_a_call_survive_and_come_with_the_ticket(
    agent: TestClient, signed_in: Callable[[Role], TestClient]
) -> None:
    assert agent.put(f"{AT}/call-notes", json={"body": "Hubben blinkar 😀"}).json()["saved"] is True

    assert agent.get(AT).json()["call_notes"] == "Hubben blinkar 😀"
    assert agent.get(f"{AT}/call-notes").json() == {"body": "Hubben blinkar 😀"}
    assert signed_in(Role.LEAD).get(f"{AT}/call-notes").json() == {"body": ""}
    assert error_of(agent.put("/api/v1/tickets/nope/call-notes", json={"body": "x"})) == (404, "not_found")


def test_during_a_call_what_was_said_last_is_asked_first(agent: TestClient, service: FakeService) -> None:
    notes = "Kunden ringer om en retur. " * 12 + "Nu säger hon att hubben blinkar gult."
    suggested(agent, text=notes, call=True, typing=True)

    asked = service.calls[-1].text
    assert asked.index("Nu säger hon") < asked.rindex("Kunden ringer")
    suggested(agent, text=notes, typing=True)
    assert service.calls[-1].text == notes.strip()


def test_wanting_an_article_is_logged(agent: TestClient) -> None:
    answer = agent.post("/api/v1/wanted", json={"ticket_id": TICKET})

    assert answer.status_code == 201
    assert answer.json() in ({"wanted": True}, {"wanted": False})
    assert error_of(agent.post("/api/v1/wanted", json={})) == (400, "nothing_asked")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"{AT}/pins/x"), ("DELETE", f"{AT}/pins/x"), ("PUT", f"{AT}/dismissals/x"), ("POST", f"{AT}/links"),
        ("GET", "/api/v1/flags"), ("POST", "/api/v1/flags"), ("GET", "/api/v1/searches"), ("POST", "/api/v1/ask"),
        ("GET", "/api/v1/evidence"), ("POST", "/api/v1/wanted"), ("GET", f"{AT}/call-notes"),
    ],
)  # fmt: skip
def test_nobody_gets_in_without_signing_in(anonymous: TestClient, method: str, path: str) -> None:
    assert anonymous.request(method, path, json={} if method != "GET" else None).status_code == 401


def test_what_is_its_authors_alone_is_not_there_for_others(agent: TestClient, service: FakeService) -> None:
    with service.store.database.write("test", "article", "x") as connection:
        connection.execute("UPDATE articles SET audience = 'author' WHERE id = (SELECT min(id) FROM articles)")
        hidden = connection.execute("SELECT min(id) FROM articles").fetchone()[0]

    assert error_of(agent.put(f"{AT}/pins/{hidden}")) == (404, "not_found")
    assert error_of(agent.post(f"{AT}/links", json={"article_id": hidden})) == (404, "not_found")
    assert error_of(agent.get(f"/api/v1/articles/{hidden}/steps", params={"start": 0, "end": 1})) == (404, "not_found")
