"""The facts of all tickets in the database: brought up to date where something changed, read column by column."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from kb import clock
from kb.database import Database
from kb.desk.due import Calendar
from kb.desk.restate import calendar_of
from kb.model import RESOLVED
from kb.reporting.fact import Deed, Link, Rating, Told, Turn, Use, fact_of, uses_of

AT_ONCE = 500
"""Tickets in one transaction: short enough that a writer hardly waits."""
PIECE = 10_000
COLUMNS = (
    "created_on", "created_week", "resolved_at", "resolved_on", "resolved_week", "locale", "product", "channel",
    "priority", "agent", "first_response_s", "first_response_work_s", "resolution_s", "resolution_work_s", "replies",
    "reopened", "satisfied", "nps", "worked", "linked", "known", "made", "assisted", "shown", "opened", "used", "sent",
    "solved",
)  # fmt: skip
"""What is read of each ticket, beside its id and the version of the row."""
_OF_TICKET = frozenset({"locale", "product", "channel", "priority", "agent"})
_Row = TypeVar("_Row")


class TicketFacts:
    """The derived facts of one database. Several processes may bring them up to date; each ticket is done once."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def waiting(self) -> int:
        """How many tickets have changed since their facts were worked out."""
        row = self._db.row("SELECT count(*) AS n FROM stale_facts")
        return 0 if row is None else int(row["n"])

    def catch_up(self, *, most: int | None = None, progress: Callable[[int], object] = lambda _: None) -> int:
        """Work out anew the facts of tickets that changed.

        Args:
            most: Stop after about so many; None: all.
            progress: Called with how many are done.

        Returns:
            How many tickets were done.
        """
        done = 0
        while most is None or done < most:
            if self._db.row("SELECT 1 FROM stale_facts LIMIT 1") is None:
                break
            # Nobody's deed, so no audit row: it follows from what others did.
            with self._db.note() as connection:
                rows = connection.execute("SELECT ticket_id FROM stale_facts LIMIT ?", (AT_ONCE,)).fetchall()
                ids = [str(row["ticket_id"]) for row in rows]
                restate_facts(connection, ids)
            done += len(ids)
            progress(done)
        return done

    def version(self) -> int:
        """The newest version of a row: grows with every ticket whose facts change."""
        row = self._db.row("SELECT value FROM counters WHERE name = 'facts'")
        return 0 if row is None else int(row["value"])

    def count(self) -> int:
        """How many tickets have facts."""
        row = self._db.row("SELECT count(*) AS n FROM ticket_facts")
        return 0 if row is None else int(row["n"])

    def changed_since(self, version: int) -> Iterator[list[tuple[object, ...]]]:
        """(ticket id, version, *COLUMNS) of the tickets whose facts are newer than a version, in no special order.

        Args:
            version: -1 for all.

        Yields:
            At most PIECE rows, so that a large desk never stands in memory as Python's own objects.
        """
        # All of them: going through the table is quicker than through the index.
        newer = "version > ?" if version > 0 else "+version > ?"
        sql = f"SELECT ticket_id, version, {', '.join(COLUMNS)} FROM ticket_facts WHERE {newer}"
        cursor = self._db.connection.execute(sql, (version,))
        while rows := cursor.fetchmany(PIECE):
            yield [tuple(row) for row in rows]


