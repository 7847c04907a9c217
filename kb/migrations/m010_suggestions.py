"""What agents say about suggestions: pinned and set-aside articles, flagged paragraphs; notes of calls, searches."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m010_suggestions(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        CREATE TABLE pins (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, article_id TEXT NOT NULL,
            user_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (ticket_id, article_id)
        ) STRICT;
        CREATE TABLE dismissals (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, article_id TEXT NOT NULL,
            reason TEXT NOT NULL, user_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (ticket_id, article_id)
        ) STRICT;
        CREATE TABLE flags (
            id INTEGER PRIMARY KEY, article_id TEXT NOT NULL, revision INTEGER NOT NULL, "start" INTEGER NOT NULL,
            "end" INTEGER NOT NULL, quote TEXT NOT NULL, heading TEXT NOT NULL, reason TEXT NOT NULL,
            note TEXT NOT NULL, ticket_id TEXT NOT NULL, user_id TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL,
            closed_by TEXT NOT NULL DEFAULT '', closed_at TEXT, answer TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX flags_article ON flags (article_id, state);
        CREATE INDEX flags_state ON flags (state, id);
        CREATE TABLE call_notes (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, body TEXT NOT NULL, updated_at TEXT NOT NULL,
            PRIMARY KEY (ticket_id, user_id)
        ) STRICT;
        CREATE TABLE searches (
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, words TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (user_id, words)
        ) STRICT;
        """,
    )
