"""Canned replies: found while somebody types, filled for a ticket, and kept by people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from assistant.drafts.merge_fields import FIELDS, UnknownField, check_fields, fill, values_of
from assistant.question import Question, question_of
from kb.canned import OWN, ShortcutTaken
from kb.canned_order import find_canned
from kb.canned_text import MAX_BODY, MAX_FOLDER, MAX_SHORTCUT, MAX_TITLE, CannedText
from kb.errors import Conflict, NotFound, PermissionDenied
from kb.model import CannedReply, Role, User
from kb.store import Store
from ui.api.access import Refused, desk_of, require
from ui.wire import to_json

router = APIRouter(prefix="/canned", tags=["canned"])


class Canned(BaseModel):
    """What a canned reply is to say."""

    title: str = Field(max_length=2 * MAX_TITLE)
    body: str = Field(max_length=2 * MAX_BODY)
    locale: str = Field(max_length=20)
    shortcut: str = Field(default="", max_length=2 * MAX_SHORTCUT)
    folder: str = Field(default="", max_length=2 * MAX_FOLDER)
    product: str = Field(default="", max_length=200)
    tags: list[Annotated[str, Field(max_length=100)]] = Field(default_factory=list, max_length=50)

    def text(self) -> CannedText:
        """The same as kb has it.

        Raises:
            UnknownField: A merge field in it is unknown.
        """
        check_fields(self.body)
        check_fields(self.title)
        return CannedText(
            title=self.title, body=self.body, locale=self.locale, shortcut=self.shortcut, folder=self.folder,
            product=self.product, tags=tuple(self.tags),
        )  # fmt: skip


class NewCanned(Canned):
    """A new one."""

    personal: bool = False


class ChangedCanned(Canned):
    """What it is to become."""

    revision: int = Field(ge=1, le=2**31)
    """The revision that the user saw."""


@router.get("")
def list_canned(
    request: Request,
    locale: Annotated[str, Query(max_length=12)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    ticket_id: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> dict[str, Any]:
    """The canned replies that the words mean, filled for a ticket, in its customer's language first; see find_canned.

    `locale` leaves out the other languages; `more` says that there are more than `limit`.
    """
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    asked = _question(store, ticket_id)
    values = values_of(asked, agent_name=user.name)
    found = find_canned(store.canned.list(locale, user_id=user.id), q, locale=asked.locale if ticket_id else "")
    rows = [_filled(canned, values, user) for canned in found[:limit]]
    return {"canned": rows, "more": len(found) > limit, "fields": list(FIELDS)}


@router.get("/{canned_id}")
def one_canned(
    request: Request, canned_id: str, ticket_id: Annotated[str, Query(max_length=200)] = ""
) -> dict[str, Any]:
    """One canned reply, filled for a ticket."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    canned = store.canned.get(canned_id)
    if canned.owner_id and canned.owner_id != user.id:
        raise NotFound("canned reply", canned_id)
    return {"canned": _filled(canned, values_of(_question(store, ticket_id), agent_name=user.name), user)}


@router.post("", status_code=201)
def create_canned(request: Request, wish: NewCanned) -> dict[str, Any]:
    """Keep a new one: for everybody, which takes a contributor, or for oneself."""
    user = require(request, Role.AGENT)
    with _told():
        canned = desk_of(request).store.canned.create(wish.text(), user, personal=wish.personal)
    return {"canned": _filled(canned, {}, user)}


@router.put("/{canned_id}")
def change_canned(request: Request, canned_id: str, wish: ChangedCanned) -> dict[str, Any]:
    """Change one; what another source brought is changed there."""
    user = require(request, Role.AGENT)
    with _told(desk_of(request).store, canned_id):
        canned = desk_of(request).store.canned.change(canned_id, wish.text(), user, revision=wish.revision)
    return {"canned": _filled(canned, {}, user)}


@router.delete("/{canned_id}")
def remove_canned(request: Request, canned_id: str) -> dict[str, Any]:
    """Take one away; its revisions stay."""
    user = require(request, Role.AGENT)
    with _told(desk_of(request).store, canned_id):
        desk_of(request).store.canned.remove(canned_id, user)
    return {"removed": canned_id}


@contextmanager
def _told(store: Store | None = None, canned_id: str = "") -> Iterator[None]:
    """Say in the reader's language what stands in the way."""
    try:
        yield
    except UnknownField as error:
        allowed = ", ".join(f"{{{{{name}}}}}" for name in FIELDS)
        raise Refused("unknown_field", 400, field=f"{{{{{error.field[:60]}}}}}", allowed=allowed) from None
    except ShortcutTaken as error:
        raise Refused("shortcut_taken", 409, shortcut=error.shortcut, title=error.title) from None
    except Conflict:
        raise Refused("canned_changed", 409) from None
    except PermissionDenied as error:
        source = store.canned.get(canned_id).source if store is not None else OWN
        refusal = Refused("share_role", 403) if source == OWN else Refused("canned_imported", 403, source=source)
        raise refusal from error


def _question(store: Store, ticket_id: str) -> Question:
    return question_of(store.tickets.get(ticket_id)) if ticket_id else Question()


def _filled(canned: CannedReply, values: dict[str, str], user: User) -> dict[str, Any]:
    filled = fill(canned.body, values)
    wire: dict[str, Any] = to_json(canned)
    del wire["owner_id"]
    return wire | {
        "filled": filled.text,
        "missing": [placeholder.field for placeholder in filled.placeholders],
        "values": [[spot.start, spot.end] for spot in filled.filled],
        "personal": bool(canned.owner_id),
        "changeable": canned.source == OWN and (bool(canned.owner_id) or user.role.allows(Role.CONTRIBUTOR)),
    }
