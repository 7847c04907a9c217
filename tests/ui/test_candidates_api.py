"""REST of candidates: from the list to a draft, from chosen tickets to a draft, who may, and a run in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.capture.sketch import sketch
from kb.knowledge.candidate import Candidate, NearArticle, Proposal, Rejection
from kb.model import RESOLVED, Role, TicketStatus
from kb.runs import Run
from tests.ui.fakes import FakeService
from ui.nightly_capture import NightlyCapture, is_due
from ui.run_aside import RunAside

AT = "/api/v1/candidates"


def error_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def owner(signed_in: Callable[[Role], TestClient]) -> TestClient:
    """A browser with a contributor signed in."""
    return signed_in(Role.CONTRIBUTOR)


@pytest.fixture
def kept(service: FakeService) -> list[Candidate]:
    """Two candidates of the demo's Swedish tickets, and one that is rejected."""
    store = service.store
    tickets = [t for t in service.known.tickets if t.locale == "sv" and not store.tickets.links([t.id])][:12]
    article = next(a for a in service.known.articles if a.locale == "sv" and not a.translation_of)
    near = NearArticle(article.id, article.id, article.title, "sv", 0.3, 0.1)
    found = []
    for n, proposal in enumerate((Proposal.NEW, Proposal.UPDATE, Proposal.NEW)):
        own = tickets[4 * n : 4 * n + 4]
        text = sketch(own, "sv")
        found.append(
            Candidate(
                id=f"from-{own[0].id}", proposal=proposal, title=text.title, locale="sv", product="",
                tickets=tuple(t.id for t in own), customers=4, minutes=60, first_at=own[-1].created_at,
                last_at=own[0].created_at, per_week=(), nearest=(near,),
                rejected=Rejection.HAND_OFF if n == 2 else None, sketch=text,
            )
        )  # fmt: skip
    store.candidate_runs.keep(store.candidate_runs.begin().id, found)
    return found


def test_who_may(agent: TestClient, anonymous: TestClient, kept: list[Candidate]) -> None:
    one = f"{AT}/{kept[0].id}"
    for method, path in [("GET", AT), ("GET", one), ("POST", f"{AT}/run"), ("POST", f"{one}/accept"),
                         ("POST", f"{one}/reopen"), ("POST", f"{AT}/from-tickets")]:  # fmt: skip
        body = {"ticket_ids": ["x"]} if method == "POST" else None
        assert error_of(agent.request(method, path, json=body)) == (403, "forbidden"), path
        assert error_of(anonymous.request(method, path, json=body)) == (401, "unauthenticated"), path


def test_the_list_and_its_filters(owner: TestClient, kept: list[Candidate]) -> None:
    said = owner.get(AT).json()
    assert {row["id"] for row in said["candidates"]} == {kept[0].id, kept[1].id}
    assert (said["counts"]["open"], said["counts"]["rejected"], said["reject_counts"]) == (2, 1, {"hand_off": 1})
    assert (said["locales"], said["more"], said["run"]["state"], said["run"]["found"]) == (["sv"], False, "done", 3)
    assert [row["id"] for row in owner.get(AT, params={"proposal": "update"}).json()["candidates"]] == [kept[1].id]
    rejected = owner.get(AT, params={"state": "rejected"}).json()["candidates"]
    assert [(row["id"], row["reject_reason"]) for row in rejected] == [(kept[2].id, "hand_off")]
    assert owner.get(AT, params={"limit": 1}).json()["more"] is True
    assert error_of(owner.get(AT, params={"state": "lost"})) == (400, "invalid")


def test_one_candidate_tells_where_each_line_comes_from(owner: TestClient, kept: list[Candidate]) -> None:
    page = owner.get(f"{AT}/{kept[0].id}").json()["candidate"]
    rows = page["draft"]["body"].split("\n")
    assert page["draft"]["lines"]
    for line in page["draft"]["lines"]:
        assert line["text"] in rows[line["line"]]
        assert line["ticket_id"] in kept[0].tickets
    assert "<h2>" in page["draft"]["html"]
    assert {row["id"] for row in page["tickets"]} == set(kept[0].tickets)
    assert page["nearest"][0]["html"]
    assert error_of(owner.get(f"{AT}/from-nothing")) == (404, "not_found")


def test_accepting_begins_a_draft_with_its_tickets(
    owner: TestClient, service: FakeService, kept: list[Candidate]
) -> None:
    one, out = kept[0], kept[0].tickets[1]
    answer = owner.post(f"{AT}/{one.id}/accept", json={"without": [out]})
    assert answer.status_code == 201
    draft = service.store.article_drafts.get(answer.json()["draft"]["id"])
    assert (draft.candidate_id, draft.text.title, draft.text.body) == (one.id, one.title, one.sketch.body)
    assert draft.text.questions == one.sketch.questions
    assert set(draft.from_tickets) == set(one.tickets) - {out}
    assert len(draft.sources) == len(one.sketch.lines)
    assert answer.json()["candidate"]["state"] == "drafted"
    assert error_of(owner.post(f"{AT}/{one.id}/accept", json={})) == (409, "conflict")


