"""Signing in and out, the first start, and how often a wrong password may be tried."""

from __future__ import annotations

import hmac
import threading
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kb.errors import KBError
from kb.locales import UI_LOCALES
from kb.model import Role, User
from kb.users import MIN_PASSWORD, SESSION_AGE
from ui.api.access import Desk, Refused, desk_of, locale_of, user_of
from ui.catalogue import choose, text
from ui.demo import add_colleagues
from ui.guard import COOKIE, EMBED_COOKIE, session_token
from ui.pages import signin

router = APIRouter(include_in_schema=False)
HOME = "/ui/"
WINDOW_S = 900.0
"""For so long a wrong password is remembered."""
MAX_PER_EMAIL = 6
MAX_PER_ADDRESS = 30
_setup_lock = threading.Lock()


class Attempts:
    """Wrong passwords of the last quarter of an hour, per e-mail and per address; in memory, safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: dict[str, deque[float]] = {}

    def wait_s(self, email: str, address: str) -> int:
        """Seconds until this e-mail may try again from this address; 0 = now."""
        with self._lock:
            now = self._clock()
            return max(self._wait("e:" + email, MAX_PER_EMAIL, now), self._wait("a:" + address, MAX_PER_ADDRESS, now))

    def failed(self, email: str, address: str) -> None:
        """Remember a wrong password."""
        with self._lock:
            now = self._clock()
            if len(self._failed) > 10_000:
                self._failed = {k: v for k, v in self._failed.items() if v and now - v[-1] < WINDOW_S}
            for key in ("e:" + email, "a:" + address):
                self._failed.setdefault(key, deque(maxlen=MAX_PER_ADDRESS)).append(now)

    def succeeded(self, email: str) -> None:
        """Forget the e-mail's wrong passwords."""
        with self._lock:
            self._failed.pop("e:" + email, None)

    def _wait(self, key: str, most: int, now: float) -> int:
        times = self._failed.get(key)
        if times is None:
            return 0
        while times and now - times[0] >= WINDOW_S:
            times.popleft()
        return int(WINDOW_S - (now - times[-most])) + 1 if len(times) >= most else 0


@router.get("/")
def home() -> Response:
    """The workspace is the start page."""
    return RedirectResponse(HOME, 303)


@router.get("/favicon.ico")
def favicon(request: Request) -> Response:
    """The mark as an icon."""
    return RedirectResponse(f"/static/{desk_of(request).static_version}/mark.svg", 303)


@router.get("/login")
def login_page(request: Request) -> Response:
    """The sign-in page; who is signed in goes on to the workspace."""
    if user_of(request) is not None:
        return RedirectResponse(_safe_next(request.query_params.get("next", "")), 303)
    return _signin(request)


@router.post("/login")
async def login(request: Request) -> Response:
    """Sign in by e-mail and password, or in the demo by role."""
    form = await _form(request)
    desk = desk_of(request)
    if desk.demo:
        return await run_in_threadpool(_enter_demo, request, desk, form)
    return await run_in_threadpool(_enter, request, desk, form)


@router.post("/logout")
def logout(request: Request) -> Response:
    """Sign out."""
    cookies = request.headers.get("cookie", "")
    tokens = {name: session_token(cookies, name) for name in (COOKIE, EMBED_COOKIE)}
    for token in filter(None, tokens.values()):
        desk_of(request).store.users.close_session(token)
    response = RedirectResponse("/embed" if tokens[EMBED_COOKIE] and not tokens[COOKIE] else "/login", 303)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return response


@router.get("/setup")
def setup_page(request: Request) -> Response:
    """The first start: who is the admin?"""
    if not is_first_start(desk_of(request)):
        return RedirectResponse("/login", 303)
    code = request.query_params.get("code", "")
    known = {"code": code} if _knows_code(desk_of(request), code) else {}
    return _page(signin.setup(_locale(request), _version(request), known))


@router.post("/setup")
async def setup(request: Request) -> Response:
    """Make the first admin and sign them in; works exactly once."""
    form = await _form(request)
    return await run_in_threadpool(_make_admin, request, desk_of(request), form)


