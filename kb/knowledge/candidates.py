"""Candidates in the database: which there are, and what people decide about them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from kb import clock
from kb.database import Database
from kb.errors import Conflict, NotFound
from kb.knowledge.candidate import CandidateState, Dismissal, KeptCandidate, Proposal
from kb.knowledge.candidate_answer import answer
from kb.knowledge.candidate_moves import require_open
from kb.knowledge.candidate_rows import kept_from
from kb.model import User

FEWEST = 3
"""An open candidate with fewer tickets that link no article is gone."""
_LIVE = """
    live AS (
        SELECT coalesce(nullif(c.merged_into, ''), c.id) AS id, count(DISTINCT t.ticket_id) AS n
        FROM candidates c JOIN candidate_tickets t ON t.candidate_id = c.id
        WHERE NOT EXISTS (
            SELECT 1 FROM ticket_links l JOIN articles a ON a.id = l.article_id
            WHERE l.ticket_id = t.ticket_id AND l.kind <> 'reference' AND a.confidence <> 'archived'
        ) GROUP BY 1
    ),
    shown AS (
        SELECT c.*, coalesce(v.n, 0) AS n,
            CASE WHEN c.state = 'open' AND c.reject_reason <> '' THEN 'rejected' ELSE c.state END AS place
        FROM candidates c LEFT JOIN live v ON v.id = c.id
        WHERE c.state <> 'open' OR coalesce(v.n, 0) >= :fewest
    )
"""
"""A ticket that was linked meanwhile asks no more; what was merged into another candidate counts there."""


class CandidateOrder(StrEnum):
    """What comes first."""

    NEWEST = "newest"
    TICKETS = "tickets"


@dataclass(frozen=True, slots=True)
class CandidateFilter:
    """Which candidates are asked for; empty fields mean all."""

    place: str = "open"
    """A state, or "rejected": open ones that a rule speaks against; those are in no other place."""
    proposal: Proposal | None = None
    locale: str = ""
    product: str = ""
    text: str = ""
    """Stands in the title or in a customer's wording."""

    def where(self) -> tuple[str, dict[str, object]]:
        """The condition on `shown`, with its values."""
        condition = (
            "place = :place AND :proposal IN ('', proposal) AND :locale IN ('', locale) AND :product IN ('', product)"
            " AND (:text = '' OR instr(casefold(title), :text) OR instr(casefold(sketch), :text))"
        )
        return condition, {
                "place": self.place, "proposal": self.proposal.value if self.proposal else "", "locale": self.locale,
                "product": self.product, "text": self.text.strip().casefold(), "fewest": FEWEST,
        }  # fmt: skip


