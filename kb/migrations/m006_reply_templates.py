"""The courtesy texts that the team words itself; what is not here is as it was shipped."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m006_reply_templates(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
        db,
        """
        CREATE TABLE reply_templates (
            locale TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, updated_at TEXT NOT NULL,
            PRIMARY KEY (locale, key)
        ) STRICT;
        """,
    )
