"""Files, team variables and templates of articles."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m014_article_writing(db: sqlite3.Connection) -> None:
    """Make the tables; see the module.

    A file belongs to an article or to a draft that becomes one: both have one id, and neither need be there yet. Its
    bytes stand in the database, which is the only thing that a team has to back up.
    """
    run_script(
        db,
        """
        CREATE TABLE article_files (
            id TEXT PRIMARY KEY, article_id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
            size INTEGER NOT NULL, sha256 TEXT NOT NULL, content BLOB NOT NULL, created_by TEXT NOT NULL,
            created_at TEXT NOT NULL
        );
        CREATE UNIQUE INDEX article_files_content ON article_files (article_id, sha256, name);
        CREATE TABLE article_variables (
            name TEXT PRIMARY KEY, value TEXT NOT NULL, changed_by TEXT NOT NULL, changed_at TEXT NOT NULL
        );
        CREATE TABLE article_templates (
            locale TEXT PRIMARY KEY, markdown TEXT NOT NULL, changed_by TEXT NOT NULL, changed_at TEXT NOT NULL
        );
        """,
    )
