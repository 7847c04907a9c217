"""Flagged paragraphs: an agent says that a part of an article is wrong or outdated; a task for whoever owns it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb import clock
from kb.database import Database
from kb.desk.quotes import Place, find_quote
from kb.errors import InvalidRow, KBError, NotFound
from kb.events import insert_event
from kb.knowledge.trust_evidence import Evidence
from kb.knowledge.trust_signal import SignalKind
from kb.knowledge.trust_signals import doubt_again, note_doubt, take_back_doubt
from kb.markdown import sections
from kb.model import Event, EventKind


class FlagReason(StrEnum):
    """What is the matter with a paragraph; in the order in which the page offers them."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"
    MISSING = "missing"


class FlagState(StrEnum):
    """Where the task stands."""

    OPEN = "open"
    DONE = "done"
    REJECTED = "rejected"


_DOUBTS = frozenset({FlagReason.WRONG, FlagReason.OUTDATED})
"""What is unclear or missing may be true all the same."""
_QUOTED = 300


@dataclass(frozen=True, slots=True)
class Flag:
    """One flagged paragraph."""

    article_id: str
    revision: int
    """The revision that the agent read; the offsets are characters of its body."""
    start: int
    end: int
    quote: str
    """Character for character what stands at start..end there."""
    heading: str
    reason: FlagReason
    note: str
    ticket_id: str
    """The ticket that showed it; empty outside a ticket."""
    user_id: str
    at: datetime
    state: FlagState = FlagState.OPEN
    closed_by: str = ""
    closed_at: datetime | None = None
    answer: str = ""
    """What was said when it was closed."""
    id: int = 0
    """Rising; 0 before it is stored."""


def where_now(flag: Flag, body: str, revision: int) -> Place | None:
    """Where a flagged paragraph stands in a later revision; None if it is gone.

    The same revision has it where it was. Of another one, the paragraph is looked for by its words: under the same
    heading first, then nearest to where it stood; only white space may differ.

    Args:
        flag: The flag.
        body: Markdown of the revision that is looked into.
        revision: Its number.
    """
    if revision == flag.revision:
        return Place(flag.start, flag.end) if body[flag.start : flag.end] == flag.quote else None
    found = find_quote(body, flag.quote)
    if not found:
        return None
    named = [(s.start, s.end) for s in sections(body) if s.heading == flag.heading]
    return min(
        found,
        key=lambda place: (not any(a <= place.start < b for a, b in named), abs(place.start - flag.start), place.start),
    )


class Flags:
    """The flags of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, flag_id: int) -> Flag:
        """Read one flag.

        Raises:
            NotFound: No such flag.
        """
        row = self._db.row("SELECT * FROM flags WHERE id = ?", (flag_id,))
        if row is None:
            raise NotFound("flag", str(flag_id), hint="`svar flags` lists them.")
        return _flag(row)

    def list(
        self, *, state: FlagState | None = None, article_id: str = "", limit: int = 200, offset: int = 0
    ) -> list[Flag]:
        """Flags newest first.

        Args:
            state: Only these; None means all.
            article_id: Only of this article; empty means all.
            limit: At most so many.
            offset: Skip so many.
        """
        rows = self._db.rows(
            "SELECT * FROM flags WHERE ? IN ('', state) AND ? IN ('', article_id) ORDER BY id DESC LIMIT ? OFFSET ?",
            (state.value if state else "", article_id, limit, offset),
        )
        return [_flag(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many flags there are per state."""
        rows = self._db.rows("SELECT state, count(*) AS n FROM flags GROUP BY state")
        return {state.value: 0 for state in FlagState} | {row["state"]: int(row["n"]) for row in rows}

    def open_of(self, article_ids: Iterable[str]) -> dict[str, int]:
        """How many open flags some articles have; those without any are left out."""
        rows = self._db.rows_of(
            "SELECT article_id, count(*) AS n FROM flags WHERE state = 'open' AND article_id IN ({ids})"
            " GROUP BY article_id",
            article_ids,
        )
        return {row["article_id"]: int(row["n"]) for row in rows}

    def raise_one(self, flag: Flag) -> Flag:
        """Store a new flag and log it, in one transaction; the same person flagging the same again changes the first.

        Args:
            flag: What is flagged; its state, answer and id are not read.

        Returns:
            The flag as it is stored.

        Raises:
            NotFound: No such article, or no such revision of it.
            InvalidRow: Its quote is not what stands there.
        """
        detail: dict[str, object] = {"reason": flag.reason.value}
        with self._db.write("flag", "article", flag.article_id, actor=flag.user_id, detail=detail) as connection:
            _check(connection, flag)
            same = connection.execute(
                "SELECT id FROM flags WHERE state = 'open' AND article_id = ? AND revision = ? AND \"start\" = ?"
                ' AND "end" = ? AND user_id = ? AND ticket_id = ?',
                (flag.article_id, flag.revision, flag.start, flag.end, flag.user_id, flag.ticket_id),
            ).fetchone()
            if same is not None:
                flag_id = int(same["id"])
                connection.execute(
                    "UPDATE flags SET reason = ?, note = ? WHERE id = ?", (flag.reason.value, flag.note, flag_id)
                )
            else:
                flag_id = _insert(connection, flag)
                said = {"flag": flag_id, "reason": flag.reason.value}
                event = Event(
                    EventKind.FLAGGED, flag.at, flag.user_id, flag.ticket_id, flag.article_id, flag.revision,
                    detail=said,
                )  # fmt: skip
                insert_event(connection, event)
            detail["flag"] = flag_id
            _doubt(connection, flag_id, flag.user_id)
        return self.get(flag_id)

    def close(self, flag_id: int, state: FlagState, *, actor: str, answer: str = "") -> Flag:
        """Say what became of a flag, or open it again.

        Args:
            flag_id: The flag.
            state: Where it stands now.
            actor: The user's id.
            answer: A word to the one who flagged.

        Raises:
            NotFound: No such flag.
        """
        closed, before = state is not FlagState.OPEN, self.get(flag_id)
        detail = {"flag": flag_id, "state": state.value}
        with self._db.write("flag.close", "flag", str(flag_id), actor=actor, detail=detail) as connection:
            connection.execute(
                "UPDATE flags SET state = ?, closed_by = ?, closed_at = ?, answer = ? WHERE id = ?",
                (state.value, actor if closed else "", clock.to_text(clock.now()) if closed else None, answer, flag_id),
            )
            _doubt(connection, flag_id, actor, was_closed_at=before.closed_at)
        return self.get(flag_id)


