"""Asked tickets and near articles with as few words as possible."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from assistant.gaps.model import NearArticle
from kb.gaps.model import AskedTicket
from tests.fakes import DAY


def asked(
    ticket_id: str = "t1", opening: str = "My hub is offline.", *, days: float = 0, minutes: float = 30, **more: Any
) -> AskedTicket:
    """A resolved English ticket some days after DAY that took some minutes."""
    created = DAY + timedelta(days=days)
    defaults: dict[str, Any] = {
        "subject": "", "locale": "en", "product": "", "ended_at": created + timedelta(minutes=minutes),
        "customer_id": f"customer of {ticket_id}", "customer_name": "", "customer_email": "", "is_resolved": True,
        "tags": (), "worked": None, "agent_spoke": True, "score": None,
    }  # fmt: skip
    return AskedTicket(id=ticket_id, opening=opening, created_at=created, **(defaults | more))


def near(article_id: str = "a1", **more: Any) -> NearArticle:
    """An article in English that its customers may read; nothing happened to it."""
    defaults: dict[str, Any] = {"family": article_id, "title": article_id, "locale": "en", "locales": frozenset({"en"})}
    return NearArticle(id=article_id, **(defaults | more))
