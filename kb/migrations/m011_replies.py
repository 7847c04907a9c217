"""Canned replies of persons and folders, and unfinished replies that two tabs may each have."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m011_replies(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        CREATE TABLE typed_replies (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            tab TEXT NOT NULL, body TEXT NOT NULL, public INTEGER NOT NULL DEFAULT 1,
            origins TEXT NOT NULL DEFAULT '[]', drafted TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL,
            updated_at TEXT NOT NULL,
            PRIMARY KEY (ticket_id, user_id, tab)
        ) STRICT;
        INSERT INTO typed_replies (ticket_id, user_id, tab, body, version, updated_at)
            SELECT ticket_id, user_id, '', body, 1, updated_at FROM reply_drafts;
        DROP TABLE reply_drafts;
        ALTER TABLE typed_replies RENAME TO reply_drafts;
        ALTER TABLE canned_replies ADD COLUMN folder TEXT NOT NULL DEFAULT '';
        ALTER TABLE canned_replies ADD COLUMN owner_id TEXT NOT NULL DEFAULT '';
        ALTER TABLE canned_replies ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE canned_replies ADD COLUMN removed_at TEXT;
        ALTER TABLE canned_revisions ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
        ALTER TABLE canned_revisions ADD COLUMN changed_at TEXT;
        ALTER TABLE canned_revisions ADD COLUMN detail TEXT NOT NULL DEFAULT '{}';
        """,
    )
