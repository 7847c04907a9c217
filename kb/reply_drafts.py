"""Unfinished replies: what an agent has typed and not yet sent survives reloads, crashes and a second tab."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kb import clock
from kb.database import Database, to_json


@dataclass(frozen=True, slots=True)
class Origin:
    """A text that was put into a reply, by where it came from."""

    kind: str
    """One of "article", "ticket", "canned", "note"."""
    id: str
    revision: int = 0
    """Of the article or canned reply; 0 for a ticket."""


@dataclass(frozen=True, slots=True)
class TypedReply:
    """What somebody has typed in one tab of the browser."""

    tab: str
    """Which tab; empty where the client knows no tabs."""
    body: str
    public: bool = True
    """False for an internal note."""
    version: int = 0
    """Grows with every save of any tab; 0 before the first."""
    at: datetime = field(default_factory=clock.now)
    origins: tuple[Origin, ...] = ()
    drafted: str = ""
    """What of it was put in from a proposed reply, as it was proposed."""


class ReplyDrafts:
    """Unfinished replies: one per ticket, user and tab, so that no tab writes over another's text."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, ticket_id: str, user_id: str) -> str:
        """What the user typed last, in whichever tab; empty if nothing."""
        newest = self.newest(ticket_id, user_id)
        return "" if newest is None else newest.body

    def newest(self, ticket_id: str, user_id: str) -> TypedReply | None:
        """What the user typed last, in whichever tab; None if nothing."""
        return next(iter(self.all(ticket_id, user_id)), None)

    def all(self, ticket_id: str, user_id: str) -> tuple[TypedReply, ...]:
        """What the user has typed in every tab, newest first."""
        rows = self._db.rows(
            "SELECT * FROM reply_drafts WHERE ticket_id = ? AND user_id = ? ORDER BY version DESC", (ticket_id, user_id)
        )
        return tuple(_typed(row) for row in rows)

    def put(
        self, ticket_id: str, user_id: str, body: str, *, tab: str = "", public: bool = True, base: int = 0,
        origins: Sequence[Origin] = (), drafted: str = "",
    ) -> int:  # fmt: skip
        """Remember what the user has typed in a tab; an empty text forgets it.

        Leaves no audit row: it changes nothing that is known, comes every second while somebody types, and the reply
        that grows from it has a row of its own.

        Args:
            ticket_id: The ticket.
            user_id: The user.
            body: What is typed.
            tab: Which tab of the browser.
            public: False for an internal note.
            base: The version that this text grew from: the tab that wrote that one loses it to this tab, unless it
                has gone on typing since. 0: from nothing. A tab with the very same text loses it, too: one is enough.
            origins: What was put into the text.
            drafted: What of it was put in from a proposed reply.

        Returns:
            The new version; 0 if the text is empty.
        """
        mine = (ticket_id, user_id)
        with self._db.note() as connection:
            connection.execute(
                "DELETE FROM reply_drafts WHERE ticket_id = ? AND user_id = ? AND (tab = ? OR version = ? OR body = ?)",
                (*mine, tab, base, body),
            )
            if not body:
                return 0
            newest = connection.execute(
                "SELECT coalesce(max(version), 0) FROM reply_drafts WHERE ticket_id = ? AND user_id = ?", mine
            ).fetchone()[0]
            at = clock.now()
            # Rising also over texts that were forgotten meanwhile, so a tab never takes a new one for one it has seen.
            version = max(int(at.timestamp() * 1_000_000), int(newest) + 1)
            connection.execute(
                "INSERT INTO reply_drafts (ticket_id, user_id, tab, body, public, origins, drafted, version,"
                " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*mine, tab, body, int(public), _origins_json(origins), drafted, version, clock.to_text(at)),
            )
        return version


def forget_sent(connection: sqlite3.Connection, ticket_id: str, user_id: str, *, tab: str, body: str) -> None:
    """Forget what has been sent: the tab's own text, and every text of the user that stands in what was sent.

    What another tab has beyond that stays. Runs inside a write.

    Args:
        connection: A connection inside a transaction.
        ticket_id: The ticket.
        user_id: Who sent.
        tab: The tab it was sent from; empty for a client that knows no tabs.
        body: What was sent.
    """
    connection.execute(
        "DELETE FROM reply_drafts WHERE ticket_id = ? AND user_id = ? AND (tab = ? OR instr(?, trim(body)) > 0)",
        (ticket_id, user_id, tab, body),
    )


def _origins_json(origins: Sequence[Origin]) -> str:
    return to_json([[each.kind, each.id, each.revision] for each in dict.fromkeys(origins)])


def _typed(row: sqlite3.Row) -> TypedReply:
    return TypedReply(
        tab=row["tab"],
        body=row["body"],
        public=bool(row["public"]),
        version=row["version"],
        at=clock.from_text(row["updated_at"]) or clock.now(),
        origins=tuple(Origin(kind, noun_id, revision) for kind, noun_id, revision in json.loads(row["origins"])),
        drafted=row["drafted"],
    )
