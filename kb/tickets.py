"""Tickets in the database: rows <-> model, and the verbs that change them."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from kb import clock
from kb.database import Database, next_seq
from kb.errors import Conflict, InvalidRow, NotFound
from kb.links import insert_link, linked_since
from kb.model import Author, Customer, LinkedTicket, Message, Ticket, TicketLink, TicketStatus

_SELECT = """
    SELECT t.*, c.name AS customer_name, c.email AS customer_email, c.attributes AS customer_attributes
    FROM tickets t LEFT JOIN customers c ON c.id = t.customer_id
"""


class Tickets:
    """The tickets of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, ticket_id: str) -> Ticket:
        """Read one ticket with all its messages.

        Raises:
            NotFound: No such ticket.
        """
        found = self.get_many([ticket_id])
        if ticket_id not in found:
            raise NotFound("ticket", ticket_id)
        return found[ticket_id]

    def get_many(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """Read several tickets with their messages; ids that are not stored are left out."""
        return {t.id: t for t in self._tickets(self._db.rows_of(_SELECT + " WHERE t.id IN ({ids})", ids))}

    def page(
        self,
        *,
        statuses: Sequence[TicketStatus] = (),
        locale: str = "",
        text: str = "",
        limit: int = 50,
        offset: int = 0,
    ) -> list[Ticket]:
        """Tickets without their messages, newest first, for a list.

        Args:
            statuses: Only these; empty means every status.
            locale: Only this language; empty means all.
            text: Only where the subject, the customer's name or the id contains it; case does not matter.
            limit: At most so many.
            offset: Skip so many.
        """
        wanted = text.casefold()
        marks = ",".join("?" * len(statuses))
        where = f"t.status IN ({marks})" if statuses else "1"
        rows = self._db.rows(
            _SELECT + f" WHERE {where} AND ? IN ('', t.locale) AND (? = '' OR instr(casefold(t.subject), ?) > 0"
            " OR instr(casefold(c.name), ?) > 0 OR instr(casefold(t.id), ?) > 0)"
            " ORDER BY t.created_at DESC, t.id LIMIT ? OFFSET ?",
            [*(s.value for s in statuses), locale, wanted, wanted, wanted, wanted, limit, offset],
        )
        return [_ticket(row, ()) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many tickets there are per status."""
        rows = self._db.rows("SELECT status, count(*) AS n FROM tickets GROUP BY status")
        return {row["status"]: row["n"] for row in rows}

    def previews(self, ids: Iterable[str], *, characters: int = 600) -> dict[str, str]:
        """The beginning of each ticket's newest public customer message; tickets without one are left out."""
        newest = self._newest(ids, "AND public = 1 AND author = 'customer'", characters)
        return {row["ticket_id"]: row["beginning"] for row in newest}

    def last_turns(self, ids: Iterable[str]) -> dict[str, tuple[Author, datetime]]:
        """Who wrote the newest message of each ticket, and when; tickets without messages are left out."""
        newest = self._newest(ids, "", 0)
        return {row["ticket_id"]: (Author(row["author"]), clock.from_text(row["at"]) or clock.now()) for row in newest}

    def _newest(self, ids: Iterable[str], which: str, characters: int) -> list[sqlite3.Row]:
        wanted = list(dict.fromkeys(ids))
        marks = ",".join("?" * len(wanted))
        # SQLite takes the other columns from the row that has the maximum.
        return self._db.rows(
            "SELECT ticket_id, max(number), author, at, substr(body, 1, ?) AS beginning FROM messages"
            f" WHERE ticket_id IN ({marks}) {which} GROUP BY ticket_id",
            [characters, *wanted],
        )

    def changed_since(self, seq: int, *, limit: int) -> list[tuple[int, Ticket]]:
        """Tickets written after a number of the change counter, oldest change first, at most `limit`."""
        rows = self._db.rows(_SELECT + " WHERE t.seq > ? ORDER BY t.seq LIMIT ?", (seq, limit))
        seqs = {row["id"]: int(row["seq"]) for row in rows}
        return [(seqs[ticket.id], ticket) for ticket in self._tickets(rows)]

    def links(self, ticket_ids: Iterable[str]) -> list[TicketLink]:
        """The resolved article links of several tickets; one per ticket and article, the earliest."""
        rows = self._db.rows_of(
            "SELECT ticket_id, target, article_id, min(at) AS at, kind FROM ticket_links WHERE ticket_id IN ({ids})"
            " AND article_id <> '' GROUP BY ticket_id, article_id ORDER BY ticket_id, article_id",
            ticket_ids,
        )
        return [_link(row) for row in rows]

    def linked_since(self, seq: int) -> list[LinkedTicket]:
        """Tickets written after a number of the change counter with their resolved links, oldest change first.

        Of all that ever were (seq 0) only those that have a link; later also those that have none, or none any more.
        """
        return linked_since(self._db, seq)

    def count_links(self) -> int:
        """How many resolved links there are; a ticket that names one article in two ways has two."""
        row = self._db.row("SELECT count(*) FROM ticket_links WHERE article_id <> ''")
        return int(row[0]) if row is not None else 0

    def link_counts(self, *, before: datetime | None = None) -> list[tuple[str, int]]:
        """How many tickets link each article, most linked first, ties by id; only tickets created before a time."""
        rows = self._db.rows(
            "SELECT l.article_id, count(DISTINCT l.ticket_id) AS n FROM ticket_links l"
            " JOIN tickets t ON t.id = l.ticket_id WHERE l.article_id <> '' AND (? IS NULL OR t.created_at < ?)"
            " GROUP BY l.article_id ORDER BY n DESC, l.article_id",
            (clock.to_text(before), clock.to_text(before)),
        )
        return [(row["article_id"], row["n"]) for row in rows]

    def earlier_of(self, ticket: Ticket, *, limit: int = 5) -> list[Ticket]:
        """The same customer's other tickets without messages, newest first."""
        if ticket.customer is None:
            return []
        rows = self._db.rows(
            _SELECT + " WHERE t.customer_id = ? AND t.id <> ? ORDER BY t.created_at DESC LIMIT ?",
            (ticket.customer.id, ticket.id, limit),
        )
        return [_ticket(row, ()) for row in rows]

    def reply(
        self,
        ticket_id: str,
        body: str,
        *,
        author_name: str,
        actor: str,
        status: TicketStatus,
        public: bool = True,
        version: int,
        article_ids: Sequence[str] = (),
    ) -> Ticket:
        """Add an agent's message to a ticket, set its status and link the articles that answered it.

        Args:
            ticket_id: The ticket.
            body: What the agent wrote, not empty.
            author_name: Shown as the writer.
            actor: The user's id.
            status: The ticket's status after the message.
            public: False for an internal note.
            version: The version of the ticket that the agent saw.
            article_ids: Articles that resolved it.

        Returns:
            The ticket as it is now.

        Raises:
            NotFound: No such ticket.
            Conflict: Somebody changed the ticket since the agent read it.
            InvalidRow: The body is empty.
        """  # fmt: skip
        if not body.strip():
            raise InvalidRow("an empty message cannot be sent; write something first")
        at = clock.now()
        verb = "reply" if public else "note"
        with self._db.write(verb, "ticket", ticket_id, actor=actor, detail={"status": status.value}) as connection:
            row = connection.execute("SELECT version FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
            if row is None:
                raise NotFound("ticket", ticket_id)
            if row["version"] != version:
                raise Conflict(
                    "Somebody else changed this ticket while you were writing.",
                    hint="Reload it to see what is new; your text is kept.",
                )
            number = connection.execute(
                "SELECT coalesce(max(number), -1) + 1 FROM messages WHERE ticket_id = ?", (ticket_id,)
            ).fetchone()[0]
            connection.execute(
                "INSERT INTO messages (ticket_id, number, author, public, at, name, body, own)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
                (ticket_id, number, Author.AGENT.value, int(public), clock.to_text(at), author_name, body),
            )
            closed = clock.to_text(at) if status in {TicketStatus.SOLVED, TicketStatus.CLOSED} else None
            connection.execute(
                "UPDATE tickets SET status = ?, closed_at = ?, version = version + 1, seq = ? WHERE id = ?",
                (status.value, closed, next_seq(connection), ticket_id),
            )
            for article_id in article_ids:
                insert_link(connection, ticket_id, article_id, article_id, at, "resolution")
        return self.get(ticket_id)

    def _tickets(self, rows: Sequence[sqlite3.Row]) -> list[Ticket]:
        messages: dict[str, list[Message]] = defaultdict(list)
        sql = "SELECT * FROM messages WHERE ticket_id IN ({ids}) ORDER BY ticket_id, number"
        for row in self._db.rows_of(sql, [row["id"] for row in rows]):
            messages[row["ticket_id"]].append(_message(row))
        return [_ticket(row, tuple(messages[row["id"]])) for row in rows]


def _ticket(row: sqlite3.Row, messages: tuple[Message, ...]) -> Ticket:
    created = clock.from_text(row["created_at"])
    customer = None
    if row["customer_id"] is not None:
        customer = Customer(
            id=row["customer_id"],
            name=row["customer_name"],
            email=row["customer_email"],
            attributes=json.loads(row["customer_attributes"]),
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
    )


def _message(row: sqlite3.Row) -> Message:
    return Message(
        number=row["number"],
        author=Author(row["author"]),
        public=bool(row["public"]),
        at=clock.from_text(row["at"]) or clock.now(),
        name=row["name"],
        body=row["body"],
    )


def _link(row: sqlite3.Row) -> TicketLink:
    return TicketLink(
        ticket_id=row["ticket_id"],
        target=row["target"],
        article_id=row["article_id"],
        at=clock.from_text(row["at"]) or clock.now(),
        kind=row["kind"],
    )
