"""Searches for pairs in the background, and what it takes to take a knowledge owner's last deed back exactly."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m019_pair_runs(db: sqlite3.Connection) -> None:
    """Make the tables; `before` holds what a decision took the place of."""
    run_script(
        db,
        """
        CREATE TABLE pair_runs (
            id INTEGER PRIMARY KEY, state TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0,
            total INTEGER NOT NULL DEFAULT 0, started_at TEXT NOT NULL, beat_at TEXT NOT NULL, ended_at TEXT,
            message TEXT NOT NULL DEFAULT '', started_by TEXT NOT NULL DEFAULT '', seq INTEGER NOT NULL DEFAULT 0,
            found INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE pairs_apart (
            one_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
            other_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, texts TEXT NOT NULL,
            PRIMARY KEY (one_id, other_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pairs_apart_other ON pairs_apart (other_id);
        CREATE TABLE article_last_moves (
            article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, move TEXT NOT NULL,
            at TEXT NOT NULL, actor TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, notice TEXT,
            merged TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE archive_notices ADD COLUMN before TEXT NOT NULL DEFAULT '';
        ALTER TABLE article_pairs ADD COLUMN before TEXT NOT NULL DEFAULT '';
        """,
    )
