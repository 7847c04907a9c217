"""Tickets in the database: rows <-> model, and the verbs that change them."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from kb import clock
from kb.database import Database, to_json
from kb.desk.replies import RESOLUTION, OutgoingReply, Replies
from kb.errors import NotFound
from kb.links import linked_since
from kb.model import LinkedTicket, Message, Ticket, TicketLink, TicketStatus
from kb.ticket_rows import SELECT_TICKET, link_from, message_from, ticket_from

_MOST_KEPT = 2000
"""So many tickets are kept, those longest that were read last."""


class Tickets:
    """The tickets of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept: OrderedDict[str, tuple[tuple[object, ...], Ticket]] = OrderedDict()
        self._keeping = threading.Lock()

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
        return {t.id: t for t in self._tickets(self._db.rows_of(SELECT_TICKET + " WHERE t.id IN ({ids})", ids))}

    def get_unchanged(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """What `get_many` reads, for tickets that are read again and again: those that have not changed are kept.

        Every write of a message also writes a new number of the change counter to its ticket, so whose row is the same
        has the same messages.
        """
        rows = self._db.rows_of(SELECT_TICKET + " WHERE t.id IN ({ids})", ids)
        seen = {row["id"]: tuple(row) for row in rows}
        with self._keeping:
            kept = {i: self._kept[i][1] for i, row in seen.items() if i in self._kept and self._kept[i][0] == row}
        fresh = {t.id: t for t in self._tickets([row for row in rows if row["id"] not in kept])}
        with self._keeping:
            for ticket_id, ticket in fresh.items():
                self._kept[ticket_id] = (seen[ticket_id], ticket)
                self._kept.move_to_end(ticket_id)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return {i: kept[i] if i in kept else fresh[i] for i in seen}

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
            SELECT_TICKET + f" WHERE {where} AND ? IN ('', t.locale) AND (? = '' OR instr(casefold(t.subject), ?) > 0"
            " OR instr(casefold(c.name), ?) > 0 OR instr(casefold(t.id), ?) > 0)"
            " ORDER BY t.created_at DESC, t.id LIMIT ? OFFSET ?",
            [*(s.value for s in statuses), locale, wanted, wanted, wanted, wanted, limit, offset],
        )
        return [ticket_from(row, ()) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many tickets there are per status."""
        rows = self._db.rows("SELECT status, count(*) AS n FROM tickets GROUP BY status")
        return {row["status"]: row["n"] for row in rows}

    def previews(self, ids: Iterable[str], *, characters: int = 600) -> dict[str, str]:
        """The beginning of each ticket's newest public customer message; tickets without one are left out."""
        # SQLite takes the other columns from the row that has the maximum.
        rows = self._db.rows(
            "SELECT ticket_id, max(number), substr(body, 1, ?) AS beginning FROM messages WHERE ticket_id IN"
            " (SELECT value FROM json_each(?)) AND public = 1 AND author = 'customer' GROUP BY ticket_id",
            (characters, to_json(list(ids))),
        )
        return {row["ticket_id"]: row["beginning"] for row in rows}

    def changed_since(self, seq: int, *, limit: int) -> list[tuple[int, Ticket]]:
        """Tickets written after a number of the change counter, oldest change first, at most `limit`."""
        rows = self._db.rows(SELECT_TICKET + " WHERE t.seq > ? ORDER BY t.seq LIMIT ?", (seq, limit))
        seqs = {row["id"]: int(row["seq"]) for row in rows}
        return [(seqs[ticket.id], ticket) for ticket in self._tickets(rows)]

    def links(self, ticket_ids: Iterable[str]) -> list[TicketLink]:
        """The resolved article links of several tickets; one per ticket and article, the earliest that says most."""
        # SQLite takes the other columns from the row that has the minimum.
        says = "CASE kind WHEN 'resolution' THEN '0' WHEN 'reference' THEN '2' ELSE '1' END"
        rows = self._db.rows_of(
            f"SELECT ticket_id, target, article_id, at, kind, outcome, min({says} || at) FROM ticket_links"
            " WHERE ticket_id IN ({ids}) AND article_id <> ''"
            " GROUP BY ticket_id, article_id ORDER BY ticket_id, article_id",
            ticket_ids,
        )
        return [link_from(row) for row in rows]

    def linked_since(self, seq: int) -> list[LinkedTicket]:
        """Tickets written after a number of the change counter with their resolved links, oldest change first.

        Of all that ever were (seq 0) only those that have a link; later also those that have none, or none any more.
        """
        return linked_since(self._db, seq)

    def count_links(self) -> int:
        """How many resolved links there are; a ticket that names one article in two ways has two."""
        row = self._db.row("SELECT count(*) FROM ticket_links WHERE article_id <> '' AND kind <> 'reference'")
        return int(row[0]) if row is not None else 0

    def link_counts(self, *, before: datetime | None = None) -> list[tuple[str, int]]:
        """How many tickets link each article, most linked first, ties by id; only tickets created before a time."""
        rows = self._db.rows(
            "SELECT l.article_id, count(DISTINCT l.ticket_id) AS n FROM ticket_links l"
            " JOIN tickets t ON t.id = l.ticket_id WHERE l.article_id <> '' AND l.kind <> 'reference'"
            " AND (? IS NULL OR t.created_at < ?) GROUP BY l.article_id ORDER BY n DESC, l.article_id",
            (clock.to_text(before), clock.to_text(before)),
        )
        return [(row["article_id"], row["n"]) for row in rows]

    def earlier_of(self, ticket: Ticket, *, limit: int = 5, offset: int = 0) -> list[Ticket]:
        """The same customer's other tickets without messages, newest first, ties by id."""
        if ticket.customer is None:
            return []
        rows = self._db.rows(
            SELECT_TICKET + " WHERE t.customer_id = ? AND t.id <> ? ORDER BY t.created_at DESC, t.id LIMIT ? OFFSET ?",
            (ticket.customer.id, ticket.id, limit, offset),
        )
        return [ticket_from(row, ()) for row in rows]

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
        Replies(self._db).send(
            OutgoingReply(
                ticket_id=ticket_id, body=body, author_name=author_name, actor=actor, status=status, public=public,
                version=version, links=tuple((article_id, RESOLUTION) for article_id in article_ids),
            )
        )  # fmt: skip
        return self.get(ticket_id)

    def _tickets(self, rows: Sequence[sqlite3.Row]) -> list[Ticket]:
        messages: dict[str, list[Message]] = defaultdict(list)
        sql = "SELECT * FROM messages WHERE ticket_id IN ({ids}) ORDER BY ticket_id, number"
        for row in self._db.rows_of(sql, [row["id"] for row in rows]):
            messages[row["ticket_id"]].append(message_from(row))
        return [ticket_from(row, tuple(messages[row["id"]])) for row in rows]
