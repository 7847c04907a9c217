"""The workspace in another program's page: who may frame it, who gets in, which ticket opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kb.model import Role
from kb.settings_embed import Embedding
from tests.ui.conftest import HERE
from tests.ui.fakes import FakeService
from ui.app import build_app
from ui.embed_signature import signature_of, signed_until

SECRET = "0123456789abcdef0123456789abcdef"
ORIGIN = "https://firma.zendesk.example"
FRAME = {"Sec-Fetch-Dest": "iframe", "Accept": "text/html"}
Signed = Callable[..., dict[str, str]]


@pytest.fixture
def app(service: FakeService) -> FastAPI:
    """The application with one help desk allowed."""
    settings = replace(service.settings, embedding=Embedding(origins=(ORIGIN,), secret=SECRET))
    return build_app(service, demo=False, settings=settings, shell=False, follow=False)


@pytest.fixture
def frame(app: FastAPI) -> TestClient:
    """A frame in which nobody is signed in."""
    return TestClient(app, base_url=HERE, client=("127.0.0.1", 40000), follow_redirects=False, headers=FRAME)


def _signed(email: str = "agent@firma.example", *, ahead_s: float = 45, nonce: str = "n1") -> dict[str, str]:
    expires = str(int((datetime.now(UTC) + timedelta(seconds=ahead_s)).timestamp()))
    return {"user": email, "expires": expires, "nonce": nonce,
            "signature": signature_of(SECRET, email, expires, nonce)}  # fmt: skip


def _cookie(answer: object) -> str:
    return str(answer.headers.get("set-cookie", ""))  # type: ignore[attr-defined]


def test_nobody_may_frame_a_page_by_default(anonymous: TestClient, service: FakeService) -> None:
    plain = build_app(service, demo=False, settings=service.settings, shell=False, follow=False)
    client = TestClient(plain, base_url=HERE, client=("127.0.0.1", 40000), follow_redirects=False)
    for path in ("/login", "/ui/", "/embed"):
        headers = client.get(path).headers
        assert "frame-ancestors 'self';" in headers["content-security-policy"], path
        assert headers["x-frame-options"] == "SAMEORIGIN"


def test_only_what_may_stand_in_a_frame_names_the_help_desk(frame: TestClient) -> None:
    for path in ("/embed", "/ui/"):
        headers = frame.get(path).headers
        assert f"frame-ancestors 'self' {ORIGIN};" in headers["content-security-policy"], path
        assert "x-frame-options" not in headers
    for path in ("/login", "/embed/popup", "/api/v1/health"):
        headers = frame.get(path).headers
        assert "frame-ancestors 'self';" in headers["content-security-policy"], path
        assert headers["x-frame-options"] == "SAMEORIGIN"
    assert frame.get("/login").headers["cross-origin-opener-policy"] == "unsafe-none"
    assert frame.get("/ui/").headers["cross-origin-opener-policy"] == "same-origin"


def test_a_stranger_is_asked_to_sign_in_without_a_password_field(frame: TestClient) -> None:
    answer = frame.get("/embed?ticket=sv-1081")

    assert answer.status_code == 200
    assert 'id="embed-enter"' in answer.text
    assert 'type="password"' not in answer.text
    assert frame.get("/ui/?ticket=sv-1081&embed=1").headers["location"] == "/embed?ticket=sv-1081"


@pytest.mark.parametrize(
    "asked",
    [
        {"ticket": "sv-1081"},
        {"source": "demo", "id": "sv-1081"},
        {"url": "https://firma.zendesk.example/agent/tickets/sv-1081"},
        {"url": "https://desk.example/#ticket/zoom/sv-1081"},
        {"url": "https://desk.example/scp/tickets.php?a=1&id=sv-1081"},
    ],
)
def test_a_signed_link_opens_the_ticket_and_signs_in(
    frame: TestClient, service: FakeService, asked: dict[str, str]
) -> None:
    stored = service.store.tickets.get("sv-1081")
    asked = {**asked, **({"source": stored.source, "id": stored.source_id} if "source" in asked else {})}

    answer = frame.get("/embed", params={**_signed(), **asked})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/ui/?ticket=sv-1081&embed=1"
    cookie = _cookie(answer)
    for part in ("svar_embed=", "HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/"):
        assert part in cookie
    token = cookie.split("svar_embed=")[1].split(";")[0]
    me = frame.get("/api/v1/me", headers={"Cookie": f"svar_embed={token}"})
    assert me.json()["user"]["email"] == "agent@firma.example"


def test_a_signed_link_works_once(frame: TestClient) -> None:
    asked = _signed() | {"ticket": "sv-1081"}
    assert frame.get("/embed", params=asked).status_code == 303
    for again in (asked, asked | {"signature": asked["signature"].upper()}):
        frame.cookies.clear()
        answer = frame.get("/embed", params=again)
        assert (answer.status_code, _cookie(answer)) == (403, "")


@pytest.mark.parametrize(
    "change",
    [
        {"user": "admin@firma.example"},
        {"expires": "9999999999"},
        {"expires": "99999999999999999999999"},
        {"expires": "-1"},
        {"expires": "٣"},
        {"nonce": "n2"},
        {"signature": ""},
        {"signature": "0" * 64},
        {"signature": "ö" * 64},
    ],
)
def test_a_changed_link_signs_nobody_in(frame: TestClient, change: dict[str, str]) -> None:
    answer = frame.get("/embed", params=_signed() | change | {"ticket": "sv-1081"})

    assert (answer.status_code, _cookie(answer)) == (403, "")
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("ahead_s", [-1, -3600, 70, 86_400])
def test_a_link_lasts_a_minute(frame: TestClient, ahead_s: float) -> None:
    assert frame.get("/embed", params=_signed(ahead_s=ahead_s)).status_code == 403


def test_without_a_secret_no_signature_is_valid() -> None:
    now = datetime.now(UTC)
    expires = str(int(now.timestamp()) + 30)
    signature = signature_of("", "a@b.example", expires)

    assert signed_until("", email="a@b.example", expires=expires, nonce="", signature=signature, now=now) is None


def test_an_unknown_address_signs_nobody_in(frame: TestClient) -> None:
    assert frame.get("/embed", params=_signed("nobody@firma.example")).status_code == 403


def test_a_link_outside_a_frame_signs_nobody_in(frame: TestClient) -> None:
    answer = frame.get("/embed", params=_signed(), headers={"Sec-Fetch-Dest": "document"})

    assert _cookie(answer) == ""
    # It was not used up either.
    assert answer.status_code == 200


def test_a_token_is_for_who_is_signed_in_and_works_once(
    signed_in: Callable[[Role], TestClient], frame: TestClient
) -> None:
    stranger = frame.post("/api/v1/embed-token", headers={"Accept": "application/json"})
    assert stranger.status_code == 401
    foreign = signed_in(Role.LEAD).post("/api/v1/embed-token", headers={"Origin": ORIGIN})
    assert foreign.json()["error"]["code"] == "foreign_origin"

    token = signed_in(Role.LEAD).post("/api/v1/embed-token").json()["token"]
    first = frame.get("/embed", params={"token": token})
    frame.cookies.clear()
    second = frame.get("/embed", params={"token": token})

    assert (first.status_code, second.status_code) == (303, 403)
    assert "svar_embed=" in _cookie(first)


def test_a_token_runs_out(
    signed_in: Callable[[Role], TestClient], frame: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed_in(Role.AGENT).post("/api/v1/embed-token").json()["token"]
    later = datetime.now(UTC) + timedelta(seconds=61)
    monkeypatch.setattr("kb.clock.now", lambda: later)

    assert frame.get("/embed", params={"token": token}).status_code == 403


def test_an_unknown_ticket_is_said_to_be_unknown(signed_in: Callable[[Role], TestClient]) -> None:
    for asked in ("ticket=nope", "source=x&id=1", "url=https://desk.example/tickets/4711", "url=//["):
        answer = signed_in(Role.AGENT).get(f"/embed?{asked}")
        assert answer.status_code == 404, asked
        assert "/ui/?embed=1" in answer.text


def test_signing_out_of_a_frame_ends_its_session(frame: TestClient, service: FakeService) -> None:
    token = _cookie(frame.get("/embed", params=_signed())).split("svar_embed=")[1].split(";")[0]
    frame.cookies.clear()

    answer = frame.post("/logout", headers={"Cookie": f"svar_embed={token}"})

    assert answer.headers["location"] == "/embed"
    assert service.store.users.of_session(token) is None
