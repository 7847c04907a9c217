"""How what waits to leave the server is tried, tried again and given up: one set of rules for posts and notices.

What is sent is claimed before it is sent and marked after. Whoever dies in between leaves a claim that runs out, and it
is sent again under the same key: receivers that remember keys get it once, nobody gets it less than once.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from kb import clock
from kb.database import Database
from kb.errors import Conflict, NotFound

CLAIM = timedelta(seconds=90)
"""How long one try may take, longer than any time limit of a connection; then somebody else may try."""
PAUSES = tuple(timedelta(seconds=each) for each in (15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600))
"""Before the second, third, … try. After the last one it is given up: about 17 hours in all."""
MAX_TRIES = len(PAUSES) + 1
LONGEST_ERROR = 300


class PostState(StrEnum):
    """What became of something that was to be sent."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Given up; somebody has to look, and may try again."""


class Sendable(Protocol):
    """Something in hand to be sent."""

    @property
    def id(self) -> int:
        """Of its row."""

    @property
    def tries(self) -> int:
        """Including the one in hand, since somebody last began anew."""


Thing = TypeVar("Thing", bound=Sendable)


class Sending(ABC, Generic[Thing]):
    """What waits in one table. Several processes may work on one: each thing is claimed by one of them.

    Args:
        database: The database.
        table: The table; also the noun of its audit rows unless another one is given.
        called: What one of its rows is called in errors.
        noun: The noun of its audit rows.
    """

    def __init__(self, database: Database, table: str, *, called: str, noun: str) -> None:
        self._db = database
        self._table, self._called, self._noun = table, called, noun

    @abstractmethod
    def _taken(self, connection: sqlite3.Connection, row: sqlite3.Row, at: datetime) -> Thing:
        """A claimed row, with its try counted, as what is sent; inside the transaction of the claim."""

    @abstractmethod
    def _about(self, thing: Thing) -> Mapping[str, object]:
        """What the audit row says of it."""

    @abstractmethod
    def _tried(self, connection: sqlite3.Connection, thing: Thing, outcome: PostState, said: str) -> None:
        """Note what became of a try, sent or failed; inside the transaction that ends it."""

    def claim(self, *, now: datetime | None = None) -> Thing | None:
        """Take what has waited longest and begin a try, which is written down before anything is sent.

        Args:
            now: For tests.

        Returns:
            None if nothing is due.
        """
        at = now or clock.now()
        due = f"SELECT * FROM {self._table} WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, id LIMIT 1"
        if self._db.row(due, (clock.to_text(at),)) is None:
            # The usual case costs no write lock.
            return None
        with self._db.note() as connection:
            row = connection.execute(due, (clock.to_text(at),)).fetchone()
            if row is None:
                return None
            claimed = connection.execute(
                f"UPDATE {self._table} SET tries = tries + 1, next_at = ? WHERE id = ? RETURNING *",
                (clock.to_text(at + CLAIM), row["id"]),
            ).fetchone()
            return self._taken(connection, claimed, at)

    def sent(self, thing: Thing, *, said: str = "") -> None:
        """Mark something claimed as sent.

        Args:
            thing: What `claim` returned.
            said: What the receiver said, e.g. "HTTP 201".
        """
        self._end(thing, PostState.SENT, "", said, clock.now())

    def failed(self, thing: Thing, error: str, *, final: bool = False, now: datetime | None = None) -> PostState:
        """Write down that a try failed; the next one comes after a pause, or never.

        Args:
            thing: What `claim` returned.
            error: Why, in English, without secrets.
            final: Trying again could not help.
            now: For tests.

        Returns:
            WAITING, or FAILED once it is given up.
        """
        at = now or clock.now()
        if final or thing.tries >= MAX_TRIES:
            self._end(thing, PostState.FAILED, error, error, at)
            return PostState.FAILED
        with self._db.note() as connection:
            connection.execute(
                f"UPDATE {self._table} SET next_at = ?, error = ? WHERE id = ? AND state = 'waiting'",
                (clock.to_text(at + PAUSES[thing.tries - 1]), error[:LONGEST_ERROR], thing.id),
            )
            self._tried(connection, thing, PostState.FAILED, error[:LONGEST_ERROR])
        return PostState.WAITING

    def retry(self, thing_id: int, *, actor: str) -> None:
        """Begin again with one that was given up; its key stays.

        Args:
            thing_id: Its id.
            actor: Who wants it.

        Raises:
            NotFound: There is none with this id.
            Conflict: It was not given up.
        """
        with self._db.write("retry", self._noun, str(thing_id), actor=actor) as connection:
            row = connection.execute(f"SELECT state FROM {self._table} WHERE id = ?", (thing_id,)).fetchone()
            if row is None:
                raise NotFound(self._called, str(thing_id))
            if row["state"] != PostState.FAILED:
                raise Conflict(f"This was not given up; it is {row['state']}.")
            connection.execute(
                f"UPDATE {self._table} SET state = 'waiting', tries = 0, next_at = ?, done_at = NULL WHERE id = ?",
                (clock.to_text(clock.now()), thing_id),
            )

    def counts(self) -> dict[str, int]:
        """How many there are per state; every state is named."""
        rows = self._db.rows(f"SELECT state, count(*) AS n FROM {self._table} GROUP BY state")
        return dict.fromkeys((state.value for state in PostState), 0) | {row["state"]: row["n"] for row in rows}

    def _end(self, thing: Thing, state: PostState, error: str, said: str, at: datetime) -> None:
        verb = "send" if state is PostState.SENT else "give_up"
        detail = {**self._about(thing), "tries": thing.tries}
        with self._db.write(verb, self._noun, str(thing.id), detail=detail) as connection:
            connection.execute(
                f"UPDATE {self._table} SET state = ?, error = ?, done_at = ? WHERE id = ? AND state <> 'sent'",
                (state.value, error[:LONGEST_ERROR], clock.to_text(at), thing.id),
            )
            self._tried(connection, thing, state, said[:LONGEST_ERROR])
