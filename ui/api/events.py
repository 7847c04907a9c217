"""The log of what agents do with what they are shown."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, field_validator

from kb import clock
from kb.event import Event, EventKind
from kb.model import Role
from ui.api.access import desk_of, require

router = APIRouter(prefix="/events", tags=["events"])
Short = Annotated[str, Field(max_length=300)]
POSTABLE = frozenset(
    {EventKind.SHOWN, EventKind.OPENED, EventKind.INSERTED, EventKind.COPIED, EventKind.SEARCHED}
)  # fmt: skip
"""What only a page can know. Everything else is written by the server's own verbs, which do what the event says."""


class Deed(BaseModel):
    """One thing that the agent did; who and when is the server's to say."""

    kind: EventKind
    ticket_id: Short = ""
    article_id: Short = ""
    revision: int = Field(default=0, ge=0, le=2**31)
    rank: int = Field(default=0, ge=0, le=1000)
    confidence: float = Field(default=0.0, ge=0.0, le=1.0)
    detail: dict[Annotated[str, Field(max_length=40)], Short | int | float | bool] = Field(
        default_factory=dict, max_length=10
    )

    @field_validator("kind")
    @classmethod
    def _only_what_a_page_knows(cls, kind: EventKind) -> EventKind:
        if kind not in POSTABLE:
            raise ValueError(f"{kind.value} is written by the server itself; allowed: {', '.join(sorted(POSTABLE))}")
        return kind


class Deeds(BaseModel):
    """Several in their order."""

    events: list[Deed] = Field(max_length=100)


@router.post("", status_code=201)
def log_events(request: Request, deeds: Deeds) -> dict[str, int]:
    """Append to the log, all or none."""
    user = require(request, Role.AGENT)
    at = clock.now()
    desk_of(request).store.events.append(
        [
            Event(
                kind=deed.kind, at=at, user_id=user.id, ticket_id=deed.ticket_id, article_id=deed.article_id,
                revision=deed.revision, rank=deed.rank, confidence=deed.confidence, detail=deed.detail,
            )
            for deed in deeds.events
        ]
    )  # fmt: skip
    return {"logged": len(deeds.events)}
