"""One ticket as GET, PATCH and the reply answer it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kb import clock
from kb.model import Message, Ticket, User
from kb.store import Store
from ui.api.message_parts import parts_of
from ui.api.ticket_rows import rows_of
from ui.wire import to_json

_LONGEST_CALL = timedelta(hours=2)
"""Notes that were typed longer ago belong to a call that is over; they are kept, and the page opens as usual."""


def whole(store: Store, ticket: Ticket, user: User) -> dict[str, Any]:
    """A ticket with its messages, the customer's earlier tickets, links, and the user's unsent reply; marks it read.

    Args:
        store: The database.
        ticket: With its messages.
        user: Who looks at it.
    """
    colleagues = {colleague.id: colleague.name for colleague in store.users.list()}
    one: dict[str, Any] = to_json(ticket)
    sent = store.outbox.deliveries(ticket.id)
    one["messages"] = [_message(message) | {"delivery": to_json(sent.get(message.at))} for message in ticket.messages]
    one["assignee_name"] = colleagues.get(ticket.assignee_id, "") or ticket.assignee
    return {
        "ticket": one,
        "read_upto": store.reads.mark(user.id, ticket.id),
        "earlier": rows_of(store, store.tickets.earlier_of(ticket), user.id),
        "earlier_total": store.customers.count_tickets(ticket.customer.id) - 1 if ticket.customer else 0,
        "links": links_of(store, ticket.id),
        "call_notes": store.call_notes.get(ticket.id, user.id),
        "calling": store.call_notes.is_on(ticket.id, user.id, since=clock.now() - _LONGEST_CALL),
        **_typed(store, ticket, user),
    }


def links_of(store: Store, ticket_id: str) -> list[dict[str, Any]]:
    """The articles that are linked to a ticket, with title and address; those that are gone are left out."""
    links = store.tickets.links([ticket_id])
    articles = store.articles.get_many(link.article_id for link in links)
    return [
        to_json(link) | {"title": articles[link.article_id].title, "url": articles[link.article_id].url}
        for link in links
        if link.article_id in articles
    ]


def _typed(store: Store, ticket: Ticket, user: User) -> dict[str, Any]:
    """What the user has typed and not sent: the newest text, and whether it is a reply or a note."""
    typed = store.reply_drafts.newest(ticket.id, user.id)
    return {
        "reply_draft": typed.body if typed else "",
        "reply_public": typed.public if typed else True,
        "reply_version": typed.version if typed else 0,
        "reply_origins": to_json(typed.origins) if typed else [],
        "reply_drafted": typed.drafted if typed else "",
    }


def _message(message: Message) -> dict[str, Any]:
    row: dict[str, Any] = to_json(message)
    return row | {"parts": parts_of(message)}
