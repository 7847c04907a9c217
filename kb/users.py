"""Users and sessions in the database; passwords are argon2id hashes."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from datetime import timedelta
from functools import cache

from kb import clock
from kb.database import Database
from kb.desk.assignees import claim
from kb.errors import Conflict, InvalidRow, NotFound
from kb.model import Role, User

MIN_PASSWORD = 10
"""Fewest characters of a password."""
SESSION_AGE = timedelta(hours=14)
"""A working day and a bit; then the user signs in again."""


class Users:
    """The users of one database and who is signed in."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, user_id: str) -> User:
        """Read one user.

        Raises:
            NotFound: No such user.
        """
        row = self._db.row("SELECT * FROM users WHERE id = ?", (user_id,))
        if row is None:
            raise NotFound("user", user_id)
        return _user(row)

    def of_email(self, email: str) -> User | None:
        """The active user with an e-mail address, or None."""
        row = self._db.row("SELECT * FROM users WHERE email = ? AND active = 1", (email.strip().casefold(),))
        return None if row is None else _user(row)

    def list(self) -> list[User]:
        """All users by name."""
        return [_user(row) for row in self._db.rows("SELECT * FROM users ORDER BY name, id")]

    def create(
        self, *, name: str, email: str, role: Role, password: str = "", locale: str = "en", actor: str = "system"
    ) -> User:
        """Add a user; without a password nobody can sign in as them by the form.

        Raises:
            InvalidRow: Name or e-mail is empty, or the password is shorter than MIN_PASSWORD.
            Conflict: The e-mail is taken.
        """
        email = email.strip().casefold()
        if not name.strip() or "@" not in email:
            raise InvalidRow("a user needs a name and an email address")
        if password and len(password) < MIN_PASSWORD:
            raise InvalidRow(f"the password is too short; use at least {MIN_PASSWORD} characters")
        user = User(id=secrets.token_hex(8), name=name.strip(), email=email, role=role, locale=locale)
        try:
            with self._db.write("create", "user", user.id, actor=actor, detail={"role": role.value}) as connection:
                connection.execute(
                    "INSERT INTO users (id, name, email, role, locale, password_hash) VALUES (?, ?, ?, ?, ?, ?)",
                    (user.id, user.name, email, role.value, locale, hash_password(password) if password else ""),
                )
                claim(connection, user.id)
        except sqlite3.IntegrityError as error:
            raise Conflict(f"There is already a user with the email {email}.") from error
        return user

    def check_password(self, email: str, password: str) -> User | None:
        """The active user with this e-mail and password, or None; an unknown e-mail takes as long as a known one."""
        from argon2 import PasswordHasher
        from argon2.exceptions import VerificationError

        row = self._db.row("SELECT * FROM users WHERE email = ? AND active = 1", (email.strip().casefold(),))
        stored = row["password_hash"] if row is not None else ""
        decoy = _decoy()
        try:
            PasswordHasher().verify(stored or decoy, password)
        except VerificationError:
            return None
        return _user(row) if row is not None and stored else None

    def set_locale(self, user_id: str, locale: str) -> None:
        """Remember the language that a user chose."""
        with self._db.write("set_locale", "user", user_id, actor=user_id, detail={"locale": locale}) as connection:
            connection.execute("UPDATE users SET locale = ? WHERE id = ?", (locale, user_id))

    def open_session(self, user_id: str) -> str:
        """Sign a user in; only a hash of the returned token is stored."""
        token = secrets.token_urlsafe(32)
        at = clock.now()
        with self._db.write("sign_in", "user", user_id, actor=user_id) as connection:
            connection.execute("DELETE FROM sessions WHERE expires_at < ?", (clock.to_text(at),))
            connection.execute(
                "INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
                (_hash_token(token), user_id, clock.to_text(at), clock.to_text(at + SESSION_AGE)),
            )
        return token

    def of_session(self, token: str) -> User | None:
        """The active user whom a session token belongs to, or None when it is unknown or has run out."""
        row = self._db.row(
            "SELECT u.* FROM sessions s JOIN users u ON u.id = s.user_id"
            " WHERE s.token_hash = ? AND s.expires_at > ? AND u.active = 1",
            (_hash_token(token), clock.to_text(clock.now())),
        )
        return None if row is None else _user(row)

    def close_session(self, token: str) -> None:
        """Sign out; a token that is unknown changes nothing."""
        user = self.of_session(token)
        if user is None:
            return
        with self._db.write("sign_out", "user", user.id, actor=user.id) as connection:
            connection.execute("DELETE FROM sessions WHERE token_hash = ?", (_hash_token(token),))


def hash_password(password: str) -> str:
    """An argon2id hash with the library's own, regularly raised, parameters."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)


@cache
def _decoy() -> str:
    # A valid hash of nothing anybody knows, made once: an unknown e-mail costs one verification, as a known one does.
    return hash_password(secrets.token_hex(16))


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _user(row: sqlite3.Row) -> User:
    return User(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        role=Role(row["role"]),
        locale=row["locale"],
        active=bool(row["active"]),
    )
