"""Tickets, their messages, their customers, and the articles linked to them."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m002_tickets(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        CREATE TABLE customers (
            id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',
            attributes TEXT NOT NULL DEFAULT '{}'
        ) STRICT;
        CREATE TABLE tickets (
            id TEXT PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL, subject TEXT NOT NULL,
            status TEXT NOT NULL, locale TEXT NOT NULL, product TEXT NOT NULL DEFAULT '',
            topic TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '[]', priority TEXT NOT NULL DEFAULT 'normal',
            channel TEXT NOT NULL DEFAULT '', customer_id TEXT REFERENCES customers (id), created_at TEXT NOT NULL,
            closed_at TEXT, content_hash TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, seq INTEGER NOT NULL,
            UNIQUE (source, source_id)
        ) STRICT;
        CREATE INDEX tickets_seq ON tickets (seq);
        CREATE INDEX tickets_status ON tickets (status, created_at);
        CREATE INDEX tickets_customer ON tickets (customer_id);
        CREATE TABLE messages (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            author TEXT NOT NULL, public INTEGER NOT NULL, at TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',
            body TEXT NOT NULL, own INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (ticket_id, number)
        ) STRICT;
        CREATE TABLE ticket_links (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, target TEXT NOT NULL,
            article_id TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, kind TEXT NOT NULL,
            PRIMARY KEY (ticket_id, target)
        ) STRICT;
        CREATE INDEX ticket_links_article ON ticket_links (article_id);
        """,
    )
