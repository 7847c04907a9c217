"""What a source says about a ticket becomes what is stored; what agents wrote here stays."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from kb import clock
from kb.addresses import urls_in
from kb.database import next_seq, to_json
from kb.errors import InvalidRow
from kb.links import insert_link
from kb.model import Author, Customer, Ticket, TicketStatus


def put_ticket(connection: sqlite3.Connection, ticket: Ticket, links: Sequence[str] = ()) -> str:
    """Store a ticket as its source has it now, with its messages and links. Runs inside a write.

    URLs in agents' public replies become links of kind "mentioned".

    Args:
        connection: A connection inside a transaction.
        ticket: What to store.
        links: The help desk's linked articles: URLs, slugs or ids.

    Returns:
        "new", "changed" or "unchanged".

    Raises:
        InvalidRow: Another source already has a ticket with this id.
    """
    digest = _digest(ticket, links)
    old = connection.execute(
        "SELECT id, content_hash FROM tickets WHERE source = ? AND source_id = ?", (ticket.source, ticket.source_id)
    ).fetchone()
    if old is not None and old["content_hash"] == digest:
        return "unchanged"
    if old is None and connection.execute("SELECT 1 FROM tickets WHERE id = ?", (ticket.id,)).fetchone():
        raise InvalidRow(f"ticket id {ticket.id!r} already belongs to another source; give it another id")
    if ticket.customer is not None:
        _put_customer(connection, ticket.customer)
    ticket_id = ticket.id if old is None else str(old["id"])
    status, closed_at = _status_now(connection, ticket_id, ticket)
    connection.execute(
        "INSERT INTO tickets (id, source, source_id, subject, status, locale, product, topic, tags, priority, channel,"
        " customer_id, created_at, closed_at, content_hash, seq)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, status = excluded.status,"
        " locale = excluded.locale, product = excluded.product, topic = excluded.topic, tags = excluded.tags,"
        " priority = excluded.priority, channel = excluded.channel, customer_id = excluded.customer_id,"
        " created_at = excluded.created_at, closed_at = excluded.closed_at, content_hash = excluded.content_hash,"
        " seq = excluded.seq, version = version + 1",
        (
            ticket_id, ticket.source, ticket.source_id, ticket.subject, status.value, ticket.locale,
            ticket.product, ticket.topic, to_json(list(ticket.tags)), ticket.priority, ticket.channel,
            ticket.customer.id if ticket.customer else None, clock.to_text(ticket.created_at),
            clock.to_text(closed_at), digest, next_seq(connection),
        ),
    )  # fmt: skip
    _write_messages(connection, ticket_id, ticket)
    _write_links(connection, ticket_id, ticket, links)
    return "new" if old is None else "changed"


def _write_messages(connection: sqlite3.Connection, ticket_id: str, ticket: Ticket) -> None:
    # What agents wrote here is not in the source: it stays, behind what the source has.
    own = connection.execute(
        "SELECT author, public, at, name, body FROM messages WHERE ticket_id = ? AND own = 1 ORDER BY number",
        (ticket_id,),
    ).fetchall()
    connection.execute("DELETE FROM messages WHERE ticket_id = ?", (ticket_id,))
    rows = [(m.author.value, int(m.public), clock.to_text(m.at), m.name, m.body, 0) for m in ticket.messages]
    rows += [(*row, 1) for row in own]
    connection.executemany(
        "INSERT INTO messages (ticket_id, number, author, public, at, name, body, own) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(ticket_id, number, *row) for number, row in enumerate(sorted(rows, key=lambda row: str(row[2])))],
    )


def _status_now(connection: sqlite3.Connection, ticket_id: str, ticket: Ticket) -> tuple[TicketStatus, datetime | None]:
    """The source's status, unless agents here answered after all that the source knows of."""
    row = connection.execute(
        "SELECT t.status, t.closed_at, max(m.at) AS at FROM tickets t JOIN messages m ON m.ticket_id = t.id"
        " WHERE t.id = ? AND m.own = 1 GROUP BY t.id",
        (ticket_id,),
    ).fetchone()
    newest = max((m.at for m in ticket.messages if m.author is Author.CUSTOMER), default=ticket.created_at)
    if row is None or newest > (clock.from_text(row["at"]) or newest):
        return ticket.status, ticket.closed_at
    return TicketStatus(row["status"]), clock.from_text(row["closed_at"])


def _write_links(connection: sqlite3.Connection, ticket_id: str, ticket: Ticket, links: Sequence[str]) -> None:
    # What agents of this product linked stays; what the source says is written anew.
    connection.execute("DELETE FROM ticket_links WHERE ticket_id = ? AND kind <> 'resolution'", (ticket_id,))
    replies = [m for m in ticket.messages if m.public and m.author is Author.AGENT]
    mentioned = {url: m.at for m in reversed(replies) for url in urls_in(m.body)}
    last = ticket.closed_at or (ticket.messages[-1].at if ticket.messages else ticket.created_at)
    for target in links:
        insert_link(connection, ticket_id, target, "", mentioned.get(target, last), "linked")
    for target, at in mentioned.items():
        insert_link(connection, ticket_id, target, "", at, "mentioned")


def _put_customer(connection: sqlite3.Connection, customer: Customer) -> None:
    connection.execute(
        "INSERT INTO customers (id, name, email, attributes) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END,"
        " attributes = CASE excluded.attributes WHEN '{}' THEN attributes ELSE excluded.attributes END",
        (customer.id, customer.name, customer.email, to_json(dict(customer.attributes))),
    )


def _digest(ticket: Ticket, links: Sequence[str]) -> str:
    content = [
        ticket.subject, ticket.status, ticket.locale, ticket.product, ticket.topic, ticket.tags, ticket.priority,
        ticket.channel, clock.to_text(ticket.created_at), clock.to_text(ticket.closed_at), list(links),
        [ticket.customer.id, ticket.customer.name, dict(ticket.customer.attributes)] if ticket.customer else None,
        [[m.author, m.public, clock.to_text(m.at), m.name, m.body] for m in ticket.messages],
    ]  # fmt: skip
    return hashlib.sha256(to_json(content).encode()).hexdigest()
