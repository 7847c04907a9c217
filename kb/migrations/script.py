"""Running the statements of a migration inside its transaction."""

from __future__ import annotations

import sqlite3


def run_script(db: sqlite3.Connection, script: str) -> None:
    """Run SQL statements that are separated by semicolons; none of them may hold one inside.

    Args:
        db: A connection inside a transaction.
        script: The statements.
    """
    # Half a second to import, so only where a database is made or changed.
    from sqlite_utils import Database

    tables = Database(db, recursive_triggers=False)
    # Not executescript: it commits first, and a migration must be one transaction.
    for statement in script.split(";"):
        if statement.strip():
            tables.execute(statement)
