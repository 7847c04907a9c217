"""Changing the fields of tickets, one or many at once, and taking a change of many back."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import Enum

from kb import clock
from kb.database import Database, next_seq, to_json
from kb.desk.after_status import after_status
from kb.desk.restate import restate
from kb.errors import Conflict, InvalidRow, KBError, NotFound
from kb.locales import normalise_locale
from kb.model import RESOLVED, TicketStatus

MAX_AT_ONCE = 5_000
"""Most tickets in one change."""
MAX_TAGS = 200
MAX_WORD = 200
UNDO_FOR = timedelta(seconds=60)
"""How long a change of many can be taken back; the page offers it for ten seconds, and may be slow."""


class Leave(Enum):
    """Stands for "as it is" where None has a meaning of its own."""

    AS_IT_IS = "as it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChange:
    """What a ticket's fields become; None leaves a field as it is."""

    status: TicketStatus | None = None
    priority: str | None = None
    type: str | None = None
    assignee_id: str | None = None
    """A user's id; empty: nobody."""
    tags: tuple[str, ...] | None = None
    """All tags that it has afterwards."""
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    product: str | None = None
    locale: str | None = None
    topic: str | None = None
    follow_up_at: datetime | Leave | None = Leave.AS_IT_IS
    """None: no follow-up."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A ticket that stayed as it was."""

    id: str
    reason: KBError


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change of many."""

    undo_id: str
    """Takes it back; empty if nothing was changed."""
    ids: tuple[str, ...]
    """Of the tickets that are as was wished now, in the order that was asked for."""
    refused: tuple[Refusal, ...]


_PLAIN = ("priority", "type", "assignee_id", "product", "locale", "topic")
# The index knows these of a ticket; the others change nothing that could be found.
_INDEXED = frozenset({"status", "product", "locale", "topic"})


class Changes:
    """The verbs that change tickets' fields in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def change(self, ticket_id: str, wish: TicketChange, *, actor: str, version: int | None = None) -> None:
        """Change one ticket.

        Args:
            ticket_id: The ticket.
            wish: What becomes of its fields.
            actor: The user's id.
            version: The version that the user saw; None: whatever it is.

        Raises:
            NotFound: No such ticket, or no such assignee.
            Conflict: Somebody changed the ticket since.
            InvalidRow: A value that is not allowed.
        """
        checked_wish = checked(wish)
        detail: dict[str, object] = {}
        with self._db.write("change", "ticket", ticket_id, actor=actor, detail=detail) as connection:
            _check_assignee(connection, checked_wish)
            detail["before"] = _change(connection, ticket_id, checked_wish, version, actor)
            detail["after"] = to_data(checked_wish)

    def change_many(
        self, ids: Sequence[str], wish: TicketChange, *, actor: str, versions: Mapping[str, int] | None = None
    ) -> Changed:
        """Change many tickets in one transaction, with one audit row for each; what cannot be changed is listed.

        Args:
            ids: The tickets; repetitions count once.
            wish: What becomes of their fields.
            actor: The user's id.
            versions: The versions that the user saw, of those that they saw.

        Raises:
            NotFound: No such assignee.
            InvalidRow: A value that is not allowed, or more than MAX_AT_ONCE tickets.
        """
        wish, seen = checked(wish), versions or {}
        return self._many({one: (wish, seen.get(one)) for one in ids}, actor=actor, verb="change")

    def undo(self, undo_id: str, *, actor: str) -> Changed:
        """Take back a change of many; a ticket that was changed since then stays as it is.

        Args:
            undo_id: Of a `Changed`.
            actor: Who made the change.

        Raises:
            NotFound: There is no such change of this user, it was taken back, or it is too long ago.
        """
        row = self._db.row("SELECT * FROM bulk_changes WHERE id = ? AND user_id = ?", (undo_id, actor))
        if row is None or (clock.from_text(row["at"]) or clock.now()) < clock.now() - UNDO_FOR:
            raise NotFound("change to undo", undo_id)
        before = json.loads(row["before"])
        wishes = {one: (from_data(then["fields"]), int(then["version"])) for one, then in before.items()}
        return self._many(wishes, actor=actor, verb="undo", undoes=undo_id)

    def _many(
        self, wishes: Mapping[str, tuple[TicketChange, int | None]], *, actor: str, verb: str, undoes: str = ""
    ) -> Changed:
        if len(wishes) > MAX_AT_ONCE:
            raise InvalidRow(f"{len(wishes):,} tickets at once; allowed: at most {MAX_AT_ONCE:,}")
        undo_id, at = secrets.token_hex(12), clock.now()
        before: dict[str, object] = {}
        refused: list[Refusal] = []
        detail: dict[str, object] = {"undo_id": undo_id}
        with self._db.write(f"{verb}_many", "ticket", str(len(wishes)), actor=actor, detail=detail) as connection:
            for wish in {wish for wish, _ in wishes.values()}:
                _check_assignee(connection, wish)
            for ticket_id, (wish, version) in wishes.items():
                try:
                    then = _change(connection, ticket_id, wish, version, actor)
                except (NotFound, Conflict) as error:
                    refused.append(Refusal(ticket_id, error))
                    continue
                now = connection.execute("SELECT version FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
                before[ticket_id] = {"fields": then, "version": now["version"]}
                connection.execute(
                    "INSERT INTO audit (at, actor, verb, noun, noun_id, detail) VALUES (?, ?, ?, 'ticket', ?, ?)",
                    (clock.to_text(at), actor, verb, ticket_id, to_json({"before": then, "after": to_data(wish)})),
                )
            detail |= {"changed": len(before), "refused": len(refused)}
            connection.execute(
                "DELETE FROM bulk_changes WHERE id = ? OR at < ?", (undoes, clock.to_text(at - UNDO_FOR))
            )
            if before and not undoes:
                connection.execute(
                    "INSERT INTO bulk_changes VALUES (?, ?, ?, ?)", (undo_id, actor, clock.to_text(at), to_json(before))
                )
        return Changed(undo_id if before and not undoes else "", tuple(before), tuple(refused))


def checked(wish: TicketChange) -> TicketChange:
    """The change with its texts cleaned, if it changes anything and all its values are allowed.

    Raises:
        InvalidRow: Names the field, the value and what is allowed.
    """
    values: dict[str, object] = {field.name: getattr(wish, field.name) for field in fields(wish)}
    for name, value in values.items():
        if isinstance(value, str) and not isinstance(value, Enum):
            values[name] = _word(name, value)
        elif isinstance(value, tuple):
            values[name] = tuple(dict.fromkeys(filter(None, (_word(name, tag) for tag in value))))
            if len(value) > MAX_TAGS:
                raise InvalidRow(f"{name} has {len(value)} entries; allowed: at most {MAX_TAGS}")
    if wish.priority is not None:
        values["priority"] = str(values["priority"]).lower() or "normal"
    if wish.locale is not None:
        values["locale"] = normalise_locale(str(values["locale"]))
    done = TicketChange(**values)  # type: ignore[arg-type]
    if done == TicketChange():
        raise InvalidRow(f"the change is empty; allowed: {', '.join(values)}")
    return done


def to_data(wish: TicketChange) -> dict[str, object]:
    """A change as plain data: what it changes, and nothing else."""
    found: dict[str, object] = {}
    for field in fields(wish):
        value = getattr(wish, field.name)
        if field.name == "follow_up_at":
            if value is not Leave.AS_IT_IS:
                found[field.name] = clock.to_text(value)
        elif value is not None and (value or field.name not in {"add_tags", "remove_tags"}):
            found[field.name] = list(value) if isinstance(value, tuple) else value
    return found


def from_data(data: Mapping[str, object]) -> TicketChange:
    """Read what `to_data` wrote."""
    values = dict(data)
    for name in ("tags", "add_tags", "remove_tags"):
        if isinstance(values.get(name), list):
            values[name] = tuple(values[name])  # type: ignore[arg-type]
    if "follow_up_at" in values:
        values["follow_up_at"] = clock.from_text(values["follow_up_at"])  # type: ignore[arg-type]
    if "status" in values:
        values["status"] = TicketStatus(str(values["status"]))
    return TicketChange(**values)  # type: ignore[arg-type]


def _word(name: str, value: str) -> str:
    text = " ".join(value.split())
    if len(text) > MAX_WORD:
        raise InvalidRow(f"{name} has {len(text)} characters; allowed: at most {MAX_WORD}")
    return text


def _check_assignee(connection: sqlite3.Connection, wish: TicketChange) -> None:
    known = "SELECT 1 FROM users WHERE id = ? AND active = 1"
    if wish.assignee_id and connection.execute(known, (wish.assignee_id,)).fetchone() is None:
        raise NotFound("user", wish.assignee_id)


def _change(
    connection: sqlite3.Connection, ticket_id: str, wish: TicketChange, version: int | None, actor: str
) -> dict[str, object]:
    """Change a row; returns what the changed fields held before. A row that is so already stays untouched."""
    row = connection.execute("SELECT * FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
    if row is None:
        raise NotFound("ticket", ticket_id)
    if version is not None and row["version"] != version:
        raise Conflict("Somebody else changed this ticket.", hint="Look at it again, then change it.")
    tags = tuple(json.loads(row["tags"]))
    wanted: dict[str, object] = {name: getattr(wish, name) for name in _PLAIN if getattr(wish, name) is not None}
    if wish.tags is not None or wish.add_tags or wish.remove_tags:
        base = tags if wish.tags is None else wish.tags
        kept = [tag for tag in dict.fromkeys((*base, *wish.add_tags)) if tag not in wish.remove_tags]
        wanted["tags"] = to_json(kept)
    if wish.status is not None:
        wanted["status"] = wish.status.value
    if wish.follow_up_at is not Leave.AS_IT_IS:
        wanted["follow_up_at"] = clock.to_text(wish.follow_up_at)
    new = {name: value for name, value in wanted.items() if row[name] != value}
    if not new:
        return {}
    before: dict[str, object] = {name: json.loads(row[name]) if name == "tags" else row[name] for name in new}
    own = sorted({*json.loads(row["own_fields"]), *(new.keys() - {"status", "follow_up_at"})})
    new["own_fields"] = to_json(own)
    if "status" in new:
        at = clock.to_text(clock.now())
        resolved, was = wish.status in RESOLVED, TicketStatus(row["status"]) in RESOLVED
        new |= {"status_at": at, "closed_at": (row["closed_at"] if was else at) if resolved else None}
    if _INDEXED & new.keys():
        new["seq"] = next_seq(connection)
    connection.execute(
        f"UPDATE tickets SET {', '.join(f'{name} = ?' for name in new)}, version = version + 1 WHERE id = ?",
        (*new.values(), ticket_id),
    )
    restate(connection, ticket_id)
    if "status" in new:
        after_status(connection, ticket_id, was=row["status"], now=str(new["status"]), actor=actor)
    return before
