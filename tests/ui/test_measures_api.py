"""Figures over REST: what comes back, who may ask, and which errors are told."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from kb.model import Role
from tests.ui.fakes import FakeService

TIME = "since=2026-05-01&until=2026-11-23"
READ = ("measures/dashboard", "measures/definitions", "measures/articles", "measures/searches", "measures/teams",
        "measures/digest", "measures/tickets?figure=link_rate", "exports", "exports/tickets.csv", "exports/weeks.parquet",
        "exports/report.xlsx")  # fmt: skip
Browser = Callable[[Role], TestClient]


@pytest.fixture
def lead(signed_in: Browser) -> TestClient:
    return signed_in(Role.LEAD)


@pytest.mark.parametrize("path", READ)
def test_figures_are_the_lead_s(signed_in: Browser, anonymous: TestClient, path: str) -> None:
    assert anonymous.get(f"/api/v1/{path}").status_code in {401, 303, 307}
    assert signed_in(Role.PUBLISHER).get(f"/api/v1/{path}").status_code == 403
    assert signed_in(Role.LEAD).get(f"/api/v1/{path}").status_code == 200


def test_the_dashboard_has_all_parts_in_one_answer(lead: TestClient) -> None:
    page = lead.get(f"/api/v1/measures/dashboard?{TIME}").json()

    assert {"window", "choices", "team", "kcs", "weeks", "groups", "comparison", "funnel", "languages", "translations",
            "verification", "coverage", "gaps", "map", "closures", "run", "catching_up", "hidden"} == page.keys()  # fmt: skip
    assert page["team"]["handled"]["n"] > 300
    assert set(page["team"]["first_response"]) == {"value", "low", "high", "n", "part", "unit", "enough", "before"}
    assert sum(group["tickets"] or 0 for group in page["groups"]["locale"]) > 250
    assert page["verification"]["total"] == sum(
        page["verification"][name] for name in ("verified", "due", "overdue", "unverified", "never")
    )
    assert page["comparison"]["value"] == {"shown": False, "why": "too_few", "minutes": None, "low": None, "high": None,
                                           "tickets": 0, "total": None}  # fmt: skip
    assert page["languages"]["cells"]


def test_the_tickets_behind_a_figure_are_as_many_as_it_says(lead: TestClient) -> None:
    page = lead.get(f"/api/v1/measures/dashboard?{TIME}").json()
    figure = page["kcs"]["link_rate"]

    of = lead.get(f"/api/v1/measures/tickets?figure=link_rate&{TIME}").json()
    part = lead.get(f"/api/v1/measures/tickets?figure=link_rate&part=true&{TIME}").json()

    assert (of["total"], part["total"]) == (figure["n"], figure["part"])
    assert set(part["ids"]) < set(of["ids"])


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("measures/dashboard?since=2026-06-02&until=2026-06-01", 400, "let it end after it begins"),
        ("measures/dashboard?since=soon", 400, "is no time"),
        ("measures/tickets?figure=luck", 404, ""),
        ("exports/agents.csv", 404, ""),
        ("exports/tickets.csv?separator=x", 400, "allowed: separator"),
        ("measures/articles?sort=luck", 422, ""),
        ("measures/audits/99", 404, ""),
    ],
)
def test_bad_wishes_get_a_clear_error(lead: TestClient, path: str, status: int, words: str) -> None:
    answer = lead.get(f"/api/v1/{path}")

    assert answer.status_code in {status, 400 if status == 422 else status}
    assert words in answer.text


def test_csv_follows_the_reader_s_country(lead: TestClient) -> None:
    swedish = lead.get(f"/api/v1/exports/tickets.csv?{TIME}")
    plain = lead.get(f"/api/v1/exports/tickets.csv?{TIME}&separator=,&decimal=.&bom=false")

    assert swedish.content.startswith("\ufeffticket_id;status".encode())
    assert plain.text.startswith("ticket_id,status")
    assert swedish.headers["content-disposition"] == 'attachment; filename="svar-tickets-2026-05-01-2026-11-23.csv"'


def test_the_workbook_has_its_sheets_and_swedish_definitions(lead: TestClient) -> None:
    book = load_workbook(io.BytesIO(lead.get(f"/api/v1/exports/report.xlsx?{TIME}").content))

    assert book.sheetnames == ["figures", "weeks", "articles", "gaps", "tickets", "definitions"]
    assert book["definitions"]["B2"].value == "Lösta ärenden"
    assert book["tickets"].max_row > 300


def test_links_are_audited_by_a_sample(signed_in: Browser, service: FakeService) -> None:
    lead, publisher = signed_in(Role.LEAD), signed_in(Role.PUBLISHER)
    drawn = lead.post(
        "/api/v1/measures/audits", json={"since": "2026-05-01", "until": "2026-11-23", "size": 5, "seed": 3}
    )
    audit = drawn.json()["audit"]
    again = lead.post(
        "/api/v1/measures/audits", json={"since": "2026-05-01", "until": "2026-11-23", "size": 5, "seed": 3}
    )

    assert drawn.status_code == 201
    assert drawn.json()["links"] == again.json()["links"]
    assert publisher.post("/api/v1/measures/audits", json={"size": 5}).status_code == 403
    for number, link in enumerate(drawn.json()["links"]):
        mark = {"ticket_id": link["ticket_id"], "article_id": link["article_id"], "right": number > 0}
        assert publisher.post(f"/api/v1/measures/audits/{audit['id']}/marks", json=mark).status_code == 200
    done = publisher.get(f"/api/v1/measures/audits/{audit['id']}").json()["audit"]
    figure = lead.get(f"/api/v1/measures/dashboard?{TIME}").json()["kcs"]["link_accuracy"]

    assert (done["marked"], done["right"], done["accuracy"]["value"]) == (5, 4, 0.8)
    assert (figure["value"], figure["n"]) == (0.8, 5)
    assert publisher.post(f"/api/v1/measures/audits/{audit['id']}/marks",
                          json={"ticket_id": "x", "article_id": "y", "right": True}).status_code == 404  # fmt: skip


def test_the_digest_can_be_planned_and_only_an_admin_names_a_webhook(signed_in: Browser) -> None:
    lead, admin = signed_in(Role.LEAD), signed_in(Role.ADMIN)
    plan = {"to": ["lead@firma.example"], "weekday": "tue", "hour": 8, "locale": "nb"}

    assert lead.put("/api/v1/measures/digest", json=plan).json()["plan"]["weekday"] == "tue"
    assert lead.put("/api/v1/measures/digest", json=plan | {"webhook": "https://x.example/h"}).status_code == 403
    assert admin.put("/api/v1/measures/digest", json=plan | {"webhook": "https://x.example/h"}).status_code == 200
    shown = lead.get("/api/v1/measures/digest").json()
    assert shown["subject"].startswith("Svar, vecka ")
    assert shown["plan"]["to"] == ["lead@firma.example"]


def test_teams_are_set_by_an_admin_and_narrow_the_dashboard(signed_in: Browser, service: FakeService) -> None:
    lead, admin = signed_in(Role.LEAD), signed_in(Role.ADMIN)
    rows = service.store.database.rows(
        "SELECT DISTINCT name FROM messages WHERE author = 'agent' AND name <> '' ORDER BY name"
    )
    people = [row["name"] for row in rows][:6]

    assert lead.put("/api/v1/measures/teams/North", json={"people": people}).status_code == 403
    assert admin.put("/api/v1/measures/teams/North", json={"people": people}).json()["people"] == 6
    page = lead.get(f"/api/v1/measures/dashboard?{TIME}&team=North").json()
    assert page["choices"]["teams"] == ["North"]
    assert 0 < page["team"]["handled"]["n"] < 330


def test_every_figure_has_its_definition_in_the_reader_s_language(lead: TestClient) -> None:
    page = lead.get(f"/api/v1/measures/dashboard?{TIME}").json()
    known = {each["name"]: each for each in lead.get("/api/v1/measures/definitions").json()["definitions"]}

    assert (page["team"] | page["kcs"]).keys() <= known.keys()
    assert all(each["label"] and not each["text"].startswith("definition.") for each in known.values())
    assert known["reopened"]["label"] == "Återöppnade"
