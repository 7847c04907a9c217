"""Who a person is across systems: the same e-mail or the same external id is the same person."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence

from kb import clock
from kb.database import to_json
from kb.desk.customers import CustomerRecord
from kb.model import Customer

EXTERNAL_ID = "external_id"
"""Attribute of a ticket's customer, and column of an import, that is the same in every system."""


def put_customer(connection: sqlite3.Connection, customer: Customer) -> str:
    """Store a customer as a ticket names them. Runs inside a write.

    Args:
        connection: A connection inside a transaction.
        customer: Who asks; `id` counts only where there is neither e-mail nor external id.

    Returns:
        The id that the person has here, which is another one where they were known before.
    """
    keys = keys_of(customer.email, customer.attributes.get(EXTERNAL_ID, "")) or [customer.id]
    customer_id = _person(connection, keys)
    connection.execute(
        "UPDATE customers SET name = CASE ?1 WHEN '' THEN name ELSE ?1 END,"
        " email = CASE email WHEN '' THEN ?2 ELSE email END, company = CASE ?3 WHEN '' THEN company ELSE ?3 END,"
        " attributes = CASE ?4 WHEN '{}' THEN attributes ELSE ?4 END WHERE id = ?5",
        (customer.name, customer.email, customer.company, to_json(dict(customer.attributes)), customer_id),
    )
    return customer_id


def put_record(connection: sqlite3.Connection, record: CustomerRecord) -> str:
    """Store what one system says about a person, and join it with what others say. Runs inside a write.

    Returns:
        "new", "changed" or "unchanged".
    """
    digest = _digest(record)
    old = connection.execute(
        "SELECT content_hash FROM customer_records WHERE source = ? AND source_id = ?",
        (record.source, record.source_id),
    ).fetchone()
    if old is not None and old["content_hash"] == digest:
        return "unchanged"
    keys = [*keys_of(record.email, record.external_id), f"record:{record.source}:{record.source_id}"]
    customer_id = _person(connection, keys)
    connection.execute(
        "INSERT OR REPLACE INTO customer_records (source, source_id, customer_id, name, email, company, locale,"
        " products, attributes, updated_at, imported_at, content_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.source, record.source_id, customer_id, record.name, record.email, record.company, record.locale,
            to_json(list(record.products)), to_json(dict(record.attributes)), clock.to_text(record.updated_at),
            clock.to_text(record.imported_at), digest,
        ),
    )  # fmt: skip
    # A register knows the company better than a ticket does; what people call themselves in tickets stays.
    connection.execute(
        "UPDATE customers SET name = CASE name WHEN '' THEN ?1 ELSE name END,"
        " email = CASE email WHEN '' THEN ?2 ELSE email END, company = CASE ?3 WHEN '' THEN company ELSE ?3 END"
        " WHERE id = ?4",
        (record.name, record.email, record.company, customer_id),
    )
    return "new" if old is None else "changed"


def keys_of(email: str, external_id: str) -> list[str]:
    """What makes a person the same in two systems, strongest first; none without e-mail and external id."""
    found = [f"email:{email.strip().lower()}"] if email.strip() else []
    return [*found, f"external:{external_id.strip()}"] if external_id.strip() else found


def _person(connection: sqlite3.Connection, keys: Sequence[str]) -> str:
    """The id of the person with any of these keys; several turn out to be one, nobody becomes a new one."""
    marks = ",".join("?" * len(keys))
    known = connection.execute(
        f"SELECT id FROM customers WHERE id IN (SELECT customer_id FROM customer_keys WHERE key IN ({marks}))"
        # Stored before keys were kept: the id is the key.
        f" OR id IN ({marks}) ORDER BY rowid",
        [*keys, *keys],
    ).fetchall()
    customer_id = str(known[0]["id"]) if known else keys[0]
    if not known:
        connection.execute("INSERT INTO customers (id) VALUES (?)", (customer_id,))
    for other in known[1:]:
        _merge(connection, str(other["id"]), customer_id)
    connection.executemany(
        "INSERT INTO customer_keys (key, customer_id) VALUES (?1, ?2)"
        " ON CONFLICT (key) DO UPDATE SET customer_id = ?2 WHERE customer_id <> ?2",
        [(key, customer_id) for key in keys],
    )
    return customer_id


def _merge(connection: sqlite3.Connection, other: str, into: str) -> None:
    """Two turned out to be one person: whatever points at one of them points at the other."""
    rows = connection.execute("SELECT * FROM customers WHERE id IN (?, ?)", (into, other)).fetchall()
    by_id = {row["id"]: row for row in rows}
    kept, lost = by_id[into], by_id[other]
    attributes = {**json.loads(lost["attributes"]), **json.loads(kept["attributes"])}
    connection.execute(
        "UPDATE customers SET name = ?, email = ?, company = ?, attributes = ? WHERE id = ?",
        (
            kept["name"] or lost["name"], kept["email"] or lost["email"], kept["company"] or lost["company"],
            to_json(attributes), into,
        ),
    )  # fmt: skip
    for table in ("tickets", "customer_records", "customer_keys", "satisfaction"):
        connection.execute(f"UPDATE {table} SET customer_id = ? WHERE customer_id = ?", (into, other))
    connection.execute("DELETE FROM customers WHERE id = ?", (other,))


def _digest(record: CustomerRecord) -> str:
    content = [
        record.name, record.email, record.external_id, record.company, record.locale, list(record.products),
        dict(record.attributes), clock.to_text(record.updated_at),
    ]  # fmt: skip
    return hashlib.sha256(to_json(content).encode()).hexdigest()
