"""The guard: the outermost ASGI layer, which decides who asks before anything else runs."""

from __future__ import annotations

import ipaddress
import logging
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.errors import KBError
from kb.model import Role, User
from kb.settings_embed import Embedding
from ui.api.access import Desk
from ui.api.errors import error_body, kb_error_response
from ui.catalogue import choose
from ui.pages.page import ROOT, page_at

log = logging.getLogger("svar.guard")

COOKIE = "svar_session"
EMBED_COOKIE = "svar_embed"
"""The session inside another program's page; a browser sends it only there."""
MAX_BODY = 1_000_000
"""Bytes of a request; a reply of a hundred pages is far below it."""
UPLOADS = "/api/v1/article-files"
"""Files may be larger, as `Settings.file_limit_mb` has it."""
OPEN_PATHS = frozenset({"/login", "/logout", "/setup", "/api/v1/health", "/favicon.ico", "/embed"})
"""What may be asked without a session, besides /static/."""
ADMIN_PATHS = ("/ui/config", "/ui/info", "/ui/openapi.json", "/ui/gradio_api/info", "/ui/gradio_api/openapi.json",
               "/ui/gradio_api/api_info", "/ui/monitoring", "/ui/gradio_api/mcp")  # fmt: skip
"""Gradio's descriptions of all pages; the pages themselves work without them."""
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_POPUP_PATHS = frozenset({"/login", "/embed/popup"})
"""Where the window that a frame opens may be; it must not lose sight of the frame."""
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_OURSELVES = "frame-ancestors 'self'"
_CSP_COMMON = (
    "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none';"
    " base-uri 'self'; form-action 'self'; " + _OURSELVES + "; "
)
CSP = _CSP_COMMON + "script-src 'self'; style-src 'self'"
CSP_GRADIO = (
    _CSP_COMMON
    + "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
)
"""Gradio compiles its HTML components with `new Function`; only its own pages may."""