def test_an_article_that_answers_it_takes_the_question(owner: TestClient, kept: list[Candidate]) -> None:
    answer = owner.post(f"{AT}/{kept[1].id}/add_question", json={"questions": ["Varför blinkar den gult?"]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["article"]["id"] == kept[1].nearest[0].id
    said = answer.json()["candidate"]
    assert (said["state"], said["revision"]) == ("published", answer.json()["article"]["revision"])


def test_the_next_revision_of_an_article_takes_the_wordings(
    owner: TestClient, service: FakeService, kept: list[Candidate]
) -> None:
    one, article = kept[1], kept[1].nearest[0].id
    answer = owner.post(f"{AT}/{one.id}/accept", json={"article_id": article, "without": [one.tickets[0]]})
    assert answer.status_code == 201, answer.text
    draft = service.store.article_drafts.get(article)
    assert (answer.json()["draft"]["id"], draft.candidate_id) == (article, one.id)
    assert draft.text.body == service.store.articles.get(article).revision.body
    assert {one.sketch.title, *one.sketch.questions} <= set(draft.text.questions)
    assert set(draft.from_tickets) == set(one.tickets[1:])
    assert answer.json()["candidate"]["state"] == "drafted"
    assert error_of(owner.post(f"{AT}/{one.id}/accept", json={"article_id": "no-such"})) == (404, "not_found")


def test_dismiss_reopen_merge(owner: TestClient, kept: list[Candidate]) -> None:
    one, two = kept[0].id, kept[1].id
    said = owner.post(f"{AT}/{one}/dismiss", json={"reason": "not_worth", "note": "känt"}).json()["candidate"]
    assert (said["state"], said["dismiss_reason"], said["note"]) == ("dismissed", "not_worth", "känt")
    assert owner.post(f"{AT}/{one}/reopen", json={}).json()["candidate"]["state"] == "open"
    said = owner.post(f"{AT}/{two}/merge", json={"into": one}).json()["candidate"]
    assert (said["id"], said["ticket_count"]) == (one, 8)
    assert error_of(owner.post(f"{AT}/{one}/dismiss", json={"reason": "boring"})) == (400, "invalid")


def test_from_chosen_tickets(owner: TestClient, service: FakeService, kept: list[Candidate]) -> None:
    chosen = list(kept[0].tickets[:2])
    said = owner.post(f"{AT}/from-tickets", json={"ticket_ids": chosen}).json()
    assert said["proposal"] in {"new", "update"}
    assert (said["draft"]["title"], len(said["nearest"]) <= 3) == (said["question"], True)
    assert [row["id"] for row in said["candidates"]] == [kept[0].id]
    assert service.store.article_drafts.list() == [], "looking writes nothing"

    begun = owner.post(f"{AT}/from-tickets", json={"ticket_ids": chosen, "check": False})
    assert begun.status_code == 201
    assert service.store.article_drafts.get(begun.json()["draft"]["id"]).from_tickets == tuple(chosen)


def test_nobody_is_asked_for_an_article_before_the_contact_is_over(owner: TestClient, service: FakeService) -> None:
    rows = service.store.database.rows("SELECT id, status FROM tickets")
    running = next(row["id"] for row in rows if TicketStatus(row["status"]) not in RESOLVED)
    assert error_of(owner.post(f"{AT}/from-tickets", json={"ticket_ids": [running]})) == (409, "ticket_open")
    assert error_of(owner.post(f"{AT}/from-tickets", json={"ticket_ids": ["no"]})) == (404, "not_found")
    assert error_of(owner.post(f"{AT}/from-tickets", json={"ticket_ids": []})) == (400, "invalid")


class Begun(RunAside):
    """Remembers what it was told to run."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, ...]] = []

    def start(self, *command: str) -> bool:
        self.commands.append(command)
        return True


def test_a_run_in_the_background(app: FastAPI, owner: TestClient) -> None:
    aside = Begun()
    app.state.desk = replace(app.state.desk, aside=aside)
    said = owner.post(f"{AT}/run", json={})
    assert (said.status_code, said.json()["run"]["state"]) == (202, "running")
    assert aside.commands == [("capture", "--keep", "--run", str(said.json()["run"]["id"]))]
    assert error_of(owner.post(f"{AT}/run", json={})) == (409, "capture_running")
    assert owner.get(f"{AT}/job").json()["run"]["done"] == 0


NIGHT = datetime.fromisoformat("2026-05-04T02:30:00+02:00")
THEN = Run(1, "done", 5, 5, NIGHT - timedelta(days=1), NIGHT, "", 5, seq=7)
NIGHTS = [
    ("at night, after something changed", NIGHT, THEN, 8, True),
    ("the first time", NIGHT, None, 0, True),
    ("the first time, by day", NIGHT.replace(hour=14), None, 0, True),
    ("the first time, just started", NIGHT - timedelta(hours=9) + timedelta(minutes=2), None, 0, False),
    ("by day", NIGHT.replace(hour=14), THEN, 8, False),
    ("nothing changed", NIGHT, THEN, 7, False),
    ("nothing changed, but it failed", NIGHT, replace(THEN, state="failed"), 7, True),
    ("tonight already", NIGHT, replace(THEN, started_at=NIGHT), 8, False),
    ("at work", NIGHT, replace(THEN, state="running"), 8, False),
]


@pytest.mark.parametrize(("name", "now", "last", "seq", "due"), NIGHTS, ids=[case[0] for case in NIGHTS])
def test_when_a_night_is_due(name: str, now: datetime, last: Run | None, seq: int, due: bool) -> None:
    assert is_due(now, started=NIGHT - timedelta(hours=9), last=last, seq=seq) is due


def test_one_server_begins_at_night(service: FakeService) -> None:
    aside = Begun()
    times = iter([NIGHT - timedelta(hours=9), NIGHT, NIGHT + timedelta(minutes=1)])
    (service.settings.home / "index" / "model-1").mkdir(parents=True)
    (service.settings.home / "index" / "CURRENT").write_text("model-1", encoding="utf-8")
    nightly = NightlyCapture(service.store, aside, clock=lambda: next(times))
    assert nightly.look() is True
    assert nightly.look() is False
    assert len(aside.commands) == 1
