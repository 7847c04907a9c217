"""What happened to articles, piece by piece, and whether it has become enough for a signal; inside somebody's write."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.knowledge.trust_signal import THRESHOLDS, SignalKind, is_failing, is_reviewed_by_reuse


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that happened to one article."""

    kind: SignalKind
    article_id: str
    origin: str
    """What it is the only evidence of its kind from: a ticket, a flag, a ticket with an agent."""
    ticket_id: str = ""
    user_id: str = ""


def note_evidence(connection: sqlite3.Connection, evidence: Evidence, at: datetime) -> None:
    """Write a piece down; the same again takes the first one's place."""
    connection.execute(
        "INSERT OR REPLACE INTO trust_evidence (kind, article_id, origin, ticket_id, user_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            evidence.kind.value, evidence.article_id, evidence.origin, evidence.ticket_id, evidence.user_id,
            clock.to_text(at),
        ),
    )  # fmt: skip


def drop_evidence(connection: sqlite3.Connection, kind: SignalKind, origin: str, article_id: str = "") -> list[str]:
    """Forget what was taken back.

    Args:
        connection: Inside a write.
        kind: What kind it was.
        origin: Where it came from.
        article_id: Only of this article; empty: of all.

    Returns:
        Ids of the articles that it was about, by id.
    """
    rows = connection.execute(
        "DELETE FROM trust_evidence WHERE kind = ?1 AND origin = ?2 AND ?3 IN ('', article_id) RETURNING article_id",
        (kind.value, origin, article_id),
    ).fetchall()
    return sorted(str(row[0]) for row in rows)


def counts_from(connection: sqlite3.Connection, article_id: str, kind: SignalKind, now: datetime) -> datetime:
    """From when on something counts.

    That is the article's last verification, the last time that such a signal was undone, or the beginning of the
    window, whichever is latest.
    """
    row = connection.execute(
        "SELECT max(coalesce(a.verified_at, ''), coalesce((SELECT max(undone_at) FROM trust_signals s"
        " WHERE s.article_id = a.id AND s.kind = ?), '')) AS at FROM articles a WHERE a.id = ?",
        (kind.value, article_id),
    ).fetchone()
    least = now - THRESHOLDS.window
    known = clock.from_text(row["at"] or None) if row is not None else None
    return max(least, known) if known is not None else least


def enough(connection: sqlite3.Connection, kind: SignalKind, article_id: str, now: datetime) -> dict[str, object]:
    """What speaks for a signal, if it is enough for one; empty if it is not.

    Args:
        connection: Inside a write.
        kind: Which signal.
        article_id: Of which article.
        now: When it is asked.
    """
    since = counts_from(connection, article_id, kind, now)
    if kind is SignalKind.REUSED:
        return _reuse(connection, article_id, since)
    row = connection.execute(
        "SELECT count(*) AS pieces, count(DISTINCT nullif(user_id, '')) AS agents,"
        " count(DISTINCT nullif(ticket_id, '')) AS tickets FROM trust_evidence"
        " WHERE article_id = ? AND kind = ? AND at >= ?",
        (article_id, kind.value, clock.to_text(since)),
    ).fetchone()
    if not row["pieces"]:
        return {}
    if kind is SignalKind.DISMISSED:
        return {"agents": row["agents"]} if row["agents"] >= THRESHOLDS.dismissing_agents else {}
    if kind in {SignalKind.REOPENED, SignalKind.DID_NOT_WORK}:
        linked = connection.execute(
            "SELECT count(DISTINCT ticket_id) FROM ticket_links WHERE article_id = ? AND kind <> 'reference'"
            " AND at >= ?",
            (article_id, clock.to_text(since)),
        ).fetchone()[0]
        counted: dict[str, object] = {"tickets": row["tickets"], "linked": max(linked, row["tickets"])}
        return counted if is_failing(row["tickets"], linked) else {}
    return {"pieces": row["pieces"]}


def reuse_of(connection: sqlite3.Connection, article_id: str, since: datetime) -> tuple[int, int]:
    """How many tickets others solved with an article since, and how many different agents they were.

    Others are all but its owner, whoever wrote a revision of it, and who verified it last. A ticket counts if an agent
    linked the article here as what solved it, it is solved, and its customer did not say otherwise.
    """
    row = connection.execute(
        "SELECT count(DISTINCT e.ticket_id) AS tickets, count(DISTINCT e.user_id) AS agents FROM events e"
        " JOIN tickets t ON t.id = e.ticket_id JOIN ticket_links l ON l.ticket_id = e.ticket_id"
        " AND l.article_id = e.article_id AND l.kind = 'resolution'"
        " WHERE e.article_id = ?1 AND e.article_id <> '' AND e.kind = 'linked' AND e.at >= ?2 AND e.user_id <> ''"
        " AND json_extract(e.detail, '$.kind') = 'resolution'"
        " AND t.status IN ('solved', 'closed') AND coalesce(t.worked, 1) = 1"
        " AND e.user_id NOT IN (SELECT owner_id FROM articles WHERE id = ?1)"
        " AND e.user_id NOT IN (SELECT verified_by FROM articles WHERE id = ?1)"
        " AND e.user_id NOT IN (SELECT changed_by FROM revisions WHERE article_id = ?1)",
        (article_id, clock.to_text(since)),
    ).fetchone()
    return int(row["tickets"]), int(row["agents"])


def _reuse(connection: sqlite3.Connection, article_id: str, since: datetime) -> dict[str, object]:
    # What was linked before somebody doubted the article says nothing about the doubt, and no ticket counts twice.
    last = connection.execute(
        "SELECT max(at) FROM trust_signals WHERE article_id = ? AND undone_at IS NULL", (article_id,)
    ).fetchone()[0]
    tickets, agents = reuse_of(connection, article_id, max(since, clock.from_text(last) or since))
    return {"tickets": tickets, "agents": agents} if is_reviewed_by_reuse(tickets, agents) else {}
