"""Teams that a ticket can be passed on to, each by mail, by a webhook, or inside Svar only."""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from kb import clock
from kb.database import Database
from kb.errors import InvalidRow, NotFound
from kb.settings_outgoing import is_webhook, mail_address

MAX_NAME = 80
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Team:
    """Who may take a ticket over."""

    id: str
    name: str
    email: str = ""
    """Where mail to it goes; empty if it gets none."""
    webhook: str = ""
    """Where its webhook is; empty if it has none."""
    secret: str = field(default="", repr=False)
    """What posts to the webhook are signed with."""
    outside: bool = False
    """Not our own people: what it gets is redacted."""

    @property
    def leaves(self) -> bool:
        """Whether passing on to it sends anything out of Svar."""
        return bool(self.email or self.webhook)


class Teams:
    """The teams of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def list(self) -> Sequence[Team]:
        """All teams by name."""
        return [_team(row) for row in self._db.rows("SELECT * FROM teams ORDER BY folded")]

    def get(self, team_id: str) -> Team:
        """Read one team.

        Raises:
            NotFound: No such team.
        """
        row = self._db.row("SELECT * FROM teams WHERE id = ?", (team_id,))
        if row is None:
            raise NotFound("team", team_id)
        return _team(row)

    def put(
        self, name: str, *, email: str = "", webhook: str = "", outside: bool = False, actor: str = "system"
    ) -> tuple[Team, bool]:
        """Add a team, or change the one of this name; a new webhook address gets a new secret.

        Args:
            name: Shown to agents; case does not matter.
            email: One address, or empty.
            webhook: https, or http to this machine; or empty.
            outside: Redact what it gets.
            actor: Id of the admin.

        Returns:
            The team, and whether its secret is new and therefore to be shown once.

        Raises:
            InvalidRow: The name, the address or the webhook is not allowed; the message says what is.
        """
        _check_name(name)
        name = " ".join(name.split())
        address = mail_address(email) if email else ""
        if email and not address:
            raise InvalidRow(f"the email address {email[:80]!r} is not one address; write it as team@firma.example")
        if webhook and not is_webhook(webhook):
            raise InvalidRow(f"the webhook {webhook[:80]!r} is not allowed; begin it with https:// without a password")
        detail = {"email": address, "webhook": webhook, "outside": outside}
        with self._db.write("put", "team", name, actor=actor, detail=detail) as connection:
            old = connection.execute("SELECT * FROM teams WHERE folded = ?", (name.casefold(),)).fetchone()
            is_new = bool(webhook) and (old is None or old["webhook"] != webhook)
            secret = secrets.token_urlsafe(24) if is_new else old["secret"] if webhook else ""
            team = Team(
                id=old["id"] if old is not None else secrets.token_hex(6), name=name, email=address, webhook=webhook,
                secret=secret, outside=outside,
            )  # fmt: skip
            connection.execute(
                "INSERT INTO teams (id, name, folded, email, webhook, secret, outside, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                " email = excluded.email, webhook = excluded.webhook, secret = excluded.secret,"
                " outside = excluded.outside",
                (team.id, name, name.casefold(), address, webhook, secret, int(outside), clock.to_text(clock.now())),
            )
        return team, is_new

    def remove(self, name: str, *, actor: str = "system") -> Team:
        """Take a team away; what already waits for it is not sent any more.

        Args:
            name: Case does not matter.
            actor: Id of the admin.

        Raises:
            NotFound: No such team.
        """
        folded = " ".join(name.split()).casefold()
        with self._db.write("remove", "team", name, actor=actor) as connection:
            row = connection.execute("SELECT * FROM teams WHERE folded = ?", (folded,)).fetchone()
            if row is None:
                known = [each["name"] for each in connection.execute("SELECT name FROM teams ORDER BY folded LIMIT 20")]
                raise NotFound("team", name, hint=f"There are: {', '.join(known)}." if known else "There are none yet.")
            connection.execute("DELETE FROM teams WHERE id = ?", (row["id"],))
        return _team(row)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > MAX_NAME or _CONTROLS.search(name):
        raise InvalidRow(
            f"the team name {name[:80]!r} is not allowed; use 1 to {MAX_NAME} characters without line breaks"
        )


def _team(row: sqlite3.Row) -> Team:
    return Team(row["id"], row["name"], row["email"], row["webhook"], row["secret"], bool(row["outside"]))
