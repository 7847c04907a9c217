"""What is to leave the server: written in the transaction of the deed that wants it, sent later, at least once.

A post is claimed before it is sent and marked after. Whoever dies in between leaves a claim that runs out, and the post
is sent again under the same key: receivers that remember keys get it once, nobody gets it less than once.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kb import clock
from kb.database import Database, to_json
from kb.errors import Conflict, NotFound

CLAIM = timedelta(seconds=90)
"""How long one try may take, longer than any time limit of a connection; then somebody else may try."""
PAUSES = tuple(timedelta(seconds=each) for each in (15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600))
"""Before the second, third, … try. After the last one the post is given up: about 17 hours in all."""
MAX_TRIES = len(PAUSES) + 1
_LONGEST_ERROR = 300


class PostKind(StrEnum):
    """By which way a post goes."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    REPLY = "reply"
    """A public reply, to the help desk that the ticket came from."""


class PostState(StrEnum):
    """What became of a post."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Given up; somebody has to look, and may try again."""


@dataclass(frozen=True, slots=True)
class Post:
    """Something to be sent."""

    kind: PostKind
    ticket_id: str
    target: str
    """An e-mail address, the id of a team, or empty for the help desk; never an address of the web, which only admins
    name and which is looked up when it is sent."""
    payload: Mapping[str, object]
    message_at: datetime | None = None
    """Which message of the ticket it carries; None for none."""
    key: str = ""
    """Names it for good, also towards the receiver; empty until it is stored."""
    id: int = 0
    tries: int = 0
    """Including the one in hand, since somebody last began anew."""
    number: int = 0
    """Of the try in hand among all that there ever were."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a post has come."""

    id: int
    state: PostState
    tries: int
    at: datetime
    """When it was sent or given up; while it waits, when it is tried next."""
    error: str = ""
    """Why the last try failed, in English; empty once it is sent."""


