"""Candidates that an article answers, and that are asked again without an answer; inside the write of a run."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from kb.database import to_json
from kb.knowledge.candidate import Candidate, Proposal

LEAST_AGAIN = 3
"""So many tickets must have come in since the article answered it: who asks once more may just have been quick."""


def answered_before(
    connection: sqlite3.Connection, found: Sequence[Candidate], known: Mapping[int, str]
) -> dict[int, str]:
    """Which candidates of a run are ones that an article answered: the same article is nearest, the tickets are newer.

    Args:
        connection: Inside a transaction.
        found: All that the run found, those with most tickets first.
        known: Places in `found` that are other kept candidates.

    Returns:
        By place in `found` the kept id, the one answered last where several are answered by one article (ties by id);
        each at most once. A rejected or new one is none.
    """
    taken: dict[int, str] = {}
    for place, each in enumerate(found):
        if place in known or each.rejected is not None or each.proposal is Proposal.NEW or not each.nearest:
            continue
        rows = connection.execute(
            "SELECT c.id, c.decided_at FROM candidates c JOIN articles a ON a.id = c.article_id"
            " WHERE c.state = 'published' AND a.confidence <> 'archived'"
            " AND iif(a.translation_of = '', a.id, a.translation_of) = ? ORDER BY c.decided_at DESC, c.id",
            (each.nearest[0].family,),
        )
        for row in rows.fetchall():
            if row["id"] not in taken.values() and _since(connection, each.tickets, row["decided_at"]) >= LEAST_AGAIN:
                taken[place] = row["id"]
                break
    return taken


def reopened(connection: sqlite3.Connection, candidate_id: str) -> bool:
    """Open a candidate that an article answered; which one it was stays to be read.

    Args:
        connection: Inside a transaction.
        candidate_id: Which candidate.

    Returns:
        Whether it was answered.
    """
    return bool(
        connection.execute(
            "UPDATE candidates SET state = 'open' WHERE id = ? AND state = 'published'", (candidate_id,)
        ).rowcount
    )


def _since(connection: sqlite3.Connection, tickets: Sequence[str], moment: str) -> int:
    """How many of some tickets came in after a moment."""
    known = connection.execute(
        "SELECT count(*) FROM tickets JOIN json_each(?) ON value = tickets.id WHERE created_at > ?",
        (to_json(tickets), moment),
    ).fetchone()
    return int(known[0])
