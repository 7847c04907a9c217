"""Signals for and against articles, pairs of articles, and notices before archiving."""

from __future__ import annotations

import sqlite3

from kb import clock
from kb.knowledge.spread import first_due
from kb.knowledge.verification import EVERY_DAYS
from kb.migrations.script import run_script

_TABLES = """
    ALTER TABLE articles ADD COLUMN master_revision INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE trust_evidence (
        kind TEXT NOT NULL, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        origin TEXT NOT NULL, ticket_id TEXT NOT NULL DEFAULT '', user_id TEXT NOT NULL DEFAULT '', at TEXT NOT NULL,
        PRIMARY KEY (kind, article_id, origin)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX trust_evidence_article ON trust_evidence (article_id, kind, at);
    CREATE INDEX trust_evidence_origin ON trust_evidence (kind, origin);
    CREATE TABLE trust_signals (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL,
        article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, revision INTEGER NOT NULL,
        ticket_id TEXT NOT NULL DEFAULT '', user_id TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, undone_at TEXT, undone_by TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX trust_signals_article ON trust_signals (article_id, id);
    CREATE TABLE article_pairs (
        id INTEGER PRIMARY KEY, one_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        other_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, kind TEXT NOT NULL, score REAL NOT NULL,
        places TEXT NOT NULL, revisions TEXT NOT NULL, state TEXT NOT NULL, found_at TEXT NOT NULL, decided_at TEXT,
        decided_by TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', UNIQUE (one_id, other_id)
    ) STRICT;
    CREATE INDEX article_pairs_state ON article_pairs (state, score DESC);
    CREATE TABLE archive_notices (
        article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, noticed_at TEXT,
        kept_at TEXT, kept_by TEXT NOT NULL DEFAULT '', keep_until TEXT, reason TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX events_of_article ON events (article_id, kind, at) WHERE article_id <> '' AND kind <> 'shown';
    CREATE INDEX ticket_links_at ON ticket_links (at, article_id, kind);
    INSERT INTO counters VALUES ('verification', 0)
"""
_COUNTED = "UPDATE counters SET value = value + 1 WHERE name = 'verification'"
_STATE = "confidence, verified_at, verify_due_at, unverified_reason"


def m015_trust(db: sqlite3.Connection) -> None:
    """Make the tables, count what changes of any article's verification, and spread the dates of what is there."""
    run_script(db, _TABLES)
    now = clock.now()
    dates = [
        (clock.to_text(first_due(str(row[0]), now, EVERY_DAYS)), row[0])
        for row in db.execute("SELECT id FROM articles WHERE verify_due_at IS NULL AND confidence = 'validated'")
    ]
    db.executemany("UPDATE articles SET verify_due_at = ? WHERE id = ?", dates)
    # Whichever verb it is that changes one of these: readers hold them in memory and compare the counter. Not in the
    # script, whose statements must not hold a semicolon.
    for name, event in (("changed", f"UPDATE OF {_STATE}"), ("added", "INSERT"), ("removed", "DELETE")):
        db.execute(f"CREATE TRIGGER articles_trust_{name} AFTER {event} ON articles BEGIN {_COUNTED}; END")