class Candidates:
    """The candidates of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, candidate_id: str) -> KeptCandidate:
        """Read one.

        Raises:
            NotFound: No such candidate.
        """
        row = self._db.row("SELECT * FROM candidates WHERE id = ?", (candidate_id,))
        if row is None:
            raise NotFound("candidate", candidate_id, hint="`svar capture` lists them.")
        return kept_from(row, self.tickets_of(candidate_id))

    def list(
        self,
        wanted: CandidateFilter,
        *,
        order: CandidateOrder = CandidateOrder.NEWEST,
        limit: int = 50,
        offset: int = 0,
    ) -> list[KeptCandidate]:
        """Candidates with the newest evidence first, or with most tickets first; ties by id.

        Args:
            wanted: Which.
            order: What comes first.
            limit: At most so many.
            offset: Skip so many.
        """
        condition, values = wanted.where()
        first = "n DESC, last_at DESC" if order is CandidateOrder.TICKETS else "last_at DESC, n DESC"
        rows = self._db.rows(
            f"WITH {_LIVE} SELECT * FROM shown WHERE {condition} ORDER BY {first}, id LIMIT :limit OFFSET :offset",
            values | {"limit": limit, "offset": offset},
        )
        return [kept_from(row, self.tickets_of(row["id"])) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many there are: per place, per proposal of the open ones, per "rejected:" with its reason."""
        rows = self._db.rows(
            f"WITH {_LIVE} SELECT place, proposal, reject_reason, count(*) AS n FROM shown GROUP BY 1, 2, 3",
            {"fewest": FEWEST},
        )
        found = dict.fromkeys([*(state.value for state in CandidateState), "rejected", *Proposal], 0)
        for row in rows:
            found[row["place"]] += row["n"]
            if row["place"] == "open":
                found[row["proposal"]] += row["n"]
            if row["place"] == "rejected":
                name = f"rejected:{row['reject_reason']}"
                found[name] = found.get(name, 0) + row["n"]
        return found

    def choices(self, column: str) -> tuple[str, ...]:
        """Which languages or products open candidates have, in order.

        Args:
            column: "locale" or "product".
        """
        name = {"locale": "locale", "product": "product"}[column]
        rows = self._db.rows(f"SELECT DISTINCT {name} FROM candidates WHERE state = 'open' AND {name} <> '' ORDER BY 1")
        return tuple(row[0] for row in rows)

    def tickets_of(self, candidate_id: str) -> tuple[str, ...]:
        """Ids of its tickets, newest first, ties by id; of one that still asks, without those linked meanwhile."""
        rows = self._db.rows(
            "SELECT DISTINCT t.id FROM candidate_tickets ct JOIN candidates c ON c.id = ct.candidate_id"
            " JOIN tickets t ON t.id = ct.ticket_id WHERE ct.candidate_id IN (SELECT ?1 UNION ALL"
            " SELECT id FROM candidates WHERE merged_into = ?1 AND merged_into <> '')"
            " AND (c.state IN ('published', 'merged') AND c.merged_into = '' OR NOT EXISTS ("
            "SELECT 1 FROM ticket_links l JOIN articles a ON a.id = l.article_id WHERE l.ticket_id = t.id"
            " AND l.kind <> 'reference' AND a.confidence <> 'archived')) ORDER BY t.created_at DESC, t.id",
            (candidate_id,),
        )
        return tuple(row[0] for row in rows)

    def holding(self, ticket_ids: Sequence[str]) -> dict[str, str]:
        """Open candidates of some tickets, by ticket; those in none are left out."""
        rows = self._db.rows_of(
            "SELECT t.ticket_id, c.id FROM candidate_tickets t JOIN candidates c ON c.id = t.candidate_id"
            " WHERE c.state = 'open' AND t.ticket_id IN ({ids})",
            ticket_ids,
        )
        return {row["ticket_id"]: row["id"] for row in rows}

    def dismiss(self, candidate_id: str, reason: Dismissal, *, actor: str, note: str = "") -> KeptCandidate:
        """Say no to a candidate.

        Args:
            candidate_id: An open one.
            reason: Why.
            actor: The user's id.
            note: A word on it.

        Raises:
            NotFound: No such candidate.
            Conflict: It is not open.
        """
        with self._decided(candidate_id, "dismiss", ("open",), actor, reason=reason.value) as connection:
            connection.execute(
                "UPDATE candidates SET state = 'dismissed', dismiss_reason = ?, note = ?, decided_tickets ="
                " (SELECT count(*) FROM candidate_tickets WHERE candidate_id = id) WHERE id = ?",
                (reason.value, note.strip(), candidate_id),
            )
        return self.get(candidate_id)

    def reopen(self, candidate_id: str, *, actor: str) -> KeptCandidate:
        """Take back what was decided about a candidate that was dismissed or became a part of another.

        Raises:
            NotFound: No such candidate.
            Conflict: It became something that is still there.
        """
        row = self._db.row("SELECT merged_into FROM candidates WHERE id = ?", (candidate_id,))
        allowed = ("dismissed", "merged") if row is not None and row["merged_into"] else ("dismissed",)
        with self._decided(candidate_id, "reopen", allowed, actor) as connection:
            connection.execute(
                "UPDATE candidates SET state = 'open', dismiss_reason = '', note = '', merged_into = '' WHERE id = ?",
                (candidate_id,),
            )
        return self.get(candidate_id)

    def merge(self, candidate_id: str, into: str, *, actor: str) -> KeptCandidate:
        """Make a candidate a part of another one that asks the same.

        Args:
            candidate_id: An open one.
            into: Another open one.
            actor: The user's id.

        Returns:
            The other one, with the tickets of both.

        Raises:
            NotFound: One of them is not there.
            Conflict: One of them is not open, or both are the same.
        """
        target = self.get(into)
        if into == candidate_id or target.state is not CandidateState.OPEN:
            raise Conflict(
                f"Candidate {candidate_id!r} cannot become a part of {into!r}.", hint="Choose another open candidate."
            )
        with self._decided(candidate_id, "merge", ("open",), actor, into=into) as connection:
            connection.execute(
                "UPDATE candidates SET state = 'merged', merged_into = ? WHERE id = ? OR merged_into = ?",
                (into, candidate_id, candidate_id),
            )
        return self.get(into)

    def answer(
        self, candidate_id: str, article_id: str, user: User, *, questions: Sequence[str], tickets: Sequence[str]
    ) -> KeptCandidate:
        """Say that an article answers a candidate; see `candidate_moves.answer`."""
        answer(self._db, candidate_id, article_id, user, questions=questions, tickets=tickets)
        return self.get(candidate_id)

    @contextmanager
    def _decided(
        self, candidate_id: str, verb: str, allowed: Sequence[str], actor: str, **detail: object
    ) -> Iterator[sqlite3.Connection]:
        """A write about a candidate that is in one of some states; notes who did it."""
        with self._db.write(verb, "candidate", candidate_id, actor=actor, detail=detail) as connection:
            require_open(connection, candidate_id, allowed)
            connection.execute(
                "UPDATE candidates SET decided_by = ?, decided_at = ? WHERE id = ?",
                (actor, clock.to_text(clock.now()), candidate_id),
            )
            yield connection
