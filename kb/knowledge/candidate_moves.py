"""What becomes of a candidate while its draft, or the article that answers it, takes its way; inside their writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

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
        decide(connection, candidate_id, "drafted", user_id, article_id=draft_id)


def released(connection: sqlite3.Connection, candidate_id: str) -> None:
    """A draft was discarded: its candidate is open again.

    Args:
        connection: Inside the transaction that discarded it.
        candidate_id: "" does nothing.
    """
    connection.execute(
        "UPDATE candidates SET state = 'open', article_id = '', decided_by = '', decided_at = NULL"
        " WHERE id = ? AND state = 'drafted'",
        (candidate_id,),
    )


def published(connection: sqlite3.Connection, candidate_id: str, article_id: str) -> None:
    """A draft was published: its candidate has become an article.

    Args:
        connection: Inside the transaction that published it.
        candidate_id: "" does nothing.
        article_id: The article.
    """
    connection.execute(
        "UPDATE candidates SET state = 'published', article_id = ? WHERE id = ? AND state = 'drafted'",
        (article_id, candidate_id),
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


def decide(connection: sqlite3.Connection, candidate_id: str, state: str, user_id: str, *, article_id: str) -> None:
    """Write down what somebody decided about a candidate.

    Args:
        connection: Inside a transaction.
        candidate_id: Which candidate.
        state: The state that it is in now.
        user_id: Who decided.
        article_id: What it became.
    """
    connection.execute(
        "UPDATE candidates SET state = ?, article_id = ?, decided_by = ?, decided_at = ? WHERE id = ?",
        (state, article_id, user_id, clock.to_text(clock.now()), candidate_id),
    )
