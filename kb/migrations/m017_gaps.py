"""Gaps of the knowledge base, kept between runs: what each run found, and what people decided about it."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m017_gaps(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        CREATE TABLE gap_runs (
            id INTEGER PRIMARY KEY, since TEXT, until TEXT, locale TEXT NOT NULL DEFAULT '',
            product TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'running',
            step TEXT NOT NULL DEFAULT '', done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0,
            error TEXT NOT NULL DEFAULT '', started_at TEXT NOT NULL, moved_at TEXT NOT NULL, finished_at TEXT,
            summary TEXT NOT NULL DEFAULT '{}'
        ) STRICT;
        CREATE INDEX gap_runs_state ON gap_runs (state, id);
        CREATE TABLE gaps (
            id TEXT PRIMARY KEY, status TEXT NOT NULL DEFAULT 'open', assignee_id TEXT NOT NULL DEFAULT '',
            ignored_reason TEXT NOT NULL DEFAULT '', ignored_until TEXT, ignored_per_week REAL,
            shipped_article_id TEXT NOT NULL DEFAULT '', shipped_at TEXT, created_at TEXT NOT NULL,
            first_run_id INTEGER NOT NULL, last_run_id INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE gap_figures (
            run_id INTEGER NOT NULL REFERENCES gap_runs (id) ON DELETE CASCADE,
            gap_id TEXT NOT NULL REFERENCES gaps (id) ON DELETE CASCADE,
            place INTEGER NOT NULL, figures TEXT NOT NULL, centre BLOB NOT NULL, radius REAL NOT NULL,
            PRIMARY KEY (run_id, gap_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX gap_figures_gap ON gap_figures (gap_id, run_id);
        CREATE TABLE gap_changes (
            id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES gap_runs (id) ON DELETE CASCADE,
            gap_id TEXT NOT NULL, kind TEXT NOT NULL, other_id TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX gap_changes_run ON gap_changes (run_id);
        CREATE TABLE gap_notes (
            id INTEGER PRIMARY KEY, gap_id TEXT NOT NULL REFERENCES gaps (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL
        ) STRICT;
        CREATE INDEX gap_notes_gap ON gap_notes (gap_id);
        CREATE TABLE gap_lessons (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        """,
    )
