"""Candidates for articles, kept between runs, and the runs that found them."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m016_candidates(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        CREATE TABLE candidates (
            id TEXT PRIMARY KEY, proposal TEXT NOT NULL, title TEXT NOT NULL, locale TEXT NOT NULL,
            product TEXT NOT NULL, customers INTEGER NOT NULL, minutes INTEGER NOT NULL, first_at TEXT NOT NULL,
            last_at TEXT NOT NULL, per_week TEXT NOT NULL, nearest TEXT NOT NULL, reject_reason TEXT NOT NULL,
            sketch TEXT NOT NULL, found_at TEXT NOT NULL, seen_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open',
            dismiss_reason TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
            decided_by TEXT NOT NULL DEFAULT '', decided_at TEXT, decided_tickets INTEGER NOT NULL DEFAULT 0,
            article_id TEXT NOT NULL DEFAULT '', merged_into TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX candidates_article ON candidates (article_id) WHERE article_id <> '';
        CREATE INDEX candidates_merged ON candidates (merged_into) WHERE merged_into <> '';
        CREATE TABLE candidate_tickets (
            candidate_id TEXT NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, place INTEGER NOT NULL,
            PRIMARY KEY (candidate_id, ticket_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX candidate_tickets_ticket ON candidate_tickets (ticket_id);
        CREATE TABLE candidate_runs (
            id INTEGER PRIMARY KEY, state TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0,
            total INTEGER NOT NULL DEFAULT 0, started_at TEXT NOT NULL, beat_at TEXT NOT NULL, ended_at TEXT,
            message TEXT NOT NULL DEFAULT '', started_by TEXT NOT NULL DEFAULT '', seq INTEGER NOT NULL DEFAULT 0,
            found INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        """,
    )
