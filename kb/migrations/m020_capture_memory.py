"""What a look for candidates worked out, so that the next one need not, and which revision answered a candidate."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m020_capture_memory(db: sqlite3.Connection) -> None:
    """Make the table and the column; see the module.

    What is kept of a ticket goes with it. Nothing in it is anybody's work: without it the next run takes longer.
    """
    run_script(
        db,
        """
        CREATE TABLE capture_memory (
            noun TEXT NOT NULL, ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
            made_of TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (noun, ticket_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX capture_memory_ticket ON capture_memory (ticket_id);
        ALTER TABLE candidates ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
        UPDATE candidates SET state = 'published',
            revision = coalesce((SELECT a.revision FROM articles a WHERE a.id = candidates.article_id), 0)
        WHERE state IN ('published', 'merged') AND merged_into = '' AND article_id <> '';
        """,
    )
