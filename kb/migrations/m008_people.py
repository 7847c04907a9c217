"""Who is in which ticket, teams, mentions, what was passed on, and what waits to be sent."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m008_people(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        CREATE TABLE presence (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            page TEXT NOT NULL, doing TEXT NOT NULL, at TEXT NOT NULL, since TEXT NOT NULL,
            taken_by TEXT NOT NULL DEFAULT '', PRIMARY KEY (ticket_id, user_id, page)
        ) STRICT;
        CREATE INDEX presence_at ON presence (at);
        CREATE TABLE mentions (
            id INTEGER PRIMARY KEY, ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, by_id TEXT NOT NULL DEFAULT '',
            by_name TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, excerpt TEXT NOT NULL, read_at TEXT,
            UNIQUE (ticket_id, user_id, at)
        ) STRICT;
        CREATE INDEX mentions_user ON mentions (user_id, read_at, at);
        CREATE TABLE teams (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, email TEXT NOT NULL DEFAULT '',
            webhook TEXT NOT NULL DEFAULT '', secret TEXT NOT NULL DEFAULT '', outside INTEGER NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, message_at TEXT NOT NULL DEFAULT '',
            target TEXT NOT NULL DEFAULT '', payload TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
            tries INTEGER NOT NULL DEFAULT 0, next_at TEXT NOT NULL, created_at TEXT NOT NULL, done_at TEXT,
            error TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX outbox_due ON outbox (state, next_at);
        CREATE INDEX outbox_ticket ON outbox (ticket_id);
        CREATE TABLE outbox_tries (
            outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            at TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (outbox_id, number)
        ) STRICT;
        CREATE TABLE escalations (
            id INTEGER PRIMARY KEY, ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
            follow_up_at TEXT, outbox_id INTEGER REFERENCES outbox (id) ON DELETE SET NULL
        ) STRICT;
        CREATE INDEX escalations_ticket ON escalations (ticket_id);
        """,
    )
