"""Views of the queue, who has read what, due times, and the ticket fields that they need."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script

_FIELDS = """
    ALTER TABLE customers ADD COLUMN company TEXT NOT NULL DEFAULT '';
    CREATE INDEX customers_company ON customers (company);
    ALTER TABLE tickets ADD COLUMN type TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN assignee_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN follow_up_at TEXT;
    ALTER TABLE tickets ADD COLUMN own_fields TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE tickets ADD COLUMN status_at TEXT;
    ALTER TABLE tickets ADD COLUMN last_at TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN last_author TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN message_count INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE tickets ADD COLUMN waits_since TEXT NOT NULL DEFAULT '9999';
    ALTER TABLE tickets ADD COLUMN clock_from TEXT;
    ALTER TABLE tickets ADD COLUMN clock_used_s INTEGER;
    ALTER TABLE tickets ADD COLUMN first_due_at TEXT;
    ALTER TABLE tickets ADD COLUMN solve_due_at TEXT;
    ALTER TABLE tickets ADD COLUMN due_at TEXT NOT NULL DEFAULT '9999';
    ALTER TABLE tickets ADD COLUMN due_kind TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN urgency INTEGER NOT NULL DEFAULT 2;
    ALTER TABLE tickets ADD COLUMN words TEXT NOT NULL DEFAULT '';
    CREATE INDEX tickets_due ON tickets (due_at, last_at DESC, id, status);
    CREATE INDEX tickets_newest ON tickets (last_at DESC, id, status);
    CREATE INDEX tickets_waiting ON tickets (waits_since, id, status);
    CREATE INDEX tickets_urgency ON tickets (urgency, due_at, id, status);
    CREATE INDEX tickets_created ON tickets (created_at DESC, id, status);
    CREATE INDEX tickets_assignee ON tickets (assignee_id, status);
    CREATE INDEX tickets_follow_up ON tickets (follow_up_at) WHERE follow_up_at IS NOT NULL;
"""
_TABLES = """
    CREATE TABLE ticket_tags (
        tag TEXT NOT NULL, ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
        PRIMARY KEY (tag, ticket_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ticket_tags_ticket ON ticket_tags (ticket_id);
    CREATE TABLE ticket_reads (
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
        upto INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (user_id, ticket_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE views (
        id TEXT PRIMARY KEY, owner_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, name TEXT NOT NULL,
        filter TEXT NOT NULL, sort TEXT NOT NULL, shared INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE view_places (
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, view_id TEXT NOT NULL,
        place INTEGER NOT NULL, hidden INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (user_id, view_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE bulk_changes (
        id TEXT PRIMARY KEY, user_id TEXT NOT NULL, at TEXT NOT NULL, before TEXT NOT NULL
    ) STRICT;
    CREATE TABLE desk_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    INSERT INTO desk_settings SELECT 'restate', 'all' WHERE EXISTS (SELECT 1 FROM tickets);
    INSERT OR IGNORE INTO ticket_tags
        SELECT j.value, t.id FROM tickets t, json_each(t.tags) j WHERE t.tags <> '[]'
"""


def m007_queue(db: sqlite3.Connection) -> None:
    """Make the tables; see the module. What is worked out from the messages is filled in when the store is opened."""
    run_script(db, _FIELDS + _TABLES)
    # Not in the script, whose statements must not hold a semicolon: who is renamed is found by the new name.
    db.execute(
        """
        CREATE TRIGGER customers_words AFTER UPDATE OF name, email, company ON customers
        WHEN (OLD.name, OLD.email, OLD.company) <> (NEW.name, NEW.email, NEW.company)
        BEGIN
            UPDATE tickets SET words = casefold(
                subject || ' ' || id || ' ' || NEW.name || ' ' || NEW.email || ' ' || NEW.company
            ) WHERE customer_id = NEW.id;
        END
        """
    )
