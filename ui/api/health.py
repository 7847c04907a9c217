"""Whether the server is up; open to everybody, says nothing about anybody."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ui.api.access import desk_of

router = APIRouter(tags=["health"])


@router.get("/health")
def health(request: Request) -> dict[str, object]:
    """Up, and whether the page shell is loaded."""
    return {"status": "ok", "shell": desk_of(request).notes.get("shell", "starting")}
