"""What figures are made of: status history, facts per ticket, audits of links, notices; views to report from."""

from __future__ import annotations

import sqlite3

from kb.migrations.reporting_views import VIEWS
from kb.migrations.script import run_script

_WATCHED = (
    "status", "status_at", "closed_at", "created_at", "locale", "product", "channel", "priority", "type", "assignee",
    "assignee_id", "worked", "last_at",
)  # fmt: skip
"""Columns of tickets that facts are made of."""
_NOW = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"

_FACTS = """
    CREATE TABLE ticket_statuses (
        id INTEGER PRIMARY KEY, ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
        at TEXT NOT NULL, was TEXT NOT NULL, status TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ticket_statuses_ticket ON ticket_statuses (ticket_id, id);
    CREATE TABLE stale_facts (ticket_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE ticket_facts (
        ticket_id TEXT PRIMARY KEY REFERENCES tickets (id) ON DELETE CASCADE, version INTEGER NOT NULL,
        created_on TEXT NOT NULL, created_week TEXT NOT NULL, resolved_at TEXT, resolved_on TEXT,
        resolved_week TEXT, locale TEXT NOT NULL, product TEXT NOT NULL, channel TEXT NOT NULL,
        priority TEXT NOT NULL, agent TEXT NOT NULL, first_response_s INTEGER, first_response_work_s INTEGER,
        resolution_s INTEGER, resolution_work_s INTEGER, replies INTEGER NOT NULL, reopened INTEGER NOT NULL,
        satisfied INTEGER, nps INTEGER, worked INTEGER, linked INTEGER NOT NULL, known INTEGER NOT NULL,
        made INTEGER NOT NULL, assisted INTEGER NOT NULL, shown INTEGER NOT NULL, opened INTEGER NOT NULL,
        used INTEGER NOT NULL, sent INTEGER NOT NULL, solved INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX ticket_facts_version ON ticket_facts (version);
    CREATE INDEX ticket_facts_resolved ON ticket_facts (resolved_on);
    CREATE TABLE article_uses (
        ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, article_id TEXT NOT NULL,
        first_on TEXT NOT NULL, stage INTEGER NOT NULL, rank INTEGER NOT NULL, dismissed TEXT NOT NULL,
        linked INTEGER NOT NULL, own INTEGER NOT NULL, PRIMARY KEY (ticket_id, article_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX article_uses_article ON article_uses (article_id, first_on);
    CREATE INDEX article_uses_own ON article_uses (ticket_id, article_id) WHERE own = 1;
"""
_OTHERS = """
    CREATE TABLE work_teams (agent TEXT PRIMARY KEY, name TEXT NOT NULL, team TEXT NOT NULL) STRICT;
    CREATE TABLE link_audits (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, filter TEXT NOT NULL,
        population INTEGER NOT NULL, seed INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE link_audit_items (
        audit_id INTEGER NOT NULL REFERENCES link_audits (id) ON DELETE CASCADE, place INTEGER NOT NULL,
        ticket_id TEXT NOT NULL, article_id TEXT NOT NULL, is_right INTEGER, marked_by TEXT NOT NULL DEFAULT '',
        marked_at TEXT, PRIMARY KEY (audit_id, ticket_id, article_id)
    ) STRICT;
    CREATE TABLE notices (
        id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, about TEXT NOT NULL, system TEXT NOT NULL,
        target TEXT NOT NULL DEFAULT '', payload TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
        tries INTEGER NOT NULL DEFAULT 0, next_at TEXT NOT NULL, created_at TEXT NOT NULL, done_at TEXT,
        error TEXT NOT NULL DEFAULT '', said TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX notices_due ON notices (state, next_at);
    CREATE INDEX notices_about ON notices (about);
    INSERT INTO counters VALUES ('facts', 0);
    INSERT INTO stale_facts SELECT id FROM tickets;
"""


def m018_reporting_views(db: sqlite3.Connection) -> None:
    """Make the tables, what keeps them up to date, and the views; see the module."""
    run_script(db, _FACTS)
    run_script(db, _OTHERS)
    for trigger in _triggers():
        db.execute(trigger)
    for view in VIEWS:
        db.execute(view)


def _triggers() -> list[str]:
    """SQL that marks a ticket's facts as stale whoever changes what they are made of, and remembers every status."""
    # Not OR IGNORE: inside a trigger the conflict clause of the statement that fired it is what counts.
    mark = "INSERT INTO stale_facts SELECT {id} WHERE NOT EXISTS (SELECT 1 FROM stale_facts WHERE ticket_id = {id})"
    marked = mark.format(id="new.id")
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in _WATCHED)
    history = (
        "CREATE TRIGGER ticket_status AFTER UPDATE OF status ON tickets WHEN old.status <> new.status BEGIN"
        " INSERT INTO ticket_statuses (ticket_id, at, was, status) VALUES (new.id,"
        # A source does not say when: then it is when we heard of it.
        f" CASE WHEN new.status_at IS NOT old.status_at THEN coalesce(new.status_at, {_NOW}) ELSE {_NOW} END,"
        " old.status, new.status); END"
    )
    hours = (
        "CREATE TRIGGER stale_hours AFTER INSERT ON desk_settings WHEN new.name = 'hours' BEGIN"
        " INSERT INTO stale_facts SELECT id FROM tickets WHERE id NOT IN (SELECT ticket_id FROM stale_facts); END"
    )
    found = [
        history,
        hours,
        f"CREATE TRIGGER stale_ticket AFTER UPDATE ON tickets WHEN {changed} BEGIN {marked}; END",
        f"CREATE TRIGGER stale_new_ticket AFTER INSERT ON tickets BEGIN {marked}; END",
    ]
    for table in ("messages", "ticket_links", "satisfaction", "events"):
        for verb, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
            if table == "events" and verb != "INSERT":
                continue
            found.append(
                f"CREATE TRIGGER stale_{table}_{verb.lower()} AFTER {verb} ON {table} WHEN {row}.ticket_id <> '' BEGIN"
                f" {mark.format(id=f'{row}.ticket_id')}; END"
            )
    return found
