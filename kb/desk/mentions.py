"""Colleagues who are named in internal notes: "@Anna Berg, have you seen this?"."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.database import Database

MAX_EXCERPT = 200
MAX_MENTIONED = 50
"""Of one note: nobody means more, and a note of a megabyte could name everybody."""
_READ_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Mention:
    """One colleague's name in one note, as the colleague sees it."""

    id: int
    ticket_id: str
    subject: str
    """Of the ticket, as it is now."""
    by_name: str
    """Who wrote the note."""
    at: datetime
    """When the note was written; also says which message it is."""
    excerpt: str
    """The note around the name."""
    read: bool


class Mentions:
    """The mentions of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, user_id: str, *, limit: int = 50) -> Sequence[Mention]:
        """Where a user was mentioned: what they have not read first, then newest first.

        Args:
            user_id: Who was mentioned.
            limit: At most so many.
        """
        rows = self._db.rows(
            "SELECT m.*, t.subject FROM mentions m JOIN tickets t ON t.id = m.ticket_id WHERE m.user_id = ?"
            " ORDER BY m.read_at IS NOT NULL, m.at DESC, m.id DESC LIMIT ?",
            (user_id, limit),
        )
        return [_mention(row) for row in rows]

    def unread(self, user_id: str) -> int:
        """How many mentions a user has not read."""
        row = self._db.row("SELECT count(*) FROM mentions WHERE user_id = ? AND read_at IS NULL", (user_id,))
        return 0 if row is None else int(row[0])

    def read(self, user_id: str, ticket_id: str) -> int:
        """Mark what mentions a user in a ticket as read; leaves no audit row, as looking at something does not.

        Args:
            user_id: Who was mentioned.
            ticket_id: The ticket that they have opened.

        Returns:
            How many mentions became read.
        """
        unread = "user_id = ? AND ticket_id = ? AND read_at IS NULL"
        if self._db.row(f"SELECT 1 FROM mentions WHERE {unread}", (user_id, ticket_id)) is None:
            return 0
        with self._db.note() as connection:
            return connection.execute(
                f"UPDATE mentions SET read_at = ? WHERE {unread}", (clock.to_text(clock.now()), user_id, ticket_id)
            ).rowcount


def insert_mentions(
    connection: sqlite3.Connection, ticket_id: str, body: str, *, at: datetime, by_id: str, by_name: str
) -> tuple[str, ...]:
    """Store who is mentioned in a note, inside the write that stores the note; its writer is never mentioned.

    Args:
        connection: Inside a transaction.
        ticket_id: The ticket.
        body: The note.
        at: The note's time.
        by_id: Who wrote it.
        by_name: Their name.

    Returns:
        Ids of those who are mentioned, in the order of the note.
    """
    if "@" not in body:
        return ()
    colleagues = connection.execute("SELECT id, name FROM users WHERE active = 1 AND id <> ?", (by_id,)).fetchall()
    found = mentioned(body, [(row["id"], row["name"]) for row in colleagues])
    connection.executemany(
        "INSERT OR IGNORE INTO mentions (ticket_id, user_id, by_id, by_name, at, excerpt) VALUES (?, ?, ?, ?, ?, ?)",
        [(ticket_id, user_id, by_id, by_name, clock.to_text(at), _excerpt(body, place)) for user_id, place in found],
    )
    return tuple(user_id for user_id, _ in found)


def mentioned(body: str, colleagues: Sequence[tuple[str, str]]) -> list[tuple[str, int]]:
    """Who is named behind an @ in a text, and where: by the whole name, or by a first name that only one has.

    Args:
        body: The text; only its first 100,000 characters are read.
        colleagues: Id and name of everybody who may be meant. Of two with the same name both are meant.

    Returns:
        (id, place of the @) in the order of the text, each once, at most MAX_MENTIONED. An @ inside a word, as in an
        e-mail address, names nobody.
    """
    body = body[:_READ_CHARACTERS]
    names = [(user_id, name) for user_id, name in colleagues if name.strip()]
    firsts = [(user_id, name.split()[0]) for user_id, name in names]
    alone = Counter(first.casefold() for _, first in firsts)
    names += [(user_id, first) for user_id, first in firsts if alone[first.casefold()] == 1]
    # Longest first: "@Anna Bergström" does not name Anna Berg.
    ways = sorted({" ".join(name.split()) for _, name in names}, key=len, reverse=True)
    if not ways:
        return []
    pattern = re.compile(r"(?<![\w.+-])@(" + "|".join(map(_pattern, ways)) + r")(?!\w)", re.IGNORECASE)
    found: dict[str, int] = {}
    for match in pattern.finditer(body):
        said = " ".join(match[1].split()).casefold()
        for user_id, name in names:
            if " ".join(name.split()).casefold() == said and len(found) < MAX_MENTIONED:
                found.setdefault(user_id, match.start())
    return list(found.items())


def _pattern(name: str) -> str:
    return r"[ \t]+".join(map(re.escape, name.split()))


def _excerpt(body: str, place: int) -> str:
    start = max(0, place - MAX_EXCERPT // 3)
    text = " ".join(body[start : start + MAX_EXCERPT].split())
    return ("… " if start else "") + text + (" …" if start + MAX_EXCERPT < len(body) else "")


def _mention(row: sqlite3.Row) -> Mention:
    return Mention(
        row["id"], row["ticket_id"], row["subject"], row["by_name"], clock.from_text(row["at"]) or clock.now(),
        row["excerpt"], row["read_at"] is not None,
    )  # fmt: skip
