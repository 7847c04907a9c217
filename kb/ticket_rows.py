"""Tickets, their messages and their links: rows -> model."""

from __future__ import annotations

import json
import sqlite3

from kb import clock
from kb.desk.attachments import unpack_attachments
from kb.desk.restate import standing_from
from kb.model import Author, Customer, Message, Ticket, TicketLink, TicketStatus

SELECT_TICKET = """
    SELECT t.*, c.name AS customer_name, c.email AS customer_email, c.attributes AS customer_attributes,
        c.company AS customer_company
    FROM tickets t LEFT JOIN customers c ON c.id = t.customer_id
"""
"""What `ticket_from` reads; add a WHERE."""


def ticket_from(row: sqlite3.Row, messages: tuple[Message, ...]) -> Ticket:
    """Read a row of SELECT_TICKET."""
    created = clock.from_text(row["created_at"])
    customer = None
    if row["customer_id"] is not None:
        customer = Customer(
            id=row["customer_id"],
            name=row["customer_name"],
            email=row["customer_email"],
            attributes=json.loads(row["customer_attributes"]),
            company=row["customer_company"],
        )
    return Ticket(
        id=row["id"],
        source=row["source"],
        source_id=row["source_id"],
        subject=row["subject"],
        status=TicketStatus(row["status"]),
        locale=row["locale"],
        created_at=created or clock.now(),
        closed_at=clock.from_text(row["closed_at"]),
        messages=messages,
        product=row["product"],
        topic=row["topic"],
        tags=tuple(json.loads(row["tags"])),
        priority=row["priority"],
        channel=row["channel"],
        customer=customer,
        version=row["version"],
        worked=None if row["worked"] is None else bool(row["worked"]),
        type=row["type"],
        assignee_id=row["assignee_id"],
        assignee=row["assignee"],
        follow_up_at=clock.from_text(row["follow_up_at"]),
        standing=standing_from(row),
    )


def message_from(row: sqlite3.Row) -> Message:
    """Read a row of messages."""
    return Message(
        number=row["number"],
        author=Author(row["author"]),
        public=bool(row["public"]),
        at=clock.from_text(row["at"]) or clock.now(),
        name=row["name"],
        body=row["body"],
        attachments=unpack_attachments(row["attachments"]),
    )


def link_from(row: sqlite3.Row) -> TicketLink:
    """Read a row of ticket_links."""
    return TicketLink(
        ticket_id=row["ticket_id"],
        target=row["target"],
        article_id=row["article_id"],
        at=clock.from_text(row["at"]) or clock.now(),
        kind=row["kind"],
        outcome=row["outcome"],
    )