class Guard:
    """Sessions, origins, sizes and headers for every request; pure ASGI, so that streams stay streams."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse or pass on one connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        seal = _Seal(scope, send, self._desk.settings.embedding)
        try:
            refusal = self._refusal(scope)
            if refusal is not None:
                await refusal(scope, receive, seal)
                return
            await self.app(scope, _limited(receive, self._most(scope)), seal)
        except _BodyTooLarge:
            if not seal.started:
                await self._error(scope, "too_large", 413)(scope, receive, seal)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if seal.started:
                raise
            await self._error(scope, "internal", 500)(scope, receive, seal)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        path: str = scope["path"]
        scope.setdefault("state", {})["user"] = None
        if self._desk.demo and not (_is_loopback(scope) and _is_local_host(headers)):
            return self._error(scope, "demo_only_here", 403)
        if scope["method"] == "OPTIONS" or (scope["method"] in _WRITES and not _same_origin(headers)):
            return self._error(scope, "foreign_origin", 403)
        if _declared_size(headers) > self._most(scope):
            return self._error(scope, "too_large", 413)
        try:
            return self._who(scope, headers, path)
        except KBError as error:
            return kb_error_response(error, self._locale(scope))

    def _most(self, scope: Scope) -> int:
        """How many bytes a request may bring."""
        uploads = scope["path"] == UPLOADS
        return max(MAX_BODY, int(self._desk.settings.file_limit_mb * 1_000_000)) if uploads else MAX_BODY

    def _who(self, scope: Scope, headers: Headers, path: str) -> Response | None:
        if path.startswith("/static/"):
            return None
        user = self._user(headers)
        scope["state"]["user"] = user
        if path == "/api/v1/health":
            return None
        if user is None and not self._has_users():
            if path == "/setup":
                return None
            return (
                RedirectResponse("/setup", 303)
                if _wants_page(scope, headers)
                else self._error(scope, "setup_needed", 401)
            )
        if path in OPEN_PATHS:
            return None
        if user is None:
            if not _wants_page(scope, headers):
                return self._error(scope, "unauthenticated", 401)
            query = parse_qs(scope["query_string"].decode("latin-1"))
            if path.startswith("/ui") and query.get("embed") == ["1"]:
                return RedirectResponse("/embed?" + urlencode({"ticket": query.get("ticket", [""])[0]}), 303)
            target = path + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
            return RedirectResponse("/login?next=" + quote(target, safe=""), 303)
        if path.rstrip("/").startswith(ADMIN_PATHS) and not user.role.allows(Role.ADMIN):
            return self._error(scope, "forbidden", 403)
        page = page_at(path)
        if page is not None and not user.role.allows(page.role):
            return RedirectResponse(f"{ROOT}/", 303)
        return None

    def _user(self, headers: Headers) -> User | None:
        """Who is signed in; where the page is a frame of a page of the same site, by either cookie."""
        cookies = headers.get("cookie", "")
        for name in (COOKIE, EMBED_COOKIE):
            token = session_token(cookies, name)
            user = self._desk.store.users.of_session(token) if token else None
            if user is not None:
                return user
        return None

    def _has_users(self) -> bool:
        if self._desk.demo or "has_users" in self._desk.notes:
            return True
        if self._desk.store.counts().get("users", 0):
            self._desk.notes["has_users"] = "yes"
            return True
        return False

    def _locale(self, scope: Scope) -> str:
        user: User | None = scope.get("state", {}).get("user")
        return user.locale if user else choose(Headers(scope=scope).get("accept-language", ""))

    def _error(self, scope: Scope, code: str, status: int) -> Response:
        return JSONResponse(error_body(self._locale(scope), code), status)


class _BodyTooLarge(Exception):
    pass


class _Seal:
    """Wraps `send`: puts our headers on every answer and takes Gradio's CORS headers off."""

    def __init__(self, scope: Scope, send: Send, embedding: Embedding) -> None:
        self._path: str = scope["path"]
        self._embedding = embedding
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._seal(MutableHeaders(scope=message))
        await self._send(message)

    def _seal(self, headers: MutableHeaders) -> None:
        for name in [n for n in list(headers) if n.lower().startswith("access-control-")]:
            del headers[name]
        csp = CSP_GRADIO if self._path.startswith("/ui") else CSP
        if self._embedding.is_allowed and self._path.startswith(("/ui", "/embed")) and self._path not in _POPUP_PATHS:
            # The old header cannot name anybody, so where somebody is allowed the new one stands alone.
            csp = csp.replace(_OURSELVES, " ".join((_OURSELVES, *self._embedding.origins)))
        else:
            headers["X-Frame-Options"] = "SAMEORIGIN"
        headers["Content-Security-Policy"] = csp
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        popup = self._embedding.is_allowed and self._path in _POPUP_PATHS
        headers["Cross-Origin-Opener-Policy"] = "unsafe-none" if popup else "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if not self._path.startswith(("/static/", "/ui/assets/", "/ui/static/")):
            headers["Cache-Control"] = "no-store"


def session_token(cookie_header: str, name: str = COOKIE) -> str:
    """The session token in a Cookie header; empty if there is none.

    Args:
        cookie_header: What the browser sent.
        name: Which of the two cookies.
    """
    try:
        morsel = SimpleCookie(cookie_header).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _limited(receive: Receive, most: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise _BodyTooLarge
        return message

    return counted


def _declared_size(headers: Headers) -> int:
    declared = headers.get("content-length", "0")
    return int(declared) if declared.isdecimal() else 0


def _wants_page(scope: Scope, headers: Headers) -> bool:
    path: str = scope["path"]
    if path.startswith(("/api/", "/ui/gradio_api")) or scope["method"] != "GET":
        return False
    return path == "/" or page_at(path) is not None or "text/html" in headers.get("accept", "")


def _same_origin(headers: Headers) -> bool:
    """A browser says where a write comes from; what says nothing is no browser and carries no stranger's click."""
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.casefold() == headers.get("host", "").casefold()
    return headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def _is_loopback(scope: Scope) -> bool:
    client = scope.get("client")
    try:
        return client is not None and ipaddress.ip_address(client[0].split("%")[0]).is_loopback
    except ValueError:
        return False


def _is_local_host(headers: Headers) -> bool:
    # A page elsewhere can point its own host name at 127.0.0.1; the demo has no passwords, so the name must be ours.
    name = urlsplit("//" + headers.get("host", "")).hostname
    return name in _LOCAL_NAMES
