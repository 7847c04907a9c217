"""The colleagues, for pickers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from kb.model import Role
from ui.api.access import desk_of, require

router = APIRouter(prefix="/users", tags=["users"])


@router.get("")
def list_users(request: Request) -> dict[str, Any]:
    """Id, name and role of all active users, by name."""
    require(request, Role.AGENT)
    users = desk_of(request).store.users.list()
    return {"users": [{"id": u.id, "name": u.name, "role": u.role.value} for u in users if u.active]}
