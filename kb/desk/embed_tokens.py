"""Tokens that sign an agent in inside a frame: they last a minute and work once, whichever server process is asked."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from datetime import datetime, timedelta

from kb import clock
from kb.database import Database

TOKEN_AGE = timedelta(seconds=60)


class EmbedTokens:
    """The tokens of one database; only their hashes are stored."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def mint(self, user_id: str) -> str:
        """A token for a user who is signed in elsewhere in the same browser."""
        token = secrets.token_urlsafe(32)
        now = clock.now()
        with self._db.write("embed", "user", user_id, actor=user_id) as connection:
            _forget_old(connection, now)
            connection.execute(
                "INSERT INTO embed_tokens (token_hash, user_id, expires_at) VALUES (?, ?, ?)",
                (_hash(token), user_id, clock.to_text(now + TOKEN_AGE)),
            )
        return token

    def redeem(self, token: str) -> str:
        """Use a token up.

        Returns:
            Id of its user; "" if it is unknown, has run out or was used before.
        """
        with self._db.note() as connection:
            row = connection.execute(
                "UPDATE embed_tokens SET used = 1 WHERE token_hash = ? AND used = 0 AND expires_at > ?"
                " RETURNING user_id",
                (_hash(token), clock.to_text(clock.now())),
            ).fetchone()
        return str(row["user_id"]) if row is not None else ""

    def use_up(self, signature: str, user_id: str, expires_at: datetime) -> bool:
        """Note that a signature made elsewhere was used.

        Args:
            signature: It, checked already.
            user_id: Whom it signs in.
            expires_at: When it stops being valid by itself; kept for so long.

        Returns:
            False if it was used before.
        """
        with self._db.note() as connection:
            _forget_old(connection, clock.now())
            done = connection.execute(
                "INSERT OR IGNORE INTO embed_tokens (token_hash, user_id, expires_at, used) VALUES (?, ?, ?, 1)",
                (_hash(signature), user_id, clock.to_text(expires_at)),
            )
        return done.rowcount == 1


def _forget_old(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute("DELETE FROM embed_tokens WHERE expires_at < ?", (clock.to_text(now - TOKEN_AGE),))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
