"""Who gets in, from where, and with which headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route
from starlette.testclient import TestClient

from kb.model import Role
from tests.ui.conftest import HERE, PASSWORD
from tests.ui.fakes import FakeService
from ui.app import build_app
from ui.guard import MAX_BODY

OPEN = {"/login", "/setup", "/favicon.ico", "/api/v1/health", "/logout"}
GRADIO = (
    "/ui/config", "/ui/info", "/ui/openapi.json", "/ui/gradio_api/info", "/ui/gradio_api/queue/join",
    "/ui/gradio_api/queue/data?session_hash=x", "/ui/gradio_api/heartbeat/x", "/ui/gradio_api/upload",
    "/ui/gradio_api/file=/etc/passwd", "/ui/file=/etc/passwd", "/ui/gradio_api/run/predict", "/ui/gradio_api/call/x",
    "/ui/gradio_api/component_server", "/ui/gradio_api/mcp", "/ui/gradio_api/mcp/sse", "/ui/gradio_api/mcp/schema",
    "/ui/gradio_api/cancel", "/ui/gradio_api/reset", "/ui/gradio_api/startup-events", "/ui/gradio_api/app_id",
    "/ui/theme.css", "/ui/monitoring", "/ui/gradio_api/proxy=http://127.0.0.1/", "/ui/manifest.json", "/ui/robots.txt",
)  # fmt: skip
"""Every family of paths that Gradio 6 answers."""


def _routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    schema = app.openapi()["paths"]
    for path, methods in schema.items():
        for method in methods:
            yield method.upper(), path
    for route in app.routes:
        if isinstance(route, Route) and not isinstance(route, APIRoute):
            yield "GET", route.path


def _fill(path: str) -> str:
    return path.replace("{ticket_id}", "sv-1081").replace("{article_id}", "hub-offline-sv").replace("{canned_id}", "x")


def test_no_route_answers_a_stranger(app: FastAPI, anonymous: TestClient) -> None:
    checked = 0
    for method, path in _routes(app):
        if path in OPEN:
            continue
        answer = anonymous.request(method, _fill(path), json={} if method != "GET" else None)
        assert answer.status_code == 401, (method, path)
        assert answer.json()["error"]["code"] == "unauthenticated"
        checked += 1
    assert checked >= 14


@pytest.mark.parametrize("path", GRADIO)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_gradio_path_answers_a_stranger(anonymous: TestClient, method: str, path: str) -> None:
    answer = anonymous.request(method, path)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthenticated"


@pytest.mark.parametrize("role", list(Role))
def test_descriptions_of_all_pages_are_for_admins(signed_in: Callable[[Role], TestClient], role: Role) -> None:
    for path in ("/ui/config", "/ui/config/", "/ui/gradio_api/info", "/ui/gradio_api/openapi.json", "/ui/monitoring"):
        assert (signed_in(role).get(path).status_code == 403) == (role is not Role.ADMIN), path


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_use_the_workspace(signed_in: Callable[[Role], TestClient], role: Role) -> None:
    client = signed_in(role)

    for path in ("/ui/", "/api/v1/me", "/api/v1/tickets", "/api/v1/tickets/sv-1081", "/api/v1/canned"):
        assert client.get(path).status_code == 200, path
    assert client.get("/api/v1/me").json()["role"] == role.value


def test_a_page_sends_a_stranger_to_the_sign_in_page_and_back(anonymous: TestClient) -> None:
    answer = anonymous.get("/ui/?ticket=sv-1081", headers={"accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fui%2F%3Fticket%3Dsv-1081"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1.evil.example"]
)
def test_a_write_from_another_site_is_refused(agent: TestClient, origin: str) -> None:
    answer = agent.post("/api/v1/suggest", json={"text": "hubb"}, headers={"origin": origin})

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_write_that_the_browser_calls_foreign_is_refused(agent: TestClient, site: str) -> None:
    answer = agent.post("/api/v1/suggest", json={"text": "hubb"}, headers={"sec-fetch-site": site})

    assert answer.status_code == 403


def test_a_write_from_our_own_page_is_taken(agent: TestClient) -> None:
    assert agent.post("/api/v1/suggest", json={"text": "hubb"}, headers={"origin": HERE}).status_code == 200


def test_signing_in_from_another_site_is_refused(anonymous: TestClient) -> None:
    form = {"email": "agent@firma.example", "password": PASSWORD}

    assert anonymous.post("/login", data=form, headers={"origin": "https://evil.example"}).status_code == 403


def test_no_other_site_may_read(agent: TestClient) -> None:
    answer = agent.get("/api/v1/me", headers={"origin": "https://evil.example"})

    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert agent.options("/api/v1/me", headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/login", "/ui/", "/api/v1/me", "/api/v1/tickets/nowhere", "/api/v1/health"])
def test_every_answer_has_the_headers(agent: TestClient, path: str) -> None:
    headers = agent.get(path).headers

    assert "default-src 'self'" in headers["content-security-policy"]
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


def test_only_gradios_pages_may_compile_scripts(agent: TestClient, anonymous: TestClient) -> None:
    assert "unsafe" not in anonymous.get("/login").headers["content-security-policy"]
    assert "'unsafe-eval'" in agent.get("/ui/").headers["content-security-policy"]


def test_static_files_are_open_kept_for_good_and_named_by_their_content(anonymous: TestClient) -> None:
    page = anonymous.get("/login").text
    path = page.split('src="')[1].split('"')[0]

    answer = anonymous.get(path)

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert anonymous.get("/static/000000000000/early.js").status_code == 404
    assert anonymous.get(path.replace("early.js", "../app.py")).status_code in {401, 404}


def test_the_fonts_that_come_with_gradio_are_where_the_styles_look_for_them(anonymous: TestClient) -> None:
    version = anonymous.get("/login").text.split("/static/")[1].split("/")[0]

    for weight in ("Regular", "Bold"):
        assert anonymous.get(f"/static/{version}/fonts/IBMPlexSans/IBMPlexSans-{weight}.woff2").status_code == 200


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused_in_one_sentence(agent: TestClient, declared: bool) -> None:
    body = b'{"text": "' + b"x" * MAX_BODY + b'"}'
    content = body if declared else iter([body[:500_000], body[500_000:]])

    answer = agent.post("/api/v1/suggest", content=content, headers={"content-type": "application/json"})

    assert answer.status_code in ({413} if declared else {400, 413})
    assert set(answer.json()["error"]) == {"code", "message", "hint"}


def test_an_unforeseen_error_is_one_sentence_without_a_traceback(
    agent: TestClient, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(service, "suggest", broken)

    answer = agent.post("/api/v1/suggest", json={"text": "hubb"})

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "secret" not in answer.text


def test_the_demo_refuses_other_machines(service: FakeService) -> None:
    app = build_app(service, demo=True, settings=service.settings, shell=False, follow=False)
    outside = TestClient(app, base_url=HERE, client=("192.0.2.7", 40000))
    rebound = TestClient(app, base_url="http://evil.example", client=("127.0.0.1", 40000))

    for client in (outside, rebound):
        for path in ("/login", "/ui/", "/api/v1/health", "/static/x/early.js"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "demo_only_here")


def test_no_users_means_only_the_first_start_page(empty_service: FakeService) -> None:
    app = build_app(empty_service, demo=False, settings=empty_service.settings, shell=False, follow=False)
    client = TestClient(app, base_url=HERE, follow_redirects=False)

    assert client.get("/ui/").headers["location"] == "/setup"
    assert client.get("/login", headers={"accept": "text/html"}).headers["location"] == "/setup"
    for path in ("/api/v1/me", "/api/v1/tickets", *GRADIO):
        assert client.get(path).status_code == 401, path
    assert client.get("/api/v1/me").json()["error"]["code"] == "setup_needed"
    assert client.get("/setup").status_code == 200
