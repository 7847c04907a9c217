"""Link accuracy: a random sample of links that reviewers mark as right or wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from kb import clock
from kb.database import Database, to_json
from kb.errors import InvalidRow, NotFound
from kb.reporting.window import Window, facts_where

MOST = 1_000


@dataclass(frozen=True, slots=True)
class AuditedLink:
    """One link of the sample."""

    ticket_id: str
    article_id: str
    title: str
    subject: str
    right: bool | None
    """None until somebody has marked it."""


@dataclass(frozen=True, slots=True)
class LinkAudit:
    """A sample and what was found."""

    id: int
    at: datetime
    window: dict[str, str]
    population: int
    """Links that it was drawn from."""
    seed: int
    """Of the draw: the same links and the same seed give the same sample."""
    size: int
    marked: int
    right: int


class LinkAudits:
    """The audits of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def draw(self, window: Window, *, size: int, seed: int, actor: str) -> LinkAudit:
        """Draw a sample of the links of tickets that were resolved in a window, each link with the same chance.

        Args:
            window: Which tickets.
            size: How many links, 1 to MOST; all if there are fewer.
            seed: Of the draw.
            actor: The user's id.

        Raises:
            InvalidRow: The size is not allowed, or there is no link to draw.
        """
        if not 1 <= size <= MOST:
            raise InvalidRow(f"the size {size} is not allowed; allowed: 1 to {MOST}")
        where, values = facts_where(window)
        links = self._db.rows(
            "SELECT u.ticket_id, u.article_id FROM article_uses u JOIN ticket_facts f ON f.ticket_id = u.ticket_id"
            f" WHERE u.linked = 1 AND {where} ORDER BY u.ticket_id, u.article_id",
            values,
        )
        if not links:
            raise InvalidRow("no ticket of this time has a linked article; choose another time")
        drawn = random.Random(seed).sample(links, min(size, len(links)))  # noqa: S311 - a sample, no secret
        detail = {"size": len(drawn), "population": len(links), "seed": seed}
        with self._db.write("draw", "link_audit", "", actor=actor, detail=detail) as connection:
            row = connection.execute(
                "INSERT INTO link_audits (at, actor, filter, population, seed) VALUES (?, ?, ?, ?, ?) RETURNING id",
                (clock.to_text(clock.now()), actor, to_json(_plain(window)), len(links), seed),
            ).fetchone()
            connection.executemany(
                "INSERT INTO link_audit_items (audit_id, place, ticket_id, article_id) VALUES (?, ?, ?, ?)",
                [(row["id"], place, link["ticket_id"], link["article_id"]) for place, link in enumerate(drawn)],
            )
        return self.get(int(row["id"]))

    def get(self, audit_id: int) -> LinkAudit:
        """Read one.

        Raises:
            NotFound: No such audit.
        """
        found = [audit for audit in self.list() if audit.id == audit_id]
        if not found:
            raise NotFound("link audit", str(audit_id))
        return found[0]

    def list(self) -> Sequence[LinkAudit]:
        """All audits, newest first."""
        rows = self._db.rows(
            "SELECT a.*, count(*) AS size, count(i.is_right) AS marked, coalesce(sum(i.is_right), 0) AS right"
            " FROM link_audits a JOIN link_audit_items i ON i.audit_id = a.id GROUP BY a.id ORDER BY a.id DESC"
        )
        return [
            LinkAudit(row["id"], clock.from_text(row["at"]) or clock.now(), json.loads(row["filter"]),
                      row["population"], row["seed"], row["size"], row["marked"], row["right"])
            for row in rows
        ]  # fmt: skip

    def links(self, audit_id: int) -> Sequence[AuditedLink]:
        """The links of a sample in the order in which they were drawn."""
        rows = self._db.rows(
            "SELECT i.*, coalesce(r.title, '') AS title, coalesce(t.subject, '') AS subject FROM link_audit_items i"
            " LEFT JOIN tickets t ON t.id = i.ticket_id LEFT JOIN articles a ON a.id = i.article_id"
            " LEFT JOIN revisions r ON r.article_id = a.id AND r.number = a.revision"
            " WHERE i.audit_id = ? ORDER BY i.place",
            (audit_id,),
        )
        return [
            AuditedLink(row["ticket_id"], row["article_id"], row["title"], row["subject"],
                        None if row["is_right"] is None else bool(row["is_right"]))
            for row in rows
        ]  # fmt: skip

    def mark(self, audit_id: int, ticket_id: str, article_id: str, *, right: bool | None, actor: str) -> LinkAudit:
        """Mark a link of a sample; None takes the mark back.

        Args:
            audit_id: The sample.
            ticket_id: The link's ticket.
            article_id: The link's article.
            right: Whether the article answers the ticket.
            actor: The reviewer's id.

        Raises:
            NotFound: The sample has no such link.
        """
        detail = {"ticket": ticket_id, "article": article_id, "right": right}
        with self._db.write("mark", "link_audit", str(audit_id), actor=actor, detail=detail) as connection:
            done = connection.execute(
                "UPDATE link_audit_items SET is_right = ?, marked_by = ?, marked_at = ?"
                " WHERE audit_id = ? AND ticket_id = ? AND article_id = ?",
                (None if right is None else int(right), actor, clock.to_text(clock.now()), audit_id, ticket_id,
                 article_id),
            ).rowcount  # fmt: skip
            if not done:
                raise NotFound("link of this audit", f"{ticket_id} {article_id}")
        return self.get(audit_id)


def _plain(window: Window) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(window).items() if value}
