"""The event log: what agents did with what they were shown. Append-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from kb import clock
from kb.database import Database, to_json
from kb.event import Event, EventKind
from kb.funnel import STAGES, Deed, Funnel, funnel_of

_INSERT = (
    "INSERT INTO events (at, kind, user_id, ticket_id, article_id, revision, rank, confidence, detail)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Events:
    """The event log of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def append(self, events: Sequence[Event]) -> None:
        """Write events in their order, in one transaction; an empty sequence writes nothing."""
        if not events:
            return
        with self._db.write("log", "event", str(len(events)), actor=events[0].user_id or "system") as connection:
            connection.executemany(_INSERT, [_row(event) for event in events])

    def append_once(self, event: Event, *, key: str, since: datetime) -> bool:
        """Write an event unless the same one has been written not long ago, in one transaction.

        Args:
            event: Its detail must hold the key.
            key: The field of the detail that says what is the same, beside kind and ticket.
            since: Only events from then on count.

        Returns:
            Whether it was written.

        Raises:
            ValueError: The detail lacks the key.
        """
        if key not in event.detail:
            raise ValueError(f"the detail has no {key!r}; allowed: {sorted(event.detail)}")
        same = (event.kind.value, clock.to_text(since), event.ticket_id, f"$.{key}", event.detail[key])
        # Nobody's deed, so no audit row: it says what was asked, not what somebody changed.
        with self._db.note() as connection:
            known = connection.execute(
                "SELECT 1 FROM events WHERE kind = ? AND at >= ? AND ticket_id = ? AND json_extract(detail, ?) = ?",
                same,
            ).fetchone()
            if known is None:
                connection.execute(_INSERT, _row(event))
        return known is None

    def deeds(self, kinds: Iterable[EventKind]) -> list[tuple[EventKind, str, str]]:
        """(kind, ticket id, article id) of every event of these kinds, oldest first; "" where there was none.

        That an article was linked as merely related is left out: it says nothing about what helped.
        """
        wanted = sorted(kind.value for kind in kinds)
        marks = ", ".join("?" * len(wanted))
        rows = self._db.rows(
            f"SELECT kind, ticket_id, article_id FROM events WHERE kind IN ({marks})"
            " AND NOT (kind = 'linked' AND coalesce(json_extract(detail, '$.kind'), '') = 'reference') ORDER BY id",
            wanted,
        )
        return [(EventKind(row["kind"]), row["ticket_id"], row["article_id"]) for row in rows]

    def funnel(self, *, since: datetime | None = None, until: datetime | None = None) -> Funnel:
        """How far what was shown got, of the events of a time; whether a ticket is solved is asked as it is now.

        Args:
            since: Only events from then on; None: all.
            until: Only events before then; None: all.
        """
        marks = ", ".join("?" * len(STAGES))
        rows = self._db.rows(
            "SELECT e.kind, e.ticket_id, e.article_id,"
            " coalesce(t.status IN ('solved', 'closed') AND coalesce(t.worked, 1) = 1, 0) AS solved"
            " FROM events e LEFT JOIN tickets t ON t.id = e.ticket_id"
            f" WHERE e.kind IN ({marks}) AND e.article_id <> '' AND (? IS NULL OR e.at >= ?)"
            " AND (? IS NULL OR e.at < ?) ORDER BY e.id",
            [
                *(kind.value for kind in STAGES), clock.to_text(since), clock.to_text(since), clock.to_text(until),
                clock.to_text(until),
            ],
        )  # fmt: skip
        deeds = [Deed(EventKind(row["kind"]), row["ticket_id"], row["article_id"]) for row in rows]
        return funnel_of(deeds, frozenset(row["ticket_id"] for row in rows if row["solved"]))

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


def insert_event(connection: sqlite3.Connection, event: Event) -> None:
    """Append one event inside somebody's own transaction, so that a deed and its event come together or not at all."""
    connection.execute(_INSERT, _row(event))


def _row(event: Event) -> tuple[object, ...]:
    return (
        clock.to_text(event.at), event.kind.value, event.user_id, event.ticket_id, event.article_id, event.revision,
        event.rank, event.confidence, to_json(dict(event.detail)),
    )  # fmt: skip
