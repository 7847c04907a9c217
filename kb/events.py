"""The event log: what agents did with what they were shown. Append-only."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kb import clock
from kb.database import Database, to_json
from kb.model import Event, EventKind


class Events:
    """The event log of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def append(self, events: Sequence[Event]) -> None:
        """Write events in their order, in one transaction; an empty sequence writes nothing."""
        if not events:
            return
        with self._db.write("log", "event", str(len(events)), actor=events[0].user_id or "system") as connection:
            connection.executemany(
                "INSERT INTO events (at, kind, user_id, ticket_id, article_id, revision, rank, confidence, detail)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        clock.to_text(e.at), e.kind.value, e.user_id, e.ticket_id, e.article_id, e.revision, e.rank,
                        e.confidence, to_json(dict(e.detail)),
                    )
                    for e in events
                ],
            )  # fmt: skip

    def list(self, *, ticket_id: str = "", limit: int = 1000) -> list[Event]:
        """Events newest first, of one ticket or of all."""
        rows = self._db.rows(
            "SELECT * FROM events WHERE ? IN ('', ticket_id) ORDER BY id DESC LIMIT ?", (ticket_id, limit)
        )
        return [
            Event(
                kind=EventKind(row["kind"]),
                at=clock.from_text(row["at"]) or clock.now(),
                user_id=row["user_id"],
                ticket_id=row["ticket_id"],
                article_id=row["article_id"],
                revision=row["revision"],
                rank=row["rank"],
                confidence=row["confidence"],
                detail=json.loads(row["detail"]),
            )
            for row in rows
        ]
