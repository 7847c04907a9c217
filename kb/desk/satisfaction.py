"""What customers said afterwards: how satisfied they are, and whether the answer worked."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kb import clock
from kb.database import Database, next_seq, to_json
from kb.errors import InvalidRow, NotFound
from kb.events import insert_event
from kb.knowledge.trust_evidence import Evidence
from kb.knowledge.trust_signal import SignalKind
from kb.knowledge.trust_signals import note_doubt, note_reuse, take_back_doubt
from kb.model import Event, EventKind

SVAR = "svar"
"""The source of what agents write down here."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """One answer of a customer to how it went."""

    source: str
    source_id: str
    """The answer's id there; (source, source_id) never changes."""
    at: datetime
    ticket_id: str = ""
    """Empty where the survey names only the customer."""
    customer_id: str = ""
    score: float | None = None
    """How satisfied, from 1 (least) to `scale`."""
    scale: float | None = None
    """The best score there is."""
    nps: int | None = None
    """0 to 10: how likely they recommend us."""
    worked: bool | None = None
    """Whether the answer solved it; None where they did not say."""
    comment: str = ""
    recorded_by: str = ""
    """The user who wrote it down; empty for an imported answer."""


class SatisfactionLog:
    """The customers' answers in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def record(self, said: Satisfaction) -> Satisfaction:
        """Write down what a customer told an agent about a ticket; it counts for or against what was linked.

        Args:
            said: What they said; the source and its id are ours to give.

        Returns:
            The answer as it is stored.

        Raises:
            NotFound: No such ticket.
            InvalidRow: It says nothing, or a number is out of its range.
        """
        stored = replace(said, source=SVAR, source_id=secrets.token_hex(8))
        detail = {"worked": said.worked, "score": said.score, "scale": said.scale}
        with self._db.write("rate", "ticket", said.ticket_id, actor=said.recorded_by, detail=detail) as connection:
            if connection.execute("SELECT 1 FROM tickets WHERE id = ?", (said.ticket_id,)).fetchone() is None:
                raise NotFound("ticket", said.ticket_id)
            put_satisfaction(connection, stored)
        return stored

    def withdraw(self, ticket_id: str, source_id: str, *, actor: str) -> None:
        """Take back what an agent wrote down by mistake; ticket and links say again what they said before.

        Args:
            ticket_id: The ticket.
            source_id: The answer's id, as `record` gave it.
            actor: The user who wrote it down.

        Raises:
            NotFound: No such answer, or somebody else wrote it down.
        """
        with self._db.write("withdraw rating", "ticket", ticket_id, actor=actor) as connection:
            row = connection.execute(
                "DELETE FROM satisfaction WHERE source = ? AND source_id = ? AND ticket_id = ? AND recorded_by = ?"
                " RETURNING *",
                (SVAR, source_id, ticket_id, actor),
            ).fetchone()
            if row is None:
                raise NotFound("answer", source_id)
            _mark(connection, _satisfaction(row), withdrawn=True)

    def of_ticket(self, ticket_id: str) -> list[Satisfaction]:
        """What was said about a ticket, newest first."""
        sql = "SELECT * FROM satisfaction WHERE ticket_id = ? ORDER BY at DESC, id DESC"
        return [_satisfaction(row) for row in self._db.rows(sql, (ticket_id,))]

    def of_customer(self, customer_id: str, *, limit: int = 5) -> list[Satisfaction]:
        """What a customer said, newest first."""
        sql = "SELECT * FROM satisfaction WHERE customer_id = ? ORDER BY at DESC, id DESC LIMIT ?"
        return [_satisfaction(row) for row in self._db.rows(sql, (customer_id, limit))]


def placed(connection: sqlite3.Connection, said: Satisfaction) -> Satisfaction:
    """An imported answer with the ids that ticket and customer have here; empty where they are not known.

    Args:
        connection: A connection inside a transaction.
        said: Its ticket_id is as the survey names the ticket, by our id or by its id at the help desk; its customer_id
            is "email:..." or empty.
    """
    tickets = connection.execute(
        "SELECT id FROM tickets WHERE id = ?1 UNION SELECT id FROM tickets WHERE source_id = ?1 LIMIT 2",
        (said.ticket_id,),
    ).fetchall()
    person = connection.execute("SELECT customer_id FROM customer_keys WHERE key = ?", (said.customer_id,)).fetchone()
    return replace(
        said,
        # An id that two help desks use says nothing.
        ticket_id=str(tickets[0]["id"]) if len(tickets) == 1 else "",
        customer_id=str(person["customer_id"]) if person is not None else "",
    )


def put_satisfaction(connection: sqlite3.Connection, said: Satisfaction) -> str:
    """Store an answer, and note at the ticket and its links what it says about them. Runs inside a write.

    Of several answers about one ticket the newest that says whether it worked counts. A link changes its outcome, and
    the log gets a row, only where that is new: the same file again changes nothing.

    Returns:
        "new", "changed" or "unchanged".

    Raises:
        InvalidRow: It says nothing, a number is out of its range, or neither ticket nor customer is known.
    """
    _check(said)
    digest = _digest(said)
    old = connection.execute(
        "SELECT id, content_hash FROM satisfaction WHERE source = ? AND source_id = ?", (said.source, said.source_id)
    ).fetchone()
    if old is not None and old["content_hash"] == digest:
        return "unchanged"
    customer_id = said.customer_id
    if said.ticket_id and not customer_id:
        row = connection.execute("SELECT customer_id FROM tickets WHERE id = ?", (said.ticket_id,)).fetchone()
        customer_id = str(row["customer_id"] or "") if row is not None else ""
    connection.execute(
        "INSERT INTO satisfaction (source, source_id, ticket_id, customer_id, at, score, scale, nps, worked, comment,"
        " recorded_by, content_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, source_id)"
        " DO UPDATE SET ticket_id = excluded.ticket_id, customer_id = excluded.customer_id, at = excluded.at,"
        " score = excluded.score, scale = excluded.scale, nps = excluded.nps, worked = excluded.worked,"
        " comment = excluded.comment, recorded_by = excluded.recorded_by, content_hash = excluded.content_hash",
        (
            said.source, said.source_id, said.ticket_id, customer_id, clock.to_text(said.at), said.score, said.scale,
            said.nps, None if said.worked is None else int(said.worked), said.comment, said.recorded_by, digest,
        ),
    )  # fmt: skip
    if said.ticket_id:
        _mark(connection, said)
    return "new" if old is None else "changed"


def _mark(connection: sqlite3.Connection, said: Satisfaction, *, withdrawn: bool = False) -> None:
    """Let the ticket and its links say what the newest answer says."""
    newest = connection.execute(
        "SELECT worked FROM satisfaction WHERE ticket_id = ? AND worked IS NOT NULL ORDER BY at DESC, id DESC LIMIT 1",
        (said.ticket_id,),
    ).fetchone()
    worked = None if newest is None else int(newest["worked"])
    before = connection.execute("SELECT worked FROM tickets WHERE id = ?", (said.ticket_id,)).fetchone()
    if before is not None and before["worked"] != worked:
        # The index learns whether a ticket ended well when the ticket changes.
        connection.execute(
            "UPDATE tickets SET worked = ?, seq = ? WHERE id = ?", (worked, next_seq(connection), said.ticket_id)
        )
    outcome = {None: "", 1: "solved", 0: "unsolved"}[worked]
    # "Related" is no answer, so nothing that the customer says is about it.
    links = connection.execute(
        "SELECT target, article_id FROM ticket_links WHERE ticket_id = ? AND kind <> 'reference' AND outcome <> ?",
        (said.ticket_id, outcome),
    ).fetchall()
    connection.execute(
        "UPDATE ticket_links SET outcome = ? WHERE ticket_id = ? AND kind <> 'reference'", (outcome, said.ticket_id)
    )
    detail = {"worked": said.worked, "score": said.score, "scale": said.scale, "nps": said.nps, "outcome": outcome}
    if withdrawn:
        detail["withdrawn"] = True
    for article_id in sorted({str(row["article_id"]) for row in links if row["article_id"]}) or [""]:
        rated = Event(EventKind.RATED, clock.now(), said.recorded_by, said.ticket_id, article_id, detail=detail)
        insert_event(connection, rated)
    _count(connection, said, sorted({str(row["article_id"]) for row in links if row["article_id"]}), outcome)


def _count(connection: sqlite3.Connection, said: Satisfaction, article_ids: Sequence[str], outcome: str) -> None:
    """Let what the customer says speak for or against the articles whose outcome it changed."""
    if outcome == "unsolved":
        for article_id in article_ids:
            failed = Evidence(SignalKind.DID_NOT_WORK, article_id, said.ticket_id, said.ticket_id, said.recorded_by)
            note_doubt(connection, failed)
        return
    take_back_doubt(connection, SignalKind.DID_NOT_WORK, said.ticket_id, actor=said.recorded_by)
    if outcome == "solved":
        note_reuse(connection, article_ids, ticket_id=said.ticket_id, actor=said.recorded_by)


def _check(said: Satisfaction) -> None:
    if said.score is None and said.nps is None and said.worked is None and not said.comment:
        raise InvalidRow("the answer says nothing: no score, no recommendation, no comment, and not whether it worked")
    if said.score is not None and not 1 <= said.score <= (said.scale or 0):
        raise InvalidRow(f"score {said.score:g} is outside 1 to {said.scale or 0:g}; name the scale if it is another")
    if said.nps is not None and not 0 <= said.nps <= 10:
        raise InvalidRow(f"nps is {said.nps}; allowed: 0 to 10")
    if not said.ticket_id and not said.customer_id:
        raise InvalidRow("neither its ticket nor its customer is known here; import them first")


def _digest(said: Satisfaction) -> str:
    content = [
        said.ticket_id, said.customer_id, clock.to_text(said.at), said.score, said.scale, said.nps, said.worked,
        said.comment,
    ]  # fmt: skip
    return hashlib.sha256(to_json(content).encode()).hexdigest()


def _satisfaction(row: sqlite3.Row) -> Satisfaction:
    return Satisfaction(
        source=row["source"],
        source_id=row["source_id"],
        at=clock.from_text(row["at"]) or clock.now(),
        ticket_id=row["ticket_id"],
        customer_id=row["customer_id"],
        score=row["score"],
        scale=row["scale"],
        nps=row["nps"],
        worked=None if row["worked"] is None else bool(row["worked"]),
        comment=row["comment"],
        recorded_by=row["recorded_by"],
    )
