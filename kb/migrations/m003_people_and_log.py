"""Users and sessions, the event log, the audit log, unfinished replies, and the change counter."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m003_people_and_log(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        CREATE TABLE users (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
            locale TEXT NOT NULL DEFAULT 'en', password_hash TEXT NOT NULL DEFAULT '', active INTEGER NOT NULL DEFAULT 1
        ) STRICT;
        CREATE TABLE sessions (
            token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            created_at TEXT NOT NULL, expires_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, user_id TEXT NOT NULL DEFAULT '',
            ticket_id TEXT NOT NULL DEFAULT '', article_id TEXT NOT NULL DEFAULT '',
            revision INTEGER NOT NULL DEFAULT 0, rank INTEGER NOT NULL DEFAULT 0,
            confidence REAL NOT NULL DEFAULT 0, detail TEXT NOT NULL DEFAULT '{}'
        ) STRICT;
        CREATE INDEX events_ticket ON events (ticket_id);
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, verb TEXT NOT NULL, noun TEXT NOT NULL,
            noun_id TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '{}'
        ) STRICT;
        CREATE TABLE reply_drafts (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            body TEXT NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (ticket_id, user_id)
        ) STRICT;
        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        INSERT INTO counters VALUES ('seq', 0);
        CREATE TABLE tombstones (
            noun TEXT NOT NULL, noun_id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (noun, noun_id)
        ) STRICT;
        CREATE INDEX tombstones_seq ON tombstones (seq);
        """,
    )
