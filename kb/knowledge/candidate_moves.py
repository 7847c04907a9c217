"""What becomes of a candidate while its draft, or the article that answers it, takes its way; inside their writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from kb import clock
from kb.errors import Conflict, NotFound


def drafted(connection: sqlite3.Connection, candidate_id: str, draft_id: str, user_id: str) -> None:
    """A draft was begun from a candidate.

    Args:
        connection: Inside the transaction that began it.
        candidate_id: An open candidate; "" does nothing.
        draft_id: The draft.
        user_id: Who began it.

    Raises:
        NotFound: No such candidate.
        Conflict: It is not open.
    """
    if candidate_id:
        require_open(connection, candidate_id)
        connection.execute(
            "UPDATE candidates SET state = 'drafted', revision = iif(article_id = :draft, revision, 0),"
            " article_id = :draft, decided_by = :user, decided_at = :now WHERE id = :id",
            {"draft": draft_id, "user": user_id, "now": clock.to_text(clock.now()), "id": candidate_id},
        )


def released(connection: sqlite3.Connection, draft_id: str) -> None:
    """A draft was discarded: what it was made of is open again.

    Args:
        connection: Inside the transaction that discarded it.
        draft_id: The draft.
    """
    connection.execute(
        "UPDATE candidates SET state = 'open', article_id = iif(revision > 0, article_id, ''), decided_by = '',"
        " decided_at = NULL WHERE article_id = ? AND state = 'drafted'",
        (draft_id,),
    )


def published(connection: sqlite3.Connection, article_id: str, revision: int, *, user_id: str, at: datetime) -> None:
    """A draft was published: each candidate that it was made of is answered by the article.

    Args:
        connection: Inside the transaction that published it, after its tickets were linked.
        article_id: The article, which has its draft's id.
        revision: What was published.
        user_id: Who published it.
        at: When.
    """
    rows = connection.execute("SELECT id FROM candidates WHERE state = 'drafted' AND article_id = ?", (article_id,))
    for row in rows.fetchall():
        answered(connection, row["id"], article_id, revision, user_id=user_id, at=at)


def answered(
    connection: sqlite3.Connection, candidate_id: str, article_id: str, revision: int, *, user_id: str, at: datetime
) -> None:
    """Write down that an article answers a candidate; tickets of it that were left out are the candidate's no more.

    Args:
        connection: Inside a transaction, after the tickets were linked.
        candidate_id: Which candidate.
        article_id: The article.
        revision: Its revision that answers it.
        user_id: Who says so.
        at: When.
    """
    connection.execute(
        "DELETE FROM candidate_tickets WHERE candidate_id IN (SELECT id FROM candidates WHERE :id IN (id, merged_into))"
        " AND NOT EXISTS (SELECT 1 FROM ticket_links l WHERE l.ticket_id = candidate_tickets.ticket_id"
        " AND l.article_id = :article AND l.kind <> 'reference')",
        {"id": candidate_id, "article": article_id},
    )
    connection.execute(
        "UPDATE candidates SET state = 'published', article_id = ?, revision = ?, decided_by = ?, decided_at = ?"
        " WHERE id = ?",
        (article_id, revision, user_id, clock.to_text(at), candidate_id),
    )


def require_open(connection: sqlite3.Connection, candidate_id: str, allowed: Sequence[str] = ("open",)) -> None:
    """Refuse what is not open any more.

    Args:
        connection: Inside a transaction.
        candidate_id: Which candidate.
        allowed: The states that will do.

    Raises:
        NotFound: No such candidate.
        Conflict: It is in another state.
    """
    row = connection.execute("SELECT state FROM candidates WHERE id = ?", (candidate_id,)).fetchone()
    if row is None:
        raise NotFound("candidate", candidate_id, hint="`svar capture` lists them.")
    if row["state"] not in allowed:
        raise Conflict(
            f"Candidate {candidate_id!r} is {row['state']}; this needs one that is {' or '.join(allowed)}.",
            hint="Somebody decided about it meanwhile; reload the list.",
        )
