"""Whether the server is up; open to everybody, says nothing about anybody."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ui.api.access import desk_of

router = APIRouter(tags=["health"])


@router.get("/health")
def health(request: Request) -> dict[str, object]:
    """Up, whether the page shell is loaded, and whether answers come as quickly as they can."""
    desk = desk_of(request)
    return {"status": "ok", "shell": desk.notes.get("shell", "starting"), "warm": desk.service.is_warm}
