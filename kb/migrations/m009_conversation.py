"""Attachments of messages, and what customers said afterwards."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m009_conversation(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(db, "")
