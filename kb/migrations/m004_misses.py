"""An index by which events of one kind are found: whether a miss is logged already, and all misses of a time."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m004_misses(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(db, "CREATE INDEX events_kind ON events (kind, at);")
