"""Views of the queue, who has read what, due times, and the ticket fields that they need."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m007_queue(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(db, "")
