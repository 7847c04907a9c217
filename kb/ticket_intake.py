"""What a source says about a ticket becomes what is stored; what agents wrote here stays."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from kb import clock
from kb.addresses import urls_in
from kb.customer_intake import put_customer
from kb.database import next_seq, to_json
from kb.desk.after_status import after_status
from kb.desk.assignees import user_named
from kb.desk.attachments import pack_attachments
from kb.desk.restate import restate
from kb.errors import InvalidRow
from kb.links import insert_link
from kb.model import Author, Message, Ticket, TicketStatus


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
        "SELECT id, content_hash, own_fields, status FROM tickets WHERE source = ? AND source_id = ?",
        (ticket.source, ticket.source_id),
    ).fetchone()
    if old is not None and old["content_hash"] == digest:
        return "unchanged"
    if old is None and connection.execute("SELECT 1 FROM tickets WHERE id = ?", (ticket.id,)).fetchone():
        raise InvalidRow(f"ticket id {ticket.id!r} already belongs to another source; give it another id")
    customer_id = put_customer(connection, ticket.customer) if ticket.customer is not None else None
    ticket_id = ticket.id if old is None else str(old["id"])
    status, closed_at = _status_now(connection, ticket_id, ticket)
    values: dict[str, object] = {
        "id": ticket_id, "source": ticket.source, "source_id": ticket.source_id, "subject": ticket.subject,
        "status": status.value, "locale": ticket.locale, "product": ticket.product, "topic": ticket.topic,
        "tags": to_json(list(ticket.tags)), "priority": ticket.priority, "channel": ticket.channel,
        "customer_id": customer_id, "created_at": clock.to_text(ticket.created_at),
        "closed_at": clock.to_text(closed_at), "content_hash": digest, "seq": next_seq(connection),
        "type": ticket.type, "assignee": ticket.assignee, "assignee_id": user_named(connection, ticket.assignee),
    }  # fmt: skip
    # What agents changed here stays, as what they wrote here does.
    own = set() if old is None else set(json.loads(old["own_fields"]))
    changed = [name for name in values if name not in own and name not in {"id", "source", "source_id"}]
    connection.execute(
        f"INSERT INTO tickets ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
        f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in changed)},"
        " version = version + 1",
        tuple(values.values()),
    )
    _write_messages(connection, ticket_id, ticket)
    _write_links(connection, ticket_id, ticket, links)
    restate(connection, ticket_id)
    if old is not None:
        after_status(connection, ticket_id, was=old["status"], now=status.value, actor="")
    return "new" if old is None else "changed"


def _write_messages(connection: sqlite3.Connection, ticket_id: str, ticket: Ticket) -> None:
    # What agents wrote here is not in the source: it stays, behind what the source has.
    own = connection.execute(
        "SELECT author, public, at, name, body, attachments FROM messages"
        " WHERE ticket_id = ? AND own = 1 ORDER BY number",
        (ticket_id,),
    ).fetchall()
    connection.execute("DELETE FROM messages WHERE ticket_id = ?", (ticket_id,))
    rows = [
        (m.author.value, int(m.public), clock.to_text(m.at), m.name, m.body, pack_attachments(m.attachments), 0)
        for m in ticket.messages
    ]
    rows += [(*row, 1) for row in own]
    connection.executemany(
        "INSERT INTO messages (ticket_id, number, author, public, at, name, body, attachments, own)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(ticket_id, number, *row) for number, row in enumerate(sorted(rows, key=lambda row: str(row[2])))],
    )


def _status_now(connection: sqlite3.Connection, ticket_id: str, ticket: Ticket) -> tuple[TicketStatus, datetime | None]:
    """The source's status, unless agents here answered or set it after all that the source knows of."""
    row = connection.execute(
        "SELECT status, closed_at, max(coalesce(status_at, ''), coalesce((SELECT max(m.at) FROM messages m"
        " WHERE m.ticket_id = t.id AND m.own = 1), '')) AS at FROM tickets t WHERE id = ?",
        (ticket_id,),
    ).fetchone()
    newest = max((m.at for m in ticket.messages if m.author is Author.CUSTOMER), default=ticket.created_at)
    if row is None or not row["at"] or newest > (clock.from_text(row["at"]) or newest):
        return ticket.status, ticket.closed_at
    return TicketStatus(row["status"]), clock.from_text(row["closed_at"])


def _write_links(connection: sqlite3.Connection, ticket_id: str, ticket: Ticket, links: Sequence[str]) -> None:
    # What agents of this product linked stays; what the source says is written anew, and keeps what became of it.
    ended = connection.execute(
        "SELECT outcome, target FROM ticket_links WHERE ticket_id = ? AND outcome <> ''", (ticket_id,)
    ).fetchall()
    connection.execute(
        "DELETE FROM ticket_links WHERE ticket_id = ? AND kind NOT IN ('resolution', 'reference')", (ticket_id,)
    )
    replies = [m for m in ticket.messages if m.public and m.author is Author.AGENT]
    mentioned = {url: m.at for m in reversed(replies) for url in urls_in(m.body)}
    last = ticket.closed_at or (ticket.messages[-1].at if ticket.messages else ticket.created_at)
    for target in links:
        insert_link(connection, ticket_id, target, "", mentioned.get(target, last), "linked")
    for target, at in mentioned.items():
        insert_link(connection, ticket_id, target, "", at, "mentioned")
    connection.executemany(
        "UPDATE ticket_links SET outcome = ? WHERE ticket_id = ? AND target = ?",
        [(row["outcome"], ticket_id, row["target"]) for row in ended],
    )


def _digest(ticket: Ticket, links: Sequence[str]) -> str:
    content = [
        ticket.subject, ticket.status, ticket.locale, ticket.product, ticket.topic, ticket.tags, ticket.priority,
        ticket.channel, clock.to_text(ticket.created_at), clock.to_text(ticket.closed_at), list(links),
        [ticket.customer.id, ticket.customer.name, dict(ticket.customer.attributes)] if ticket.customer else None,
        [_content(message) for message in ticket.messages],
    ]  # fmt: skip
    # Only where they are given: what was imported before these were known has not changed.
    company = ticket.customer.company if ticket.customer else ""
    later = {"type": ticket.type, "assignee": ticket.assignee, "company": company}
    content += [[name, value] for name, value in later.items() if value]
    return hashlib.sha256(to_json(content).encode()).hexdigest()


def _content(message: Message) -> list[object]:
    said: list[object] = [message.author, message.public, clock.to_text(message.at), message.name, message.body]
    # Only where there are files: what was imported before files were kept has not changed.
    return [*said, pack_attachments(message.attachments)] if message.attachments else said
