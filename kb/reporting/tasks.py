"""A task for somebody's task system: queued in the write that makes it, sent later, once per system."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kb.errors import InvalidRow
from kb.reporting.notices import Notice, insert_notice
from kb.settings_tasks import TaskTarget

MAX_TITLE, MAX_TEXT = 200, 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done."""

    key: str
    """What it belongs to, e.g. "gap:17"; the same key makes one task per system."""
    title: str
    text: str
    """Plain text."""
    url: str = ""
    """Where it is seen in Svar; empty for nowhere."""
    due: date | None = None


def queue_task(
    connection: sqlite3.Connection, task: Task, *, systems: Sequence[str], settings: Sequence[TaskTarget], at: datetime
) -> list[int]:
    """Queue a task for some systems; for one that has it already nothing changes.

    Args:
        connection: Inside the transaction of the deed that wants it.
        task: What to do.
        systems: Names of systems; none means all that are set.
        settings: The systems that are set, e.g. `Settings.tasks`.
        at: Now.

    Returns:
        Ids of the new notices, in the order of the settings.

    Raises:
        InvalidRow: A system is not set, or the task has no title.
    """
    known = [target.system for target in settings]
    unknown = [system for system in systems if system not in known]
    if unknown:
        raise InvalidRow(f"tasks cannot go to {unknown[0][:40]!r}; set up: {', '.join(known) or 'none'}")
    if not task.title.strip():
        raise InvalidRow("a task needs a title")
    payload = {
        "title": " ".join(task.title.split())[:MAX_TITLE], "text": task.text[:MAX_TEXT], "url": task.url,
        "due": task.due.isoformat() if task.due else "",
    }  # fmt: skip
    queued = [
        insert_notice(connection, Notice(f"{task.key}:{system}", task.key, system, "", payload), at=at)
        for system in known
        if not systems or system in systems
    ]
    return [one for one in queued if one is not None]