def _enter(request: Request, desk: Desk, form: dict[str, str]) -> Response:
    email, address = form.get("email", "").strip().casefold()[:254], _address(request)
    wait = desk.attempts.wait_s(email, address)
    if wait:
        return _signin(request, form, "login.too_many", 429, minutes=-(-wait // 60))
    user = desk.store.users.check_password(email, form.get("password", "")[:1000])
    if user is None:
        desk.attempts.failed(email, address)
        return _signin(request, form, "login.wrong", 401)
    desk.attempts.succeeded(email)
    return _signed_in(request, desk, user, form.get("next", ""))


def _enter_demo(request: Request, desk: Desk, form: dict[str, str]) -> Response:
    try:
        role = Role(form.get("role", ""))
    except ValueError:
        raise Refused("invalid", 400, detail="role: " + ", ".join(Role)) from None
    return _signed_in(request, desk, add_colleagues(desk.store)[role], form.get("next", ""))


def _make_admin(request: Request, desk: Desk, form: dict[str, str]) -> Response:
    locale = _locale(request)
    with _setup_lock:
        if not is_first_start(desk):
            return RedirectResponse("/login", 303)
        if not _knows_code(desk, form.get("code", "")):
            refusal = text(locale, "setup.wrong_code")
            return _page(signin.setup(locale, _version(request), form | {"code": ""}, refusal), 403)
        password = form.get("password", "")
        problem = _setup_problem(locale, form.get("name", ""), form.get("email", ""), password)
        if problem:
            return _page(signin.setup(locale, _version(request), form, problem), 400)
        try:
            user = desk.store.users.create(
                name=form["name"][:120], email=form["email"][:254], role=Role.ADMIN, password=password, locale=locale
            )
        except KBError as error:
            return _page(signin.setup(locale, _version(request), form, error.message), 400)
    return _signed_in(request, desk, user, "")


def _knows_code(desk: Desk, code: str) -> bool:
    return hmac.compare_digest(code.strip().encode(), desk.setup_code.encode())


def _setup_problem(locale: str, name: str, email: str, password: str) -> str:
    if not name.strip() or "@" not in email.strip()[1:-1]:
        return text(locale, "setup.need_name_and_email")
    if len(password) < MIN_PASSWORD:
        return text(locale, "setup.short_password", n=MIN_PASSWORD)
    return ""


def is_first_start(desk: Desk) -> bool:
    """Tell whether nobody can sign in yet, so that the first admin is still to be made."""
    return not desk.demo and not desk.store.counts().get("users", 0)


def _signed_in(request: Request, desk: Desk, user: User, target: str) -> Response:
    old = session_token(request.headers.get("cookie", ""))
    if old:
        desk.store.users.close_session(old)
    token = desk.store.users.open_session(user.id)
    response = RedirectResponse(_safe_next(target), 303)
    response.set_cookie(
        COOKIE, token, max_age=int(SESSION_AGE.total_seconds()), path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


def _signin(
    request: Request, form: dict[str, str] | None = None, problem: str = "", status: int = 200, **values: object
) -> Response:
    locale, desk = _locale(request), desk_of(request)
    target = (form or {}).get("next") or request.query_params.get("next", "")
    message = text(locale, problem, **values) if problem else ""
    if desk.demo:
        people = add_colleagues(desk.store)
        return _page(signin.demo(locale, _version(request), people, _safe_next(target)), status)
    email = (form or {}).get("email", "")
    return _page(signin.login(locale, _version(request), email, _safe_next(target), message), status)


def _page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status)


def _locale(request: Request) -> str:
    wish = request.query_params.get("lang", "")
    return choose("", wish=wish) if wish in UI_LOCALES else locale_of(request)


def _version(request: Request) -> str:
    return desk_of(request).static_version


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _safe_next(target: str) -> str:
    """Only a page of our own; a foreign address, however it is written, becomes the start page."""
    own = target.startswith("/ui") or target == "/embed/popup"
    return target if own and "\\" not in target and not any(ord(c) < 32 for c in target) else HOME


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("utf-8", "replace")
    try:
        parsed = parse_qs(body, keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise Refused("invalid", 400, detail="form") from None
    return {name: values[-1] for name, values in parsed.items()}
