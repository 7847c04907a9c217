"""From the assignee that a source names to the user who is meant."""

from __future__ import annotations

import sqlite3


def user_named(connection: sqlite3.Connection, name: str) -> str:
    """The id of the active user with this e-mail or name, whatever the case.

    Args:
        connection: Any.
        name: What a source says; empty means nobody.

    Returns:
        Empty where there is none, and where several have the name.
    """
    wanted = " ".join(name.split())
    if not wanted:
        return ""
    found = connection.execute(
        "SELECT id, email = casefold(?1) AS exact FROM users"
        " WHERE active = 1 AND (email = casefold(?1) OR casefold(name) = casefold(?1)) ORDER BY exact DESC, id",
        (wanted,),
    ).fetchall()
    return str(found[0]["id"]) if found and (found[0]["exact"] or len(found) == 1) else ""


def claim(connection: sqlite3.Connection, user_id: str) -> int:
    """Give a new user the tickets whose source names them and that nobody has; runs inside the write that made them.

    Returns:
        How many tickets.
    """
    named = connection.execute(
        "SELECT id, assignee FROM tickets WHERE assignee <> '' AND assignee_id = ''"
        " AND casefold(assignee) IN (SELECT casefold(name) FROM users WHERE id = ?1"
        " UNION SELECT email FROM users WHERE id = ?1)",
        (user_id,),
    ).fetchall()
    mine = [row["id"] for row in named if user_named(connection, row["assignee"]) == user_id]
    connection.executemany(
        "UPDATE tickets SET assignee_id = ?, version = version + 1 WHERE id = ?", [(user_id, one) for one in mine]
    )
    return len(mine)
