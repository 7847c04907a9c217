"""Tokens that sign an agent in where the workspace stands in another program's page; each works once."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m012_embedding(db: sqlite3.Connection) -> None:
    """Make the table; see the module."""
    run_script(
        db,
        """
        CREATE TABLE embed_tokens (
            token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), expires_at TEXT NOT NULL,
            used INTEGER NOT NULL DEFAULT 0
        );
        """,
    )
