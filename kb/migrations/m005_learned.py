"""What was learned about ranking from the team's own links: every attempt, adopted or refused."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m005_learned(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        CREATE TABLE learned (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, model TEXT NOT NULL, kind TEXT NOT NULL, outcome TEXT NOT NULL,
            parameters TEXT NOT NULL, figures TEXT NOT NULL, undone_at TEXT
        ) STRICT;
        CREATE INDEX learned_adopted ON learned (model, kind, outcome);
        """,
    )
