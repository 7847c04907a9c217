"""Tickets as rows of a list."""

from __future__ import annotations

from typing import Any

from kb.model import Ticket
from kb.store import Store
from ui.api.prose import preview
from ui.wire import to_json


def rows_of(store: Store, tickets: list[Ticket], user_id: str) -> list[dict[str, Any]]:
    """Tickets without their messages, with what a list shows beside them, in the given order.

    Args:
        store: The database.
        tickets: Any number, also none.
        user_id: Who looks: what is unread is unread for them.
    """
    ids = [ticket.id for ticket in tickets]
    previews = store.tickets.previews(ids)
    unread = store.queue.unread(tickets, store.reads.upto(user_id, ids))
    names = {user.id: user.name for user in store.users.list()} if tickets else {}
    others = store.presence.others(ids, except_user=user_id) if tickets else {}
    rows: list[dict[str, Any]] = to_json(tickets)
    for ticket, row in zip(tickets, rows, strict=True):
        del row["messages"]
        row |= {
            "preview": preview(previews.get(ticket.id, "")),
            "last_at": to_json(ticket.standing.last_at or ticket.created_at),
            "last_author": ticket.standing.last_author,
            "unread": unread[ticket.id],
            "assignee_name": names.get(ticket.assignee_id, "") or ticket.assignee,
            "others": to_json(others.get(ticket.id, ())),
        }
    return rows
