"""Who is in which ticket, teams, mentions, what was passed on, and what waits to be sent."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m008_people(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(db, "")