def _doubt(
    connection: sqlite3.Connection, flag_id: int, actor: str, *, was_closed_at: datetime | None = None
) -> None:  # fmt: skip
    """Let a flag take the article's trust down, or give it back where there was nothing to flag.

    One that is done says nothing anew: the text is to be verified once it is changed. One that is opened again says
    what it said before it was closed.
    """
    flag = _flag(connection.execute("SELECT * FROM flags WHERE id = ?", (flag_id,)).fetchone())
    if flag.state is FlagState.OPEN and flag.reason in _DOUBTS:
        said = Evidence(SignalKind.FLAGGED, flag.article_id, f"flag:{flag_id}", flag.ticket_id, flag.user_id)
        if was_closed_at is None or not doubt_again(connection, said, was_closed_at):
            note_doubt(connection, said, {"flag": flag_id, "reason": flag.reason.value, "quote": flag.quote[:_QUOTED]})
    elif flag.state is not FlagState.DONE:
        take_back_doubt(connection, SignalKind.FLAGGED, f"flag:{flag_id}", actor=actor)


def _check(connection: sqlite3.Connection, flag: Flag) -> None:
    row = connection.execute(
        "SELECT body FROM revisions WHERE article_id = ? AND number = ?", (flag.article_id, flag.revision)
    ).fetchone()
    if row is None:
        raise NotFound("revision", f"{flag.article_id} {flag.revision}")
    if not flag.quote.strip() or row["body"][flag.start : flag.end] != flag.quote:
        raise InvalidRow("what is flagged does not stand at that place of the article; open it again and choose anew")


def _insert(connection: sqlite3.Connection, flag: Flag) -> int:
    row = connection.execute(
        'INSERT INTO flags (article_id, revision, "start", "end", quote, heading, reason, note, ticket_id, user_id,'
        " at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
        (
            flag.article_id, flag.revision, flag.start, flag.end, flag.quote, flag.heading, flag.reason.value,
            flag.note, flag.ticket_id, flag.user_id, clock.to_text(flag.at),
        ),
    )  # fmt: skip
    if row.lastrowid is None:
        raise KBError("The flag was not stored.")
    return row.lastrowid


def _flag(row: sqlite3.Row) -> Flag:
    return Flag(
        id=row["id"], article_id=row["article_id"], revision=row["revision"], start=row["start"], end=row["end"],
        quote=row["quote"], heading=row["heading"], reason=FlagReason(row["reason"]), note=row["note"],
        ticket_id=row["ticket_id"], user_id=row["user_id"], at=clock.from_text(row["at"]) or clock.now(),
        state=FlagState(row["state"]), closed_by=row["closed_by"], closed_at=clock.from_text(row["closed_at"]),
        answer=row["answer"],
    )  # fmt: skip
