"""What follows from a ticket's status for the articles that it links, in the same transaction."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from kb import clock
from kb.knowledge.trust_evidence import Evidence
from kb.knowledge.trust_signal import SignalKind
from kb.knowledge.trust_signals import note_doubt, note_reuse, take_back_doubt

A_SLIP = timedelta(seconds=60)
"""What was opened and resolved again so quickly was not opened again by a customer: somebody chose the wrong line."""
_RESOLVED = frozenset({"solved", "closed"})


def status_of(connection: sqlite3.Connection, ticket_id: str) -> str:
    """A ticket's status; empty if there is no such ticket."""
    row = connection.execute("SELECT status FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
    return "" if row is None else str(row["status"])


def after_status(connection: sqlite3.Connection, ticket_id: str, *, was: str, now: str, actor: str) -> None:
    """Let a ticket that is opened again, or resolved, speak about the articles that it links.

    Every verb that writes a status or a link calls it, after its own writes.

    Args:
        connection: Inside that write.
        ticket_id: The ticket.
        was: Its status before; empty for a new ticket.
        now: Its status after, which may be the same.
        actor: Whose deed it is; empty for an import.
    """
    if was in _RESOLVED and now not in _RESOLVED:
        for article_id in _linked(connection, ticket_id, "kind <> 'reference'"):
            note_doubt(connection, Evidence(SignalKind.REOPENED, article_id, ticket_id, ticket_id, actor))
    elif now in _RESOLVED:
        if was not in _RESOLVED and _opened_just_now(connection, ticket_id):
            take_back_doubt(connection, SignalKind.REOPENED, ticket_id, actor=actor)
        note_reuse(connection, _linked(connection, ticket_id, "kind = 'resolution'"), ticket_id=ticket_id, actor=actor)


def _linked(connection: sqlite3.Connection, ticket_id: str, kinds: str) -> list[str]:
    rows = connection.execute(
        f"SELECT DISTINCT article_id FROM ticket_links WHERE ticket_id = ? AND article_id <> '' AND {kinds}"
        " ORDER BY article_id",
        (ticket_id,),
    ).fetchall()
    return [str(row[0]) for row in rows]


def _opened_just_now(connection: sqlite3.Connection, ticket_id: str) -> bool:
    row = connection.execute(
        "SELECT max(at) FROM trust_evidence WHERE kind = ? AND origin = ?", (SignalKind.REOPENED.value, ticket_id)
    ).fetchone()
    at = clock.from_text(row[0])
    return at is not None and clock.now() - at <= A_SLIP
