"""The workspace in a frame beside another help desk: opening the right ticket there, and signing in there."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kb import clock
from kb.errors import NotFound
from kb.model import Role, User
from kb.users import SESSION_AGE
from ui.api.access import Desk, desk_of, locale_of, require, user_of
from ui.embed_signature import signed_until
from ui.guard import EMBED_COOKIE
from ui.pages import embedding

router = APIRouter(tags=["embed"])
pages = APIRouter(include_in_schema=False)
_FRAMES = frozenset({"", "iframe", "frame", "embed", "object"})
"""What browsers call a request for a page inside a page; old ones say nothing."""


@router.post("/embed-token")
def embed_token(request: Request) -> dict[str, str]:
    """A token that signs the same user in inside a frame, once and within a minute."""
    user = require(request, Role.AGENT)
    return {"token": desk_of(request).store.embed_tokens.mint(user.id)}


@pages.get("/embed")
async def embed(request: Request) -> Response:
    """The workspace with one ticket open, for a frame: `?ticket=`, `?source=&id=` or `?url=`; signs in by a token."""
    return await run_in_threadpool(_embed, request)


@pages.get("/embed/popup")
def popup(request: Request) -> Response:
    """Hands a token to the frame that opened this window; the guard has asked for the password before."""
    return HTMLResponse(embedding.popup(locale_of(request), desk_of(request).static_version))


def _embed(request: Request) -> Response:
    desk = desk_of(request)
    asked = {name: value for name, value in request.query_params.items() if name in {"ticket", "source", "id", "url"}}
    user, is_new, refused = _who(request, desk)
    if user is None:
        page = embedding.sign_in(locale_of(request), desk.static_version, refused=refused)
        return HTMLResponse(page, 403 if refused else 200)
    ticket_id = _ticket(desk, asked)
    if asked and not ticket_id:
        response: Response = HTMLResponse(embedding.unknown(user.locale, desk.static_version), 404)
    else:
        wanted = {"ticket": ticket_id} if ticket_id else {}
        response = RedirectResponse("/ui/?" + urlencode({**wanted, "embed": "1"}), 303)
    if is_new:
        response.headers.append("Set-Cookie", _cookie(desk.store.users.open_session(user.id)))
    return response


def _who(request: Request, desk: Desk) -> tuple[User | None, bool, bool]:
    """Who asks, whether a token has just said so, and whether a token was refused.

    Only inside a frame: elsewhere a stranger's link would sign somebody in as the stranger.
    """
    asked = request.query_params
    if request.headers.get("sec-fetch-dest", "") not in _FRAMES or not {"token", "signature"} & asked.keys():
        return user_of(request), False, False
    found = _by_token(desk, asked["token"]) if "token" in asked else _by_signature(request, desk)
    if found is None:
        known = user_of(request)
        return known, False, known is None
    return found, True, False


def _by_token(desk: Desk, token: str) -> User | None:
    user_id = desk.store.embed_tokens.redeem(token)
    if not user_id:
        return None
    user = desk.store.users.get(user_id)
    return user if user.active else None


def _by_signature(request: Request, desk: Desk) -> User | None:
    said = {name: request.query_params.get(name, "") for name in ("user", "expires", "nonce", "signature")}
    until = signed_until(
        desk.settings.embedding.secret, email=said["user"], expires=said["expires"], nonce=said["nonce"],
        signature=said["signature"], now=clock.now(),
    )  # fmt: skip
    user = desk.store.users.of_email(said["user"]) if until is not None else None
    if user is None or until is None:
        return None
    # The casefolded form is what was compared, so that another spelling is no other signature.
    fresh = desk.store.embed_tokens.use_up(said["signature"].casefold(), user.id, until)
    return user if fresh else None


def _ticket(desk: Desk, asked: dict[str, str]) -> str:
    if asked.get("ticket"):
        try:
            return desk.store.tickets.get(asked["ticket"]).id
        except NotFound:
            return ""
    if asked.get("source") and asked.get("id"):
        return desk.store.ticket_addresses.by_source(asked["source"], asked["id"])
    return desk.store.ticket_addresses.by_url(asked["url"]) if asked.get("url") else ""


def _cookie(token: str) -> str:
    # By hand: Python 3.11 does not know "Partitioned", without which a browser sends no cookie into a foreign frame.
    age = int(SESSION_AGE.total_seconds())
    return f"{EMBED_COOKIE}={token}; Max-Age={age}; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"
