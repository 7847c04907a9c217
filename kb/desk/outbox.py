"""What is to leave the server: written in the transaction of the deed that wants it, sent later, at least once."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb import clock
from kb.database import Database, to_json
from kb.desk.sending import PostState, Sending


class PostKind(StrEnum):
    """By which way a post goes."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    REPLY = "reply"
    """A public reply, to the help desk that the ticket came from."""


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


class Outbox(Sending[Post]):
    """The posts of one database. Several processes may work on one; every try is kept with what the receiver said."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "outbox", called="post", noun="outbox")

    def deliveries(self, ticket_id: str) -> dict[datetime, Delivery]:
        """How far the messages of a ticket have come that go to the help desk, by the message's time."""
        rows = self._db.rows("SELECT * FROM outbox WHERE ticket_id = ? AND message_at <> ''", (ticket_id,))
        return {at: delivery_of(row) for row in rows if (at := clock.from_text(row["message_at"])) is not None}

    def _taken(self, connection: sqlite3.Connection, row: sqlite3.Row, at: datetime) -> Post:
        number = connection.execute(
            "INSERT INTO outbox_tries (outbox_id, number, at) SELECT ?, coalesce(max(number), 0) + 1, ?"
            " FROM outbox_tries WHERE outbox_id = ? RETURNING number",
            (row["id"], clock.to_text(at), row["id"]),
        ).fetchone()["number"]
        return Post(
            PostKind(row["kind"]), row["ticket_id"], row["target"], json.loads(row["payload"]),
            clock.from_text(row["message_at"] or None), row["key"], row["id"], row["tries"], number,
        )  # fmt: skip

    def _about(self, thing: Post) -> Mapping[str, object]:
        return {"ticket": thing.ticket_id, "kind": thing.kind.value, "target": thing.target}

    def _tried(self, connection: sqlite3.Connection, thing: Post, outcome: PostState, said: str) -> None:
        connection.execute(
            "UPDATE outbox_tries SET outcome = ?, detail = ? WHERE outbox_id = ? AND number = ?",
            (outcome.value, said, thing.id, thing.number),
        )


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
