"""What was asked in a window, read in bulk: tickets as far as demand goes, what the log says of them, misses."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from kb import clock
from kb.database import Database
from kb.gaps.model import AskedTicket, Miss, Said, Window
from kb.model import RESOLVED, TicketStatus

OPENING_CHARACTERS = 800
"""So much of what a customer wrote is read."""
_WINDOW = (
    " (:since IS NULL OR {at} >= :since) AND (:until IS NULL OR {at} < :until)"
    " AND :locale IN ('', {locale}) AND :product IN ('', {product})"
)
_TICKETS = """
    SELECT t.id, t.subject, t.locale, t.product, t.created_at, t.closed_at, t.status, t.tags, t.worked,
        coalesce(t.customer_id, '') AS customer_id, coalesce(c.name, '') AS name, coalesce(c.email, '') AS email
    FROM tickets t LEFT JOIN customers c ON c.id = t.customer_id
"""
_SAID = f"""
    SELECT l.ticket_id, l.article_id, l.kind, l.at, l.outcome AS detail, 0.0 AS confidence
    FROM ticket_links l JOIN tickets t ON t.id = l.ticket_id
    WHERE l.article_id <> '' AND l.kind <> 'reference' AND {_WINDOW}
    UNION ALL
    SELECT d.ticket_id, d.article_id, 'dismissed', d.at, d.reason, 0.0
    FROM dismissals d JOIN tickets t ON t.id = d.ticket_id WHERE {_WINDOW}
    UNION ALL
    SELECT e.ticket_id, e.article_id, e.kind, e.at, '', e.confidence
    FROM events e JOIN tickets t ON t.id = e.ticket_id
    WHERE e.kind IN ('shown', 'missed', 'wanted', 'opened', 'inserted', 'copied', 'sent') AND {_WINDOW}
    ORDER BY 1, 4, 2, 3
""".format(at="t.created_at", locale="t.locale", product="t.product")


class Asked:
    """Reads the demand of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def tickets(self, window: Window) -> list[AskedTicket]:
        """All tickets of a window by id."""
        where = _WINDOW.format(at="t.created_at", locale="t.locale", product="t.product")
        values = _values(window)
        rows = self._db.rows(f"{_TICKETS} WHERE {where} ORDER BY t.id", values)
        opening, last, spoke = self._messages(f"SELECT t.id FROM tickets t WHERE {where}", values)
        scores = self._scores()
        return [
            _asked(row, opening.get(row["id"], ""), last.get(row["id"], ""), row["id"] in spoke, scores)
            for row in rows
        ]  # fmt: skip

    def _messages(
        self, chosen: str, values: dict[str, object]
    ) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:  # fmt: skip
        """What each customer wrote first, when the last message came, and where an agent answered in public."""
        opening: dict[str, str] = {}
        last: dict[str, str] = {}
        spoke = set()
        # One pass in the table's own order; a group by for each question takes three.
        rows = self._db.rows(
            "SELECT ticket_id, author, public, at, CASE WHEN author = 'customer' AND public = 1"
            f" THEN substr(body, 1, {OPENING_CHARACTERS}) ELSE '' END AS said FROM messages"
            f" WHERE ticket_id IN ({chosen}) ORDER BY ticket_id, number",
            values,
        )
        for ticket_id, author, public, at, said in rows:
            if said and ticket_id not in opening:
                opening[ticket_id] = said
            last[ticket_id] = max(at, last.get(ticket_id, ""))
            if author == "agent" and public:
                spoke.add(ticket_id)
        return opening, last, frozenset(spoke)

    def _scores(self) -> dict[str, float]:
        """The newest mark of each ticket's customer, as a share of the best there is."""
        rows = self._db.rows(
            "SELECT ticket_id, (score - 1) / (scale - 1) AS share FROM satisfaction"
            " WHERE ticket_id <> '' AND score IS NOT NULL AND scale > 1 ORDER BY at, id"
        )
        return {row["ticket_id"]: float(row["share"]) for row in rows}

    def said(self, window: Window) -> Iterator[Said]:
        """Links, dismissals and events of a window's tickets by ticket, oldest first; references are left out."""
        for row in self._db.rows(_SAID, _values(window)):
            yield Said(
                row["ticket_id"], row["article_id"], row["kind"], clock.from_text(row["at"]) or clock.now(),
                row["detail"], row["confidence"],
            )  # fmt: skip

    def misses(self, window: Window) -> list[Miss]:
        """What was asked outside of tickets without a good hit, the same words once, by fingerprint."""
        where = _WINDOW.format(
            at="at", locale="coalesce(json_extract(detail, '$.locale'), '')",
            product="coalesce(json_extract(detail, '$.product'), '')",
        )  # fmt: skip
        rows = self._db.rows(
            "SELECT json_extract(detail, '$.question') AS fingerprint, min(json_extract(detail, '$.query')) AS query,"
            " min(coalesce(json_extract(detail, '$.locale'), '')) AS locale,"
            " min(coalesce(json_extract(detail, '$.product'), '')) AS product, min(at) AS at, count(*) AS times"
            " FROM events WHERE kind IN ('missed', 'wanted') AND ticket_id = ''"
            f" AND json_extract(detail, '$.query') <> '' AND {where} GROUP BY 1 ORDER BY 1",
            _values(window),
        )
        return [
            Miss(
                row["fingerprint"] or "", row["query"], row["locale"], row["product"],
                clock.from_text(row["at"]) or clock.now(), row["times"],
            )
            for row in rows
        ]  # fmt: skip

    def flagged(self) -> dict[str, set[str]]:
        """Reasons of the open flags by article id."""
        found: dict[str, set[str]] = {}
        for row in self._db.rows("SELECT DISTINCT article_id, reason FROM flags WHERE state = 'open' ORDER BY 1, 2"):
            found.setdefault(row["article_id"], set()).add(row["reason"])
        return found

    def newest(self) -> str:
        """When the newest ticket came in, as text; "" without tickets."""
        row = self._db.row("SELECT max(created_at) FROM tickets")
        return str(row[0] or "") if row is not None else ""


def _values(window: Window) -> dict[str, object]:
    return {
        "since": clock.to_text(window.since), "until": clock.to_text(window.until), "locale": window.locale,
        "product": window.product,
    }  # fmt: skip


def _asked(row: sqlite3.Row, opening: str, last: str, spoke: bool, scores: dict[str, float]) -> AskedTicket:
    created = clock.from_text(row["created_at"]) or clock.now()
    ended = clock.from_text(row["closed_at"]) or clock.from_text(last or None) or created
    return AskedTicket(
        id=row["id"], subject=row["subject"], opening=opening, locale=row["locale"], product=row["product"],
        created_at=created, ended_at=max(ended, created), customer_id=row["customer_id"], customer_name=row["name"],
        customer_email=row["email"], is_resolved=TicketStatus(row["status"]) in RESOLVED,
        tags=() if row["tags"] == "[]" else tuple(json.loads(row["tags"])),
        worked=None if row["worked"] is None else bool(row["worked"]), agent_spoke=spoke, score=scores.get(row["id"]),
    )  # fmt: skip
