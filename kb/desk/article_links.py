"""Linking an article to a ticket by hand: "this solved it", or only "related"."""

from __future__ import annotations

from enum import StrEnum

from kb import clock
from kb.database import Database, next_seq
from kb.desk.after_status import after_status
from kb.errors import InvalidRow, NotFound
from kb.events import insert_event
from kb.model import Event, EventKind


class LinkKind(StrEnum):
    """What a link of an agent says."""

    RESOLUTION = "resolution"
    """It solved the ticket: evidence for later suggestions."""
    REFERENCE = "reference"
    """It has to do with it: shown, and never evidence."""


class ArticleLinks:
    """The links that agents set, in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, ticket_id: str, article_id: str, kind: LinkKind, *, actor: str) -> None:
        """Link an article to a ticket, or say anew what the link means, and log it; the same again changes nothing.

        The ticket's version stays: nobody's unsent reply is outdated by a link.

        Args:
            ticket_id: The ticket.
            article_id: The article.
            kind: What it means.
            actor: The user's id.

        Raises:
            NotFound: No such ticket, or no such article.
        """
        detail: dict[str, object] = {"article": article_id, "kind": kind.value}
        with self._db.write("link", "ticket", ticket_id, actor=actor, detail=detail) as connection:
            ticket = connection.execute("SELECT status FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
            if ticket is None:
                raise NotFound("ticket", ticket_id)
            row = connection.execute("SELECT revision FROM articles WHERE id = ?", (article_id,)).fetchone()
            if row is None:
                raise NotFound("article", article_id)
            now = clock.now()
            changed = connection.execute(
                "INSERT INTO ticket_links (ticket_id, target, article_id, at, kind) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (ticket_id, target) DO UPDATE SET kind = excluded.kind, article_id = excluded.article_id"
                " WHERE ticket_links.kind <> excluded.kind",
                (ticket_id, article_id, article_id, clock.to_text(now), kind.value),
            ).rowcount
            if changed > 0:
                self._touch(ticket_id)
                insert_event(
                    connection,
                    Event(EventKind.LINKED, now, actor, ticket_id, article_id, row["revision"],
                          detail={"kind": kind.value}),
                )  # fmt: skip
                after_status(connection, ticket_id, was=ticket["status"], now=ticket["status"], actor=actor)

    def remove(self, ticket_id: str, article_id: str, *, actor: str) -> None:
        """Take an agent's link away; nothing happens if there is none.

        Raises:
            InvalidRow: The link is the help desk's own, and would come again with the next import.
        """
        with self._db.write("unlink", "ticket", ticket_id, actor=actor, detail={"article": article_id}) as connection:
            gone = connection.execute(
                "DELETE FROM ticket_links WHERE ticket_id = ? AND article_id = ?"
                " AND kind IN ('resolution', 'reference')",
                (ticket_id, article_id),
            ).rowcount
            if gone:
                self._touch(ticket_id)
            elif connection.execute(
                "SELECT 1 FROM ticket_links WHERE ticket_id = ? AND article_id = ?", (ticket_id, article_id)
            ).fetchone():
                raise InvalidRow("this link comes from the help desk; remove it there")

    def _touch(self, ticket_id: str) -> None:
        """Let the search take in what the ticket's links say now; inside the write."""
        connection = self._db.connection
        connection.execute("UPDATE tickets SET seq = ? WHERE id = ?", (next_seq(connection), ticket_id))
