"""Who is signed in, and the texts of the page in their language."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kb.locales import UI_LOCALES
from kb.model import Role
from ui.api.access import Refused, desk_of, require
from ui.catalogue import catalogue
from ui.pages.signin import NAMES
from ui.wire import to_json

router = APIRouter(tags=["me"])
AFTER_CONTACT = "after_contact"
_PARTS = {"knowledge": ("workspace", "knowledge", "upkeep"), "lead": ("workspace", "lead", "upkeep")}
"""Which texts a page needs; the workspace, which shall open quickest, only its own."""


class Wishes(BaseModel):
    """What a user may change about themselves."""

    locale: str | None = None
    after_contact: bool | None = None
    """Whether to ask for what solved a ticket once it is solved."""


@router.get("/me")
def me(request: Request, page: Annotated[str, Query(max_length=20)] = "workspace") -> dict[str, Any]:
    """The user, their role and the texts of a page in their language."""
    user = require(request, Role.AGENT)
    return {
        "user": to_json(user),
        "role": user.role.value,
        "locale": user.locale,
        "locales": [{"code": code, "name": NAMES[code]} for code in UI_LOCALES],
        "catalogue": catalogue(user.locale, _PARTS.get(page, ("workspace",))),
        "after_contact": desk_of(request).store.wishes.get(user.id, AFTER_CONTACT, "yes") == "yes",
        "demo": desk_of(request).demo,
        "language_model": desk_of(request).rewriter is not None,
    }


@router.put("/me")
def change_me(request: Request, wishes: Wishes) -> dict[str, Any]:
    """Remember what the user chose; what is not named stays."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    if wishes.locale is not None:
        if wishes.locale not in UI_LOCALES:
            raise Refused("invalid", 400, detail="locale: " + ", ".join(UI_LOCALES))
        store.users.set_locale(user.id, wishes.locale)
    if wishes.after_contact is not None:
        store.wishes.put(user.id, AFTER_CONTACT, "yes" if wishes.after_contact else "no")
    asks = store.wishes.get(user.id, AFTER_CONTACT, "yes") == "yes"
    return {"locale": wishes.locale or user.locale, "after_contact": asks}
