"""Preview, checks, comparison, files and variables over REST, and what each role may do with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.model import Audience, Role
from tests.assistant.worlds import World
from tests.fakes import an_article, put
from tests.ui.conftest import HERE
from tests.ui.fakes import FakeService
from ui.app import build_app

SignedIn = Callable[[Role], TestClient]
API = "/api/v1"
BODY = "Ring {{phone}}.\n\n::: internal\nHemligt\n:::\n\nSe [mer](svar:other), ![x](svar-file:f1) och {{nobody}}."
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50


@pytest.fixture
def writer(signed_in: SignedIn, service: FakeService) -> TestClient:
    """Somebody who writes, with an article of two revisions to write about."""
    store = service.store
    put(store, an_article("mine", "Öppna luckan.\n\nTa ut batteriet.", locale="sv", title="Byt batteri"))
    put(store, an_article("mine", "Öppna locket.\n\nTa ut batteriet.\n\nVänta.", locale="sv", title="Byt batterier"))
    put(
        store,
        an_article("own", "x", audience=Audience.AUTHOR),
        an_article("other", "y", url="https://help.example/other"),
    )
    store.article_variables.put("phone", "08-1")
    return signed_in(Role.CONTRIBUTOR)


def test_the_preview_is_what_agents_see_and_what_customers_see(writer: TestClient) -> None:
    seen = writer.post(f"{API}/articles/preview", json={"markdown": BODY, "locale": "sv"}).json()
    assert seen["unknown_variables"] == ["nobody"]
    assert 'class="internal-label">Bara för kollegor<' in seen["html"]
    assert '<a href="/ui/knowledge?article=other" class="article-link"' in seen["html"]
    assert 'src="/api/v1/article-files/f1"' in seen["html"]
    assert "Ring 08-1." in seen["html"]
    outside = writer.post(f"{API}/articles/preview", json={"markdown": BODY, "audience": "customer"}).json()["html"]
    assert "Hemligt" not in outside
    assert "article-files" not in outside
    assert 'href="https://help.example/other"' in outside


def test_the_check_names_what_is_missing_and_where(writer: TestClient) -> None:
    draft = {
        "title": "Byt batteri",
        "body": "## Lösning\n\nSe [x](svar:nobody) och [y](svar:other).",
        "locale": "sv",
        "article_id": "mine",
    }
    found = writer.post(f"{API}/articles/check", json=draft).json()
    points = {point["key"]: point for point in found["checklist"]}
    assert points["sections_present"]["text"] == "Saknas eller tomt: Problem, Miljö."
    assert points["metadata_present"]["text"] == "Fyll i: produkt, ansvarig, frågor."
    wrong = points["links_valid"]["place"]
    assert draft["body"][wrong["start"] : wrong["end"]] == "[x](svar:nobody)"
    assert [(link["target"], link["state"]) for link in found["links"]] == [
        ("svar:nobody", "broken"),
        ("svar:other", "ok"),
    ]
    assert found["reading"]["level"] == "too_short"
    assert sum(found["score"].values()) == len(points) == 11
    assert "mine" not in [near["id"] for near in found["nearest"]]
    texts = [text for point in points.values() for text in [point["text"]]]
    assert not [text for text in texts if text.startswith("standard.") or "{" in text]


def test_the_difference_of_two_revisions_and_of_the_draft(writer: TestClient) -> None:
    found = writer.get(f"{API}/articles/mine/diff").json()
    assert (found["from"]["number"], found["to"]["number"]) == (1, 2)
    assert found["title_html"] == "Byt <del>batteri</del><ins>batterier</ins>"
    assert "<del>luckan</del><ins>locket</ins>" in "".join(block["html"] for block in found["blocks"])
    draft = writer.post(f"{API}/article-drafts", json={"article_id": "mine"}).json()["draft"]
    saved = {"version": draft["version"], "body": "Öppna locket.\n\nTa ut batterierna.\n\nVänta."}
    assert writer.put(f"{API}/article-drafts/mine", json=saved).status_code == 200
    found = writer.get(f"{API}/articles/mine/diff").json()
    assert (found["from"]["number"], found["to"]["number"]) == (2, "draft")
    assert (found["added"], found["removed"]) == (1, 1)
    since = writer.get(f"{API}/articles/mine/diff", params={"from": 1, "to": "draft"}).json()
    assert since["from"]["number"] == 1
    assert since["added"] > 1
    assert writer.get(f"{API}/articles/other/diff", params={"to": "draft"}).json()["error"]["code"] == "no_draft"
    assert writer.get(f"{API}/articles/mine/diff", params={"from": 7}).status_code == 404


def test_a_reader_sees_no_draft(writer: TestClient, agent: TestClient) -> None:
    assert writer.post(f"{API}/article-drafts", json={"article_id": "mine"}).status_code == 201
    assert agent.get(f"{API}/articles/mine/diff").json()["to"]["number"] == 2
    assert agent.get(f"{API}/articles/mine/diff", params={"to": "draft"}).status_code == 404


def test_files_are_kept_shown_and_forgotten(writer: TestClient, agent: TestClient) -> None:
    added = writer.post(f"{API}/article-files", params={"article_id": "mine", "name": "Röd lampa.png"}, content=PNG)
    assert added.status_code == 201, added.text
    file = added.json()["file"]
    assert file["markdown"] == f"![Röd lampa](svar-file:{file['id']})"
    shown = agent.get(file["url"])
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, PNG, "image/png")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"] == 'inline; filename="R_d lampa.png"'
    assert [
        each["id"] for each in agent.get(f"{API}/article-files", params={"article_id": "mine"}).json()["files"]
    ] == [file["id"]]
    assert writer.delete(file["url"]).status_code == 200
    assert agent.get(file["url"]).status_code == 404


def test_a_text_is_never_opened_in_place(writer: TestClient) -> None:
    added = writer.post(f"{API}/article-files", params={"article_id": "mine", "name": "a.txt"}, content=b"text").json()[
        "file"
    ]
    assert writer.get(added["url"]).headers["content-disposition"] == 'attachment; filename="a.txt"'


def test_files_of_what_is_for_its_author_alone_are_hidden(writer: TestClient, agent: TestClient) -> None:
    file = writer.post(f"{API}/article-files", params={"article_id": "own", "name": "a.png"}, content=PNG).json()[
        "file"
    ]
    assert writer.get(file["url"]).status_code == 200
    assert agent.get(file["url"]).status_code == 404
    assert agent.get(f"{API}/article-files", params={"article_id": "own"}).status_code == 404


@pytest.mark.parametrize(
    ("params", "content", "status"),
    [
        ({"article_id": "mine", "name": "a.svg"}, b"<svg/>", 400),
        ({"article_id": "nobody", "name": "a.png"}, PNG, 404),
        ({"article_id": "mine", "name": "a.png"}, PNG + b"\0" * 10_000_000, 413),
    ],
)
def test_files_that_are_refused(writer: TestClient, params: dict[str, str], content: bytes, status: int) -> None:
    answer = writer.post(f"{API}/article-files", params=params, content=content)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_files_may_be_larger_than_other_requests(writer: TestClient) -> None:
    large = PNG + b"\0" * 3_000_000
    assert (
        writer.post(f"{API}/article-files", params={"article_id": "mine", "name": "a.png"}, content=large).status_code
        == 201
    )
    assert writer.post(f"{API}/articles/preview", content=b"x" * 1_100_000).status_code == 413


def test_variables_are_set_by_publishers(signed_in: SignedIn, writer: TestClient) -> None:
    publisher = signed_in(Role.PUBLISHER)
    assert writer.put(f"{API}/article-variables/hours", json={"value": "8-17"}).status_code == 403
    said = publisher.put(f"{API}/article-variables/hours", json={"value": "8-17"}).json()["variables"]
    assert [(each["name"], each["value"]) for each in said] == [("hours", "8-17"), ("phone", "08-1")]
    assert publisher.put(f"{API}/article-variables/No", json={"value": "x"}).status_code == 400
    assert [each["name"] for each in publisher.delete(f"{API}/article-variables/hours").json()["variables"]] == [
        "phone"
    ]


def test_the_template_is_the_leads(signed_in: SignedIn, agent: TestClient) -> None:
    shipped = agent.get(f"{API}/article-template", params={"locale": "nn"}).json()
    assert [part["heading"] for part in shipped["sections"]] == ["Problem", "Miljø", "Løysing", "Årsak"]
    assert shipped["sections"][0]["hint"] == "Problemet i kundens egna ord"
    wanted = {"locale": "sv", "markdown": "## Fråga\n\n## Lösning\n"}
    assert signed_in(Role.PUBLISHER).put(f"{API}/article-template", json=wanted).status_code == 403
    own = signed_in(Role.LEAD).put(f"{API}/article-template", json=wanted).json()
    assert [(part["key"], part["heading"]) for part in own["sections"]] == [("", "Fråga"), ("resolution", "Lösning")]
    assert agent.get(f"{API}/article-template", params={"locale": "sv"}).json()["own"] is True


@pytest.mark.parametrize(
    "path", ["articles/preview", "articles/check", "articles/try", "article-files?article_id=mine&name=a.png"]
)
def test_readers_do_not_write(agent: TestClient, path: str) -> None:
    body = {"markdown": "x", "question": "x"}
    assert agent.post(f"{API}/{path}", json=body).status_code == 403


def test_a_reply_with_marks_links_or_variables_of_ours_is_not_sent(writer: TestClient, agent: TestClient) -> None:
    ticket = f"{API}/tickets/sv-1084"
    version = agent.get(ticket).json()["ticket"]["version"]
    reply: dict[str, Any] = {"status": "solved", "version": version}
    codes = {
        body: agent.post(f"{ticket}/reply", json=reply | {"body": body}).json()["error"]["code"]
        for body in ("Hej\n\n::: internal\nHemligt\n:::", "Se [x](svar:other)", "Ring {{phone2}}")
    }
    assert list(codes.values()) == ["internal_marks", "placeholders", "placeholders"]


def test_the_live_test_over_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    world.put(an_article("light", "The hub shines yellow."), an_article("money", "A refund takes five days."))
    user = world.store.users.create(
        name="A", email="a@b.example", role=Role.CONTRIBUTOR, locale="en", password="a long sentence"
    )
    service = world.service()
    app = build_app(service, demo=False, settings=replace(service.settings), shell=False, follow=False)
    client = TestClient(app, base_url=HERE, client=("127.0.0.1", 40000))
    client.cookies.set("svar_session", world.store.users.open_session(user.id))
    draft = {
        "title": "Yellow hub",
        "body": "When the hub shines yellow and says E-1042, wait.",
        "locale": "en",
        "question": "hub shines yellow E-1042",
    }
    found = client.post(f"{API}/articles/try", json=draft).json()
    assert (found["rank"], found["rank_now"]) == (1, None)
    assert found["after"][0]["is_draft"] is True
    assert found["pushed_down"][0] == {"id": "light", "title": "Title of light", "before": 1, "after": 2}
    assert (
        client.post(f"{API}/articles/try", json=draft | {"question": " "}).json()["error"]["code"] == "question_missing"
    )
