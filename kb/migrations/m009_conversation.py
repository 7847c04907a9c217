"""Attachments of messages, what several systems know of a customer, what customers said afterwards, users' wishes."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m009_conversation(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        ALTER TABLE messages ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE ticket_links ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
        ALTER TABLE tickets ADD COLUMN worked INTEGER;
        CREATE TABLE customer_keys (
            key TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX customer_keys_customer ON customer_keys (customer_id);
        INSERT INTO customer_keys SELECT 'email:' || email, min(id) FROM customers WHERE email <> '' GROUP BY email;
        CREATE TABLE customer_records (
            source TEXT NOT NULL, source_id TEXT NOT NULL,
            customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
            name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '', company TEXT NOT NULL DEFAULT '',
            locale TEXT NOT NULL DEFAULT '', products TEXT NOT NULL DEFAULT '[]',
            attributes TEXT NOT NULL DEFAULT '{}', updated_at TEXT, imported_at TEXT NOT NULL,
            content_hash TEXT NOT NULL, PRIMARY KEY (source, source_id)
        ) STRICT;
        CREATE INDEX customer_records_customer ON customer_records (customer_id);
        CREATE TABLE satisfaction (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL, ticket_id TEXT NOT NULL DEFAULT '',
            customer_id TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, score REAL, scale REAL, nps INTEGER,
            worked INTEGER, comment TEXT NOT NULL DEFAULT '', recorded_by TEXT NOT NULL DEFAULT '',
            content_hash TEXT NOT NULL, UNIQUE (source, source_id)
        ) STRICT;
        CREATE INDEX satisfaction_ticket ON satisfaction (ticket_id, at);
        CREATE INDEX satisfaction_customer ON satisfaction (customer_id, at);
        CREATE TABLE user_wishes (
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (user_id, name)
        ) STRICT;
        """,
    )
