"""Signing in and out, the first start, and the limit on wrong passwords."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kb.model import Role
from tests.ui.conftest import HERE, PASSWORD
from tests.ui.fakes import FakeService
from ui.app import build_app
from ui.auth import MAX_PER_ADDRESS, MAX_PER_EMAIL, WINDOW_S, Attempts

GOOD = {"email": "Agent@firma.example", "password": PASSWORD}


def test_the_right_password_opens_a_session_in_a_safe_cookie(anonymous: TestClient) -> None:
    answer = anonymous.post("/login", data=GOOD)

    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/ui/")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert anonymous.get("/api/v1/me").json()["user"]["email"] == "agent@firma.example"


def test_behind_https_the_cookie_is_secure(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://svar.example", follow_redirects=False)

    assert "Secure" in client.post("/login", data=GOOD).headers["set-cookie"]


@pytest.mark.parametrize(
    "form", [{"email": "agent@firma.example", "password": "fel"}, {"email": "x", "password": ""}, {}]
)
def test_a_wrong_password_says_so_and_opens_nothing(anonymous: TestClient, form: dict[str, str]) -> None:
    answer = anonymous.post("/login?lang=sv", data=form)

    assert answer.status_code == 401
    assert "Fel e-post eller lösenord." in answer.text
    assert "set-cookie" not in answer.headers


def test_signing_out_ends_the_session_on_the_server(anonymous: TestClient) -> None:
    anonymous.post("/login", data=GOOD)
    token = anonymous.cookies["svar_session"]

    anonymous.post("/logout")
    anonymous.cookies.set("svar_session", token)

    assert anonymous.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/uix\r\nx: y", "javascript:1"]
)
def test_after_signing_in_one_stays_here(anonymous: TestClient, target: str) -> None:
    location = anonymous.post("/login", data={**GOOD, "next": target}).headers["location"]

    assert location.startswith("/ui")
    assert "evil" not in location


def test_what_was_typed_comes_back_escaped(anonymous: TestClient) -> None:
    answer = anonymous.post("/login", data={"email": '"><script>alert(1)</script>', "password": "x", "next": '"><b>'})

    assert "<script>alert" not in answer.text
    assert '"><b>' not in answer.text


def test_too_many_wrong_passwords_close_the_door_for_a_while(anonymous: TestClient) -> None:
    for _ in range(MAX_PER_EMAIL):
        assert anonymous.post("/login", data={**GOOD, "password": "fel"}).status_code == 401

    answer = anonymous.post("/login", data=GOOD)

    assert answer.status_code == 429


def test_attempts_are_counted_per_email_and_per_address_and_forgotten() -> None:
    now = [0.0]
    attempts = Attempts(clock=lambda: now[0])
    for n in range(MAX_PER_ADDRESS):
        attempts.failed(f"{n}@x.example", "192.0.2.1")

    assert attempts.wait_s("new@x.example", "192.0.2.1") == WINDOW_S + 1
    assert attempts.wait_s("new@x.example", "192.0.2.2") == 0
    now[0] = WINDOW_S
    assert attempts.wait_s("new@x.example", "192.0.2.1") == 0


def test_the_first_start_makes_an_admin_exactly_once(empty_service: FakeService) -> None:
    app = build_app(empty_service, demo=False, settings=empty_service.settings, shell=False, follow=False)
    client = TestClient(app, base_url=HERE, follow_redirects=False)
    code = app.state.desk.setup_code
    form = {"code": code, "name": "Åse Ny", "email": "ase@firma.example", "password": PASSWORD}

    short = client.post("/setup?lang=nb", data={**form, "password": "kort"})
    made = client.post("/setup?lang=nb", data=form)
    again = client.post("/setup", data={**form, "email": "other@firma.example"})

    assert (short.status_code, "Passordet er for kort" in short.text) == (400, True)
    assert made.headers["location"] == "/ui/"
    assert again.headers["location"] == "/login"
    [user] = empty_service.store.users.list()
    assert (user.role, user.locale) == (Role.ADMIN, "nb")
    assert client.get("/api/v1/me").json()["role"] == "admin"


@pytest.mark.parametrize("code", ["", "guessed", "å"])
def test_the_first_start_needs_the_code_that_the_server_printed(empty_service: FakeService, code: str) -> None:
    app = build_app(empty_service, demo=False, settings=empty_service.settings, shell=False, follow=False)
    client = TestClient(app, base_url=HERE, client=("127.0.0.1", 1), follow_redirects=False)
    form = {"code": code, "name": "Åse Ny", "email": "ase@firma.example", "password": PASSWORD}

    refused = client.post("/setup?lang=sv", data=form)
    asked = client.get("/setup", params={"code": code}).text
    printed = client.get("/setup", params={"code": app.state.desk.setup_code}).text

    assert (refused.status_code, "Startkoden stämmer inte" in refused.text) == (403, True)
    assert empty_service.store.users.list() == []
    assert app.state.desk.setup_code not in asked
    assert 'type="hidden" name="code"' not in asked
    assert f'type="hidden" name="code" value="{app.state.desk.setup_code}"' in printed
    assert f"?lang=da&amp;code={app.state.desk.setup_code}" in printed


def test_the_demo_lets_in_as_every_role_by_one_click(empty_service: FakeService) -> None:
    app = build_app(empty_service, demo=True, settings=empty_service.settings, shell=False, follow=False)
    for role in Role:
        client = TestClient(app, base_url=HERE, client=("127.0.0.1", 1), follow_redirects=False)
        assert f'value="{role.value}"' in client.get("/login").text
        client.post("/login", data={"role": role.value})
        assert client.get("/api/v1/me").json()["role"] == role.value


def test_demo_colleagues_have_no_password_to_guess(empty_service: FakeService) -> None:
    build_app(empty_service, demo=True, settings=empty_service.settings, shell=False, follow=False)
    app = build_app(empty_service, demo=False, settings=empty_service.settings, shell=False, follow=False)
    client = TestClient(app, base_url=HERE, follow_redirects=False)

    assert client.post("/login", data={"email": "priya.nand@fyrvik.example", "password": ""}).status_code == 401
    assert client.post("/login", data={"role": "admin"}).status_code == 401


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("nn-NO,nb;q=0.9", "nn"),
        ("no", "nb"),
        ("da-DK", "da"),
        ("fi,en;q=0.3,sv;q=0.9", "sv"),
        ("", "en"),
        ("x;q=y", "en"),
    ],
)
def test_the_sign_in_page_speaks_the_browsers_language(anonymous: TestClient, header: str, locale: str) -> None:
    assert f'<html lang="{locale}">' in anonymous.get("/login", headers={"accept-language": header}).text
