"""Suggestions that somebody set aside for one ticket, with the reason; they stay away there until taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb import clock
from kb.database import Database
from kb.errors import NotFound
from kb.events import insert_event
from kb.knowledge.trust_evidence import Evidence
from kb.knowledge.trust_signal import SignalKind
from kb.knowledge.trust_signals import note_doubt, take_back_doubt
from kb.model import Event, EventKind


class Reason(StrEnum):
    """Why an article did not help; in the order in which the page offers them."""

    WRONG_TOPIC = "wrong_topic"
    OUTDATED = "outdated"
    WRONG_LANGUAGE = "wrong_language"
    TOO_LONG = "too_long"
    DOES_NOT_WORK = "does_not_work"


_DOUBTS = frozenset({Reason.OUTDATED, Reason.DOES_NOT_WORK})
"""What is about another topic, or too long, may be true all the same."""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """One article that is kept away from one ticket."""

    ticket_id: str
    article_id: str
    reason: Reason
    user_id: str
    at: datetime
    by: str = ""
    """The user's name."""


class Dismissals:
    """What was set aside, in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, ticket_id: str) -> tuple[Dismissal, ...]:
        """What was set aside for a ticket, oldest first."""
        rows = self._db.rows(
            "SELECT d.*, coalesce(u.name, '') AS name FROM dismissals d LEFT JOIN users u ON u.id = d.user_id"
            " WHERE d.ticket_id = ? ORDER BY d.at, d.article_id",
            (ticket_id,),
        )
        return tuple(
            Dismissal(row["ticket_id"], row["article_id"], Reason(row["reason"]), row["user_id"],
                      clock.from_text(row["at"]) or clock.now(), row["name"])
            for row in rows
        )  # fmt: skip

    def put(
        self, ticket_id: str, article_id: str, reason: Reason, *, actor: str, revision: int = 0, rank: int = 0,
        confidence: float = 0.0,
    ) -> None:  # fmt: skip
        """Set an article aside for a ticket and log why, in one transaction; a second reason takes the first's place.

        Args:
            ticket_id: The ticket.
            article_id: The article.
            reason: Why it does not help there.
            actor: The user's id.
            revision: The revision that was shown.
            rank: Its place in the list that was shown.
            confidence: The confidence that was shown.

        Raises:
            NotFound: No such ticket, or no such article.
        """
        now = clock.now()
        detail = {"article": article_id, "reason": reason.value}
        with self._db.write("dismiss", "ticket", ticket_id, actor=actor, detail=detail) as connection:
            for noun, table, wanted in (("ticket", "tickets", ticket_id), ("article", "articles", article_id)):
                if connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (wanted,)).fetchone() is None:
                    raise NotFound(noun, wanted)
            connection.execute(
                "INSERT OR REPLACE INTO dismissals (ticket_id, article_id, reason, user_id, at) VALUES (?, ?, ?, ?, ?)",
                (ticket_id, article_id, reason.value, actor, clock.to_text(now)),
            )
            insert_event(
                connection,
                Event(EventKind.DISMISSED, now, actor, ticket_id, article_id, revision, rank, confidence,
                      {"reason": reason.value}),
            )  # fmt: skip
            if reason in _DOUBTS:
                said = Evidence(SignalKind.DISMISSED, article_id, ticket_id, ticket_id, actor)
                note_doubt(connection, said, {"reason": reason.value})
            else:
                take_back_doubt(connection, SignalKind.DISMISSED, ticket_id, actor=actor, article_id=article_id)

    def take_back(self, ticket_id: str, article_id: str, *, actor: str) -> bool:
        """Let an article be suggested for a ticket again, and log it; returns whether it had been set aside."""
        with self._db.write("restore", "ticket", ticket_id, actor=actor, detail={"article": article_id}) as connection:
            gone = connection.execute(
                "DELETE FROM dismissals WHERE ticket_id = ? AND article_id = ?", (ticket_id, article_id)
            ).rowcount
            if gone:
                insert_event(connection, Event(EventKind.RESTORED, clock.now(), actor, ticket_id, article_id))
                take_back_doubt(connection, SignalKind.DISMISSED, ticket_id, actor=actor, article_id=article_id)
        return bool(gone)