def restate_facts(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Work out anew the facts of some tickets and take them off the list; those of a deleted ticket go.

    Args:
        connection: Inside a transaction.
        ids: At most as many as SQLite takes as parameters.
    """
    marks = ",".join("?" * len(ids))
    connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'facts'")
    version = int(connection.execute("SELECT value FROM counters WHERE name = 'facts'").fetchone()[0])
    calendar = calendar_of(connection)
    rows = connection.execute(
        "SELECT t.*, u.name AS user_name FROM tickets t LEFT JOIN users u ON u.id = t.assignee_id"
        f" WHERE t.id IN ({marks})",
        list(ids),
    ).fetchall()
    parts = _Parts(connection, ids, marks)
    connection.execute(f"DELETE FROM article_uses WHERE ticket_id IN ({marks})", list(ids))
    for row in rows:
        _write(connection, row, parts.told(row), calendar, version)
    connection.execute(f"DELETE FROM stale_facts WHERE ticket_id IN ({marks})", list(ids))


class _Parts:
    """What belongs to some tickets, read by one query per table."""

    def __init__(self, connection: sqlite3.Connection, ids: Sequence[str], marks: str) -> None:
        def grouped(sql: str, make: Callable[[sqlite3.Row], _Row]) -> dict[str, list[_Row]]:
            found: dict[str, list[_Row]] = defaultdict(list)
            for row in connection.execute(sql.replace("{ids}", marks), list(ids)):
                found[row["ticket_id"]].append(make(row))
            return found

        self.turns = grouped(
            "SELECT ticket_id, author, at, name FROM messages WHERE public = 1 AND ticket_id IN ({ids})"
            " ORDER BY ticket_id, number",
            lambda row: Turn(row["author"], _moment(row["at"]), row["name"]),
        )
        self.reopenings = grouped(
            "SELECT ticket_id, was, status FROM ticket_statuses WHERE ticket_id IN ({ids}) ORDER BY id",
            lambda row: row["was"] in _RESOLVED and row["status"] not in _RESOLVED,
        )
        self.links = grouped(
            "SELECT l.ticket_id, l.article_id, min(l.at) AS at FROM ticket_links l JOIN articles a"
            " ON a.id = l.article_id WHERE l.kind <> 'reference' AND l.ticket_id IN ({ids})"
            " GROUP BY l.ticket_id, l.article_id",
            lambda row: Link(row["article_id"], _moment(row["at"])),
        )
        self.deeds = grouped(
            "SELECT ticket_id, kind, article_id, rank, at, detail, revision FROM events WHERE ticket_id IN ({ids})"
            " ORDER BY id",
            lambda row: Deed(
                row["kind"], row["article_id"], row["rank"], _moment(row["at"]), row["detail"], row["revision"]
            ),
        )
        self.ratings = grouped(
            "SELECT ticket_id, score, scale, nps FROM satisfaction WHERE ticket_id IN ({ids})"
            " ORDER BY at DESC, id DESC",
            lambda row: Rating(row["score"], row["scale"], row["nps"]),
        )

    def told(self, row: sqlite3.Row) -> Told:
        one = row["id"]
        return Told(
            status=row["status"], created_at=_moment(row["created_at"]), closed_at=clock.from_text(row["closed_at"]),
            last_at=_moment(row["last_at"] or row["created_at"]), worked=row["worked"],
            turns=self.turns.get(one, ()), reopenings=sum(self.reopenings.get(one, ())),
            links=self.links.get(one, ()), deeds=self.deeds.get(one, ()), ratings=self.ratings.get(one, ()),
        )  # fmt: skip


def _write(connection: sqlite3.Connection, row: sqlite3.Row, told: Told, calendar: Calendar, version: int) -> None:
    fact = fact_of(told, calendar)
    values: list[object] = [row["id"], version]
    for name in COLUMNS:
        if name == "agent":
            values.append(_agent(row, told))
        elif name in _OF_TICKET:
            values.append(row[name])
        else:
            value = getattr(fact, name)
            values.append(clock.to_text(value) if name == "resolved_at" else value)
    connection.execute(
        f"INSERT OR REPLACE INTO ticket_facts (ticket_id, version, {', '.join(COLUMNS)})"
        f" VALUES ({', '.join('?' * len(values))})",
        values,
    )
    connection.executemany(
        "INSERT INTO article_uses VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [_use_values(row["id"], use) for use in uses_of(told, calendar)],
    )


def _use_values(ticket_id: str, use: Use) -> tuple[object, ...]:
    return (ticket_id, use.article_id, use.first_on, use.stage, use.rank, use.dismissed, use.linked, use.own)


def _agent(row: sqlite3.Row, told: Told) -> str:
    """Who took care of it, for counting heads and finding the team; shown to nobody."""
    last = next((turn.name for turn in reversed(told.turns) if turn.author == "agent"), "")
    return agent_key(row["user_name"] or row["assignee"] or last)


def agent_key(name: str) -> str:
    """A person's name as it is compared."""
    return " ".join(name.split()).casefold()


_RESOLVED = frozenset(status.value for status in RESOLVED)


def _moment(text: str) -> datetime:
    return clock.from_text(text) or clock.now()
