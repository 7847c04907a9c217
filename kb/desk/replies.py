"""Sending: an agent's message with everything that follows from it, in one transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import datetime

from kb import clock
from kb.canned import count_uses
from kb.database import Database, next_seq
from kb.desk.after_message import Written, after_message
from kb.desk.after_status import after_status, status_of
from kb.desk.reads import mark_read
from kb.desk.restate import restate
from kb.errors import Conflict, InvalidRow, NotFound
from kb.event import Event, EventKind
from kb.events import insert_event
from kb.links import insert_link
from kb.model import RESOLVED, Author, TicketStatus
from kb.reply_drafts import forget_sent
from kb.settings_outgoing import Outgoing

RESOLUTION, REFERENCE = "resolution", "reference"
LINK_KINDS = (RESOLUTION, REFERENCE)
"""What an article that a reply is linked to was for: it solved the problem, or it is worth reading beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingReply:
    """A message that an agent sends, and what is known about it."""

    ticket_id: str
    body: str
    """Markdown, not empty."""
    author_name: str
    """Shown as the writer."""
    actor: str
    """The user's id."""
    status: TicketStatus
    """The ticket's status after the message."""
    version: int
    """The version of the ticket that the agent saw."""
    public: bool = True
    """False for an internal note."""
    links: tuple[tuple[str, str], ...] = ()
    """Article ids, each with one of LINK_KINDS."""
    events: tuple[Event, ...] = ()
    """What is to be written down about it; time and number of the message are filled in."""
    canned_ids: tuple[str, ...] = ()
    """The canned replies that the text was made of."""
    tab: str = ""
    """The browser's tab it was typed in, whose unfinished text is forgotten."""
    outgoing: Outgoing = field(default_factory=Outgoing)
    """Where public replies to imported tickets go besides."""


class Replies:
    """Agents' messages of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def send(self, reply: OutgoingReply) -> int:
        """Add the message, set the status, link the articles, write the events and forget what was typed: all or none.

        Args:
            reply: What is sent.

        Returns:
            The message's number in the ticket.

        Raises:
            NotFound: No such ticket.
            Conflict: Somebody changed the ticket since the agent read it.
            InvalidRow: The body is empty, or a link is of no known kind.
        """
        if not reply.body.strip():
            raise InvalidRow("an empty message cannot be sent; write something first")
        unknown = [kind for _, kind in reply.links if kind not in LINK_KINDS]
        if unknown:
            raise InvalidRow(f"unknown kind of link {unknown[0][:40]!r}; allowed: {', '.join(LINK_KINDS)}")
        verb = "reply" if reply.public else "note"
        detail: dict[str, object] = {"status": reply.status.value}
        overridden = [event.detail.get("quote", "") for event in reply.events if event.kind is EventKind.OVERRIDDEN]
        if overridden:
            detail["overridden"] = overridden
        with self._db.write(verb, "ticket", reply.ticket_id, actor=reply.actor, detail=detail) as connection:
            at, was = clock.now(), status_of(connection, reply.ticket_id)
            number = _add(connection, reply, at)
            linked = tuple(
                Event(EventKind.LINKED, at, article_id=article_id, detail={"kind": kind})
                for article_id, kind in dict(reply.links).items()
                if _link(connection, reply.ticket_id, article_id, kind, at)
            )
            for event in (*reply.events, *linked):
                insert_event(connection, _placed(event, reply, number, at))
            count_uses(connection, reply.canned_ids)
            forget_sent(connection, reply.ticket_id, reply.actor, tab=reply.tab, body=reply.body)
            restate(connection, reply.ticket_id)
            mark_read(connection, reply.actor, reply.ticket_id)
            after_message(connection, _written(reply, number, at), reply.outgoing)
            after_status(connection, reply.ticket_id, was=was, now=reply.status.value, actor=reply.actor)
        return number


def _add(connection: sqlite3.Connection, reply: OutgoingReply, at: datetime) -> int:
    row = connection.execute("SELECT version, status FROM tickets WHERE id = ?", (reply.ticket_id,)).fetchone()
    if row is None:
        raise NotFound("ticket", reply.ticket_id)
    if row["version"] != reply.version:
        raise Conflict(
            "Somebody else changed this ticket while you were writing.",
            hint="Reload it to see what is new; your text is kept.",
        )
    number = int(
        connection.execute(
            "SELECT coalesce(max(number), -1) + 1 FROM messages WHERE ticket_id = ?", (reply.ticket_id,)
        ).fetchone()[0]
    )
    connection.execute(
        "INSERT INTO messages (ticket_id, number, author, public, at, name, body, own) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        (
            reply.ticket_id, number, Author.AGENT.value, int(reply.public), clock.to_text(at), reply.author_name,
            reply.body,
        ),
    )  # fmt: skip
    connection.execute(
        "UPDATE tickets SET version = version + 1, seq = ? WHERE id = ?", (next_seq(connection), reply.ticket_id)
    )
    # A note on a ticket that was solved long ago does not solve it today.
    if row["status"] != reply.status.value:
        closed = clock.to_text(at) if reply.status in RESOLVED else None
        connection.execute(
            "UPDATE tickets SET status = ?, status_at = ?, closed_at = ? WHERE id = ?",
            (reply.status.value, clock.to_text(at), closed, reply.ticket_id),
        )
    if reply.public:
        # Who was to be reminded has come back to it.
        connection.execute(
            "UPDATE tickets SET follow_up_at = NULL WHERE id = ? AND follow_up_at <= ?",
            (reply.ticket_id, clock.to_text(at)),
        )
    return number


def _link(connection: sqlite3.Connection, ticket_id: str, article_id: str, kind: str, at: datetime) -> bool:
    """Link an article; returns whether the ticket did not have that link before."""
    same = (ticket_id, article_id, kind)
    known = connection.execute(
        "SELECT 1 FROM ticket_links WHERE ticket_id = ? AND target = ? AND kind = ?", same
    ).fetchone()
    insert_link(connection, ticket_id, article_id, article_id, at, kind)
    now = connection.execute(
        "SELECT 1 FROM ticket_links WHERE ticket_id = ? AND target = ? AND kind = ?", same
    ).fetchone()
    return known is None and now is not None


def _placed(event: Event, reply: OutgoingReply, number: int, at: datetime) -> Event:
    return replace(
        event, at=at, user_id=reply.actor, ticket_id=reply.ticket_id, detail={**event.detail, "message": number}
    )


def _written(reply: OutgoingReply, number: int, at: datetime) -> Written:
    return Written(
        ticket_id=reply.ticket_id,
        number=number,
        at=at,
        body=reply.body,
        public=reply.public,
        user_id=reply.actor,
        user_name=reply.author_name,
        article_ids=tuple(article_id for article_id, _ in reply.links),
        status=reply.status,
    )
