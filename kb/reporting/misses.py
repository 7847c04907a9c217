"""Searches that found nothing good, and how people asked again; questions are stored without personal data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from kb import clock
from kb.database import Database

AGAIN_WITHIN = timedelta(minutes=3)
"""Who asks something else so soon after a miss, about the same ticket, has put the question in other words."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A question for which nothing good was found."""

    question: str
    """As it was first asked, masked."""
    locale: str
    times: int
    last_at: datetime
    nearest: str
    """Title of the nearest article the last time; empty if there was none."""


@dataclass(frozen=True, slots=True)
class Reformulation:
    """A question and what the same person asked next."""

    question: str
    then: str
    times: int


class Misses:
    """What was asked in vain in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def count(self, since: datetime, until: datetime) -> int:
        """How many questions found nothing good."""
        row = self._db.row(
            "SELECT count(*) AS n FROM events WHERE kind = 'missed' AND at >= ? AND at < ?",
            (clock.to_text(since), clock.to_text(until)),
        )
        return 0 if row is None else int(row["n"])

    def list(self, since: datetime, until: datetime, *, limit: int = 100) -> Sequence[Miss]:
        """Questions of a time, the most frequent first; the same words count as one question. Ties: newest first."""
        rows = self._db.rows(
            "SELECT json_extract(e.detail, '$.query') AS query, json_extract(e.detail, '$.locale') AS locale,"
            " count(*) AS times, max(e.at) AS last_at, coalesce(r.title, '') AS nearest FROM events e"
            " LEFT JOIN articles a ON a.id = e.article_id"
            " LEFT JOIN revisions r ON r.article_id = a.id AND r.number = a.revision"
            " WHERE e.kind = 'missed' AND e.at >= ? AND e.at < ?"
            " GROUP BY json_extract(e.detail, '$.question') ORDER BY times DESC, last_at DESC, min(e.id) LIMIT ?",
            (clock.to_text(since), clock.to_text(until), limit),
        )
        return [
            Miss(row["query"] or "", row["locale"] or "", row["times"], clock.from_text(row["last_at"]) or clock.now(),
                 row["nearest"])
            for row in rows
        ]  # fmt: skip

    def reformulations(self, since: datetime, until: datetime, *, limit: int = 100) -> Sequence[Reformulation]:
        """Misses that the same person put in other words soon after, the most frequent first; ties by words."""
        rows = self._db.rows(
            "SELECT user_id, ticket_id, at, detail FROM events WHERE kind = 'missed' AND at >= ? AND at < ?"
            " AND user_id <> '' ORDER BY user_id, ticket_id, at, id",
            (clock.to_text(since), clock.to_text(until)),
        )
        found: dict[tuple[str, str], int] = {}
        for one, other in pairwise(rows):
            same = one["user_id"] == other["user_id"] and one["ticket_id"] == other["ticket_id"]
            first, second = json.loads(one["detail"]), json.loads(other["detail"])
            apart = (clock.from_text(other["at"]) or clock.now()) - (clock.from_text(one["at"]) or clock.now())
            if same and apart <= AGAIN_WITHIN and first.get("question") != second.get("question"):
                pair = str(first.get("query", "")), str(second.get("query", ""))
                found[pair] = found.get(pair, 0) + 1
        ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [Reformulation(question, then, times) for (question, then), times in ordered]
