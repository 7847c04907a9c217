"""Canned replies of persons and folders, and what the editor must not lose."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m011_replies(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(db, "")