class Outbox:
    """The posts of one database. Several processes may work on one."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def claim(self, *, now: datetime | None = None) -> Post | None:
        """Take the post that has waited longest and begin a try, which is written down before anything is sent.

        Args:
            now: For tests.

        Returns:
            None if nothing is due.
        """
        at = clock.to_text(now or clock.now())
        due = "SELECT * FROM outbox WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, id LIMIT 1"
        if self._db.row(due, (at,)) is None:
            # The usual case costs no write lock.
            return None
        with self._db.note() as connection:
            row = connection.execute(due, (at,)).fetchone()
            if row is None:
                return None
            until = clock.to_text((now or clock.now()) + CLAIM)
            connection.execute("UPDATE outbox SET tries = tries + 1, next_at = ? WHERE id = ?", (until, row["id"]))
            number = connection.execute(
                "INSERT INTO outbox_tries (outbox_id, number, at) SELECT ?, coalesce(max(number), 0) + 1, ?"
                " FROM outbox_tries WHERE outbox_id = ? RETURNING number",
                (row["id"], at, row["id"]),
            ).fetchone()["number"]
        return Post(
            PostKind(row["kind"]), row["ticket_id"], row["target"], json.loads(row["payload"]),
            clock.from_text(row["message_at"] or None), row["key"], row["id"], row["tries"] + 1, number,
        )  # fmt: skip

    def sent(self, post: Post, *, detail: str = "") -> None:
        """Mark a claimed post as sent.

        Args:
            post: What `claim` returned.
            detail: What the receiver said, e.g. "HTTP 200".
        """
        self._mark(post, PostState.SENT, "", detail, clock.now())

    def failed(self, post: Post, error: str, *, final: bool = False, now: datetime | None = None) -> PostState:
        """Write down that a try failed; the next one comes after a pause, or never.

        Args:
            post: What `claim` returned.
            error: Why, in English, without secrets.
            final: Trying again could not help.
            now: For tests.

        Returns:
            WAITING, or FAILED once it is given up.
        """
        at = now or clock.now()
        if final or post.tries >= MAX_TRIES:
            self._mark(post, PostState.FAILED, error, error, at)
            return PostState.FAILED
        with self._db.note() as connection:
            connection.execute(
                "UPDATE outbox SET next_at = ?, error = ? WHERE id = ? AND state = 'waiting'",
                (clock.to_text(at + PAUSES[post.tries - 1]), error[:_LONGEST_ERROR], post.id),
            )
            _end_try(connection, post, "failed", error)
        return PostState.WAITING

    def retry(self, post_id: int, *, actor: str) -> None:
        """Begin again with a post that was given up; its key stays.

        Args:
            post_id: Its id.
            actor: Who wants it.

        Raises:
            NotFound: No such post.
            Conflict: It was not given up.
        """
        with self._db.write("retry", "outbox", str(post_id), actor=actor) as connection:
            row = connection.execute("SELECT state FROM outbox WHERE id = ?", (post_id,)).fetchone()
            if row is None:
                raise NotFound("post", str(post_id))
            if row["state"] != PostState.FAILED:
                raise Conflict(f"This was not given up; it is {row['state']}.")
            connection.execute(
                "UPDATE outbox SET state = 'waiting', tries = 0, next_at = ?, done_at = NULL WHERE id = ?",
                (clock.to_text(clock.now()), post_id),
            )

    def deliveries(self, ticket_id: str) -> dict[datetime, Delivery]:
        """How far the messages of a ticket have come that go to the help desk, by the message's time."""
        rows = self._db.rows("SELECT * FROM outbox WHERE ticket_id = ? AND message_at <> ''", (ticket_id,))
        return {at: delivery_of(row) for row in rows if (at := clock.from_text(row["message_at"])) is not None}

    def counts(self) -> dict[str, int]:
        """How many posts there are per state; every state is named."""
        rows = self._db.rows("SELECT state, count(*) AS n FROM outbox GROUP BY state")
        return dict.fromkeys((state.value for state in PostState), 0) | {row["state"]: row["n"] for row in rows}

    def _mark(self, post: Post, state: PostState, error: str, detail: str, at: datetime) -> None:
        verb = "send" if state is PostState.SENT else "give_up"
        audit = {"ticket": post.ticket_id, "kind": post.kind.value, "target": post.target, "tries": post.tries}
        with self._db.write(verb, "outbox", str(post.id), detail=audit) as connection:
            connection.execute(
                "UPDATE outbox SET state = ?, error = ?, done_at = ? WHERE id = ? AND state <> 'sent'",
                (state.value, error[:_LONGEST_ERROR], clock.to_text(at), post.id),
            )
            _end_try(connection, post, state.value, detail)


def insert_post(connection: sqlite3.Connection, post: Post, *, at: datetime) -> int:
    """Put something into the outbox, inside the write of the deed that wants it sent.

    Args:
        connection: Inside a transaction.
        post: What to send; its key, id and tries are made here.
        at: Now.

    Returns:
        Its id.
    """
    row = connection.execute(
        "INSERT INTO outbox (key, kind, ticket_id, message_at, target, payload, next_at, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            secrets.token_hex(16), post.kind.value, post.ticket_id, clock.to_text(post.message_at) or "", post.target,
            to_json(post.payload), clock.to_text(at), clock.to_text(at),
        ),
    ).fetchone()  # fmt: skip
    return int(row["id"])


def delivery_of(row: sqlite3.Row) -> Delivery:
    """A row of the outbox as it is shown."""
    done = clock.from_text(row["done_at"])
    next_at = clock.from_text(row["next_at"])
    return Delivery(row["id"], PostState(row["state"]), row["tries"], done or next_at or clock.now(), row["error"])


def _end_try(connection: sqlite3.Connection, post: Post, outcome: str, detail: str) -> None:
    connection.execute(
        "UPDATE outbox_tries SET outcome = ?, detail = ? WHERE outbox_id = ? AND number = ?",
        (outcome, detail[:_LONGEST_ERROR], post.id, post.number),
    )
