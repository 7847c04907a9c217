"""GET and POST /gaps: who may, what comes back, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb import clock
from kb.gaps.model import GapFigures, Window
from kb.locales import UI_LOCALES
from kb.model import Role
from kb.store import Store
from tests.ui.fakes import FakeService
from tests.ui.gap_figures import FIGURES, SUMMARY
from ui.api.gaps import task_text
from ui.catalogue import text


@pytest.fixture
def contributor(signed_in: Callable[[Role], TestClient]) -> TestClient:
    return signed_in(Role.CONTRIBUTOR)


@pytest.fixture
def lead(signed_in: Callable[[Role], TestClient]) -> TestClient:
    return signed_in(Role.LEAD)


@pytest.fixture
def found(service: FakeService) -> Store:
    """One gap about tickets of the demo company."""
    store = service.store
    tickets = [row["id"] for row in store.database.rows("SELECT id FROM tickets ORDER BY id LIMIT 3")]
    figures = FIGURES | {
        "tickets": tickets, "examples": tickets, "missing_words": [], "near": [], "nearest": None, "customers": 3,
        "article_id": "", "per_week": [],
    }  # fmt: skip
    runs = store.gaps.runs
    summary = SUMMARY | {"singles": tickets[:1], "left_out": {"spam": 2}}
    runs.finish(runs.begin(Window(), actor="system"), summary, [GapFigures("gap-1", 1, figures, b"\0\0", 0.5)], [])
    return store


def test_before_the_first_run(contributor: TestClient) -> None:
    assert contributor.get("/api/v1/gaps").json()["gaps"] == []
    assert contributor.get("/api/v1/gaps/job").json() == {"job": None}
    assert contributor.get("/api/v1/gaps/singles").json() == {"singles": [], "total": 0}
    assert contributor.get("/api/v1/gaps/gap-1").status_code == 404


def test_the_list_and_one_gap(found: Store, contributor: TestClient) -> None:
    listed = contributor.get("/api/v1/gaps").json()
    assert [gap["id"] for gap in listed["gaps"]] == ["gap-1"]
    assert listed["counts"]["left_out"] == {"spam": 2}
    assert (listed["counts"]["uncovered"], listed["counts"]["singles"]) == (4, 1)
    assert listed["singles"][0]["text"]
    assert contributor.get("/api/v1/gaps", params={"cause": "outdated"}).json()["gaps"] == []
    assert contributor.get("/api/v1/gaps", params={"run": 99}).status_code == 404
    whole = contributor.get("/api/v1/gaps/gap-1").json()
    assert [each["id"] for each in whole["gap"]["examples"]] == whole["gap"]["tickets"]
    assert whole["history"][0]["run"]["id"] == listed["run"]["id"]
    assert contributor.get("/api/v1/gaps/job").json()["job"]["state"] == "done"


def test_an_agent_may_not_see_gaps_and_only_leads_decide(
    found: Store, agent: TestClient, contributor: TestClient
) -> None:
    assert agent.get("/api/v1/gaps").status_code == 403
    for path, body in (("assign", {"user_id": ""}), ("task", {}), ("ship", {"article_id": "a"})):
        assert contributor.post(f"/api/v1/gaps/gap-1/{path}", json=body).status_code == 403
    assert contributor.post("/api/v1/gaps/run", json={}).status_code == 403
    assert (
        contributor.post("/api/v1/gaps/gap-1/status", json={"status": "in_work"}).json()["gap"]["status"] == "in_work"
    )
    noted = contributor.post("/api/v1/gaps/gap-1/note", json={"body": "Ask the supplier."}).json()
    assert (noted["notes"][0]["body"], bool(noted["notes"][0]["user_name"])) == ("Ask the supplier.", True)


def test_a_lead_ignores_and_assigns(found: Store, lead: TestClient) -> None:
    until = (clock.now() + timedelta(days=30)).isoformat()
    ignored = lead.post("/api/v1/gaps/gap-1/ignore", json={"reason": "mended soon", "until": until}).json()["gap"]
    assert (ignored["status"], ignored["ignored_reason"]) == ("ignored", "mended soon")
    user = found.users.list()[0]
    assert lead.post("/api/v1/gaps/gap-1/assign", json={"user_id": user.id}).json()["gap"]["assignee_id"] == user.id
    log: list[dict[str, Any]] = lead.get("/api/v1/gaps/gap-1").json()["log"]
    assert [row["verb"] for row in log] == ["assign", "ignore"]
    assert all(row["actor_name"] for row in log)
    past = {"reason": "mended soon", "until": "2020-01-01T00:00:00Z"}
    assert lead.post("/api/v1/gaps/gap-1/ignore", json=past).status_code == 400
    assert lead.post("/api/v1/gaps/gap-1/task", json={}).json()["error"]["code"] == "no_task_system"


@pytest.mark.parametrize("locale", UI_LOCALES)
def test_a_task_is_in_the_language_of_whoever_sends_it(locale: str) -> None:
    near = {"title": "Rengör linsen", "confidence": 0.31}
    row = {"label": "Bilden är suddig?", "cause": "no_article", "remedy": "capture", "count": 7, "customers": 6}
    said = task_text(row | {"minutes": 48.2, "tickets": ["t-1", "t-2"], "nearest": near}, locale)

    assert not re.search(r"[a-z]+[._][a-z]+|\{", said)
    assert all(part in said for part in ("Bilden är suddig?", "7", "6", "48 min", "Rengör linsen", "31", "t-1, t-2"))
    assert text(locale, "cause.no_article") in said
    assert text(locale, "lead.nothing_near") in task_text(row | {"minutes": 0, "tickets": [], "nearest": None}, locale)


def test_one_run_at_a_time(found: Store, lead: TestClient) -> None:
    found.gaps.runs.begin(Window(), actor="system")
    refused = lead.post("/api/v1/gaps/run", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "gaps_running")
