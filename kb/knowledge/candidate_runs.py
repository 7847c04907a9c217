"""Runs that look for candidates: one at a time, with progress that every process can read, and what they keep."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence

from kb import clock
from kb.database import Database
from kb.knowledge.candidate import Candidate, CandidateState
from kb.knowledge.candidate_again import answered_before, reopened
from kb.knowledge.candidate_match import LEAST_SHARED, known_of
from kb.knowledge.candidate_rows import row_of
from kb.runs import Runs

_GROWN = 2
"""So many times as many tickets bring back what was dismissed."""


class CandidateRuns(Runs):
    """The runs of one database."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "candidate_runs", busy="Somebody is looking for candidates already.")

    def keep(self, run_id: int, found: Sequence[Candidate], *, actor: str = "system") -> dict[str, int]:
        """End a run: what it found takes the place of what was open; what people decided stays.

        A candidate that shares tickets with a kept one is that one (`known_of`). A dismissed one comes back when it has
        twice the tickets it was dismissed with; a part of a dismissed one is no candidate of its own. One that an
        article answers comes back when enough newer tickets ask for that article again and got no answer
        (`answered_before`); when they are answered it goes back to where it was.

        Args:
            run_id: The run.
            found: All that it found.
            actor: The user's id.

        Returns:
            How many are new, came back, and went.
        """
        detail: dict[str, object] = {}
        with self._db.write("capture", "candidates", str(run_id), actor=actor, detail=detail) as connection:
            states, known = _known(connection)
            same = known_of([each.tickets for each in found], known)
            same |= answered_before(connection, found, same)
            counts: Counter[str] = Counter(new=0, back=0, gone=0)
            parts: list[tuple[str, Candidate]] = []
            for place, each in enumerate(found):
                old = same.get(place)
                whole = _dismissed_whole(each, states, known) if old is None else None
                if whole is not None:
                    parts.append((whole, each))
                    continue
                _put(connection, old or _free_id(connection, each.id), each)
                counts["new"] += old is None
                if old is not None and states.get(old) is CandidateState.DISMISSED:
                    counts["back"] += _brought_back(connection, old, len(each.tickets))
                counts["back"] += old is not None and old not in states and reopened(connection, old)
            for whole, each in parts:
                _put_tickets(connection, whole, each.tickets)
            kept = set(same.values())
            gone = [name for name, state in states.items() if state is CandidateState.OPEN and name not in kept]
            connection.executemany(
                "UPDATE candidates SET state = 'published' WHERE id = ? AND revision > 0", [(name,) for name in gone]
            )
            connection.executemany("DELETE FROM candidates WHERE id = ? AND state = 'open'", [(name,) for name in gone])
            counts["gone"] = len(gone)
            self.end(connection, run_id, len(found))
            detail |= counts
        return dict(counts)


def _known(connection: sqlite3.Connection) -> tuple[dict[str, CandidateState], dict[str, set[str]]]:
    """States and tickets of the kept candidates that can be found again.

    What an article answers is not found by its tickets, which are linked. If the article goes, they ask anew.
    """
    rows = connection.execute(
        "SELECT id, state FROM candidates WHERE state IN ('open', 'dismissed', 'drafted')"
        " OR (state = 'merged' AND merged_into <> '')"
    ).fetchall()
    states = {row["id"]: CandidateState(row["state"]) for row in rows}
    known: dict[str, set[str]] = {name: set() for name in states}
    for row in connection.execute("SELECT candidate_id, ticket_id FROM candidate_tickets"):
        if row["candidate_id"] in known:
            known[row["candidate_id"]].add(row["ticket_id"])
    return states, known


def _dismissed_whole(
    each: Candidate, states: Mapping[str, CandidateState], known: Mapping[str, set[str]]
) -> str | None:
    """The dismissed candidate that most tickets of a found one belong to, if they do."""
    for name in sorted(name for name, state in states.items() if state is CandidateState.DISMISSED):
        if len(known[name].intersection(each.tickets)) > LEAST_SHARED * len(each.tickets):
            return name
    return None


def _free_id(connection: sqlite3.Connection, wish: str) -> str:
    name, n = wish, 1
    while connection.execute("SELECT 1 FROM candidates WHERE id = ?", (name,)).fetchone():
        n += 1
        name = f"{wish}-{n}"
    return name


def _put(connection: sqlite3.Connection, name: str, candidate: Candidate) -> None:
    now = clock.to_text(clock.now())
    row = row_of(candidate) | {"id": name, "found_at": now, "seen_at": now}
    changed = ", ".join(f"{column} = excluded.{column}" for column in row if column not in {"id", "found_at"})
    connection.execute(
        f"INSERT INTO candidates ({', '.join(row)}) VALUES ({', '.join(':' + column for column in row)})"
        f" ON CONFLICT (id) DO UPDATE SET {changed}",
        row,
    )
    connection.execute("DELETE FROM candidate_tickets WHERE candidate_id = ?", (name,))
    _put_tickets(connection, name, candidate.tickets)


def _put_tickets(connection: sqlite3.Connection, name: str, tickets: Sequence[str]) -> None:
    # A ticket may have been deleted while the run was at work.
    connection.executemany(
        "INSERT OR IGNORE INTO candidate_tickets SELECT ?, id, ? FROM tickets WHERE id = ?",
        [(name, place, ticket) for place, ticket in enumerate(tickets)],
    )


def _brought_back(connection: sqlite3.Connection, name: str, tickets: int) -> bool:
    """Open a dismissed candidate again if it has grown enough; what was said about it stays to be read."""
    return bool(
        connection.execute(
            "UPDATE candidates SET state = 'open' WHERE id = ? AND decided_tickets * ? <= ?", (name, _GROWN, tickets)
        ).rowcount
    )
