"""What several systems know of one customer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kb import clock
from kb.database import Database

STALE_AFTER = timedelta(days=180)
"""What a system has not confirmed for so long is shown as old."""


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What one system says about a person."""

    source: str
    """The system, e.g. "crm"."""
    source_id: str
    """The person's id there; (source, source_id) never changes."""
    imported_at: datetime
    name: str = ""
    email: str = ""
    external_id: str = ""
    """The same in every system; only used to find who is the same person."""
    company: str = ""
    locale: str = ""
    products: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    updated_at: datetime | None = None
    """When the system itself changed it last; None where it does not say."""

    def is_stale(self, now: datetime) -> bool:
        """Whether nothing has confirmed it for STALE_AFTER: neither the system's own date nor an import.

        Args:
            now: The moment it is asked.
        """
        return now - (self.updated_at or self.imported_at) > STALE_AFTER


class Customers:
    """The customers of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def records(self, customer_id: str) -> list[CustomerRecord]:
        """What each system says about a customer, by system, the newest of a system first; empty if none does."""
        rows = self._db.rows(
            "SELECT * FROM customer_records WHERE customer_id = ?"
            " ORDER BY source, coalesce(updated_at, imported_at) DESC, source_id",
            (customer_id,),
        )
        return [_record(row) for row in rows]

    def sources(self, customer_id: str) -> list[str]:
        """The systems that the customer's tickets came from, by name."""
        rows = self._db.rows(
            "SELECT DISTINCT source FROM tickets WHERE customer_id = ? ORDER BY source", (customer_id,)
        )
        return [str(row["source"]) for row in rows]

    def products(self, customer_id: str, *, limit: int = 20) -> list[str]:
        """The products of the customer's tickets, the most frequent first, ties by name."""
        rows = self._db.rows(
            "SELECT product FROM tickets WHERE customer_id = ? AND product <> ''"
            " GROUP BY product ORDER BY count(*) DESC, product LIMIT ?",
            (customer_id, limit),
        )
        return [str(row["product"]) for row in rows]

    def languages(self, customer_id: str) -> list[str]:
        """The languages of the customer's tickets, the most frequent first, ties by code; "und" is none."""
        rows = self._db.rows(
            "SELECT locale FROM tickets WHERE customer_id = ? AND locale <> 'und'"
            " GROUP BY locale ORDER BY count(*) DESC, locale",
            (customer_id,),
        )
        return [str(row["locale"]) for row in rows]

    def count_tickets(self, customer_id: str) -> int:
        """How many tickets the customer has."""
        row = self._db.row("SELECT count(*) AS n FROM tickets WHERE customer_id = ?", (customer_id,))
        return int(row["n"]) if row is not None else 0

    def first_seen(self, customer_id: str) -> datetime | None:
        """When the customer's first ticket came; None if they have none."""
        row = self._db.row("SELECT min(created_at) AS at FROM tickets WHERE customer_id = ?", (customer_id,))
        return clock.from_text(row["at"]) if row is not None else None


def _record(row: sqlite3.Row) -> CustomerRecord:
    return CustomerRecord(
        source=row["source"],
        source_id=row["source_id"],
        imported_at=clock.from_text(row["imported_at"]) or clock.now(),
        name=row["name"],
        email=row["email"],
        company=row["company"],
        locale=row["locale"],
        products=tuple(json.loads(row["products"])),
        attributes=json.loads(row["attributes"]),
        updated_at=clock.from_text(row["updated_at"]),
    )
